"""What stands in the slots of a sentence: text in, the business's values out."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from sqlmodel import Session

from handlers import dates
from handlers.routes import Request
from handlers.templates import CLAUSE_WORDS
from handlers.typed import expand_serials, parse_measure
from models import catalog, finding, packs, reserved
from models.assets import Asset
from models.catalog import Item, Variant
from models.finding import Found
from models.kits import Kit
from models.lists import Listed
from models.location_names import ME, is_mention
from models.matching import shortened
from models.quantities import minor_units
from models.refusals import Ambiguous, Choice, NotFound, Refusal
from models.wording import counted, listed
from models.workspace import workspace

#: A refusal may name its field by the verb's argument where the sentence has another slot for it.
SAME_AS: Mapping[str, tuple[str, ...]] = {
    "source": ("supplier", "location"),
    "target": ("location", "holder"),
    "location": ("source", "target"),
    "variant": ("item", "things"),
    "item": ("variant", "thing", "things"),
    "asset": ("assets", "thing", "things"),
    "assets": ("asset", "things"),
    "date": ("until",),
    "lot": ("lot_code",),
}

#: The slots that hold a number, and perhaps what it counts; and those that hold of what.
_MEASURES = frozenset({"quantity", "low", "high"})
_ITEMS: Mapping[str, Callable[..., Variant | Found]] = {"item": finding.item, "variant": finding.variant}

Resolver = Callable[[Session, Request, str], Any]


def resolve(session: Session, request: Request, said: Mapping[str, str]) -> dict[str, Any]:
    """The values of the slots that were said. Refuses what names nothing, or several things.

    What a number counts depends on the item: its stock unit where nothing is said, else that or one of its packs.
    """
    measures = {slot: _measure(slot, text) for slot, text in said.items() if slot in _MEASURES}
    _, unit = measures.get("quantity", (0, ""))
    items = {slot: _ITEMS[slot](session, text, unit=unit) for slot, text in said.items() if slot in _ITEMS}
    quantities = {slot: _quantity(session, items, slot, number, counts) for slot, (number, counts) in measures.items()}
    others = {slot: _RESOLVERS[slot](session, request, text) for slot, text in said.items() if slot not in items | quantities}
    return items | quantities | others


def _measure(slot: str, text: str) -> tuple[int, str]:
    with dates.told_as(slot):
        return parse_measure(text)


def _quantity(session: Session, items: Mapping[str, Variant | Found], slot: str, number: int, unit: str) -> int:
    return packs.quantity_of(session, _item_of(session, items), number, unit, field=slot) if unit else number


def _item_of(session: Session, values: Mapping[str, Any]) -> Item:
    found = values["variant"] if "variant" in values else values["item"]
    return found.item if isinstance(found, Found) else catalog.item(session, found.item_id)


def so_much(session: Session, values: Mapping[str, Any]) -> str:
    """How much of what a sentence is about: "2 boxes (400) of M8 bolt"."""
    item = _item_of(session, values)
    name = values["variant"].name if "variant" in values else item.name
    return counted(values["quantity"], name, item.unit)


def things_named(session: Session, request: Request, text: str) -> list[Any]:
    """What a list names: "SN-1, SN-130..134, Van 3". A name with a comma in it comes before a list."""
    try:
        return [finding.thing(session, text, request.act.by, field="labelled")]
    except (NotFound, Ambiguous):
        names = expand_serials(text)
        if len(names) < 2:
            raise
        return [finding.thing(session, name, request.act.by, field="labelled") for name in names]


def _text(_session: Session, _request: Request, text: str) -> str:
    return text


def _moment(_session: Session, request: Request, text: str) -> dates.Moment:
    return dates.past(text, request.act.now, request.act.by.time_zone)


def _lot_code(_session: Session, _request: Request, text: str) -> str:
    """The code of a lot, which may be new. It has no clause word in it: else a mistake in what follows would be taken for its code."""
    if CLAUSE_WORDS.intersection(text.casefold().split()):
        raise Refusal(f"I can't read {text} as the code of a lot.", field="lot")
    return text


def _printed(field: str, *, last: bool) -> Resolver:
    """A day that is printed on goods. Another slot of the sentence may be a date, too, so it says which one can't be read."""

    def read(_session: Session, request: Request, text: str) -> Any:
        with dates.told_as(field):
            return dates.printed(text, request.act.now, request.act.by.time_zone, last=last)

    return read


def _location(field: str) -> Resolver:
    return lambda session, request, text: finding.location(session, text, request.act.by, field=field)


def _things(session: Session, request: Request, text: str) -> list[Asset] | Variant | Kit:
    """What can be lent: serials, a kit, or any of an item."""
    serials = expand_serials(text)
    if len(serials) > 1:
        return finding.assets(session, serials, field="things")
    found = finding.thing(session, text, request.act.by, field="things")
    if isinstance(found, Asset):
        return [found]
    if isinstance(found, Kit):
        return found
    if isinstance(found, Found):
        return found.variants[0] if len(found.variants) == 1 else finding.variant(session, text, field="things")
    raise NotFound(f"{text} is nothing that is lent. Say a serial, a kit or an item.", field="things")


def _kit(session: Session, _request: Request, text: str) -> Kit:
    """A kit by its whole name. Most of what is lent is none, so that one looks alike is asked only where nothing else is meant."""
    found = finding.kit_called(session, text)
    if found is None:
        raise NotFound(f"I don't know a kit called {shortened(text)}.", field="kit")
    return found


def _purpose(session: Session, request: Request, text: str) -> str:
    """A job or customer, as it is said; a person who is mentioned, or "me", by name."""
    if is_mention(text) or text.casefold() == ME:
        return finding.location(session, text, request.act.by, field="purpose").name
    return text


def _job(session: Session, request: Request, text: str) -> str:
    """A job or customer that something was reserved for; where the rest can be said without it, that is a way on."""
    try:
        return reserved.job(session, _purpose(session, request, text), field="job")
    except NotFound as unknown:
        unknown.choices = (*unknown.choices[:4], Choice("Leave it out", "job", ""))
        raise


def _cost(session: Session, _request: Request, text: str) -> int:
    """An amount in the workspace's currency, whose code may be said behind it."""
    currency = workspace(session).currency
    named = text.casefold().endswith(currency.casefold())
    return minor_units(text[: -len(currency)].strip() if named else text, currency)


def _listed(_session: Session, _request: Request, text: str) -> Listed:
    """What there is a list of."""
    try:
        return Listed(text.casefold())
    except ValueError:
        known = [str(one) for one in Listed]
        near = get_close_matches(text.casefold(), known, n=3) or known[:5]
        raise NotFound(
            f"There is no list of {text}. There are {listed(known)}.",
            field="listed",
            choices=tuple(Choice(one.capitalize(), "listed", one) for one in near),
        ) from None


_RESOLVERS: Mapping[str, Resolver] = {
    "asset": lambda session, _, text: finding.asset(session, text),
    "things": _things,
    "assets": lambda session, _, text: finding.assets(session, expand_serials(text)),
    "thing": lambda session, request, text: finding.thing(session, text, request.act.by),
    "location": _location("location"),
    "source": _location("source"),
    "target": _location("target"),
    "holder": _location("holder"),
    "giver": _location("giver"),
    "supplier": _location("supplier"),
    "order": lambda session, _, text: finding.order(session, text),
    "category": lambda session, _, text: finding.category(session, text),
    "date": _moment,
    "until": _text,  # when that is depends on the zone of the location that it leaves
    "start": _text,
    "end": _text,
    "note": _text,
    "problem": _text,
    "cost": _cost,
    "purpose": _purpose,
    "job": _job,
    "reason": _text,
    "kit": _kit,
    "without": lambda _, __, text: expand_serials(text),
    "lot": lambda session, _, text: finding.lot(session, text),
    "lot_code": _lot_code,  # whose lot it is, the item says
    "expires": _printed("expires", last=True),
    "made": _printed("made", last=False),
    "day": _printed("day", last=True),
    "days": _text,
    "schedule": _text,
    "using": lambda _, __, text: expand_serials(text),
    "code": _text,
    "verb": _text,
    "query": _text,
    "name": _text,
    "wanted": _text,
    "labelled": things_named,
    "listed": _listed,
    "copies": _text,
    "sheet": _text,
    "position": _text,
    "look": _text,
}
