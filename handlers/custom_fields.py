"""The custom fields themselves: their list, and the forms in which admins define them."""

from typing import Any

from sqlmodel import Session

from handlers import seen
from handlers.forms import Form, told_under
from handlers.routes import Reply, Request, button, form, sentence
from handlers.views import custom_fields as views
from handlers.views import registered
from handlers.views.paging import PAGE, pager
from handlers.views.parts import said
from models import custom_fields, custom_register, custom_values, finding
from models.catalog import Category
from models.custom_fields import About, CustomField, FieldKind, SeenBy
from models.custom_register import MAY_BE_UNIQUE, RECORDS, Terms
from models.members import Permission
from models.refusals import Refusal


class FieldForm(Form):
    """A field as it was filled in."""

    name: str
    category: str | None = None
    choices: str = ""
    pattern: str | None = None
    remind_days: str | None = None
    preset: str | None = None
    help: str | None = None
    seen_by: SeenBy = SeenBy.EVERYONE
    rules: tuple[str, ...] = ()


class NewFieldForm(FieldForm):
    """A new field, with what it is about and its kind."""

    about: About
    kind: FieldKind


@sentence(
    "/stock",
    says="fields",
    needs=Permission.FIELDS,
    does="lists the custom fields of things and records, to add, edit and archive them",
    examples=("fields",),
)
def fields(_request: Request, session: Session) -> Reply:
    """The fields that are defined."""
    return _page(session, first=0)


@button("field.list", needs=Permission.FIELDS)
def page(_request: Request, session: Session, *, value: Any) -> Reply:
    """The list, or another page of it."""
    reply = _page(session, first=int(value["f"]))
    return Reply(reply.text, reply.blocks, replace=True)


def _page(session: Session, *, first: int) -> Reply:
    found = custom_fields.defined(session)
    shown = [_shown(session, field) for field in found[first : first + PAGE]]
    turn = pager("field.list", {}, first=first, shown=len(shown), total=len(found))
    return views.listed(shown, total=len(found), pager=turn, first=first)


def _shown(session: Session, field: CustomField) -> views.Shown:
    terms = [
        "required" if field.required else "",
        "unique" if field.is_unique else "",
        f"reminded of {field.remind_days} {'day' if field.remind_days == 1 else 'days'} before" if field.remind_days is not None else "",
        f"seen by {field.seen_by}" if field.seen_by is not SeenBy.EVERYONE else "",
    ]
    return views.Shown(field.id, field.name, field.about, field.kind, _category_name(session, field), list(filter(None, terms)))


@button("field.new", needs=Permission.FIELDS)
def new_field(request: Request, session: Session, *, value: Any) -> Reply:  # noqa: ARG001
    """Opens the form of a new field."""
    return _form(session, views.FieldFilled(), carried={"k": request.act.token()})


@button("field.about", needs=Permission.FIELDS)
@button("field.kind", needs=Permission.FIELDS)
def redraw(request: Request, session: Session, *, value: Any) -> Reply:  # noqa: ARG001
    """Something else or another kind was chosen in the open form: it asks what that has; what was filled in besides stays."""
    values = request.values
    texts = {name: values.get(name) for name in ("name", "category", "choices", "pattern", "remind_days", "preset", "help")}
    filled = views.FieldFilled(
        about=About(values["about"]),
        kind=FieldKind(values["kind"]),
        seen_by=SeenBy(values.get("seen_by") or SeenBy.EVERYONE),
        rules=values.get("rules") or (),
        **texts,
    )
    return _form(session, filled, carried=request.carried)


def _form(session: Session, filled: views.FieldFilled, *, carried: Any, field: CustomField | None = None) -> Reply:
    record = filled.about in RECORDS
    archive = views.archive_button(field.id, field.name, custom_values.in_use(session, field)) if field is not None else None
    shown = views.form(
        filled,
        archive=archive,
        remindable=filled.kind is FieldKind.DATE and not record,
        unique=filled.kind in MAY_BE_UNIQUE and not record,
        in_categories=filled.about is not About.LOCATION,
        carried=carried,
    )
    return Reply("A field.", form=shown)


@button("field.open", needs=Permission.FIELDS)
def open_field(request: Request, session: Session, *, value: Any) -> Reply:
    """Opens the form that changes a field."""
    field = custom_fields.get(session, value["f"])
    rules = [rule for rule, holds in ((views.REQUIRED, field.required), (views.UNIQUE, field.is_unique)) if holds]
    filled = views.FieldFilled(
        about=field.about,
        kind=field.kind,
        name=field.name,
        category=_category_name(session, field),
        choices="\n".join(field.choices),
        pattern=field.pattern,
        remind_days=str(field.remind_days) if field.remind_days is not None else None,
        preset=field.preset,
        help=field.help,
        seen_by=field.seen_by,
        rules=rules,
    )
    return _form(session, filled, carried=seen.carried(request, session, field), field=field)


@form("field.add", needs=Permission.FIELDS, fields=NewFieldForm)
def add_field(request: Request, session: Session, *, fields: NewFieldForm) -> Reply:
    """A new field. Of what its kind does not have, the form asked nothing."""
    with told_under({"is_unique": "rules"}):
        field, posted = custom_register.add_field(session, request.act, about=fields.about, kind=fields.kind, **_terms(session, fields))
    return registered.done(f"Added the field {said(field.name)}.", _asked_where(session, field), entry_id=posted.id)


@form("field.edit", needs=Permission.FIELDS, fields=FieldForm)
def edit_field(request: Request, session: Session, *, fields: FieldForm) -> Reply:
    """Changes a field."""
    field = custom_fields.get(session, request.carried["id"])
    seen.require_unchanged(request, session, field)
    with told_under({"is_unique": "rules"}):
        posted = custom_register.edit_field(session, request.act, field, **_terms(session, fields))
    return registered.done(f"Saved the field {said(field.name)}.", _asked_where(session, field), entry_id=posted.id)


@button("field.archive", needs=Permission.FIELDS)
def press_archive(request: Request, session: Session, *, value: Any) -> Reply:
    """Archives a field from its form."""
    field = custom_fields.get(session, value["f"])
    posted = custom_register.archive_field(session, request.act, field)
    return registered.done(f"Archived the field {said(field.name)}.", "What it said is kept.", entry_id=posted.id)


def _terms(session: Session, fields: FieldForm) -> Terms:
    return {
        "name": fields.name,
        "category": finding.category(session, fields.category) if fields.category else None,
        "required": views.REQUIRED in fields.rules,
        "is_unique": views.UNIQUE in fields.rules,
        "preset": fields.preset,
        "pattern": fields.pattern,
        "help": fields.help,
        "seen_by": fields.seen_by,
        "choices": fields.choices.splitlines(),
        "remind_days": _days(fields.remind_days),
    }


def _days(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise Refusal(f"I can't read {text} as a number of days. Write it like 14.", field="remind_days")
    return int(text)


def _asked_where(session: Session, field: CustomField) -> str:
    """Where it is asked for from now on."""
    category = _category_name(session, field)
    where = f" in {said(category)}" if category else ""
    if field.about is About.ENTRY:
        return f"The form of `/stock` asks for it{where}."
    if field.about is About.CHECKOUT:
        return f"The form of `/checkout` asks for it{where}."
    if field.about is About.MAINTENANCE:
        return f"The forms *Repaired* and *Done* ask for it{where}."
    return f"The forms of {field.about}{where} ask for it. `/stock edit` gives it to one that is there."


def _category_name(session: Session, field: CustomField) -> str | None:
    return session.get_one(Category, field.category_id).name if field.category_id else None
