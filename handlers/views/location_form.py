"""The forms of a location: what it is, and who keeps it."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from handlers.views.parts import Block, actions, button, confirm, context, field, modal, option, said, search, select, text_input
from handlers.views.pickers import boxes, channel, people
from models.locations import OURS, LocationKind

#: The kinds that can be added, the most used first; the others are built in, or people.
KINDS = (
    LocationKind.WAREHOUSE,
    LocationKind.VAN,
    LocationKind.SITE,
    LocationKind.WORKSHOP,
    LocationKind.SUPPLIER,
    LocationKind.CUSTOMER,
)
_MEANS = {
    LocationKind.WAREHOUSE: "Stock is kept and taken here",
    LocationKind.VAN: "Stock is kept and taken here, too",
    LocationKind.SITE: "What is there is in use",
    LocationKind.WORKSHOP: "What is there is in repair",
    LocationKind.SUPPLIER: "Outside: stock comes from there",
    LocationKind.CUSTOMER: "Outside: stock goes there for good",
}
OPEN, NAMES_LATE = "open", "names"


class LocationFilled(NamedTuple):
    """What is filled in of a location; the parent as (label, value)."""

    name: str | None = None
    kind: LocationKind = LocationKind.WAREHOUSE
    parent: tuple[str, str] | None = None
    channel: str | None = None
    time_zone: str | None = None
    rules: Collection[str] = (OPEN,)
    contact: str | None = None
    lead_days: str | None = None
    counts: str | None = None


def new(filled: LocationFilled, *, carried: Any) -> Block:
    """The form of a location that is new."""
    return modal("location.add", "New location", _fields(filled), submit="Add", carried=carried)


def edit(filled: LocationFilled, *, more: Sequence[Block], carried: Any) -> Block:
    """The form that changes a location; `more` are the buttons to what else can be done with it."""
    return modal("location.edit", "Edit location", [actions(*more), *_fields(filled)], submit="Save", carried=carried)


def _fields(filled: LocationFilled) -> list[Block]:
    """What is asked of a location of that kind: where ours stands and who hears of it, or whom to ask at a supplier."""
    kinds = [option(kind.capitalize(), kind, description=_MEANS[kind]) for kind in KINDS]
    always = [
        field("name", "Name", text_input("location.name", initial=filled.name, most=120, placeholder="Van 3")),
        field("kind", "Kind", select("location.kind", kinds, chosen=filled.kind), tells=True),
        field(
            "parent",
            "Lies in",
            search("parent.suggest", chosen=option(*filled.parent) if filled.parent else None, placeholder="Type a location"),
            optional=True,
        ),
    ]
    if filled.kind is LocationKind.SUPPLIER:
        return [*always, *_of_supplier(filled)]
    return [*always, *_of_ours(filled)] if filled.kind in OURS else always


def _of_supplier(filled: LocationFilled) -> list[Block]:
    contact = text_input("location.contact", initial=filled.contact, most=300, placeholder="orders@example.com, Jo Stone, +44 20 7946 0000")
    lead = text_input("location.lead_days", initial=filled.lead_days, most=5)
    return [
        field("contact", "Contact", contact, optional=True),
        field("lead_days", "Days until it comes", lead, optional=True, hint="From ordering to receiving, as a rule."),
    ]


def _of_ours(filled: LocationFilled) -> list[Block]:
    rules = [
        option("Everyone may take from here", OPEN),
        option("Late returns are announced with the person's name", NAMES_LATE),
    ]
    zone = option(filled.time_zone, filled.time_zone) if filled.time_zone else None
    return [
        field(
            "channel",
            "Channel",
            channel("location.channel", chosen=filled.channel),
            optional=True,
            hint="Its reminders go there, and what is said there means this location.",
        ),
        field(
            "time_zone",
            "Time zone",
            search("zone.suggest", chosen=zone, placeholder="Type a city"),
            optional=True,
            hint="Left empty, that of what it lies in.",
        ),
        field("rules", "Rules", boxes("location.rules", rules, ticked=filled.rules), optional=True),
        field(
            "counts",
            "Counted every so many days",
            text_input("location.counts", initial=filled.counts, most=20, placeholder="90, 180, 365"),
            optional=True,
            hint="For what is used for most money, for less, for least; one number is for all. Left empty, there is no reminder.",
        ),
    ]


def ways_on(location_id: int, name: str, *, may_set_keepers: bool) -> list[Block]:
    """The buttons from a location's form to its keepers, and Archive last."""
    question = confirm(f"Archive {name}?", f"{name} can't be used any more. Its history stays, and you can undo it.", "Archive")
    archive = button("Archive", "location.archive", {"l": location_id}, style="danger", confirm=question)
    return [button("Keepers", "keepers.open", {"l": location_id}), archive] if may_set_keepers else [archive]


def keepers(name: str, *, chosen: Sequence[str], everywhere: Sequence[str], carried: Any) -> Block:
    """Who keeps a location; those who keep all of them are named, and not changed here."""
    element = people("location.keepers", chosen=chosen)
    blocks = [field("keepers", "Keepers", element, optional=True, hint="They receive, move, count and scrap here and below.")]
    if everywhere:
        blocks.append(context(f"Keepers of every location besides: {said(', '.join(everywhere))}."))
    return modal("keepers.set", "Keepers", [context(f"Who keeps {said(name)}?"), *blocks], submit="Save", carried=carried)
