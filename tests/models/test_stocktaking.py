"""What a stocktake promises: lines go to different people, no difference is believed once, and what moves meanwhile counts."""

from collections.abc import Callable, Mapping

import pytest

from models import accepting, assets, catalog, custody, dealing, stock, stocktake_reads, stocktaking
from models.assets import AssetState
from models.checking_in import check_in
from models.editing import edit_item
from models.ledger import Posted
from models.lot_register import LotSaid
from models.members import Role, Standing
from models.notices import NOTICES, NoticeKind
from models.quantities import ONE
from models.refusals import Conflict, NotAllowed, Refusal, Shortage
from models.register import add_assets, add_category, add_location
from models.roles import grant
from models.stocktake_reads import Line
from models.stocktakes import Stocktake, StocktakeState
from models.stocktaking import Said
from models.undo import undo
from tests.world import World

Build = Callable[..., World]


@pytest.fixture
def store(world: Build) -> World:
    """20 bolts, 8 nuts and a camera in Warehouse. Ana and Bo keep it, Dee approves."""
    w = world("20 bolt in Warehouse", "8 nut in Warehouse", "Canon R6 SN-1 in Warehouse")
    for name in ("Ana", "Bo"):
        w.member(name, Role.KEEPER)
    w.member("Dee", Role.APPROVER)
    w.later(hours=1)
    return w


def begin(w: World, place: str = "Warehouse", by: str | None = None) -> Stocktake:
    made = stocktaking.open_count(w.session, w.act(by), w.location(place))[0]
    w.later(minutes=1)
    return made


def deal(w: World, made: Stocktake, who: str) -> list[Line]:
    return dealing.deal(w.session, w.act(who), made)


def dealt(w: World, made: Stocktake, who: str) -> list[str]:
    return [line.what for line in deal(w, made, who)]


def count(w: World, made: Stocktake, who: str, found: Mapping[str, float]) -> Posted:
    """Counts what of their page they name; what they are not dealt is a mistake of the test."""
    page = {line.what: line for line in deal(w, made, who)}
    w.later(minutes=1)
    said = [Said(page[what].id, round(quantity * ONE), len(page[what].found)) for what, quantity in found.items()]
    return stocktaking.tally(w.session, w.act(who), made, said)[0]


def count_everything(w: World, made: Stocktake, found: Mapping[str, float], *, by: tuple[str, ...] = ("Ana", "Bo")) -> None:
    """They take turns until nothing is left, each finding the same."""
    for turn in range(20):
        who = by[turn % len(by)]
        if page := dealt(w, made, who):
            count(w, made, who, {what: found[what] for what in page})


def differences(w: World, made: Stocktake) -> dict[str, float | None]:
    return {line.what: None if line.difference is None else line.difference / ONE for line in stocktake_reads.lines(w.session, made)}


def accept(w: World, made: Stocktake, *, by: str = "Dee", note: str | None = None) -> Posted:
    seen = stocktake_reads.version(stocktake_reads.lines(w.session, made))
    return accepting.accept(w.session, w.act(by), made, seen=seen, note=note)


AS_IT_IS = {"bolt": 20, "nut": 8, "Canon R6 SN-1": 1}


def test_what_is_found_as_the_ledger_has_it_needs_no_second_look(store: World) -> None:
    made = begin(store)
    count(store, made, "Ana", {"bolt": 20, "nut": 8})
    count(store, made, "Bo", {"Canon R6 SN-1": 1})
    assert stocktake_reads.complete(stocktake_reads.lines(store.session, made))
    posted = accept(store, made)
    assert (posted.lines, made.state) == ((), StocktakeState.ACCEPTED)


def test_counters_are_dealt_different_lines(store: World) -> None:
    store.has(*(f"1 thing {number} in Warehouse" for number in range(10)))
    made = begin(store)
    pages = [set(dealt(store, made, who)) for who in ("Ana", "Bo", "Kim")]
    assert [len(page) for page in pages] == [6, 6, 1]
    assert len(set.union(*pages)) == 13
    assert set(dealt(store, made, "Ana")) == pages[0]  # asked once more, the page is the same


def test_a_difference_is_believed_when_somebody_else_finds_it_too(store: World) -> None:
    made = begin(store)
    count(store, made, "Ana", {"bolt": 18, "nut": 8})
    assert differences(store, made)["bolt"] is None
    assert "bolt" not in dealt(store, made, "Ana")
    count(store, made, "Bo", {"bolt": 18})
    assert differences(store, made)["bolt"] == -2


def test_who_counts_alone_counts_a_difference_twice(store: World) -> None:
    made = begin(store)
    count_everything(store, made, AS_IT_IS | {"bolt": 18}, by=("Ana",))
    assert differences(store, made) == {"bolt": -2, "nut": 0, "Canon R6 SN-1": 0}


def test_two_who_disagree_are_asked_again_and_the_first_of_them_is_told(store: World) -> None:
    made = begin(store)
    count(store, made, "Ana", {"bolt": 18, "nut": 8})
    count(store, made, "Bo", {"bolt": 19})
    asked = store.session.execute(NOTICES.select().where(NOTICES.c.kind == NoticeKind.COUNT_AGAIN)).all()
    assert [row.member_id for row in asked] == [store.member("Ana").id]
    assert dealt(store, made, "Bo") == ["Canon R6 SN-1"]
    count(store, made, "Ana", {"bolt": 19})
    assert differences(store, made)["bolt"] == -1


def test_after_four_tallies_that_do_not_agree_an_approver_decides(store: World) -> None:
    made = begin(store)
    for who, found in (("Ana", 18), ("Bo", 19), ("Ana", 17), ("Bo", 16)):
        count(store, made, who, {"bolt": found})
    (line,) = [one for one in stocktake_reads.lines(store.session, made) if one.what == "bolt"]
    assert line.disputed
    assert "bolt" not in dealt(store, made, "Kim")
    with pytest.raises(accepting.Gap, match="3 lines are not agreed yet"):
        accept(store, made)
    accept(store, made, note="We look again tomorrow")
    assert store.on_hand("bolt", "Warehouse") == 20


def test_what_moves_between_two_tallies_is_taken_into_account(store: World) -> None:
    made = begin(store)
    count(store, made, "Ana", {"bolt": 18, "nut": 8})
    store.later(minutes=1)
    store.take(5, "bolt", "Warehouse")
    count(store, made, "Bo", {"bolt": 13})  # 18 less the 5 that were taken meanwhile
    assert differences(store, made)["bolt"] == -2
    store.later(minutes=1)
    store.has("10 bolt in Warehouse")
    count(store, made, "Bo", {"Canon R6 SN-1": 1})
    posted = accept(store, made)
    assert [line.quantity // ONE for line in posted.lines] == [2]
    assert store.on_hand("bolt", "Warehouse") == 23


def test_a_movement_that_is_recorded_late_counts_when_it_happened(store: World) -> None:
    made = begin(store)
    before = store.now
    store.later(minutes=5)
    count_everything(store, made, AS_IT_IS | {"bolt": 17})
    assert differences(store, made)["bolt"] == -3
    seen = stocktake_reads.version(stocktake_reads.lines(store.session, made))
    taken = {"variant": store.variant("bolt"), "quantity": 3 * ONE, "source": store.location("Warehouse")}
    stock.take(store.session, store.act(), **taken, happened_at=before)
    assert differences(store, made)["bolt"] == 0
    with pytest.raises(Conflict, match="What differs has changed since you looked"):
        accepting.accept(store.session, store.act("Dee"), made, seen=seen)


def test_more_has_left_than_was_found_is_refused_and_counted_again(store: World) -> None:
    made = begin(store)
    count_everything(store, made, AS_IT_IS | {"bolt": 2})
    store.take(19, "bolt", "Warehouse")
    with pytest.raises(Shortage, match="18 of bolt were missing in Warehouse when it was counted, and by now the ledger has 1 bolt"):
        accept(store, made)
    (line,) = [one for one in stocktake_reads.lines(store.session, made) if one.what == "bolt"]
    accepting.ask_again(store.session, store.act("Dee"), made, [line.id])
    store.later(minutes=1)
    count(store, made, "Ana", {"bolt": 1})
    accept(store, made)
    assert store.on_hand("bolt", "Warehouse") == 1


def test_accepted_it_is_one_entry_that_undo_takes_back(store: World) -> None:
    made = begin(store)
    count_everything(store, made, {"bolt": 18, "nut": 9, "Canon R6 SN-1": 0})
    posted = accept(store, made)
    assert len(posted.lines) == 3
    assert (store.on_hand("bolt", "Warehouse"), store.on_hand("nut", "Warehouse")) == (18, 9)
    assert custody.state_of(store.session, store.asset("SN-1")) is AssetState.LOST
    undo(store.session, store.act("Dee"), entry_id=posted.id)
    assert (store.on_hand("bolt", "Warehouse"), store.on_hand("nut", "Warehouse")) == (20, 8)
    assert custody.state_of(store.session, store.asset("SN-1")) is AssetState.AVAILABLE
    assert made.state is StocktakeState.OPEN
    accept(store, made)


def test_nobody_accepts_what_they_have_counted(store: World) -> None:
    made = begin(store)
    count_everything(store, made, AS_IT_IS | {"bolt": 18}, by=("Kim", "Bo"))
    with pytest.raises(NotAllowed, match="You counted 1 of these lines yourself"):
        accept(store, made, by="Kim")
    with pytest.raises(NotAllowed, match="you need the role approver"):
        accept(store, made, by="Bo")
    accept(store, made)


def test_who_decides_about_something_else_than_they_saw_is_refused(store: World) -> None:
    made = begin(store)
    seen = stocktake_reads.version(stocktake_reads.lines(store.session, made))
    count(store, made, "Ana", {"bolt": 20})
    with pytest.raises(Conflict, match="What differs has changed since you looked"):
        accepting.accept(store.session, store.act("Dee"), made, seen=seen, note="Enough")


def test_an_asset_that_goes_out_after_it_was_missed_is_not_lost(store: World) -> None:
    made = begin(store)
    count_everything(store, made, AS_IT_IS | {"Canon R6 SN-1": 0})
    store.later(minutes=1)
    store.lend("SN-1", to="Ana")
    posted = accept(store, made)
    assert posted.lines == ()


def test_an_asset_that_lies_where_it_should_not_is_brought_there(store: World) -> None:
    store.has("Canon R6 SN-2 in Van 3", "Canon R6 SN-3 in Van 3")
    store.lend("SN-3", to="Ana")
    made = begin(store)
    here = store.location("Warehouse")
    for who in ("Ana", "Bo"):
        deal(store, made, who)
        store.later(minutes=1)
        if who == "Ana":
            seen = [store.asset("SN-2"), store.asset("SN-3")]
            stocktaking.tally(store.session, store.act(who), made, [], seen=seen, at=here)
            with pytest.raises(Conflict, match="counted already"):  # nobody confirms what they found themself
                stocktaking.tally(store.session, store.act(who), made, [], seen=seen, at=here)
        else:
            count_everything(store, made, AS_IT_IS | {"Canon R6 SN-2": 1, "Canon R6 SN-3": 1}, by=("Ana", "Bo"))
    accept(store, made)
    assert {assets.get(store.session, store.asset(serial).id).location_id for serial in ("SN-1", "SN-2", "SN-3")} == {here.id}
    assert custody.state_of(store.session, store.asset("SN-3")) is AssetState.AVAILABLE
    with pytest.raises(Refusal, match="is not checked out"):
        check_in(store.session, store.act("Ana"), assets=[store.asset("SN-3")])


def test_in_two_places_of_one_count_an_asset_moves_from_one_to_the_other(store: World) -> None:
    shelf = add_location(
        store.session, store.act(), name="Shelf A", kind=store.location("Warehouse").kind, parent=store.location("Warehouse")
    )
    made = begin(store)
    seen = [store.asset("SN-1")]
    with pytest.raises(Refusal, match="Van 3 is not a part of this count"):
        stocktaking.tally(store.session, store.act("Ana"), made, [], seen=seen, at=store.location("Van 3"))
    stocktaking.tally(store.session, store.act("Ana"), made, [], seen=seen, at=shelf)
    count_everything(store, made, AS_IT_IS)
    found = {(line.what, line.location): line.difference for line in stocktake_reads.lines(store.session, made)}
    assert found["Canon R6 SN-1", "Shelf A"] == ONE
    posted = accept(store, made)
    assert [(line.source_id, line.target_id) for line in posted.lines] == [(store.location("Warehouse").id, shelf.id)]


def test_something_extra_is_counted_by_a_second_one_before_it_is_believed(store: World) -> None:
    store.variant("washer")
    made = begin(store)
    found = {"variant": store.variant("washer"), "quantity": 30 * ONE, "location": store.location("Warehouse")}
    posted = stocktaking.extra(store.session, store.act("Ana"), made, **found)
    assert dealt(store, made, "Bo")[0] == "washer"
    with pytest.raises(Conflict, match="washer in Warehouse is a line of this count"):
        stocktaking.extra(store.session, store.act("Bo"), made, **found)
    undo(store.session, store.act("Ana"), entry_id=posted.id)
    assert "washer" not in differences(store, made)
    stocktaking.extra(store.session, store.act("Ana"), made, **found)
    count_everything(store, made, AS_IT_IS | {"washer": 30})
    with pytest.raises(Conflict, match="washer in Warehouse has been counted already"):
        stocktaking.extra(store.session, store.act("Ana"), made, **found)
    accept(store, made)
    assert store.on_hand("washer", "Warehouse") == 30


def test_lots_are_counted_one_by_one(store: World) -> None:
    store.has("4 milk in Warehouse")
    store.in_lots("milk")
    store.receive(6, "milk", "L-1")
    store.receive(9, "milk", "L-2")
    store.later(minutes=1)
    made = begin(store)
    found = AS_IT_IS | {"milk": 4, "milk of lot L-1": 5, "milk of lot L-2": 9}
    milk, here = store.variant("milk"), store.location("Warehouse")
    stocktaking.extra(store.session, store.act("Ana"), made, variant=milk, quantity=2 * ONE, location=here, lot=LotSaid("L-3"))
    count_everything(store, made, found | {"milk of lot L-3": 2})
    accept(store, made)
    assert [store.left(lot, "Warehouse") for lot in ("L-1", "L-2", "L-3")] == [5, 9, 2]
    assert store.on_hand("milk", "Warehouse") == 20


def test_of_a_category_only_what_hangs_on_it_is_counted(store: World) -> None:
    top = add_category(store.session, store.act(), name="Fasteners")
    below = add_category(store.session, store.act(), name="Bolts", parent=top)
    bolt = store.variant("bolt")
    edit_item(store.session, store.act(), catalog.item(store.session, bolt.item_id), category=below)
    made, _ = stocktaking.open_count(store.session, store.act(), store.location("Warehouse"), category=top)
    assert list(differences(store, made)) == ["bolt"]


def test_a_place_is_in_one_open_count_only(store: World) -> None:
    warehouse = store.location("Warehouse")
    shelf = add_location(store.session, store.act(), name="Shelf A", kind=warehouse.kind, parent=warehouse)
    store.has("3 washer in Shelf A", "3 washer in Van 3")
    made = begin(store, "Shelf A")
    for place in (warehouse, shelf):
        with pytest.raises(Conflict, match="A count of Shelf A is open already"):
            stocktaking.open_count(store.session, store.act(), place)
    begin(store, "Van 3")
    posted = stocktaking.cancel(store.session, store.act(), made)
    begin(store)
    with pytest.raises(Conflict, match="A count of Warehouse is open already"):
        undo(store.session, store.act(), entry_id=posted.id)


def test_a_tally_is_undone_by_whoever_gave_it_until_the_count_is_over(store: World) -> None:
    made = begin(store)
    posted = count(store, made, "Ana", {"bolt": 20})
    undo(store.session, store.act("Ana"), entry_id=posted.id)
    assert differences(store, made)["bolt"] is None
    posted = count(store, made, "Ana", {"bolt": 20})
    stocktaking.cancel(store.session, store.act(), made)
    with pytest.raises(Conflict, match="The count of Warehouse is over"):
        undo(store.session, store.act("Ana"), entry_id=posted.id)
    with pytest.raises(Conflict, match="The count of Warehouse is over since Mon 23 Nov"):
        deal(store, made, "Ana")


def test_a_page_that_is_sent_from_a_second_device_counts_once(store: World) -> None:
    made = begin(store)
    page = [Said(line.id, 18 * ONE, 0) for line in deal(store, made, "Ana") if line.what == "bolt"]
    store.later(minutes=1)
    stocktaking.tally(store.session, store.act("Ana"), made, page)
    with pytest.raises(Conflict, match="These have been counted already"):
        stocktaking.tally(store.session, store.act("Ana"), made, page)


def test_lines_of_somebody_who_went_home_are_given_back_or_taken_over(store: World) -> None:
    made = begin(store)
    assert dealt(store, made, "Ana") == ["bolt", "nut"]
    assert (dealt(store, made, "Bo"), dealt(store, made, "Kim")) == (["Canon R6 SN-1"], [])
    every = stocktake_reads.lines(store.session, made)
    assert dealing.others_with(every, store.member("Kim").id) == {"Ana": 2, "Bo": 1}
    assert dealing.give_back(store.session, store.act("Bo"), made) == 1
    assert dealing.take_over(store.session, store.act("Kim"), made) == 2
    assert dealt(store, made, "Kim") == ["bolt", "nut"]


def test_a_count_is_opened_and_cancelled_by_keepers_there_and_any_member_counts(store: World) -> None:
    eve = store.member("Eve")
    grant(store.session, store.act(), member=eve, role=Role.KEEPER, location=store.location("Van 3"))
    with pytest.raises(NotAllowed, match="To count stock at Warehouse you need the role keeper"):
        begin(store, by="Eve")
    made = begin(store)
    count(store, made, "Eve", {"bolt": 18})
    for refused in (stocktaking.cancel, accepting.require_to_decide):
        with pytest.raises(NotAllowed, match="at Warehouse you need the role"):
            refused(store.session, store.act("Eve"), made)
    assert stocktake_reads.taking_part(store.session, made) == [eve.id]
    assert stocktake_reads.open_with(store.session, eve.id) == {made.id}
    eve.standing = Standing.GUEST
    with pytest.raises(NotAllowed, match="full members of this workspace only"):
        deal(store, made, "Eve")


def test_what_can_not_be_counted_is_refused(store: World) -> None:
    for place, why in (("Site North", "Nothing lies in Site North"), ("Acme", "Nothing is stocked there")):
        where = store.supplier() if place == "Acme" else store.location(place)
        with pytest.raises(Refusal, match=why):
            stocktaking.open_count(store.session, store.act(), where)
    with pytest.raises(Refusal, match="What somebody has is asked of them"):
        stocktaking.open_count(store.session, store.act(), store.person("Ana"))


def test_a_count_of_thousands_of_lines_is_refused(store: World) -> None:
    serials = [f"SN-{number}" for number in range(10, 10 + stocktaking.MOST_LINES)]
    add_assets(store.session, store.act(), variant=store.variant("Canon R6"), serials=serials, target=store.location("Warehouse"))
    with pytest.raises(Refusal, match="Warehouse has 3,003 lines to count; 3,000 are the most"):
        begin(store)


def test_opening_is_undone_until_somebody_takes_part(store: World) -> None:
    made, posted = stocktaking.open_count(store.session, store.act(), store.location("Warehouse"))
    deal(store, made, "Ana")
    with pytest.raises(Conflict, match="Ana takes part in this count"):
        undo(store.session, store.act(), entry_id=posted.id)
    dealing.give_back(store.session, store.act("Ana"), made)
    undo(store.session, store.act(), entry_id=posted.id)
    assert made.state is StocktakeState.VOID
