"""What the thread of a count is told: each thing once, in the channel of its card, and never what anybody found."""

from collections.abc import Callable

import pytest

from models import accepting, stocktake_reads, stocktaking
from models.entries import Entry, EntryKind
from models.members import Role
from models.notices import NOTICES, NoticeKind
from models.stocktakes import Stocktake
from models.undo import undo
from models.workspace import workspace
from tests.models.test_stocktaking import AS_IT_IS, accept, begin, count, count_everything, deal
from tests.world import World


@pytest.fixture
def store(world: Callable[..., World]) -> World:
    """20 bolts, 8 nuts and a camera in Warehouse, whose cards go to a channel. Ana and Bo keep nothing, Dee approves."""
    w = world("20 bolt in Warehouse", "8 nut in Warehouse", "Canon R6 SN-1 in Warehouse")
    workspace(w.session).channel = "CSTORES"
    for name in ("Ana", "Bo"):
        w.member(name)
    w.member("Dee", Role.APPROVER)
    w.later(hours=1)
    return w


def replies(w: World, kind: NoticeKind = NoticeKind.COUNT_SAID) -> list[tuple[str, str | None]]:
    """What was told since the beginning: the kind of the entry, and of which lines; all of it at once, under the first card."""
    rows = w.session.execute(NOTICES.select().where(NOTICES.c.kind == kind).order_by(NOTICES.c.id)).all()
    (card, *_) = w.session.execute(NOTICES.select().where(NOTICES.c.kind == NoticeKind.COUNT).order_by(NOTICES.c.id)).all()
    assert all((row.channel, row.under_id, row.not_before_at) == ("CSTORES", card.id, row.created_at) for row in rows)
    if kind is NoticeKind.COUNT_JOINED:
        return [(row.subject, row.told) for row in rows]
    return [(w.session.get_one(Entry, row.subject_id).kind, row.told) for row in rows]


def ids(w: World, made: Stocktake, *what: str) -> str:
    return ",".join(str(line.id) for line in stocktake_reads.lines(w.session, made) if line.what in what)


def test_who_joins_is_told_once_with_how_many_lines_they_were_dealt(store: World) -> None:
    made = begin(store)
    for who in ("Ana", "Ana", "Bo", "Kim"):
        deal(store, made, who)
    count(store, made, "Ana", {"bolt": 20})
    deal(store, made, "Ana")
    ana, bo = store.member("Ana").id, store.member("Bo").id  # nothing was left for Kim
    assert replies(store, NoticeKind.COUNT_JOINED) == [("stocktake_lines", f"{ana},2"), ("stocktake_lines", f"{bo},1")]


def test_that_two_disagree_is_told_once_for_each_line_and_names_no_number(store: World) -> None:
    made = begin(store)
    count(store, made, "Ana", {"bolt": 18, "nut": 7})
    assert replies(store) == []  # a difference that only one found is no news
    count(store, made, "Bo", {"bolt": 19, "nut": 6})
    assert replies(store) == [(EntryKind.TALLIED, ids(store, made, "bolt", "nut"))]
    count(store, made, "Ana", {"bolt": 17, "nut": 6})
    assert len(replies(store)) == 1


def test_that_all_is_counted_and_how_it_ended_is_told_whenever_it_is_so(store: World) -> None:
    made = begin(store)
    count_everything(store, made, AS_IT_IS | {"bolt": 18})
    told = [(EntryKind.TALLIED, "")]
    assert replies(store) == told
    accepting.ask_again(store.session, store.act("Dee"), made, [int(ids(store, made, "bolt"))])
    told += [(EntryKind.ASKED_AGAIN, ids(store, made, "bolt"))]
    assert replies(store) == told
    count_everything(store, made, AS_IT_IS)
    posted = accept(store, made)
    told += [(EntryKind.TALLIED, ""), (EntryKind.COUNTED, "")]
    undo(store.session, store.act("Dee"), entry_id=posted.id)
    stocktaking.cancel(store.session, store.act(), made)
    assert replies(store) == [*told, (EntryKind.CANCELLED_COUNT, "")]


def test_where_the_card_went_to_keepers_directly_nothing_is_told_in_a_thread(store: World) -> None:
    workspace(store.session).channel = None
    made = begin(store)
    count_everything(store, made, AS_IT_IS | {"bolt": 18})
    workspace(store.session).channel = "CSTORES"  # since then; it is no place of this count
    accept(store, made)
    assert store.session.execute(NOTICES.select().where(NOTICES.c.under_id.is_not(None))).all() == []
    assert store.session.execute(NOTICES.select().where(NOTICES.c.kind == NoticeKind.COUNT_SAID)).all() == []
