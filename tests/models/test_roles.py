"""What roles promise: granted by admins, for a location or everywhere, and never none left who could."""

from collections.abc import Callable

import pytest

from models import members, people, register, roles
from models.ledger import Act
from models.locations import LocationKind
from models.members import COMMAND_LINE, Permission, Role, Standing
from models.refusals import Conflict, NotAllowed, Refusal
from tests.world import World

Build = Callable[..., World]


def test_a_keeper_of_one_location_keeps_what_lies_below_it_and_nothing_else(world: Build) -> None:
    w = world()
    shelf = register.add_location(w.session, w.act(), name="Shelf 2", kind=LocationKind.WAREHOUSE, parent=w.location("North"))
    roles.grant(w.session, w.act(), member=w.member("Ana"), role=Role.KEEPER, location=w.location("North"))
    ana = w.act("Ana").by
    assert ana.may(Permission.COUNT, at=shelf)
    assert not ana.may(Permission.COUNT, at=w.location("South"))


def test_a_revoked_role_is_gone_and_can_be_granted_again(world: Build) -> None:
    w = world()
    ana = w.member("Ana")
    for _ in range(2):
        roles.grant(w.session, w.act(), member=ana, role=Role.APPROVER)
        assert w.act("Ana").by.may(Permission.APPROVE)
        roles.revoke(w.session, w.act(), member=ana, role=Role.APPROVER)
        assert not w.act("Ana").by.may(Permission.APPROVE)


def test_the_last_admin_stays_one(world: Build) -> None:
    w = world()
    with pytest.raises(Conflict, match="Kim is the last admin"):
        roles.revoke(w.session, w.act(), member=w.member("Kim"), role=Role.ADMIN)


def test_an_admin_who_was_deactivated_does_not_count(world: Build) -> None:
    w = world()
    roles.grant(w.session, w.act(), member=w.member("Ana"), role=Role.ADMIN)
    w.member("Ana").standing = Standing.DEACTIVATED
    with pytest.raises(Conflict, match="last admin"):
        roles.revoke(w.session, w.act(), member=w.member("Kim"), role=Role.ADMIN)


def test_roles_are_for_admins_to_give(world: Build) -> None:
    w = world()
    w.member("Ana", Role.KEEPER)
    with pytest.raises(NotAllowed):
        roles.grant(w.session, w.act("Ana"), member=w.member("Ana"), role=Role.ADMIN)


def test_a_role_is_not_granted_twice(world: Build) -> None:
    w = world()
    roles.grant(w.session, w.act(), member=w.member("Ana"), role=Role.KEEPER)
    with pytest.raises(Conflict, match="Ana is keeper everywhere already"):
        roles.grant(w.session, w.act(), member=w.member("Ana"), role=Role.KEEPER)


def test_an_imported_person_has_no_role(world: Build) -> None:
    w = world()
    with pytest.raises(Refusal, match="not a full member"):
        roles.grant(w.session, w.act(), member=people.add_person(w.session, w.act(), name="Bo"), role=Role.KEEPER)


def test_the_command_line_makes_the_first_admins_and_only_once(world: Build) -> None:
    w = world()
    program = Act(members.actor(w.session, COMMAND_LINE), w.now, lambda: "token")
    named = [w.member("Ana"), w.member("Kim")]
    assert [member.name for member in roles.ensure_admins(w.session, program, named)] == ["Ana"]
    assert roles.ensure_admins(w.session, program, named) == []


def test_the_roles_of_a_member_are_listed_with_their_locations(world: Build) -> None:
    w = world()
    roles.grant(w.session, w.act(), member=w.member("Ana"), role=Role.KEEPER, location=w.location("Van 3"))
    roles.grant(w.session, w.act(), member=w.member("Ana"), role=Role.APPROVER)
    assert roles.of(w.session, w.member("Ana")) == [(Role.APPROVER, None), (Role.KEEPER, "Van 3")]
