"""Meeting people: from Slack, or from an imported file before Slack has told of them. A person is a location, too."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models import leaving, ledger, merging, search
from models.changes import Change, changed
from models.columns import HIDDEN, LONGEST_NAME, key_of
from models.entries import EntryKind
from models.ledger import Act
from models.locations import Location, LocationKind
from models.members import MEMBERS, Member, Permission, Standing, require
from models.refusals import Conflict
from models.search import Findable


@dataclass(frozen=True)
class Profile:
    """What Slack tells of a person."""

    slack_user_id: str
    name: str
    email: str | None
    time_zone: str | None
    standing: Standing


def meet(session: Session, act: Act, *, profile: Profile) -> Member:
    """Whoever the profile describes, as Slack describes them now.

    Somebody new becomes a member, and a location where they may hold things; an imported person with the same e-mail address becomes
    them. If both are there already, what the imported one holds moves over. Only what matters is an entry: not that we heard again.
    """
    member = session.scalars(select(Member).where(MEMBERS.c.slack_user_id == profile.slack_user_id)).one_or_none()
    imported = _imported(session, profile.email)
    if member is None and imported is None:
        return _welcome(session, act, profile)
    if member is None and imported is not None:
        member, imported = imported, None
    assert member is not None
    _refresh(session, act, member, profile)
    if imported is not None and member.location_id is not None:
        merging.merge(session, act, imported=imported, member=member)
    member.seen_at = act.now
    return member


def add_person(
    session: Session, act: Act, *, name: str, email: str | None = None, username: str | None = None, time_zone: str | None = None
) -> Member:
    """A person from a file, whom Slack has not told of: they can hold things, and nothing else. Refuses an e-mail address in use."""
    require(act.by, Permission.CATALOG)
    if email and (known := _by_email(session, email)) is not None:
        raise Conflict(f"{known.name} has the address {email} already.", field="email")
    fields = _described(name, email) | {"username": username, "time_zone": time_zone, "standing": Standing.MEMBER}
    return _born(session, act, fields)


def _imported(session: Session, email: str | None) -> Member | None:
    """The imported person with that address; Slack has not told of them yet."""
    known = _by_email(session, email) if email else None
    return known if known is not None and known.slack_user_id is None else None


def _by_email(session: Session, email: str) -> Member | None:
    """The member with that address; an imported one first, because only those wait to be matched."""
    query = select(Member).where(MEMBERS.c.email_key == key_of(email), MEMBERS.c.archived_at.is_(None))
    return session.scalars(query.order_by(MEMBERS.c.slack_user_id.is_not(None), MEMBERS.c.id).limit(1)).first()


def _welcome(session: Session, act: Act, profile: Profile) -> Member:
    fields = _described(profile.name, profile.email) | {
        "slack_user_id": profile.slack_user_id,
        "time_zone": profile.time_zone,
        "standing": profile.standing,
    }
    if profile.standing is Standing.MEMBER:
        return _born(session, act, fields | {"seen_at": act.now})
    member = Member(**fields, seen_at=act.now)  # nobody who can hold anything: known only so that they can be refused
    session.add(member)
    session.flush()
    return member


def _born(session: Session, act: Act, fields: dict[str, Any]) -> Member:
    place = _place(session, act, fields["name"])
    member = Member(**fields, location_id=place.id, archived_at=act.now)
    session.add(member)
    session.flush()
    ledger.post(session, act, EntryKind.ADDED, changed=[changed(place, archived_at=None), changed(member, archived_at=None)])
    search.remember(session, [(Findable.MEMBER, member.id, member.name)])
    return member


def _place(session: Session, act: Act, name: str) -> Location:
    """The location that a person is, not alive yet."""
    place = Location(name=name, name_key=key_of(name), kind=LocationKind.PERSON, archived_at=act.now)
    session.add(place)
    session.flush()
    place.path = f"/{place.id}/"
    return place


def _refresh(session: Session, act: Act, member: Member, profile: Profile) -> None:
    """Takes over what Slack says. A name, an address, a zone or a standing that is another now is an entry."""
    fields = _described(profile.name, profile.email) | {"slack_user_id": profile.slack_user_id, "standing": profile.standing}
    fields["time_zone"] = profile.time_zone or member.time_zone
    also: list[Change] = []
    if member.location_id is not None:
        place = session.get_one(Location, member.location_id)
        also = [changed(place, name=fields["name"], name_key=fields["name_key"], archived_at=None)]
    elif profile.standing is Standing.MEMBER:
        place = _place(session, act, fields["name"])
        fields["location_id"] = place.id
        also = [changed(place, archived_at=None)]
    was = member.standing
    change = changed(member, archived_at=None, **fields)
    if change.after:
        ledger.post(session, act, EntryKind.EDITED, changed=[change, *also])
        search.remember(session, [(Findable.MEMBER, member.id, member.name)] if member.location_id else [])
    if member.location_id is not None and was is not Standing.DEACTIVATED and profile.standing is Standing.DEACTIVATED:
        leaving.left(session, act, member)
    if was is Standing.DEACTIVATED and profile.standing is Standing.MEMBER:
        leaving.back(session, member)


def _described(name: str, email: str | None) -> dict[str, Any]:
    plain = _tidy(name)
    return {"name": plain, "name_key": key_of(plain), "email": email, "email_key": key_of(email) if email else None}


def _tidy(name: str) -> str:
    """A name as somebody chose it elsewhere, without what can't be seen: nobody is turned away for an emoji."""
    seen = "".join(" " if character.isspace() else character for character in name if unicodedata.category(character) not in HIDDEN)
    return " ".join(seen.split())[:LONGEST_NAME] or "Somebody"
