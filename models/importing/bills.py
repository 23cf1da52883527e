"""Planning an import of bills of materials: each is added whole, and one that is there already stays as it is."""

from collections.abc import Callable, Iterable, Sequence

from sqlmodel import Session

from models import bill_editing, bills, catalog
from models.bill_editing import Goes
from models.bills import Part
from models.catalog import Variant
from models.catalog_names import items_exactly
from models.changes import Change
from models.columns import key_of
from models.importing.forms import Form, Said
from models.importing.planning import ALREADY, Plan, Step
from models.importing.sheets import Problem
from models.refusals import Conflict, Refusal
from models.wording import counted

FORM = Form(
    "bills of materials",
    frozenset({"made", "component"}),
    {"made": "made", "component": "component", "quantity": "quantity", "scrap": "scrap", "substitutes": "substitutes"},
    called=None,
)

#: A row of the file, what it says that something is made of, and what goes in.
Line = tuple[Said, Variant, Goes]


def plan_rows(session: Session, plan: Plan, rows: Iterable[Said]) -> None:
    """Plans the bills that the rows say, a component a row; the rows of one bill need not stand together."""
    find = finder(session)
    said: dict[int, list[Line]] = {}
    for row in rows:
        try:
            made, goes = _read(find, row)
            bill_editing.require_goes(session, made, goes, [one for _, _, one in said.get(made.id, ())])
            said.setdefault(made.id, []).append((row, made, goes))
        except Refusal as refusal:
            column = "component" if refusal.field == "components" else refusal.field
            plan.problems.append(Problem(row.line, column or "", refusal.text))
    known = bills.parts_of(session, said)
    for made_id, lines in said.items():
        _plan_bill(session, plan, lines, known.get(made_id))
    _refuse_circle(session, plan, said)
    plan.steps.sort(key=lambda step: step.line)


def _read(find: Callable[[str, str], Variant], row: Said) -> tuple[Variant, Goes]:
    for column in ("made", "component", "quantity"):
        if getattr(row, column) is None:
            raise Refusal(f"This row has no {column}.", field=column)
    assert row.made and row.component and row.quantity is not None
    substitutes = tuple(find(name, "substitutes") for name in row.substitutes or ())
    return find(row.made, "made"), Goes(find(row.component, "component"), row.quantity, row.scrap or 0, substitutes)


def finder(session: Session) -> Callable[[str, str], Variant]:
    """Finds variants by name, SKU or barcode, exactly, each once; refuses under the column where the name stands."""
    found: dict[str, Sequence[Variant]] = {}

    def find(name: str, column: str) -> Variant:
        if (key := key_of(name)) not in found:
            found[key] = [variant for item in items_exactly(session, name) for variant in item.variants]
        if not found[key]:
            raise Refusal(f"There is no item {name}. Import it first.", field=column)
        if len(found[key]) > 1:
            raise Refusal(f"{name} comes in {len(found[key])} variants. Say which by its SKU.", field=column)
        return found[key][0]

    return find


def _plan_bill(session: Session, plan: Plan, lines: Sequence[Line], known: Sequence[Part] | None) -> None:
    first, made, _ = lines[0]
    parts = [bill_editing.part_of(goes) for _, _, goes in lines]
    if known is None:
        plan.bills[made.id] = parts
    elif list(known) != parts:
        plan.remarks.append(f"Line {first.line}: {made.name} has another bill of materials by now, and that stays. Edit it in Slack.")
    for row, _, goes in lines:
        what = counted(goes.quantity, goes.variant.name, catalog.item(session, goes.variant.item_id).unit)
        plan.steps.append(Step(row.line, f"{what} into {made.name}." if known is None else ALREADY))


def _refuse_circle(session: Session, plan: Plan, said: dict[int, list[Line]]) -> None:
    """The row that would make something of itself, with what is known and what the file adds."""
    used = bills.named(plan.bills)
    ring = bills.circle(bills.parts_of(session, used) | plan.bills, plan.bills)
    if ring:
        row = next(row for row, _, goes in said[ring[0]] if ring[1] in {goes.variant.id, *(one.id for one in goes.substitutes)})
        plan.problems.append(Problem(row.line, "component", bills.said_circle(bills.names(session, ring))))


def changes(session: Session, plan: Plan) -> list[Change]:
    """The changes that write those bills, for one entry. Refuses where somebody has written one of them since."""
    if bills.parts_of(session, plan.bills).keys() & plan.bills.keys():
        raise Conflict(f"A bill of materials in {plan.file} was written meanwhile. Import it once more.")
    return bill_editing.changes_to(session, plan.bills)
