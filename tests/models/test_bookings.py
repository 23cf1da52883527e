"""Bookings: what is promised for a time is had then, and by nobody else."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select

from models import archiving, availability, booked, booking, catalog, history, locations, merging, people, policies, register, repairs
from models.booked import Which
from models.bookings import Booking
from models.canvas import fitting
from models.custody import lost, move_assets, retire
from models.extending import extend
from models.ledger import Posted
from models.quantities import ONE, whole
from models.refusals import Conflict, NotAllowed, Refusal, Taken
from models.times import in_zone
from models.undo import undo
from tests.world import World, due

Build = Callable[..., World]


def at(local: str) -> datetime:
    return in_zone(datetime.fromisoformat(local), "UTC")


def books(w: World, what: str, start: str, end: str, *, to: str = "Ana", by: str | None = None) -> Posted:
    """Somebody books "SN-1" or "2 hard hat"."""
    times = {"start": at(start), "end": at(end), "zone": "UTC", "holder": w.person(to)}
    if what.startswith("SN-"):
        return booking.book(w.session, w.act(by or to), chosen=[w.asset(one) for one in what.split()], **times)
    quantity, _, item = what.partition(" ")
    return booking.book(w.session, w.act(by or to), variant=w.variant(item), quantity=whole(int(quantity)), **times)


def open_bookings(w: World, to: str = "Ana") -> list[booked.Booked]:
    return booked.those(w.session, Which(holder_id=w.person(to).id))


def test_bookings_that_follow_one_another_fit_and_those_that_meet_do_not(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    books(w, "SN-1", "2026-11-27 09:00", "2026-11-27 12:00")
    books(w, "SN-1", "2026-11-27 12:00", "2026-11-27 17:00", to="Ben")
    books(w, "SN-1", "2026-11-26 12:00", "2026-11-27 09:00", to="Ben")
    with pytest.raises(Taken, match=r"^Ana has booked Canon R6 SN-1 from Fri 27 Nov, 09:00 to 12:00\.$"):
        books(w, "SN-1", "2026-11-27 11:59", "2026-11-27 12:30", to="Dee")
    assert open_bookings(w, "Dee") == []


def test_a_booking_of_any_leaves_the_serials_open_as_long_as_one_is_left_for_it(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    books(w, "1 Canon R6", "2026-11-26 09:00", "2026-11-28 17:00")
    books(w, "SN-1", "2026-11-26 09:00", "2026-11-26 17:00", to="Ben")
    with pytest.raises(Taken, match=r"^None of 2 Canon R6 are free from Thu 26 Nov, 12:00 to 13:00; 1 is wanted\.$"):
        books(w, "SN-2", "2026-11-26 12:00", "2026-11-26 13:00", to="Dee")
    with pytest.raises(Taken):  # each is free at any moment, but neither for all of Ana's time
        books(w, "SN-2", "2026-11-27 12:00", "2026-11-27 13:00", to="Dee")
    books(w, "SN-1", "2026-11-27 12:00", "2026-11-27 13:00", to="Dee")


def test_what_is_counted_is_booked_as_far_as_it_reaches(world: Build) -> None:
    w = world("5 returnable hard hat in Warehouse")
    w.hands_out("2 hard hat", to="Ben", until="2026-11-25 17:00")
    books(w, "5 hard hat", "2026-11-25 17:00", "2026-11-26 17:00")
    with pytest.raises(Taken, match=r"^3 of 5 hard hats are free from Tue 24 Nov, 09:00 to Wed 25 Nov, 12:00; 4 are wanted\.$"):
        books(w, "4 hard hat", "2026-11-24 09:00", "2026-11-25 12:00", to="Dee")
    books(w, "3 hard hat", "2026-11-24 09:00", "2026-11-25 12:00", to="Dee")
    with pytest.raises(Taken):
        w.reserve("1 hard hat in Warehouse", job="job 7")


def test_a_checkout_that_runs_into_a_booking_is_refused_and_told_until_when_it_is_free(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    books(w, "SN-1", "2026-11-25 09:00", "2026-11-26 17:00")
    for until in (due("2026-11-25 12:00"), None):
        with pytest.raises(Taken) as refused:
            w.lend("SN-1", to="Ben", due=until)
        assert refused.value.text.endswith("to Thu 26 Nov, 17:00. It is free until Wed 25 Nov, 09:00.")
        assert [(way.label, way.value) for way in refused.value.choices] == [("Until Wed 25 Nov, 09:00", "2026-11-25 09:00")]
    w.lend("SN-1", to="Ben", due=due("2026-11-25 09:00"))
    with pytest.raises(Taken):
        extend(w.session, w.act("Ben"), assets=[w.asset("SN-1")], due=due("2026-11-25 10:00"))


def test_what_goes_out_to_whoever_booked_it_uses_the_booking_up_and_undo_brings_it_back(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "Canon R6 SN-3 in Warehouse")
    books(w, "2 Canon R6", "2026-11-23 09:00", "2026-11-24 17:00")
    out = w.lend("SN-3", due=due("2026-11-24 17:00"))
    assert [one.quantity for one in open_bookings(w)] == [ONE]
    undo(w.session, w.act("Ana"), entry_id=out.id)
    assert [one.quantity for one in open_bookings(w)] == [2 * ONE]
    w.lend("SN-1", "SN-3", due=due("2026-11-24 17:00"))
    assert open_bookings(w) == []


def test_one_thing_serves_one_of_two_bookings_for_the_same_time_and_both_that_follow_one_another(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    books(w, "SN-1", "2026-11-23 09:00", "2026-11-23 17:00")
    books(w, "1 Canon R6", "2026-11-23 09:00", "2026-11-23 17:00")
    books(w, "SN-1", "2026-11-24 09:00", "2026-11-24 17:00")
    w.lend("SN-1", due=due("2026-11-24 17:00"))
    assert [(one.serial, one.quantity) for one in open_bookings(w)] == [(None, ONE)]


def test_a_booking_for_later_is_left_alone_by_a_checkout_that_ends_before(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    books(w, "SN-1", "2026-11-27 09:00", "2026-11-27 17:00")
    w.lend("SN-1", due=due("2026-11-24 17:00"))
    assert len(open_bookings(w)) == 1


def test_a_category_keeps_things_free_between_one_and_the_next(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    tools = register.add_category(w.session, w.act(), name="Tools")
    cameras = register.add_category(w.session, w.act(), name="Cameras", parent=tools)
    item = catalog.item(w.session, w.variant("Canon R6").item_id)
    item.category_id = cameras.id
    policies.set_booking_rules(w.session, w.act(), category=tools, buffer_minutes=60, no_show_minutes=None)
    books(w, "SN-1", "2026-11-27 09:00", "2026-11-27 12:00")
    with pytest.raises(Taken, match="and it is free again from Fri 27 Nov, 13:00"):
        books(w, "SN-1", "2026-11-27 12:30", "2026-11-27 17:00", to="Ben")
    with pytest.raises(Taken):
        books(w, "SN-1", "2026-11-27 08:00", "2026-11-27 08:30", to="Ben")
    books(w, "SN-1", "2026-11-27 13:00", "2026-11-27 17:00", to="Ben")
    with pytest.raises(Taken, match="It is free until Fri 27 Nov, 08:00"):
        w.lend("SN-1", to="Ben", due=due("2026-11-27 09:00"))


def test_what_is_lost_in_repair_or_used_up_is_not_booked(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "9 M8 bolt in Warehouse")
    move_assets(w.session, w.act(), assets=[w.asset("SN-1")], target=w.location("Workshop"))
    with pytest.raises(Conflict, match=r"^Canon R6 SN-1 is in repair in Workshop: it can't be booked until it is repaired\.$"):
        books(w, "SN-1", "2026-11-27 09:00", "2026-11-27 12:00")
    lost(w.session, w.act(), asset=w.asset("SN-1"))
    with pytest.raises(Conflict, match="is lost"):
        books(w, "SN-1", "2026-11-27 09:00", "2026-11-27 12:00")
    with pytest.raises(Taken, match="1 of 1 Canon R6 is free"):
        books(w, "2 Canon R6", "2026-11-27 09:00", "2026-11-27 12:00")
    retire(w.session, w.act(), asset=w.asset("SN-2"))
    with pytest.raises(Conflict, match="No store has any Canon R6, and none is out"):
        books(w, "1 Canon R6", "2026-11-27 09:00", "2026-11-27 12:00")
    with pytest.raises(Refusal, match="Reserve it instead"):
        books(w, "2 M8 bolt", "2026-11-27 09:00", "2026-11-27 12:00")


def test_what_is_out_of_use_is_not_promised_until_it_is_repaired(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    record, _ = repairs.report(w.session, w.act(), asset=w.asset("SN-1"), problem="Shutter sticks")
    repairs.take_out_of_use(w.session, w.act(), record=record)
    with pytest.raises(Conflict, match="SN-1 is out of use: it can't be booked until it is repaired"):
        books(w, "SN-1", "2026-11-27 09:00", "2026-11-27 12:00")
    with pytest.raises(Taken, match="1 of 1 Canon R6 is free"):
        books(w, "2 Canon R6", "2026-11-27 09:00", "2026-11-27 12:00")
    repairs.repaired(w.session, w.act(), asset=w.asset("SN-1"))
    books(w, "2 Canon R6", "2026-11-27 09:00", "2026-11-27 12:00")


def test_times_that_are_over_or_end_before_they_begin_are_refused(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    with pytest.raises(Refusal, match="is past"):
        books(w, "SN-1", "2026-11-22 09:00", "2026-11-22 12:00")
    with pytest.raises(Refusal, match="is not after"):
        books(w, "SN-1", "2026-11-27 09:00", "2026-11-27 09:00")


def test_only_keepers_book_for_others_and_cancel_what_is_not_theirs(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.member("Dee")
    with pytest.raises(NotAllowed, match="To book for somebody else you need the role keeper"):
        books(w, "SN-1", "2026-11-27 09:00", "2026-11-27 12:00", to="Ana", by="Dee")
    books(w, "SN-1", "2026-11-27 09:00", "2026-11-27 12:00", to="Ana", by="Kim")
    row = w.session.scalars(select(Booking)).one()
    with pytest.raises(NotAllowed, match="It is booked for Ana"):
        booking.cancel(w.session, w.act("Dee"), bookings=[row])
    cancelled = booking.cancel(w.session, w.act("Ana"), bookings=[row])
    assert open_bookings(w) == []
    books(w, "SN-1", "2026-11-27 11:00", "2026-11-27 14:00", to="Dee")
    with pytest.raises(Taken, match="Dee has booked Canon R6 SN-1"):
        undo(w.session, w.act("Ana"), entry_id=cancelled.id)


def test_undo_takes_a_booking_back_and_history_tells_both(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    posted = books(w, "SN-1", "2026-11-27 09:00", "2026-11-27 12:00")
    undo(w.session, w.act("Ana"), entry_id=posted.id)
    assert open_bookings(w) == []
    told = history.of_asset(w.session, w.asset("SN-1").id, limit=5)
    assert [str(one.kind) for one in told] == ["undid", "booked", "added"]
    assert [(one.serial, one.holder, one.quantity) for one in told[1].booked] == [("SN-1", "Ana", ONE)]


def test_the_nearest_free_times_are_as_long_and_at_the_same_hours(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    books(w, "SN-1", "2026-11-25 09:00", "2026-11-27 17:00")
    diary = availability.diary_of(w.session, w.variant("Canon R6"), now=w.now)
    wanted = [availability.Wanted(w.asset("SN-1").variant_id, diary, w.asset("SN-1").id)]
    slots = availability.nearest(wanted, at("2026-11-26 09:00"), at("2026-11-27 17:00"), zone_name="UTC")
    assert [(str(one.start)[:16], str(one.end)[:16]) for one in slots] == [
        ("2026-11-28 09:00", "2026-11-29 17:00"),
        ("2026-11-29 09:00", "2026-11-30 17:00"),
        ("2026-11-23 09:00", "2026-11-24 17:00"),
    ]


def test_what_is_late_is_not_promised_within_a_day(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    w.lend("SN-1", due=due("2026-11-23 12:00"))
    w.later(hours=5)
    with pytest.raises(Taken, match=r"^Ana has Canon R6 SN-1, due Mon 23 Nov, 12:00\.$"):
        books(w, "SN-1", "2026-11-24 09:00", "2026-11-24 12:00", to="Ben")
    books(w, "SN-1", "2026-11-25 09:00", "2026-11-25 12:00", to="Ben")


def test_what_is_archived_is_booked_no_more(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    books(w, "SN-1", "2026-11-27 09:00", "2026-11-27 12:00")
    retire(w.session, w.act(), asset=w.asset("SN-1"))
    archived = archiving.archive_asset(w.session, w.act(), w.asset("SN-1"))
    assert open_bookings(w) == []
    undo(w.session, w.act(), entry_id=archived.id)
    assert len(open_bookings(w)) == 1


def test_what_is_booked_for_an_imported_person_is_theirs_when_slack_knows_them(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    eve = people.add_person(w.session, w.act(), name="Eve Moss", email="eve@example.com")
    place = locations.get(w.session, eve.location_id or 0)
    times = {"start": at("2026-11-27 09:00"), "end": at("2026-11-27 12:00"), "zone": "UTC"}
    booking.book(w.session, w.act(), chosen=[w.asset("SN-1")], holder=place, **times)
    merging.merge(w.session, w.act(), imported=eve, member=w.member("Ana"))
    assert [one.holder for one in open_bookings(w)] == ["Ana"]


def test_a_long_name_leaves_the_serial_legible_in_the_picture_of_a_week() -> None:
    assert fitting("MacBook Pro, 16 GB, 512 GB", 24, 340, ending="MB-1002").endswith("... MB-1002")
    assert fitting("", 24, 100, ending="S" * 100).endswith("S...")
