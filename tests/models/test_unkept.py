"""Who booked, or waits for, what gets lost or breaks is told; who can still have theirs is not."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select

from models import booked, booking, repairs, unkept, waiting
from models.assets import AssetState
from models.booked import Which
from models.bookings import Booking
from models.custody import found, lost, move_assets, retire
from models.ledger import Posted
from models.members import Role
from models.notices import NOTICES, NoticeKind
from models.refusals import Conflict, NotAllowed, Taken
from models.times import in_zone
from models.undo import undo
from tests.world import World


@pytest.fixture
def w(world: Callable[..., World]) -> World:
    """Three cameras in a store; Ana has booked the first from Friday to Monday."""
    built = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "Canon R6 SN-3 in Warehouse")
    built.member("Kai", Role.KEEPER)
    books(built, "SN-1")
    return built


def books(w: World, what: str, *, by: str = "Ana", start: str = "2026-11-27 09:00", end: str = "2026-11-30 17:00") -> Posted:
    """Somebody books a serial, or "2" of any, from Friday to Monday unless it is said."""
    first, last = (in_zone(datetime.fromisoformat(local), "UTC") for local in (start, end))
    times = {"start": first, "end": last, "zone": "UTC", "holder": w.person(by)}
    if what.isdigit():
        return booking.book(w.session, w.act(by), variant=w.variant("Canon R6"), quantity=int(what) * 1_000_000, **times)
    return booking.book(w.session, w.act(by), chosen=[w.asset(what)], **times)


def told(w: World) -> list[tuple[str, bool]]:
    """Who was told that something can't be had, and whether that message has shrunk."""
    query = select(NOTICES.c.member_id, NOTICES.c.superseded).where(NOTICES.c.kind == NoticeKind.GONE).order_by(NOTICES.c.id)
    names = {w.member(name).id: name for name in ("Ana", "Ben", "Kim", "Kai")}
    return [(names[row.member_id], row.superseded) for row in w.session.connection().execute(query)]


def row(w: World, by: str = "Ana") -> Booking:
    (one,) = booked.those(w.session, Which(holder_id=w.person(by).id))
    return w.session.get_one(Booking, one.id)


@pytest.mark.parametrize("verb", [lost, retire, "take out of use", "send to repair"])
def test_whoever_booked_it_is_told_whatever_became_of_it(w: World, verb: Callable[..., Posted] | str) -> None:
    if callable(verb):
        verb(w.session, w.act(), asset=w.asset("SN-1"))
    elif verb == "send to repair":
        repairs.send_to_repair(w.session, w.act(), asset=w.asset("SN-1"), target=w.location("Workshop"))
    else:
        repairs.take_out_of_use(w.session, w.act(), record=repairs.report(w.session, w.act(), asset=w.asset("SN-1"), problem="dark")[0])
    assert told(w) == [("Ana", False)]
    assert unkept.is_unkept(w.session, row(w), w.now)
    assert booked.get(w.session, row(w).id).gone in unkept.GONE


def test_nobody_is_told_when_it_only_moves_or_when_they_did_it_themselves(w: World) -> None:
    move_assets(w.session, w.act(), assets=[w.asset("SN-1")], target=w.location("Van 3"))
    books(w, "SN-2", by="Kim")
    lost(w.session, w.act("Kim"), asset=w.asset("SN-2"))
    assert told(w) == []


def test_once_it_is_found_the_booking_stands_and_a_second_loss_is_told_again(w: World) -> None:
    lost(w.session, w.act(), asset=w.asset("SN-1"))
    found(w.session, w.act(), asset=w.asset("SN-1"), target=w.location("Warehouse"))
    assert not unkept.is_unkept(w.session, row(w), w.now)
    posted = lost(w.session, w.act(), asset=w.asset("SN-1"))
    undo(w.session, w.act(), entry_id=posted.id)
    assert not unkept.is_unkept(w.session, row(w), w.now)
    assert told(w) == [("Ana", True), ("Ana", False)]


def test_of_those_who_booked_any_the_last_goes_without(w: World) -> None:
    books(w, "1", by="Ben")
    books(w, "1", by="Kai")
    lost(w.session, w.act(), asset=w.asset("SN-3"))
    assert told(w) == [("Kai", False)]
    retire(w.session, w.act(), asset=w.asset("SN-2"))
    assert told(w) == [("Kai", False), ("Ben", False)]


def test_who_has_booked_any_for_a_time_when_enough_are_there_is_not_told(w: World) -> None:
    books(w, "1", by="Ben")
    books(w, "1", by="Kai", end="2026-12-01 17:00")
    books(w, "1", by="Ana", start="2026-11-30 18:00", end="2026-12-02 17:00")
    lost(w.session, w.act(), asset=w.asset("SN-3"))
    assert told(w) == [("Kai", False)]


def test_another_one_of_the_model_is_booked_in_its_place_and_undo_gives_the_first_back(w: World) -> None:
    books(w, "SN-2", by="Ben")
    lost(w.session, w.act(), asset=w.asset("SN-1"))
    assert [one.serial for one in unkept.instead(w.session, row(w), w.now)] == ["SN-3"]
    with pytest.raises(Taken):
        booking.take_instead(w.session, w.act("Ana"), booking=row(w), asset=w.asset("SN-2"))
    with pytest.raises(NotAllowed):
        booking.take_instead(w.session, w.act("Ben"), booking=row(w), asset=w.asset("SN-3"))
    posted = booking.take_instead(w.session, w.act("Ana"), booking=row(w), asset=w.asset("SN-3"))
    assert not unkept.is_unkept(w.session, row(w), w.now)
    with pytest.raises(Conflict):
        booking.take_instead(w.session, w.act("Ana"), booking=row(w), asset=w.asset("SN-3"))
    undo(w.session, w.act("Ana"), entry_id=posted.id)
    assert row(w).asset_id == w.asset("SN-1").id


def test_whoever_waits_for_it_is_told(w: World) -> None:
    w.lend("SN-2", to="Kai")
    waiting.queue(w.session, w.act("Ben"), variant=w.variant("Canon R6"), asset=w.asset("SN-2"), holder=w.person("Ben"))
    lost(w.session, w.act("Kai"), asset=w.asset("SN-2"))
    assert told(w) == [("Ben", False)]
    assert unkept.state_of(w.session, w.asset("SN-2").id) is AssetState.LOST


def test_whoever_does_it_hears_whom_it_lets_down_and_whether_those_are_told(w: World) -> None:
    books(w, "1", by="Ben")
    books(w, "1", by="Kim")

    def let_down(posted: Posted, serial: str) -> list[tuple[str, bool]]:
        found = unkept.let_down(w.session, [w.asset(serial)], entry_id=posted.id, by_id=posted.member_id, now=w.now)
        return [(unkept.told_to(w.session, one).name, told) for one, told in found]

    posted = lost(w.session, w.act("Kim"), asset=w.asset("SN-3"))
    assert let_down(posted, "SN-3") == [("Kim", False)], "nobody is told what they did themselves"
    posted = retire(w.session, w.act("Kai"), asset=w.asset("SN-1"))
    assert let_down(posted, "SN-1") == [("Ana", True), ("Kim", True)]
    undo(w.session, w.act("Kai"), entry_id=posted.id)
    assert let_down(posted, "SN-1") == []
