"""Planning an import: the locations and people that its rows name."""

from email.utils import parseaddr
from typing import Any

from models.columns import key_of
from models.importing.forms import Person, Said
from models.importing.known import Thing, remember_person
from models.importing.planning import Draft
from models.locations import LOCATIONS, OURS, LocationKind
from models.members import MEMBERS
from models.refusals import Refusal


def of_row(draft: Draft, said: Said) -> Thing | None:
    """The location that a row names: a place, or a person. Refuses one that is of another kind already."""
    if said.location is None:
        return None
    if said.location_kind is LocationKind.PERSON:
        return body(draft, Person(*_name_and_email(" / ".join(said.location))))
    if draft.ours and said.location_kind is None:
        _require_no_person(draft, said.location)
    place = location(draft, said.location, said.location_kind)
    if said.location_kind not in {None, place["kind"]}:
        raise Refusal(f"{place['name']} is a {place['kind']} already.", field="location_kind")
    return place


def _require_no_person(draft: Draft, path: tuple[str, ...]) -> None:
    """Refuses the name of a person, which no location has: else a warehouse of that name would be added."""
    (key, *below), known = map(key_of, path), draft.known
    if not below and key not in known.locations_called and ("name", key) in known.people:
        raise Refusal(f"{path[0]} is a person here. Say so: their location kind is person.", field="location")


def location(draft: Draft, path: tuple[str, ...], kind: LocationKind | None = None) -> Thing:
    """The location of that path, added where it is missing. A single name means the one location that has it, wherever that lies."""
    known = draft.known
    if len(path) == 1 and (None, key_of(path[0])) not in known.locations:
        called = known.locations_called[key_of(path[0])]
        if len(called) == 1:
            return draft.use(called[0])
        if called:
            raise Refusal(f"There are {len(called)} locations called {path[0]}. Write it with what it lies in.", field="location")
    place: Thing | None = None
    for name in path[:-1]:
        place = _within(draft, place, name, LocationKind.WAREHOUSE)
    return _within(draft, place, path[-1], kind or LocationKind.WAREHOUSE)


def supplier(draft: Draft, name: str | None) -> Thing:
    """The supplier location of that name; the nameless one without. A firm that is another location as well gets one of its own."""
    if name is None:
        return draft.known.supplier
    found = _within(draft, None, name, LocationKind.SUPPLIER)
    if found["kind"] is LocationKind.SUPPLIER:
        return found
    return _within(draft, None, f"{name} (supplier)", LocationKind.SUPPLIER)


def member(draft: Draft, person: Person) -> Thing:
    """The member whom the file names, by e-mail address, else by user name, else by name; added where nobody is known by these."""
    for what, value in (("e-mail", person.email), ("user name", person.username), ("name", person.name)):
        called = draft.known.people.get((what, key_of(value)), []) if value else []
        found = [one for one in called if _may_be(person, one)]
        if len(found) > 1:
            raise Refusal(f"There are {len(found)} people with the {what} {value}. Name one by e-mail address.", field="location")
        if found:
            return draft.use(found[0])
    added = draft.add(MEMBERS, _fields(person, _add(draft, None, person.name, LocationKind.PERSON)), None)
    remember_person(draft.known, added)
    return added


def body(draft: Draft, person: Person) -> Thing:
    """The location that the person is."""
    place: Thing = member(draft, person)["location_id"]
    return draft.use(place)


def _within(draft: Draft, parent: Thing | None, name: str, kind: LocationKind) -> Thing:
    found = draft.known.locations.get((parent, key_of(name)))
    if found is not None:
        return draft.use(found)
    if parent is not None and (kind in OURS) is not (parent["kind"] in OURS):
        raise Refusal(f"A {kind} can't lie below {parent['name']}: one is ours, and the other is not.", field="location_kind")
    place = draft.known.locations[parent, key_of(name)] = _add(draft, parent, name, kind)
    draft.known.locations_called[key_of(name)].append(place)
    return place


def _add(draft: Draft, parent: Thing | None, name: str, kind: LocationKind) -> Thing:
    fields = {"name": name, "name_key": key_of(name), "kind": kind, "parent_id": parent}
    return draft.add(LOCATIONS, fields, f"new {kind} {name}")


def _name_and_email(text: str) -> tuple[str, str | None]:
    """What a person is called, and their address: "Ana Silva <ana@example.com>", or either alone."""
    name, email = parseaddr(text)
    return (name or email, email) if "@" in email else (text, None)


def _may_be(person: Person, known: Thing) -> bool:
    """Somebody of the same name, or user name, with another e-mail address is somebody else."""
    return not (person.email and known["email_key"]) or key_of(person.email) == known["email_key"]


def _fields(person: Person, place: Thing) -> dict[str, Any]:
    return {
        "name": person.name,
        "name_key": key_of(person.name),
        "email": person.email,
        "email_key": key_of(person.email) if person.email else None,
        "username": person.username,
        "location_id": place,
    }
