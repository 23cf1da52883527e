"""What meeting people promises: one member each, however they come to us, and what they hold stays theirs."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from models import checking_out, finding, ledger, levels, members, people, register
from models.caches import Line
from models.catalog import ItemKind
from models.checkouts import CHECKOUTS
from models.entries import ENTRIES, EntryKind
from models.ledger import Act
from models.locations import LOCATIONS
from models.members import SCHEDULE, Member, Standing
from models.people import Profile
from models.quantities import ONE, whole
from models.refusals import Conflict
from tests.world import World

Build = Callable[..., World]


def meet(w: World, slack_user_id: str = "U1", name: str = "Ana Souza", email: str | None = "ana@acme.test", **told: object) -> Member:
    """Slack tells of a person."""
    profile = Profile(slack_user_id, name, email, str(told.get("zone", "UTC")), Standing(str(told.get("standing", "member"))))
    return people.meet(w.session, Act(members.actor(w.session, SCHEDULE), w.now, lambda: "token"), profile=profile)


def entries(w: World) -> int:
    return int(w.session.execute(select(func.count()).select_from(ENTRIES)).scalar_one())


def test_somebody_new_is_a_member_and_a_location(world: Build) -> None:
    w = world()
    ana = meet(w)
    assert finding.location(w.session, "<@U1>", w.act().by).id == ana.location_id
    assert finding.member(w.session, "ana souza").id == ana.id


def test_hearing_the_same_again_is_no_entry(world: Build) -> None:
    w = world()
    meet(w)
    before = entries(w)
    w.later(days=1)
    assert meet(w).seen_at == w.now
    assert entries(w) == before


def test_a_new_name_is_theirs_everywhere(world: Build) -> None:
    w = world()
    ana = meet(w)
    meet(w, name="Ana Lee")
    assert finding.location(w.session, "Ana Lee", w.act().by).id == ana.location_id
    assert w.session.scalar(select(LOCATIONS.c.name).where(LOCATIONS.c.id == ana.location_id)) == "Ana Lee"


def test_a_name_with_hidden_characters_turns_nobody_away(world: Build) -> None:
    assert meet(world(), name="Ana \u200b\u202eSouza 👩\u200d🔧").name == "Ana Souza 👩🔧"


def test_a_guest_is_known_but_holds_nothing(world: Build) -> None:
    w = world()
    guest = meet(w, standing="guest")
    assert (guest.standing, guest.location_id) == (Standing.GUEST, None)
    assert meet(w).location_id is not None


def test_an_imported_person_becomes_the_one_slack_tells_of(world: Build) -> None:
    w = world()
    imported = people.add_person(w.session, w.act(), name="A. Souza", email="Ana@Acme.test", username="asouza")
    assert meet(w).id == imported.id
    assert finding.member(w.session, "asouza").slack_user_id == "U1"


def test_an_address_is_imported_once(world: Build) -> None:
    w = world()
    meet(w)
    with pytest.raises(Conflict, match="Ana Souza has the address"):
        people.add_person(w.session, w.act(), name="Ana", email="ANA@acme.test")


def two_of_one(w: World) -> tuple[Member, Member]:
    """Somebody whom Slack told of without an address, and the same person from a file, with a camera and two hard hats out."""
    ana = meet(w, email=None)
    imported = people.add_person(w.session, w.act(), name="A. Souza", email="ana@acme.test")
    place = finding.location(w.session, "A. Souza", w.act().by)
    checking_out.check_out(w.session, w.act(), assets=[w.asset("SN-1")], holder=place)
    hats = register.add_item(w.session, w.act(), name="Cable tie", kind=ItemKind.CONSUMABLE)[0]
    supplier = finding.location(w.session, "Supplier", w.act().by)
    ledger.post(w.session, w.act(), EntryKind.RECEIVED, lines=[Line(hats.id, whole(2), supplier.id, place.id)])
    return ana, imported


def test_one_entry_moves_all_that_an_imported_person_holds_to_the_one_slack_tells_of(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    ana, imported = two_of_one(w)
    before = entries(w)
    meet(w)
    assert entries(w) == before + 2  # the address, and the merge
    assert w.asset("SN-1").location_id == ana.location_id
    assert levels.on_hand(w.session, w.variant("Cable tie").id, ana.location_id or 0) == 2 * ONE
    assert w.session.scalars(select(CHECKOUTS.c.holder_id).where(CHECKOUTS.c.closed_at.is_(None))).all() == [ana.location_id]
    assert (imported.merged_into, imported.archived_at) == (ana.id, w.now)


def test_a_merge_happens_once(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    two_of_one(w)
    meet(w)
    before = entries(w)
    meet(w)
    assert entries(w) == before


def test_deactivation_keeps_what_somebody_holds(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    ana = meet(w)
    checking_out.check_out(w.session, w.act(), assets=[w.asset("SN-1")], holder=finding.location(w.session, "<@U1>", w.act().by))
    meet(w, standing="deactivated")
    assert (ana.standing, w.asset("SN-1").location_id) == (Standing.DEACTIVATED, ana.location_id)
