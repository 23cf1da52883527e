"""What custom fields ask in the forms of things and records, and say on their cards. Whoever may not see a field meets it nowhere."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlmodel import Session

from handlers.routes import Reply, Request
from handlers.suggesting import findable
from handlers.views import custom_fields as views
from handlers.views.parts import Block
from models import custom_fields, custom_kinds, custom_values
from models.custom_fields import About, CustomField, FieldKind, input_of
from models.custom_kinds import Part, Raw
from models.custom_values import Given
from models.refusals import Refusal
from models.workspace import workspace

_INPUT = "custom"


def given(request: Request) -> Given:
    """What the form that was sent says in its custom fields."""
    told = {name.removeprefix(_INPUT): value for name, value in request.values.items() if name.startswith(_INPUT)}
    return {int(number): value for number, value in told.items() if number.isdecimal()}


def saying(request: Request) -> Request:
    """The request, its act saying what its form has in the custom fields of the record that it makes."""
    return replace(request, act=replace(request.act, custom=given(request)))


def asking(
    request: Request, session: Session, form: Block, about: About, *, category: int | Collection[int | None] | None, of: int | None = None
) -> Block:
    """A form that asks for the custom fields of things of that category, or those, with what they say of the thing `of` filled in.

    What somebody has filled in already in the form that is open stays.
    """
    categories = category if isinstance(category, Collection) else [category]
    fields = custom_fields.seen(custom_fields.holding(session, about, *categories), request.act.by)
    known = custom_values.of(session, fields, of) if of is not None else {}
    currency = workspace(session).currency
    inputs = [views.asked(field, _filled(request, session, field, known, new=of is None), currency=currency) for field in fields]
    return views.put_in(form, inputs)


def _filled(request: Request, session: Session, field: CustomField, known: dict[int, list[Part]], *, new: bool) -> views.Filled:
    name = input_of(field)
    if name not in request.values:
        parts = known.get(field.id, []) if not new else _read(request, session, field, custom_kinds.preset(field))
        return [_shown(session, field, part) for part in parts]
    raw = request.values[name]
    if isinstance(raw, str) and field.kind not in {FieldKind.PERSON, FieldKind.LOCATION}:
        return [(raw, raw)]
    return [_shown(session, field, part) for part in _read(request, session, field, raw)]


def _read(request: Request, session: Session, field: CustomField, raw: Raw) -> Sequence[Part]:
    """What was said, or preset; nothing where that can't be read any more."""
    try:
        return custom_kinds.read(session, request.act.by, field, raw)
    except Refusal:
        return []


def _shown(session: Session, field: CustomField, part: Part) -> tuple[str, str]:
    return custom_kinds.said(session, field.kind, [part]), findable(custom_kinds.typed(session, field.kind, part))


def on_card(request: Request, session: Session, card: Reply, about: About, *, category: int | None, of: int) -> Reply:
    """A card that also tells what the custom fields say of the thing."""
    return views.put_on(card, told(request, session, about, category=category, of=of))


def told(request: Request, session: Session, about: About, *, category: int | None, of: int) -> list[tuple[str, str]]:
    """What the custom fields say of a thing or record: their names, and what they say, escaped."""
    fields = custom_fields.seen(custom_fields.holding(session, about, category), request.act.by)
    known = custom_values.of(session, fields, of)
    words = [(field, custom_kinds.said(session, field.kind, known[field.id])) for field in fields if field.id in known]
    return [(field.name, views.told(field.kind, one)) for field, one in words]
