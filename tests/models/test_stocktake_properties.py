"""Whatever moves while several people count, and in whichever order they do: accepted, the ledger has what really lies there."""

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import dealing, stock, stocktake_reads, stocktaking
from models.members import Role
from models.quantities import ONE
from models.stocktaking import Said
from models.undo import undo
from tests.models.test_stocktaking import accept
from tests.world import World, fresh_database, open_world

ITEMS = ("bolt", "nut", "washer")
COUNTERS = ("Ana", "Bo", "Cem")

#: What really lies there when the count begins; the ledger has 50 of each.
real = st.fixed_dictionaries({item: st.integers(30, 70) for item in ITEMS})
#: Somebody counts a page, or stock is taken, comes in, or comes in and is found a mistake; recorded at once, or a while later.
step = st.one_of(
    st.tuples(st.just("count"), st.sampled_from(COUNTERS), st.booleans()),
    st.tuples(st.sampled_from(("take", "receive", "mistake")), st.sampled_from(ITEMS), st.integers(0, 2)),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(real=real, steps=st.lists(step, max_size=14))
def test_accepted_the_ledger_has_what_really_lies_there(real: dict[str, int], steps: list[tuple[str, str, int]]) -> None:
    database = fresh_database()
    with open_world(database) as w:
        w.has(*(f"50 {item} in Warehouse" for item in ITEMS))
        for name in COUNTERS:
            w.member(name, Role.KEEPER)
        w.member("Dee", Role.APPROVER)
        w.later(hours=1)
        count, _ = stocktaking.open_count(w.session, w.act(), w.location("Warehouse"))
        there = dict(real)
        later: list[Callable[[], object]] = []
        for did, what, how in steps:
            w.later(minutes=3)
            if did == "count":
                finds(w, what, count.id, there, only_one=bool(how))
            else:
                there[what] += {"take": -1, "receive": 1, "mistake": 0}[did]
                record(w, did, what, later if how else None)
        for recorded in later:
            w.later(minutes=1)
            recorded()
        for turn in range(30):
            finds(w, COUNTERS[turn % len(COUNTERS)], count.id, there)
        assert stocktake_reads.unsettled(stocktake_reads.lines(w.session, count)) == []
        accept(w, count)
        assert {item: w.on_hand(item, "Warehouse") for item in ITEMS} == there
    database.close()


def finds(w: World, who: str, count_id: int, there: dict[str, int], *, only_one: bool = False) -> None:
    """Somebody counts what they are dealt, all of it or the first line, and finds what really lies there."""
    count = stocktake_reads.get(w.session, count_id)
    page = dealing.deal(w.session, w.act(who), count)
    w.later(minutes=1)
    said = [Said(line.id, there[line.variant] * ONE, len(line.found)) for line in page[: 1 if only_one else None]]
    if said:
        stocktaking.tally(w.session, w.act(who), count, said)


def record(w: World, did: str, item: str, later: list[Callable[[], object]] | None) -> None:
    """The ledger hears of it: at once, or when everybody has counted, for when it happened."""
    at, moved = w.now, {"variant": w.variant(item), "quantity": ONE}
    here = w.location("Warehouse")
    if did == "mistake":
        posted = stock.receive(w.session, w.act(), **moved, target=here)
        w.later(minutes=1)
        undo(w.session, w.act(), entry_id=posted.id)
        return
    act = (lambda when: stock.take(w.session, w.act(), **moved, source=here, happened_at=when)) if did == "take" else None
    act = act or (lambda when: stock.receive(w.session, w.act(), **moved, target=here, happened_at=when))
    if later is None:
        act(None)
    else:
        later.append(lambda: act(at))
