"""Kits: what belongs together goes out, comes back and is booked as one, and each part stays what it is."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models import (
    archiving,
    asking,
    audit,
    availability,
    booked,
    booking,
    deciding,
    finding,
    history,
    kit_lending,
    kit_register,
    kits,
    levels,
    members,
    pickups,
    register,
    short_codes,
    stocktake_reads,
    stocktaking,
)
from models.approvals import ApprovalRequest
from models.availability import Wanted
from models.booked import Which
from models.bookings import Booking
from models.catalog import ItemKind, Variant
from models.custody import lost, retire
from models.diary import Window
from models.extending import extend
from models.kit_lending import NotWhole
from models.kit_register import Belongs
from models.kits import Kit
from models.ledger import Act, Posted
from models.members import Role
from models.notices import NOTICES, NoticeKind
from models.quantities import whole
from models.refusals import Conflict, NotAllowed, NotFound, Refusal, Taken
from models.times import Due, in_zone
from models.undo import undo
from tests.world import MONDAY, World, due, fresh_database, open_world

Build = Callable[..., World]
CAMERA, LENS, CARDS = "Canon R6 SN-1 in Warehouse", "Lens SN-2 in Warehouse", "6 returnable SD card in Warehouse"


def belongs(w: World, *said: str) -> list[Belongs]:
    """What "SN-1" or "2 SD card" name."""
    found = []
    for one in said:
        if one.startswith("SN-"):
            asset = w.asset(one)
            found.append(Belongs(w.session.get_one(Variant, asset.variant_id), asset=asset))
        else:
            number, _, item = one.partition(" ")
            found.append(Belongs(w.variant(item), whole(int(number))))
    return found


def kit_of(w: World, *said: str, name: str = "Interview kit") -> Kit:
    return kit_register.add_kit(w.session, w.act(), name=name, belongs=belongs(w, *said))


def lends(w: World, kit: Kit, *, to: str = "Ana", without: tuple[str, ...] = (), until: Due | None = None) -> Posted:
    left = [w.session.get_one(kits.KitPart, part.id) for part in kits.parts_of(w.session, kit.id) if part.found_as in without]
    return kit_lending.check_out_kit(w.session, w.act(to), kit=kit, without=left, holder=w.person(to), due=until)


def brings_back(w: World, kit: Kit, *, by: str = "Ana", but: str = "") -> Posted:
    held = kit_lending.out_with(w.session, w.act(by), kit, None)
    return kit_lending.check_in_kit(w.session, w.act(by), held=[one for one in held if one.serial != but]).posted


def out(w: World, kit: Kit) -> list[str]:
    return sorted(f"{one.holder}: {one.serial or one.what}" for one in kit_lending.out_of(w.session, kit))


def at(local: str) -> datetime:
    return in_zone(datetime.fromisoformat(local), "UTC")


def books(w: World, kit: Kit, start: str, end: str, *, to: str = "Ana") -> Posted:
    return booking.book(w.session, w.act(to), kit=kit, holder=w.person(to), start=at(start), end=at(end), zone="UTC")


def test_a_kit_is_found_by_its_name_and_by_the_short_code_on_its_case_and_undone_as_one(world: Build) -> None:
    w = world(CAMERA, CARDS)
    kit = kit_of(w, "SN-1", "2 SD card")
    code = short_codes.of(kit)
    assert [finding.kit(w.session, text) for text in ("interview kit", "kit Interview kit", code)] == [kit, kit, kit]
    assert finding.thing(w.session, code, w.act().by) is kit
    with pytest.raises(NotFound, match="Nearest: Interview kit"):
        finding.kit(w.session, "interview")
    undo(w.session, w.act(), entry_id=history.last_about(w.session, "kits", kit.id) or 0)
    assert kits.with_asset(w.session, w.asset("SN-1").id) is None
    with pytest.raises(NotFound):
        finding.kit(w.session, "Interview kit")


def test_a_kit_holds_what_comes_back_and_an_asset_is_in_one_kit_only(world: Build) -> None:
    w = world(CAMERA, LENS, CARDS, "9 M8 bolt in Warehouse")
    kit = kit_of(w, "SN-1")
    for parts, text in (
        ((), "Say at least one thing that belongs to it."),
        (("2 M8 bolt",), "M8 bolt is used up and does not come back, and all of a kit does."),
        (("1 SD card", "2 SD card"), "SD card is there twice. Put both into one line."),
        (("SN-2", "SN-1"), "Canon R6 SN-1 belongs to Interview kit already. Take it out of there first."),
    ):
        with pytest.raises(Refusal) as refused:
            kit_of(w, *parts, name="Other kit")
        assert refused.value.text == text
    for name, text in (("INTERVIEW kit", "There is a kit called Interview kit already."), ("sd card", "SD card is an item already.")):
        with pytest.raises(Conflict, match=text):
            kit_of(w, "SN-2", name=name)
    with pytest.raises(Conflict, match="There is a kit called Interview kit already"):
        register.add_item(w.session, w.act(), name="interview kit", kind=ItemKind.RETURNABLE)
    kit_register.edit_kit(w.session, w.act(), kit, name="Case 7", belongs=belongs(w, "SN-2", "1 SD card"))
    assert next(part.found_as for part in kits.parts_of(w.session, kit.id)) == "SN-2"
    kit_of(w, "SN-1", name="Other kit")
    with pytest.raises(Conflict, match="Canon R6 SN-1 belongs to Other kit already"):
        kit_register.edit_kit(w.session, w.act(), kit, name="Case 7", belongs=belongs(w, "SN-1"))
    with pytest.raises(Refusal, match="It stands like that already"):
        kit_register.edit_kit(w.session, w.act(), kit, name="Case 7", belongs=belongs(w, "SN-2", "1 SD card"))


def test_all_of_a_kit_goes_out_in_one_entry_and_comes_back_in_part(world: Build) -> None:
    w = world(CAMERA, LENS, CARDS)
    kit = kit_of(w, "SN-1", "SN-2", "2 SD card")
    went = lends(w, kit, until=due("2026-11-27 17:00"))
    assert len(went.lines) == 3 and out(w, kit) == ["Ana: SD card", "Ana: SN-1", "Ana: SN-2"]
    with pytest.raises(Conflict, match=r"^Ana has Interview kit, due Fri 27 Nov, 17:00\.$"):
        lends(w, kit, to="Ben")
    brings_back(w, kit, but="SN-2")
    assert out(w, kit) == ["Ana: SN-2"] and w.on_hand("SD card", "Warehouse") == 6
    completed = brings_back(w, kit, by="Ben")
    assert out(w, kit) == []
    undo(w.session, w.act(), entry_id=completed.id)
    assert out(w, kit) == ["Ana: SN-2"]
    kinds = [one.kind.value for one in history.of_kit(w.session, kit.id, limit=9)]
    assert kinds == ["undid", "checked in", "checked in", "checked out", "added"]
    assert [one.kind.value for one in history.of_asset(w.session, w.asset("SN-2").id, limit=1)] == ["undid"]
    lost(w.session, w.act(), asset=w.asset("SN-1"))
    assert [one.kind.value for one in history.of_kit(w.session, kit.id, limit=2)] == ["lost", "undid"]


def test_what_is_not_to_be_had_is_named_part_by_part_and_the_rest_goes_without_it(world: Build) -> None:
    w = world(CAMERA, LENS, "Lamp SN-3 in Warehouse", CARDS)
    kit = kit_of(w, "SN-1", "SN-2", "SN-3", "2 SD card")
    w.lend("SN-1", to="Ben", due=due("2026-11-25 17:00"))
    lost(w.session, w.act(), asset=w.asset("SN-2"))
    w.hands_out("5 SD card", to="Dee")
    with pytest.raises(NotWhole) as refused:
        lends(w, kit)
    assert refused.value.text == (
        "Interview kit can't go out whole. Ben has Canon R6 SN-1 since Mon 23 Nov, 09:00, due Wed 25 Nov, 17:00. "
        "Lens SN-2 is lost since Mon 23 Nov, 09:00. Warehouse holds 1 SD card; you asked for 2. Dee checked out 5 on Mon 23 Nov, 09:00. "
        "No other store has any."
    )
    assert ([part.found_as for part in refused.value.lacking][:2], refused.value.rest) == (["SN-1", "SN-2"], 1)
    cards = w.variant("SD card").sku
    assert len(lends(w, kit, without=("SN-1", "SN-2", cards)).lines) == 1
    assert out(w, kit) == ["Ana: SN-3", "Ben: SN-1"]
    with pytest.raises(Refusal, match="Several people have something of Interview kit"):
        kit_lending.out_with(w.session, w.act(), kit, None)
    with pytest.raises(Conflict, match="nothing in it that could go out"):
        lends(w, kit, to="Dee", without=("SN-1", "SN-2", "SN-3", cards))


def test_of_a_template_serials_are_chosen_that_are_free_and_in_no_kit(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-4 in Warehouse", "Canon R6 SN-5 in Van 3", CARDS)
    template = kit_of(w, "1 Canon R6", "2 SD card", name="Template")
    kit_of(w, "SN-1")
    lends(w, template)
    lends(w, template, to="Ben")
    assert out(w, template) == ["Ana: SD card", "Ana: SN-4", "Ben: SD card", "Ben: SN-5"]
    with pytest.raises(NotWhole, match="It takes 1 Canon R6, and no Canon R6 lies free in a store and in no kit"):
        lends(w, template, to="Dee")
    brings_back(w, template)
    assert out(w, template) == ["Ben: SD card", "Ben: SN-5"]
    assert levels.on_hand(w.session, w.variant("SD card").id, w.location("Warehouse").id) == whole(4)


def test_a_kit_that_is_out_can_be_extended_and_not_archived(world: Build) -> None:
    w = world(CAMERA, CARDS)
    kit = kit_of(w, "SN-1", "2 SD card")
    lends(w, kit, until=due("2026-11-25 17:00"))
    held = kit_lending.out_with(w.session, w.act("Ana"), kit, None)
    rows = [w.session.get_one(kit_lending.Checkout, one.id) for one in held]
    extend(w.session, w.act("Ana"), lent=rows, due=due("2026-11-27 17:00"))
    assert {one.due_at for one in kit_lending.out_of(w.session, kit)} == {at("2026-11-27 17:00")}
    with pytest.raises(Conflict, match=r"^Ana still has some of Interview kit\. Bring it back first\.$"):
        archiving.archive_kit(w.session, w.act(), kit)
    with pytest.raises(Conflict, match="Ana would have Interview kit, and what is archived is not lent"):
        undo(w.session, w.act(), entry_id=history.of_kit(w.session, kit.id, limit=9)[-1].id)
    brings_back(w, kit)
    archived = archiving.archive_kit(w.session, w.act(), kit)
    assert kits.with_asset(w.session, w.asset("SN-1").id) is None
    undo(w.session, w.act(), entry_id=archived.id)
    assert kits.with_asset(w.session, w.asset("SN-1").id) is kit


def test_what_is_archived_belongs_to_no_kit(world: Build) -> None:
    w = world(CAMERA, LENS)
    kit = kit_of(w, "SN-1", "SN-2")
    retire(w.session, w.act(), asset=w.asset("SN-2"))
    archiving.archive_asset(w.session, w.act(), w.asset("SN-2"))
    assert [part.serial for part in kits.parts_of(w.session, kit.id)] == ["SN-1"]


def test_a_kit_that_needs_approval_is_asked_for_and_its_serials_chosen_when_it_is_given(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", CARDS)
    w.member("Bo", Role.APPROVER)
    kit = kit_of(w, "1 Canon R6", "1 SD card")
    w.always_ask("Canon R6")
    asked = asking.ask_or_do(w.session, w.act("Ana"), "check_out_kit", kit=kit, without=[], holder=w.person("Ana"), due=None, purpose=None)
    assert isinstance(asked, ApprovalRequest) and out(w, kit) == []
    w.session.expire_all()
    lost(w.session, w.act(), asset=w.asset("SN-1"))
    deciding.approve(w.session, w.act("Bo"), request_id=asked.id, version=asked.version)
    assert out(w, kit) == ["Ana: SD card", "Ana: SN-2"]


def test_a_kit_is_booked_picked_up_and_cancelled_as_one(world: Build) -> None:
    w = world(CAMERA, LENS, CARDS)
    kit = kit_of(w, "SN-1", "SN-2", "2 SD card")
    books(w, kit, "2026-11-25 09:00", "2026-11-26 17:00")
    (mine,) = booked.those(w.session, Which(holder_id=w.person("Ana").id))
    assert (mine.what, mine.kit_id, booked.count(w.session, Which(kit_id=kit.id))) == ("Interview kit", kit.id, 1)
    assert [one.kit for one in booked.those(w.session, Which(asset_id=w.asset("SN-2").id))] == ["Interview kit"]
    with pytest.raises(Taken, match="Ana has booked Lens SN-2"):
        w.lend("SN-2", to="Ben")
    with pytest.raises(Taken) as refused:
        lends(w, kit, to="Ben", until=due("2026-11-25 12:00"))
    has = "Ana has booked Interview kit from Wed 25 Nov, 09:00 to Thu 26 Nov, 17:00. It is free until Wed 25 Nov, 09:00."
    assert (refused.value.text, [choice.value for choice in refused.value.choices]) == (has, ["2026-11-25 09:00"])
    lends(w, kit, to="Ben", until=due("2026-11-24 17:00"))
    brings_back(w, kit, by="Ben")
    cancelled = booking.cancel(w.session, w.act("Ana"), bookings=booked.with_it(w.session, w.session.get_one(Booking, mine.id)))
    assert booked.those(w.session, Which()) == []
    undo(w.session, w.act("Ana"), entry_id=cancelled.id)
    w.now = at("2026-11-25 09:00")
    lends(w, kit, until=due("2026-11-26 17:00"))
    assert booked.those(w.session, Which()) == []


def test_what_nobody_picks_up_is_freed_as_one_and_told_of_once(world: Build) -> None:
    w = world(CAMERA, LENS)
    kit = kit_of(w, "SN-1", "SN-2")
    books(w, kit, "2026-11-26 09:00", "2026-11-26 17:00")
    for moment in ("2026-11-25 09:00", "2026-11-26 11:00"):
        w.now = at(moment)
        pickups.review(w.session, Act(members.actor(w.session, members.SCHEDULE), w.now, str))
    told = w.session.scalars(select(NOTICES.c.kind).where(NOTICES.c.subject != "homes").order_by(NOTICES.c.id)).all()
    assert [one for one in told if one in (NoticeKind.PICK_UP, NoticeKind.FREED)] == [NoticeKind.PICK_UP, NoticeKind.FREED]
    assert booked.those(w.session, Which()) == []


def test_all_of_a_kit_is_counted_as_one(world: Build) -> None:
    w = world(CAMERA, LENS)
    kit = kit_of(w, "SN-1", "SN-2")
    count, _ = stocktaking.open_count(w.session, w.act(), w.location("Warehouse"))
    parts = [w.asset(part.serial or "") for part in kits.parts_of(w.session, kit.id)]
    stocktaking.tally(w.session, w.act(), count, [], seen=parts, at=w.location("Warehouse"))
    assert stocktake_reads.complete(stocktake_reads.lines(w.session, count))


def test_a_kit_is_for_keepers_of_the_register_to_make(world: Build) -> None:
    w = world(CAMERA)
    with pytest.raises(NotAllowed):
        kit_register.add_kit(w.session, w.act("Ana"), name="Mine", belongs=belongs(w, "SN-1"))


acts = st.tuples(st.sampled_from(("lend", "book", "hats", "book kit", "lend kit", "edit")), st.integers(1, 3), st.integers(0, 9))


@given(done=st.lists(acts, max_size=6), start=st.integers(0, 8), hours=st.integers(1, 4))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_a_kit_can_be_had_when_all_its_parts_can_and_no_part_is_ever_in_two(
    done: list[tuple[str, int, int]], start: int, hours: int
) -> None:
    database = fresh_database()
    with open_world(database) as w:
        w.has(*(f"Canon R6 SN-{number} in Warehouse" for number in (1, 2, 3)), "3 returnable hat in Warehouse")
        both = [kit_of(w, "SN-1", "1 Canon R6", "1 hat", name="One"), kit_of(w, "SN-3", "2 hat", name="Two")]
        for number, (verb, which, hour) in enumerate(done):
            with suppress(Refusal):
                tries(w, both, verb, which, hour, who=("Ana", "Ben", "Dee")[number % 3])
        parts = [kits.parts_of(w.session, kit.id) for kit in both]
        owned = [part.asset_id for own in parts for part in own if part.asset_id is not None]
        assert len(owned) == len(set(owned))
        window = Window(MONDAY + timedelta(hours=start), MONDAY + timedelta(hours=start + hours))
        for kit, own in zip(both, parts, strict=True):
            diaries = [availability.diary_of(w.session, w.session.get_one(Variant, part.variant_id), now=w.now) for part in own]
            wanted = [Wanted(part.variant_id, diary, part.asset_id, part.quantity) for part, diary in zip(own, diaries, strict=True)]
            free = availability.all_free(wanted, window)
            booked_for = {"holder": w.person("Eve"), "zone": "UTC", "start": window.start, "end": window.end}
            try:
                undo(w.session, w.act(), entry_id=booking.book(w.session, w.act("Eve"), kit=kit, **booked_for).id)
            except Taken:
                assert not free
            else:
                assert free
        assert audit.problems(w.session) == []
    database.close()


def tries(w: World, both: list[Kit], verb: str, which: int, hour: int, *, who: str) -> None:
    """Somebody lends, books or puts together something; what is refused changes nothing."""
    start, serial = MONDAY + timedelta(hours=hour), f"SN-{which}"
    until = Due(datetime.combine(start.date(), start.time()), "UTC", start)
    times = {"holder": w.person(who), "start": start, "end": start + timedelta(hours=which + 1), "zone": "UTC"}
    match verb:
        case "lend":
            w.lend(serial, to=who, due=until)
        case "book":
            booking.book(w.session, w.act(who), chosen=[w.asset(serial)], **times)
        case "hats":
            booking.book(w.session, w.act(who), variant=w.variant("hat"), quantity=whole(which), **times)
        case "book kit":
            booking.book(w.session, w.act(who), kit=both[which % 2], **times)
        case "lend kit":
            lends(w, both[which % 2], to=who, until=until)
        case _:
            kit_register.edit_kit(w.session, w.act(), both[hour % 2], name=both[hour % 2].name, belongs=belongs(w, serial, "1 hat"))
