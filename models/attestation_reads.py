"""How attestations stand: what somebody is asked about, who has not answered, and what was said of an asset last."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import case, exists, func, select
from sqlmodel import Session

from models import locations, possessions
from models.assets import ASSETS
from models.attestations import ATTESTATIONS, ATTESTED, Attestation, AttestationState, AttestedThing, Verdict
from models.catalog import ITEMS, VARIANTS
from models.checkouts import CHECKOUTS
from models.locations import LOCATIONS, Location
from models.members import MEMBERS, Member, Standing
from models.possessions import Possession

#: A list has so many things at most: a form offers no more. Whoever has more is asked about the first of them.
MOST = 100
#: A list is told from another by so many digits.
DIGITS = 16


class Said(NamedTuple):
    """What somebody said of an asset, and when."""

    member: str
    verdict: Verdict
    at: datetime


def get(session: Session, attestation_id: int) -> Attestation:
    """The attestation with that id, which is known to exist."""
    return session.get_one(Attestation, attestation_id)


def open_of(session: Session, location_id: int) -> Attestation | None:
    """The question to the member who is that location which is not answered yet."""
    query = select(Attestation).where(ATTESTATIONS.c.location_id == location_id, ATTESTATIONS.c.state == AttestationState.ASKED)
    return session.scalars(query).one_or_none()


def things(session: Session, one: Attestation) -> list[Possession]:
    """What it is about: what they have now."""
    return possessions.of(session, locations.get(session, one.location_id), most=MOST)


def fingerprint(things: Sequence[Possession]) -> str:
    """Tells a list from another: what is on it, and how much of each."""
    told = ";".join(f"{one.variant_id} {one.asset_id} {one.checked_out} {one.quantity}" for one in things)
    return sha256(told.encode()).hexdigest()[:DIGITS]


def answers(session: Session, one: Attestation) -> list[AttestedThing]:
    """What was said of each thing, in the order of the list."""
    query = select(AttestedThing).where(ATTESTED.c.attestation_id == one.id, ATTESTED.c.active)
    return list(session.scalars(query.order_by(ATTESTED.c.id)))


def named(session: Session, thing: AttestedThing) -> Possession:
    """A thing that something was said of, as it was then."""
    names = select(func.coalesce(ASSETS.c.name, VARIANTS.c.name), ASSETS.c.serial, ITEMS.c.unit)
    names = names.select_from(VARIANTS).join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id).outerjoin(ASSETS, ASSETS.c.id == thing.asset_id)
    what, serial, unit = session.connection().execute(names.where(VARIANTS.c.id == thing.variant_id)).one()
    return Possession(thing.location_id, thing.variant_id, thing.asset_id, thing.checked_out, thing.quantity, what, serial, unit)


def left_of(session: Session, thing: AttestedThing) -> Possession | None:
    """What they still have of it, by the ledger; none, where that went back and what they have now they were lent since."""
    key = thing.location_id, thing.variant_id, thing.asset_id, thing.checked_out
    left = next((one for one in possessions.among(session, [key[0]], [key[1]]) if one.key == key), None)
    return None if left is None or (thing.checked_out and not _still_out(session, thing)) else left


def _still_out(session: Session, thing: AttestedThing) -> bool:
    """Whether any of it is out on a checkout that they had when they said so."""
    said_at = select(ATTESTATIONS.c.answered_at).where(ATTESTATIONS.c.id == thing.attestation_id).scalar_subquery()
    out = select(CHECKOUTS.c.id).where(CHECKOUTS.c.holder_id == thing.location_id, CHECKOUTS.c.closed_at.is_(None))
    same = CHECKOUTS.c.variant_id == thing.variant_id, CHECKOUTS.c.asset_id.is_not_distinct_from(thing.asset_id)
    return session.connection().execute(out.where(*same, CHECKOUTS.c.out_at <= said_at).limit(1)).first() is not None


def last_of_asset(session: Session, asset_id: int) -> Said | None:
    """What was said of an asset last."""
    query = (
        select(MEMBERS.c.name, ATTESTED.c.verdict, ATTESTATIONS.c.answered_at)
        .join(ATTESTATIONS, ATTESTATIONS.c.id == ATTESTED.c.attestation_id)
        .join(MEMBERS, MEMBERS.c.id == ATTESTATIONS.c.member_id)
        .where(ATTESTED.c.asset_id == asset_id, ATTESTED.c.active)
        .order_by(ATTESTED.c.id.desc())
        .limit(1)
    )
    row = session.connection().execute(query).one_or_none()
    return Said(*row) if row else None


def latest(session: Session, *, first: int, most: int) -> list[Attestation]:
    """Who was asked, those who have not answered first, then the newest first; each member's last one only."""
    waiting = case((ATTESTATIONS.c.state == AttestationState.ASKED, 0), else_=1)
    query = select(Attestation).where(_LAST).order_by(waiting, ATTESTATIONS.c.asked_at.desc(), ATTESTATIONS.c.id)
    return list(session.scalars(query.offset(first).limit(most)))


def counts(session: Session) -> tuple[int, int]:
    """How many members were asked, and how many of them have not answered."""
    waiting = func.count().filter(ATTESTATIONS.c.state == AttestationState.ASKED)
    asked, open_now = session.connection().execute(select(func.count(), waiting).select_from(ATTESTATIONS).where(_LAST)).one()
    return asked, open_now


_LATER = ATTESTATIONS.alias("later")
_LAST = ATTESTATIONS.c.state.in_([AttestationState.ASKED, AttestationState.ANSWERED]) & ~exists().where(
    _LATER.c.location_id == ATTESTATIONS.c.location_id, _LATER.c.id > ATTESTATIONS.c.id, _LATER.c.state != AttestationState.VOID
)


def holders(session: Session, *, since: datetime | None = None, left: Location | None = None, most: int) -> list[Member]:
    """The members of Slack who have something out, at most so many: what left a location or one below it, or went out by a time.

    With a time, only those who were not asked after it.
    """
    out = exists().where(CHECKOUTS.c.holder_id == MEMBERS.c.location_id, CHECKOUTS.c.closed_at.is_(None))
    query = select(Member).where(
        MEMBERS.c.standing == Standing.MEMBER, MEMBERS.c.slack_user_id.is_not(None), MEMBERS.c.archived_at.is_(None)
    )
    if left is not None:
        out = out.where(CHECKOUTS.c.source_id == LOCATIONS.c.id, LOCATIONS.c.path.startswith(left.path, autoescape=True))
    if since is not None:
        asked = exists().where(ATTESTATIONS.c.location_id == MEMBERS.c.location_id, ATTESTATIONS.c.state != AttestationState.VOID)
        out = out.where(CHECKOUTS.c.out_at <= since)
        query = query.where(~asked.where(ATTESTATIONS.c.asked_at > since))
    else:
        open_now = ATTESTATIONS.c.state == AttestationState.ASKED
        query = query.where(~exists().where(ATTESTATIONS.c.location_id == MEMBERS.c.location_id, open_now))
    return list(session.scalars(query.where(out).order_by(MEMBERS.c.id).limit(most)))
