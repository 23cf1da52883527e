"""The forms that add and change kits: their names, the serials in their cases, and what goes in by number."""

import re
from typing import Any

from sqlmodel import Session

from handlers import bill_lines, seen
from handlers.forms import Form
from handlers.routes import Reply, Request, button, form, sentence
from handlers.suggesting import findable
from handlers.typed import parse_quantity
from handlers.views import kits as views
from handlers.views import registered
from handlers.views.parts import button as pressed
from handlers.views.parts import said
from handlers.views.stock_form import Chosen
from models import archiving, assets, catalog, finding, kit_register, kits, picking
from models.catalog import ItemKind
from models.kit_register import Belongs
from models.kits import Kit, Part
from models.members import Permission
from models.quantities import ONE, typed
from models.refusals import FieldProblems, Refusal

_LINE = re.compile(r"(?:(?P<number>[\d.,]+)(?:\s+|\s*[xX×]\s+))?(?P<name>.*)")


class KitForm(Form):
    """A kit as it was filled in."""

    name: str
    serials: tuple[str, ...] = ()
    items: str | None = None


@sentence(
    "/stock",
    says="new kit [{name}]",
    needs=Permission.CATALOG,
    does="opens the form for a kit: serials in one case, or a template that names items only",
    examples=("new kit", "new kit Interview kit"),
)
def new_kit(request: Request, session: Session, *, name: str | None = None) -> Reply:  # noqa: ARG001
    """Opens the form of a new kit."""
    return Reply("A new kit.", form=views.form(name, [], None, kit_id=None, carried={"k": request.act.token()}))


@button("kit.make", needs=Permission.CATALOG)
def make_of_template(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Make a kit of it: the form of a new kit with what the template names, its serials chosen among those that are free."""
    serials, items = list[Chosen](), list[str]()
    for part in kits.parts_of(session, value["kit"]):
        variant = catalog.variant(session, part.variant_id)
        if part.kind is not ItemKind.SERIALISED:
            items.append(_line_of(part))
            continue
        free = picking.free_serials(session, variant, now=request.act.now, until=None)
        serials += [Chosen(assets.said(session, one), findable(one.serial)) for one in free[: part.quantity // ONE]]
    shown = views.form(None, serials, "\n".join(items), kit_id=None, carried={"k": request.act.token()})
    return Reply("A new kit.", form=shown)


@form("kit.add", needs=Permission.CATALOG, fields=KitForm)
def add_kit(request: Request, session: Session, *, fields: KitForm) -> Reply:
    """A new kit."""
    kit = kit_register.add_kit(session, request.act, name=fields.name, belongs=_belongs(session, fields))
    show = pressed("Show it", "kit.show", {"kit": kit.id})
    number = len(kits.parts_of(session, kit.id))
    what = f"Added the kit {said(kit.name)}: {'1 part' if number == 1 else f'{number} parts'}."
    return registered.done(what, entry_id=seen.last_entry(session, kit), ways_on=[show])


def open_kit(request: Request, session: Session, kit: Kit) -> Reply:
    """Opens the form that changes a kit."""
    parts = kits.parts_of(session, kit.id)
    serials = [Chosen(f"{part.what} {part.serial}", findable(part.serial)) for part in parts if part.serial is not None]
    items = "\n".join(_line_of(part) for part in parts if part.serial is None)
    carried = seen.carried(request, session, kit, *kits.rows(session, kit.id))
    return Reply(f"Edit {kit.name}.", form=views.form(kit.name, serials, items, kit_id=kit.id, carried=carried))


def _line_of(part: Part) -> str:
    return f"{typed(part.quantity)} {part.what}"


@form("kit.edit", needs=Permission.CATALOG, fields=KitForm)
def edit_kit(request: Request, session: Session, *, fields: KitForm) -> Reply:
    """Names a kit anew, or says what belongs to it from now on."""
    kit = kits.get(session, request.carried["id"])
    seen.require_unchanged(request, session, kit, *kits.rows(session, kit.id))
    posted = kit_register.edit_kit(session, request.act, kit, name=fields.name, belongs=_belongs(session, fields))
    return registered.done(f"Saved {said(kit.name)}.", entry_id=posted.id)


@button("kit.archive", needs=Permission.CATALOG)
def press_archive(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Archives a kit from its form."""
    kit = kits.get(session, value["kit"])
    posted = archiving.archive_kit(session, request.act, kit)
    return registered.done(f"Archived {said(kit.name)}.", "Its parts stay where they are.", entry_id=posted.id)


def _belongs(session: Session, fields: KitForm) -> list[Belongs]:
    """What the fields say belongs to it. Refuses mistakes under their field, line by line."""
    found = [
        Belongs(catalog.variant(session, one.variant_id), asset=one)
        for one in (finding.assets(session, fields.serials, field="serials") if fields.serials else [])
    ]
    problems = []
    for number, line in enumerate((fields.items or "").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found.append(_line(session, line.strip()))
        except Refusal as refusal:
            problems.append(f"Line {number}: {refusal.text}")
    if problems:
        raise FieldProblems({"items": " ".join(problems[: bill_lines.MOST_TOLD])})
    return found


def _line(session: Session, text: str) -> Belongs:
    """ "2 SD card": so many of an item, one where no number stands in front."""
    match = _LINE.fullmatch(text)
    if match is None or match["number"] is None:
        return Belongs(finding.variant(session, text))
    quantity, variant = bill_lines.so_many(session, parse_quantity(match["number"]), match["name"])
    return Belongs(variant, int(quantity))
