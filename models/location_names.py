"""Finding locations and members: by name, path, code, or as Slack mentions them."""

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import bindparam, func, or_, select
from sqlmodel import Session

from models import locations, members, sessions, short_codes
from models.catalog import BARCODES
from models.columns import key_of
from models.locations import LOCATIONS, Location, LocationKind
from models.matching import BEST, Sort, several, the_one
from models.members import MEMBERS, Actor, Member
from models.refusals import Choice, NotFound
from models.search import Findable, Match

_MEMBER = re.compile(r"<@([A-Z0-9]+)>")
_CHANNEL = re.compile(r"<#([A-Z0-9]+)>")
_STEP = re.compile(r"\s*[/>]\s*")

#: What whoever asks calls the location that they are.
ME = "me"


def is_mention(text: str) -> bool:
    """Whether Slack wrote it: a person or a channel, picked from a list."""
    return bool(_MEMBER.fullmatch(text) or _CHANNEL.fullmatch(text))


def path_of(session: Session, location: Location) -> str:
    """The names from the top down to it: "Warehouse / Shelf 2"."""
    above = locations.ancestors(location.path)
    names = locations.names(session, above)
    return " / ".join(names[step] for step in above)


def location(session: Session, text: str, by: Actor, *, field: str = "location") -> Location:
    """The location of that name, path ("Warehouse / Shelf 2") or barcode; "me"; a person by mention or name; the one bound to a channel."""
    if key_of(text) == ME and by.location_id is not None:
        return locations.get(session, by.location_id)
    if _MEMBER.fullmatch(text):
        return _of(session, member(session, text, by, field=field))
    if channel := _CHANNEL.fullmatch(text):
        return _bound_to(session, channel[1], field)
    exact = _named(session, text)  # people, too: each is a location of that name
    if not exact:
        exact = locations_exactly(session, text) or [_of(session, one) for one in members_exactly(session, text)]
    return the_one(session, HOLDER if field == "holder" else ANYWHERE, text, exact, field=field)


def member(session: Session, text: str, by: Actor | None = None, *, field: str = "member") -> Member:
    """The member of that name, user name or e-mail address, or as Slack mentions them; "me" for whoever asks."""
    if by is not None and key_of(text) == ME:
        return session.get_one(Member, by.id)
    if mentioned := _MEMBER.fullmatch(text):
        return _mentioned(session, mentioned[1], field)
    return the_one(session, MEMBER, text, members_exactly(session, text), field=field)


def locations_exactly(session: Session, text: str) -> list[Location]:
    """The locations, people left out, of exactly that name, path, barcode or short code. A path that begins with "/" begins at the top."""
    if whole := _places_named(session, text):
        return whole
    steps = [key_of(step) for step in _STEP.split(text.strip())]
    if len(steps) > 1:
        return [one for one in _places_named(session, steps[-1]) if _lies_under(session, one, steps[:-1])]
    coded = select(BARCODES.c.location_id).where(BARCODES.c.code_key == key_of(text), BARCODES.c.archived_at.is_(None))
    found = list(session.scalars(select(Location).where(LOCATIONS.c.id.in_(coded), LOCATIONS.c.archived_at.is_(None))))
    short = None if found else short_codes.thing_of(session, text, Location)
    return found if short is None else [short]


def members_exactly(session: Session, text: str) -> list[Member]:
    """The members who go by exactly that name, user name or e-mail address."""
    key = key_of(text)
    called = or_(MEMBERS.c.name_key == key, MEMBERS.c.email_key == key, func.lower(MEMBERS.c.username) == key)
    query = select(Member).where(called, MEMBERS.c.archived_at.is_(None), MEMBERS.c.location_id.is_not(None))
    return list(session.scalars(query.order_by(MEMBERS.c.id)))


_NAMED = select(LOCATIONS).where(LOCATIONS.c.name_key == bindparam("key"), LOCATIONS.c.archived_at.is_(None))


def _named(session: Session, text: str) -> list[Location]:
    """What is called that, people included, from the top down."""
    found = sessions.objects(session, Location, _NAMED, {"key": key_of(text)})
    return sorted(found, key=lambda one: (one.path.count("/"), locations.ancestors(one.path))) if len(found) > 1 else found


def _places_named(session: Session, text: str) -> list[Location]:
    return [one for one in _named(session, text) if one.kind is not LocationKind.PERSON]


def _lies_under(session: Session, found: Location, steps: Sequence[str]) -> bool:
    """Whether the steps are names above it, in that order, though some may be left out unless the first is empty: the top."""
    ids = locations.ancestors(found.path)[:-1]
    names = locations.names(session, ids)
    above = [key_of(names[step]) for step in ids]
    if steps[0] == "":
        return above == [*steps[1:]]
    rest = iter(above)
    return all(step in rest for step in steps)


def _mentioned(session: Session, slack_user_id: str, field: str) -> Member:
    found = session.scalars(select(Member).where(MEMBERS.c.slack_user_id == slack_user_id)).one_or_none()
    if found is None or found.location_id is None:
        raise NotFound("I don't know that person yet. Ask them to open Quartermaster once, then try again.", field=field)
    return found


def _bound_to(session: Session, channel: str, field: str) -> Location:
    query = select(Location).where(LOCATIONS.c.channel == channel, LOCATIONS.c.archived_at.is_(None)).order_by(LOCATIONS.c.path)
    bound = list(session.scalars(query.limit(BEST)))
    if not bound:
        raise NotFound("No location is bound to that channel. Name the location instead.", field=field)
    if len(bound) > 1:
        raise several("That channel", [_location_choice(session, one, field) for one in bound])
    return bound[0]


def _of(session: Session, member: Member) -> Location:
    if member.location_id is None:
        raise LookupError(f"member {member.id} is no location")
    return locations.get(session, member.location_id)


def _load_locations(session: Session, matches: Sequence[Match]) -> list[Location]:
    found = [
        locations.get(session, match.id) if match.kind is Findable.LOCATION else _of(session, session.get_one(Member, match.id))
        for match in matches
    ]
    return list({one.id: one for one in found}.values())


def _location_choice(session: Session, found: Location, field: str) -> Choice:
    if found.kind is LocationKind.PERSON and (person := members.at_location(session, found.id)) is not None:
        return _member_choice(session, person, field)
    path = path_of(session, found)
    return Choice(path, field, path if len(_named(session, found.name)) == 1 else f"/ {path}")


def _load_members(session: Session, matches: Sequence[Match]) -> list[Member]:
    return [session.get_one(Member, match.id) for match in matches]


def _member_choice(session: Session, found: Member, field: str) -> Choice:  # noqa: ARG001
    mention = f"<@{found.slack_user_id}>" if found.slack_user_id else None
    return Choice(found.name, field, mention or found.email or found.username or found.name)


#: A location by its own name; anything that can hold something, a person included; and the same where a person is the first to be meant.
PLACE = Sort("a location", (Findable.LOCATION,), _load_locations, _location_choice)
ANYWHERE = replace(PLACE, kinds=(Findable.LOCATION, Findable.MEMBER))
HOLDER = replace(ANYWHERE, what="a person or location")
MEMBER = Sort("anybody", (Findable.MEMBER,), _load_members, _member_choice)
