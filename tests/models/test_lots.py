"""What lots promise: every receipt names one, the first to expire goes first, and what is kept back does not go out."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from models import catalog, lot_register, lots, stock
from models.catalog import ItemKind
from models.editing import edit_item
from models.entries import ENTRIES, WORDS
from models.ledger import Posted
from models.lot_register import LotSaid, LotWanted
from models.lots import LotStatus
from models.members import Role
from models.quantities import ONE, whole
from models.refusals import Conflict, Expired, NotAllowed, Refusal, Shortage
from models.register import add_item
from models.roles import grant
from models.undo import undo
from tests.world import World

Build = Callable[..., World]


def take(w: World, quantity: int, *, by: str | None = None, source: str = "Warehouse", lot: str | None = None, **said: Any) -> Posted:
    named = w.lot(lot) if lot else None
    where = w.location(source)
    return stock.take(w.session, w.act(by), variant=w.variant("milk"), quantity=whole(quantity), source=where, lot=named, **said)


def move(w: World, quantity: int, target: str, *, lot: str | None = None, source: str = "Warehouse", **said: Any) -> Posted:
    named, ends = w.lot(lot) if lot else None, {"source": w.location(source), "target": w.location(target)}
    return stock.move(w.session, w.act(), variant=w.variant("milk"), quantity=whole(quantity), lot=named, **ends, **said)


def went(w: World, posted: Posted) -> list[tuple[str | None, int]]:
    codes = lots.by_id(w.session, [line.lot_id for line in posted.lines])
    return [(codes[line.lot_id].code if line.lot_id else None, line.quantity // ONE) for line in posted.lines]


def quarantine(w: World, lot: str) -> Posted:
    return lot_register.quarantine(w.session, w.act(), w.lot(lot), note="Smells odd")


# Coming in


def test_a_receipt_of_what_is_tracked_by_lots_names_one_and_the_last_are_offered(dairy: World) -> None:
    with pytest.raises(LotWanted, match="milk is tracked by lots") as wanted:
        dairy.has("5 milk in Warehouse")
    assert [choice.label for choice in wanted.value.choices] == ["Lot L-3", "Lot L-1 (expires Thu 3 Dec)", "Lot L-2 (expires Wed 9 Dec)"]


def test_a_lot_knows_where_it_came_from_and_when(world: Build) -> None:
    w = world()
    w.in_lots("milk")
    lot = w.receive(5, "milk", "L-1", expires="2026-12-03", source="Dairy")
    assert (lot.supplier_id, lot.received_on, lot.expires_on) == (w.supplier("Dairy").id, date(2026, 11, 23), date(2026, 12, 3))


def test_more_of_a_known_lot_goes_into_it_however_its_code_is_written(dairy: World) -> None:
    dairy.receive(2, "milk", "l-1")
    assert dairy.left("L-1", "Warehouse") == 5


def test_what_a_receipt_says_anew_of_a_lot_is_learnt(dairy: World) -> None:
    dairy.receive(1, "milk", "L-3", expires="2026-12-20", source="Dairy")
    assert (dairy.lot("L-3").expires_on, dairy.lot("L-3").supplier_id) == (date(2026, 12, 20), dairy.supplier("Dairy").id)


def test_another_day_or_supplier_is_another_lot(dairy: World) -> None:
    with pytest.raises(Conflict, match="Lot L-1 expires on Thu 3 Dec 2026, and you said Fri 4 Dec 2026"):
        dairy.receive(1, "milk", "L-1", expires="2026-12-04")
    dairy.receive(1, "milk", "L-1", source="Dairy")
    with pytest.raises(Conflict, match="Lot L-1 came from Dairy"):
        dairy.receive(1, "milk", "L-1", source="Farm")


def test_the_same_code_may_be_two_items_lots(dairy: World) -> None:
    dairy.in_lots("cheese")
    stock.receive(
        dairy.session,
        dairy.act(),
        variant=dairy.variant("cheese"),
        quantity=ONE,
        target=dairy.location("Warehouse"),
        lot=LotSaid("L-1"),
    )
    assert len(lots.called(dairy.session, "L-1")) == 2


@pytest.mark.parametrize(
    ("made", "expires", "told"),
    [("2026-11-24", None, "still to come"), ("2026-11-20", "2026-11-19", "before it was made on Fri 20 Nov 2026")],
)
def test_days_that_can_not_be_are_refused(dairy: World, made: str, expires: str | None, told: str) -> None:
    named = LotSaid("L-9", date.fromisoformat(expires) if expires else None, date.fromisoformat(made))
    into = {"variant": dairy.variant("milk"), "quantity": ONE, "target": dairy.location("Warehouse")}
    with pytest.raises(Refusal, match=told):
        stock.receive(dairy.session, dairy.act(), lot=named, **into)  # type: ignore[arg-type]


def test_a_lot_of_what_is_not_tracked_is_refused(world: Build) -> None:
    w = world("1 bolt in Warehouse")
    with pytest.raises(Refusal, match="bolt is not tracked by lots"):
        w.receive(1, "bolt", "L-1")


def test_an_undone_receipt_takes_its_lot_with_it_and_the_code_is_free(dairy: World) -> None:
    into = {"variant": dairy.variant("milk"), "quantity": ONE, "target": dairy.location("Warehouse")}
    posted = stock.receive(dairy.session, dairy.act(), lot=LotSaid("L-4"), **into)  # type: ignore[arg-type]
    undo(dairy.session, dairy.act(), entry_id=posted.id)
    assert lots.called(dairy.session, "L-4") == []
    dairy.receive(2, "milk", "L-4", expires="2027-01-01")
    assert dairy.left("L-4", "Warehouse") == 2


def test_the_receipt_that_made_a_lot_known_is_not_undone_under_a_later_one(dairy: World) -> None:
    into = {"variant": dairy.variant("milk"), "quantity": ONE, "target": dairy.location("Warehouse")}
    first = stock.receive(dairy.session, dairy.act(), lot=LotSaid("L-4"), **into)  # type: ignore[arg-type]
    dairy.receive(1, "milk", "L-4")
    with pytest.raises(Conflict, match="Warehouse would still hold 1 milk of lot L-4"):
        undo(dairy.session, dairy.act(), entry_id=first.id)


def test_an_item_of_which_there_are_lots_stays_tracked_by_them(dairy: World) -> None:
    item = catalog.item(dairy.session, dairy.variant("milk").item_id)
    with pytest.raises(Conflict, match="milk has come in lots already"):
        edit_item(dairy.session, dairy.act(), item, lot_tracked=False)
    tracked = dairy.session.execute(ENTRIES.select().where(ENTRIES.c.kind == "edited").order_by(ENTRIES.c.id)).first()
    assert tracked is not None
    with pytest.raises(Conflict, match="milk has come in lots already"):
        undo(dairy.session, dairy.act(), entry_id=tracked.id)


def test_what_has_serials_needs_no_lots(world: Build) -> None:
    w = world()
    with pytest.raises(Refusal, match="traced one by one"):
        add_item(w.session, w.act(), name="Canon R6", kind=ItemKind.SERIALISED, lot_tracked=True)


# Going out


def test_the_first_to_expire_goes_first_over_several_lots_in_one_entry(dairy: World) -> None:
    assert went(dairy, take(dairy, 10)) == [("L-1", 3), ("L-2", 5), ("L-3", 2)]


def test_what_is_of_no_lot_goes_before_all_lots(world: Build) -> None:
    w = world("2 milk in Warehouse")
    w.in_lots("milk")
    w.receive(3, "milk", "L-1", expires="2026-12-03")
    assert went(w, take(w, 4)) == [(None, 2), ("L-1", 2)]


def test_a_named_lot_is_the_one_that_goes(dairy: World) -> None:
    assert went(dairy, take(dairy, 2, lot="L-3")) == [("L-3", 2)]


def test_too_little_of_a_named_lot_names_where_enough_of_it_is_and_what_else_is_here(dairy: World) -> None:
    move(dairy, 4, "Van 3", lot="L-3")
    with pytest.raises(Shortage, match=r"Warehouse holds no milk of lot L-3; you asked for 4\. Van 3 has enough of it\.") as short:
        take(dairy, 4, lot="L-3")
    assert [choice.label for choice in short.value.choices] == ["Take 4 from Van 3", "Take it from lot L-2 (5)"]


def test_more_than_all_lots_together_hold_says_so_like_anything_else(dairy: World) -> None:
    move(dairy, 4, "Van 3", lot="L-3")
    with pytest.raises(Shortage, match=r"Warehouse holds 8 milks; you asked for 9\. Nearest: Van 3 \(4\)\."):
        take(dairy, 9)


def test_what_has_expired_is_passed_over(dairy: World) -> None:
    dairy.later(days=12)
    assert went(dairy, take(dairy, 2)) == [("L-2", 2)]


def test_on_its_last_day_by_the_clock_of_its_location_a_lot_is_still_good(dairy: World) -> None:
    dairy.location("Warehouse").time_zone = "America/New_York"
    dairy.session.flush()
    dairy.now = dairy.now.replace(month=12, day=4, hour=3)  # 22:00 on the 3rd in New York
    assert went(dairy, take(dairy, 1)) == [("L-1", 1)]


def test_an_expired_lot_goes_only_where_a_keeper_insists_and_the_reason_is_kept(dairy: World) -> None:
    dairy.later(days=12)
    with pytest.raises(Expired, match="Lot L-1 of milk expired on Thu 3 Dec"):
        take(dairy, 1, lot="L-1")
    posted = take(dairy, 1, lot="L-1", insisting="For the pigs")
    note = dairy.session.execute(WORDS.select().where(WORDS.c.entry_id == posted.id)).one().note
    assert (went(dairy, posted), note) == ([("L-1", 1)], "used although expired: For the pigs")


def test_others_can_not_insist(dairy: World) -> None:
    dairy.later(days=12)
    with pytest.raises(Conflict, match="A keeper can use it anyway"):
        take(dairy, 1, by="Ana", lot="L-1")
    with pytest.raises(NotAllowed):
        take(dairy, 1, by="Ana", lot="L-1", insisting="I like it")


def test_where_only_expired_stock_would_do_it_is_named(dairy: World) -> None:
    dairy.later(days=12)
    with pytest.raises(Expired, match=r"holds 12 milks, but 3 of lot L-1 expired on Thu 3 Dec; 9 can go\."):
        take(dairy, 10)
    assert went(dairy, take(dairy, 10, insisting="Tested")) == [("L-1", 3), ("L-2", 5), ("L-3", 2)]


def test_what_is_thrown_away_is_the_first_to_expire_and_what_is_blocked_goes_last(dairy: World) -> None:
    dairy.later(days=12)
    quarantine(dairy, "L-2")
    scrapped = stock.scrap(dairy.session, dairy.act(), variant=dairy.variant("milk"), quantity=whole(8), source=dairy.location("Warehouse"))
    assert went(dairy, scrapped) == [("L-1", 3), ("L-3", 4), ("L-2", 1)]


def test_a_backdated_take_is_of_what_lay_there_and_was_good_then(dairy: World) -> None:
    dairy.later(days=12)
    then = dairy.now - timedelta(days=11)
    assert went(dairy, take(dairy, 2, happened_at=then)) == [("L-1", 2)]
    dairy.receive(5, "milk", "L-0", expires="2026-12-06")
    assert went(dairy, take(dairy, 2, happened_at=then)) == [("L-1", 1), ("L-2", 1)]
    with pytest.raises(Shortage, match="8 could have gone from Warehouse"):
        take(dairy, 9, happened_at=then)


# Kept back


def test_a_quarantined_lot_is_passed_over_and_refused_by_name(dairy: World) -> None:
    quarantine(dairy, "L-1")
    assert went(dairy, take(dairy, 1)) == [("L-2", 1)]
    with pytest.raises(Conflict, match="Lot L-1 of milk is quarantined, and is not given out"):
        take(dairy, 1, lot="L-1")


@pytest.mark.parametrize("target", ["Ana", "Site North", "Riverside"])
def test_a_quarantined_lot_goes_to_nobody(dairy: World, target: str) -> None:
    quarantine(dairy, "L-1")
    dairy.member("Ana")
    where = dairy.customer(target) if target == "Riverside" else dairy.location(target)
    with pytest.raises(Conflict, match="is quarantined"):
        take(dairy, 1, lot="L-1", target=where)
    with pytest.raises(Refusal):
        move(dairy, 1, target, lot="L-1")


def test_a_keeper_puts_a_quarantined_lot_aside_and_nobody_else_does(dairy: World) -> None:
    quarantine(dairy, "L-1")
    move(dairy, 2, "Cage", lot="L-1")
    assert dairy.left("L-1", "Cage") == 2
    with pytest.raises(NotAllowed):
        take(dairy, 1, by="Ana", lot="L-1", target=dairy.location("Cage"))


def test_where_all_of_it_is_kept_back_the_reason_is_told_with_the_nearest_that_can_go(dairy: World) -> None:
    dairy.receive(6, "milk", "L-5", "Van 3")
    for lot in ("L-1", "L-2"):
        quarantine(dairy, lot)
    reasons = "3 of lot L-1 are quarantined and 5 of lot L-2 are quarantined; 4 can go"
    told = rf"holds 12 milks; you asked for 5\. But {reasons}\. Nearest: Van 3 \(6\)\."
    with pytest.raises(Shortage, match=told):
        take(dairy, 5)


def test_stock_elsewhere_that_is_kept_back_is_no_way_on(dairy: World) -> None:
    dairy.receive(6, "milk", "L-5", "Van 3")
    quarantine(dairy, "L-5")
    with pytest.raises(Shortage, match="No other store has any"):
        take(dairy, 13)


def test_a_released_lot_goes_again(dairy: World) -> None:
    quarantine(dairy, "L-1")
    lot_register.release(dairy.session, dairy.act(), dairy.lot("L-1"))
    assert went(dairy, take(dairy, 1)) == [("L-1", 1)]


def test_quarantine_and_its_undo(dairy: World) -> None:
    posted = quarantine(dairy, "L-1")
    with pytest.raises(Conflict, match="Lot L-1 is quarantined already"):
        quarantine(dairy, "L-1")
    undo(dairy.session, dairy.act(), entry_id=posted.id)
    assert dairy.lot("L-1").status is LotStatus.OK
    with pytest.raises(Conflict, match="may be given out already"):
        lot_register.release(dairy.session, dairy.act(), dairy.lot("L-1"))


def test_quarantine_is_for_keepers_and_release_for_those_of_every_store_that_has_some(dairy: World) -> None:
    with pytest.raises(NotAllowed):
        lot_register.quarantine(dairy.session, dairy.act("Ana"), dairy.lot("L-1"))
    quarantine(dairy, "L-1")
    with pytest.raises(NotAllowed):
        lot_register.release(dairy.session, dairy.act("Ana"), dairy.lot("L-1"))


def test_a_lot_is_edited_and_its_code_stays_its_own(dairy: World) -> None:
    posted = lot_register.edit_lot(
        dairy.session, dairy.act(), dairy.lot("L-1"), code="L-01", expires_on=date(2026, 12, 5), note="Relabelled"
    )
    assert dairy.lot("l-01").expires_on == date(2026, 12, 5)
    with pytest.raises(Conflict, match="There is a lot L-2 of it already"):
        lot_register.edit_lot(dairy.session, dairy.act(), dairy.lot("L-01"), code="l-2")
    with pytest.raises(Refusal, match="nothing was changed"):
        lot_register.edit_lot(dairy.session, dairy.act(), dairy.lot("L-01"), code="L-01")
    undo(dairy.session, dairy.act(), entry_id=posted.id)
    assert dairy.lot("L-1").expires_on == date(2026, 12, 3)


def test_keepers_elsewhere_do_not_release_here(dairy: World) -> None:
    quarantine(dairy, "L-1")
    ana = dairy.member("Ana")
    grant(dairy.session, dairy.act(), member=ana, role=Role.KEEPER, location=dairy.location("Van 3"))
    with pytest.raises(NotAllowed):
        lot_register.release(dairy.session, dairy.act("Ana"), dairy.lot("L-1"))
