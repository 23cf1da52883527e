"""What stands in the slots of a sentence: text in, the business's values out."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlmodel import Session

from handlers import dates
from handlers.routes import Request
from handlers.typed import expand_serials, parse_quantity
from models import finding

#: A refusal may name its field by the verb's argument where the sentence has another slot for it.
SAME_AS: Mapping[str, tuple[str, ...]] = {
    "source": ("location",),
    "target": ("location", "holder"),
    "location": ("source", "target"),
    "variant": ("item",),
    "item": ("variant", "thing"),
    "asset": ("assets", "thing"),
    "assets": ("asset",),
    "date": ("until",),
}

Resolver = Callable[[Session, Request, str], Any]


def resolve(session: Session, request: Request, said: Mapping[str, str]) -> dict[str, Any]:
    """The values of the slots that were said. Refuses what names nothing, or several things."""
    return {slot: _RESOLVERS[slot](session, request, text) for slot, text in said.items()}


def _quantity(_session: Session, _request: Request, text: str) -> int:
    return parse_quantity(text)


def _text(_session: Session, _request: Request, text: str) -> str:
    return text


def _moment(_session: Session, request: Request, text: str) -> dates.Moment:
    return dates.past(text, request.act.now, request.act.by.time_zone)


def _location(field: str) -> Resolver:
    return lambda session, request, text: finding.location(session, text, request.act.by, field=field)


_RESOLVERS: Mapping[str, Resolver] = {
    "quantity": _quantity,
    "low": _quantity,
    "high": _quantity,
    "item": lambda session, _, text: finding.item(session, text),
    "variant": lambda session, _, text: finding.variant(session, text),
    "asset": lambda session, _, text: finding.asset(session, text),
    "assets": lambda session, _, text: finding.assets(session, expand_serials(text)),
    "thing": lambda session, request, text: finding.thing(session, text, request.act.by),
    "location": _location("location"),
    "source": _location("source"),
    "target": _location("target"),
    "holder": _location("holder"),
    "date": _moment,
    "until": _text,  # when that is depends on the zone of the location that it leaves
    "note": _text,
    "code": _text,
    "verb": _text,
    "name": _text,
}
