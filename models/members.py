"""Members, what roles they have, and what each role may do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, Select, bindparam, select, text
from sqlmodel import Field, Session, SQLModel

from models.columns import Word, among, key_of
from models.locations import LOCATIONS, Location, LocationKind
from models.refusals import NotAllowed, Refusal
from models.times import UtcTime
from models.wording import either


class Permission(StrEnum):
    """One thing that somebody may do."""

    LOOK = "look things up"
    CHECK_OUT = "check things out for themselves"
    CHECK_IN = "bring things back"
    TAKE = "take stock from locations that allow it"
    RESERVE = "reserve stock in locations that allow it"
    WANT = "ask for what is not stocked"
    RECEIVE = "receive stock"
    MOVE = "move stock and assets"
    COUNT = "count stock"
    TALLY = "take part in a count that a keeper opened"
    SCRAP = "scrap stock and retire assets"
    RELEASE = "release what others have reserved"
    LEND = "check things out for others"
    ORDER = "order from suppliers"
    CATALOG = "change the catalog and locations"
    SEE_OTHERS = "see what others hold"
    APPROVE = "approve requests"
    ROLES = "grant and revoke roles"
    POLICIES = "set policies"
    QUARANTINE = "quarantine and release lots, and use what has expired"
    RECALL = "recall lots"
    BUILD = "build what has a bill of materials"
    FIELDS = "define custom fields"
    REPORT = "report what is broken"
    MAINTAIN = "send things to repair and keep them up"
    SEE_LATENESS = "see who returns late"
    IMPORT = "import files"


class Role(StrEnum):
    """A set, and not a ladder: an approver who is no keeper may not receive stock."""

    TEAMMATE = "teammate"
    KEEPER = "keeper"
    APPROVER = "approver"
    ADMIN = "admin"


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.TEAMMATE: frozenset(
        {
            Permission.LOOK,
            Permission.CHECK_OUT,
            Permission.CHECK_IN,
            Permission.TAKE,
            Permission.RESERVE,
            Permission.WANT,
            Permission.REPORT,
            Permission.TALLY,
        }
    ),
    Role.KEEPER: frozenset(
        {
            Permission.RECEIVE,
            Permission.MOVE,
            Permission.COUNT,
            Permission.SCRAP,
            Permission.RELEASE,
            Permission.LEND,
            Permission.ORDER,
            Permission.CATALOG,
            Permission.SEE_OTHERS,
            Permission.QUARANTINE,
            Permission.BUILD,
            Permission.MAINTAIN,
        }
    ),
    Role.APPROVER: frozenset({Permission.APPROVE, Permission.RECALL, Permission.SEE_LATENESS}),
    Role.ADMIN: frozenset(
        {
            Permission.ROLES,
            Permission.POLICIES,
            Permission.SEE_OTHERS,
            Permission.FIELDS,
            Permission.SEE_LATENESS,
            Permission.IMPORT,
        }
    ),
}


class Standing(StrEnum):
    """Why somebody is, or is not, one of us. Only the first may do anything."""

    MEMBER = "member"
    GUEST = "guest"
    BOT = "bot"
    DEACTIVATED = "deactivated"
    STRANGER = "stranger"


class Member(SQLModel, table=True):
    """A person we know, from Slack or from an imported file; also the two programs that act: command line and schedule."""

    __tablename__ = "members"
    __table_args__ = (
        CheckConstraint(among("standing", Standing), name="member_standing_is_known"),
        Index(
            "member_slack_user_is_unique",
            "slack_user_id",
            unique=True,
            sqlite_where=text("slack_user_id IS NOT NULL"),
            postgresql_where=text("slack_user_id IS NOT NULL"),
        ),
        Index("member_by_email", "email_key"),
        Index("member_by_name", "name_key"),
        Index("member_by_location", "location_id", unique=True),
    )

    id: int = Field(default=None, primary_key=True)
    name: str
    name_key: str
    slack_user_id: str | None = None
    email: str | None = None
    #: The e-mail address, case folded: what a Slack profile and an imported person are matched by.
    email_key: str | None = None
    #: The name they log in with elsewhere, as imported files give it.
    username: str | None = None
    time_zone: str | None = None
    standing: Standing = Field(default=Standing.MEMBER, sa_type=Word(Standing))
    #: The location of kind person that this member is; the two programs have none.
    location_id: int | None = Field(default=None, foreign_key="locations.id")
    #: When Slack last told us who this is (UTC).
    seen_at: datetime | None = Field(default=None, sa_type=UtcTime)
    merged_into: int | None = Field(default=None, foreign_key="members.id")
    archived_at: datetime | None = Field(default=None, sa_type=UtcTime)


class Grant(SQLModel, table=True):
    """A role that a member has at a location and below it, or everywhere. Revoking makes it inactive; history is in the ledger."""

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint(among("role", Role), name="grant_role_is_known"),
        Index("grant_is_unique", "member_id", "role", text("coalesce(location_id, 0)"), unique=True),
        Index("grant_by_role", "role"),
    )

    id: int = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="members.id")
    role: Role = Field(sa_type=Word(Role))
    location_id: int | None = Field(default=None, foreign_key="locations.id")
    active: bool = True


MEMBERS = Member.__table__  # type: ignore[attr-defined]
GRANT_ROWS = Grant.__table__  # type: ignore[attr-defined]

#: So many of those who may are named to somebody who may not.
MOST_NAMED = 3

#: The members that every database is born with.
COMMAND_LINE, SCHEDULE = 1, 2
#: They act for whoever runs the machine, who could change the database anyway: no role limits them.
PROGRAMS = frozenset({COMMAND_LINE, SCHEDULE})


@dataclass(frozen=True, slots=True)
class Actor:
    """A member at work: who acts, and which roles they have where, as read in this transaction."""

    id: int
    name: str
    slack_user_id: str | None
    location_id: int | None
    time_zone: str
    standing: Standing
    seen_at: datetime | None
    #: (role, path of the location and what lies below; "/" for everywhere)
    roles: tuple[tuple[Role, str], ...]

    def may(self, permission: Permission, *, at: Location | None = None) -> bool:
        """Whether a role of theirs covers this act at that location; without one, whether it does anywhere at all."""
        if permission in GRANTS[Role.TEAMMATE] or self.id in PROGRAMS:
            return True
        return any(permission in GRANTS[role] and (at is None or at.path.startswith(path)) for role, path in self.roles)

    def everywhere(self, permission: Permission) -> bool:
        """Whether a role of theirs covers this act wherever it happens."""
        return self.id in PROGRAMS or any(permission in GRANTS[role] and path == "/" for role, path in self.roles)


_ACTOR = (
    select(
        MEMBERS.c.id,
        MEMBERS.c.name,
        MEMBERS.c.slack_user_id,
        MEMBERS.c.location_id,
        MEMBERS.c.time_zone,
        MEMBERS.c.standing,
        MEMBERS.c.seen_at,
        GRANT_ROWS.c.role,
        LOCATIONS.c.path,
    )
    .select_from(MEMBERS)
    .outerjoin(GRANT_ROWS, (GRANT_ROWS.c.member_id == MEMBERS.c.id) & GRANT_ROWS.c.active)
    .outerjoin(LOCATIONS, LOCATIONS.c.id == GRANT_ROWS.c.location_id)
)


_ACTOR_BY_ID = _ACTOR.where(MEMBERS.c.id == bindparam("whom"))
_ACTOR_BY_SLACK_ID = _ACTOR.where(MEMBERS.c.slack_user_id == bindparam("whom"))


def actor(session: Session, member_id: int, *, time_zone: str = "UTC") -> Actor:
    """The member with that id, at work. `time_zone` stands in for a zone that Slack has not told."""
    found = _actor(session, _ACTOR_BY_ID, member_id, time_zone)
    if found is None:
        raise LookupError(f"no member {member_id}")
    return found


def actor_by_slack_id(session: Session, slack_user_id: str, *, time_zone: str = "UTC") -> Actor | None:
    """The member whom Slack calls that, at work; None for somebody we have not met."""
    return _actor(session, _ACTOR_BY_SLACK_ID, slack_user_id, time_zone)


def _actor(session: Session, query: Select[Any], whom: int | str, time_zone: str) -> Actor | None:
    rows = session.connection().execute(query, {"whom": whom}).all()
    if not rows:
        return None
    own_id, name, slack_user_id, location_id, own_zone, standing, seen_at, _, _ = rows[0]
    roles = tuple((role, path or "/") for *_, role, path in rows if role is not None)
    return Actor(own_id, name, slack_user_id, location_id, own_zone or time_zone, standing, seen_at, roles)


class Unprivileged(NotAllowed):
    """The member lacks a role that others have."""

    def __init__(self, text: str, role: Role, at: Location | None, *, field: str | None = None) -> None:
        super().__init__(text, field=field)
        self.role = role
        self.at = at


@contextmanager
def telling_whom_to_ask(session: Session) -> Iterator[None]:
    """A refusal for want of a role goes on to name who has it there: the person asks a colleague, and not the program."""
    try:
        yield
    except Unprivileged as refused:
        names = [member.name for member in with_role(session, refused.role, at=refused.at)]
        asked = [*names[:MOST_NAMED], *(["others"] if len(names) > MOST_NAMED else [])]
        grants = "" if refused.role is Role.ADMIN else " An admin can grant it."
        raise NotAllowed(f"{refused.text}{f' Ask {either(asked)}.' if asked else ''}{grants}", field=refused.field) from refused


def require(by: Actor, permission: Permission, *, at: Location | None = None) -> None:
    """Refuses what no role of theirs covers, at the moment of doing it."""
    if by.standing is not Standing.MEMBER:
        raise NotAllowed("Quartermaster works for full members of this workspace only.")
    if not by.may(permission, at=at):
        where = f" at {at.name}" if at is not None else ""
        raise Unprivileged(f"To {permission}{where} you need the role {_role_for(permission)}.", _role_for(permission), at)


def _role_for(permission: Permission) -> Role:
    return next(role for role, permissions in GRANTS.items() if permission in permissions)


def with_role(session: Session, role: Role, *, at: Location | None = None) -> list[Member]:
    """The reachable members who have that role at the location (or, without one, everywhere), by name."""
    covers = GRANT_ROWS.c.location_id.is_(None)
    if at is not None:
        above = [int(step) for step in at.path.strip("/").split("/") if step]
        covers = covers | GRANT_ROWS.c.location_id.in_(above)
    query = (
        select(Member)
        .join(GRANT_ROWS, GRANT_ROWS.c.member_id == MEMBERS.c.id)
        .where(
            GRANT_ROWS.c.role == role, GRANT_ROWS.c.active, covers, MEMBERS.c.standing == Standing.MEMBER, MEMBERS.c.archived_at.is_(None)
        )
        .order_by(MEMBERS.c.name_key)
    )
    return list(session.scalars(query).unique())


def get(session: Session, member_id: int) -> Member:
    """The member with that id, which is known to exist."""
    member = session.get(Member, member_id)
    if member is None:
        raise LookupError(f"no member {member_id}")
    return member


def at_location(session: Session, location_id: int) -> Member | None:
    """The member who is that location of kind person; None for any other location."""
    return session.scalars(select(Member).where(MEMBERS.c.location_id == location_id)).one_or_none()


def require_not_left(session: Session, place: Location, *, field: str) -> None:
    """Refuses to give, lend or promise something to a person whose account is deactivated."""
    member = at_location(session, place.id) if place.kind is LocationKind.PERSON else None
    if member is not None and member.standing is Standing.DEACTIVATED:
        raise Refusal(
            f"{place.name} has left: their account is deactivated, so they get nothing any more. Name somebody else.", field=field
        )


def other_at(session: Session, by: Actor, location_id: int) -> Member | None:
    """The member who is that location, where that is somebody other than the one who acts."""
    member = at_location(session, location_id)
    return member if member is not None and member.id != by.id else None


_NAMED = select(Member).where(MEMBERS.c.name_key == bindparam("key"), MEMBERS.c.archived_at.is_(None), MEMBERS.c.location_id.is_not(None))


def named(session: Session, name: str) -> list[Member]:
    """The members of exactly that name who are still with us."""
    return list(session.scalars(_NAMED, {"key": key_of(name)}))
