"""Roles: granted and revoked by an admin, everywhere or at one location and what lies below it."""

from sqlalchemy import select
from sqlmodel import Session

from models import ledger
from models.changes import changed
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import LOCATIONS, Location
from models.members import GRANT_ROWS, MEMBERS, Grant, Member, Permission, Role, Standing, require
from models.refusals import Conflict, Refusal

#: Roles that hold for the whole workspace, and so are never granted for one location.
EVERYWHERE = frozenset({Role.ADMIN})


def grant(session: Session, act: Act, *, member: Member, role: Role, location: Location | None = None) -> Posted:
    """Gives a member a role, at a location and below it or everywhere. Refuses a role that they have already, and who can't act."""
    require(act.by, Permission.ROLES)
    if role is Role.TEAMMATE:
        raise Refusal("Everyone is a teammate; that is not granted.", field="role")
    if role in EVERYWHERE and location is not None:
        raise Refusal(f"An {role} is one for the whole workspace, not for a location.", field="location")
    if member.slack_user_id is None or member.standing is not Standing.MEMBER:
        raise Refusal(f"{member.name} is not a full member of this Slack workspace and can't have a role.", field="member")
    row = _row(session, member, role, location)
    if row is not None and row.active:
        raise Conflict(f"{member.name} is {role} {_where(location)} already.", field="role")
    if row is None:
        row = Grant(member_id=member.id, role=role, location_id=location.id if location else None, active=False)
        session.add(row)
        session.flush()
    return ledger.post(session, act, EntryKind.GRANTED, changed=[changed(row, active=True)], on_behalf_of_id=member.id)


def revoke(session: Session, act: Act, *, member: Member, role: Role, location: Location | None = None) -> Posted:
    """Takes a role back. Refuses one that they don't have, and the role of the last admin."""
    require(act.by, Permission.ROLES)
    row = _row(session, member, role, location)
    if row is None or not row.active:
        raise Conflict(f"{member.name} is not {role} {_where(location)}.", field="role")
    if role is Role.ADMIN and not _other_admins(session, member):
        raise Conflict(f"{member.name} is the last admin. Make somebody else admin first.", field="member")
    return ledger.post(session, act, EntryKind.REVOKED, changed=[changed(row, active=False)], on_behalf_of_id=member.id)


def ensure_admins(session: Session, act: Act, members: list[Member]) -> list[Member]:
    """Makes those members admins who are not yet, as the settings name them. Answers who became one."""
    fresh = [member for member in members if not has(session, member, Role.ADMIN)]
    for member in fresh:
        grant(session, act, member=member, role=Role.ADMIN)
    return fresh


def has(session: Session, member: Member, role: Role, location: Location | None = None) -> bool:
    """Whether the member was granted exactly that role there (without a location: everywhere)."""
    row = _row(session, member, role, location)
    return row is not None and row.active


def of(session: Session, member: Member) -> list[tuple[Role, str | None]]:
    """The roles that a member has, each with the name of its location, or None for everywhere."""
    query = (
        select(GRANT_ROWS.c.role, LOCATIONS.c.name)
        .outerjoin(LOCATIONS, LOCATIONS.c.id == GRANT_ROWS.c.location_id)
        .where(GRANT_ROWS.c.member_id == member.id, GRANT_ROWS.c.active)
        .order_by(GRANT_ROWS.c.role, GRANT_ROWS.c.location_id)
    )
    return [(row.role, row.name) for row in session.execute(query)]


def _row(session: Session, member: Member, role: Role, location: Location | None) -> Grant | None:
    query = select(Grant).where(
        GRANT_ROWS.c.member_id == member.id,
        GRANT_ROWS.c.role == role,
        GRANT_ROWS.c.location_id.is_not_distinct_from(location.id if location else None),
    )
    return session.scalars(query).one_or_none()


def _other_admins(session: Session, but: Member) -> bool:
    """Whether somebody else could still grant roles: deactivated people can't."""
    query = (
        select(GRANT_ROWS.c.id)
        .join(MEMBERS, MEMBERS.c.id == GRANT_ROWS.c.member_id)
        .where(GRANT_ROWS.c.role == Role.ADMIN, GRANT_ROWS.c.active, GRANT_ROWS.c.location_id.is_(None), GRANT_ROWS.c.member_id != but.id)
        .where(MEMBERS.c.standing == Standing.MEMBER, MEMBERS.c.archived_at.is_(None))
    )
    return session.execute(query.limit(1)).first() is not None


def _where(location: Location | None) -> str:
    return f"at {location.name}" if location is not None else "everywhere"


def granted(session: Session) -> list[tuple[int, str, Role, int | None, str | None]]:
    """Every role that somebody has: member and name, role, location and name (None: everywhere), by name."""
    query = (
        select(MEMBERS.c.id, MEMBERS.c.name, GRANT_ROWS.c.role, LOCATIONS.c.id, LOCATIONS.c.name)
        .select_from(GRANT_ROWS)
        .join(MEMBERS, MEMBERS.c.id == GRANT_ROWS.c.member_id)
        .outerjoin(LOCATIONS, LOCATIONS.c.id == GRANT_ROWS.c.location_id)
        .where(GRANT_ROWS.c.active, MEMBERS.c.archived_at.is_(None))
        .order_by(MEMBERS.c.name_key, GRANT_ROWS.c.role, LOCATIONS.c.name_key)
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in session.execute(query)]
