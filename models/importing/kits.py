"""Planning an import of kits, as the list of them is exported: each is made whole, and one that is there already stays as it is."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Table, select
from sqlmodel import Session, SQLModel

from models import assets, bulk, catalog, kit_register, kits, namesakes
from models.assets import ASSETS, Asset
from models.catalog import VARIANTS, Variant
from models.columns import key_of
from models.importing.bills import finder
from models.importing.forms import Form, Said
from models.importing.known import Thing
from models.importing.planning import ALREADY, Plan, Step
from models.importing.sheets import Problem
from models.kit_register import Belongs
from models.kits import KIT_PARTS, KITS, Kit
from models.quantities import ONE, require_fits, said_number
from models.refusals import Refusal
from models.wording import counted

T = TypeVar("T", bound=SQLModel)

FORM = Form(
    "kits",
    frozenset({"what", "kit"}),
    {"what": "item", "sku": "sku", "serial": "serial", "quantity": "quantity", "unit": "unit", "kit": "kit"},
    called=None,
)
#: What the register's form calls otherwise than the columns.
_COLUMNS = {"item": "what", "items": "what", "serials": "serial", "name": "kit"}


class Line(NamedTuple):
    """A row of the file, and what it says belongs to the kit that it names."""

    row: Said
    kit: str
    belongs: Belongs


def plan_rows(session: Session, plan: Plan, rows: Sequence[Said], *, along: Callable[[Sequence[Said]], Iterable[Said]]) -> None:
    """Plans the kits that the rows say, a part a row; the rows of one kit need not stand together."""
    find, said = _Finder(session, rows), dict[str, list[Line]]()
    for row in along(rows):
        try:
            line = _read(session, find, row)
            said.setdefault(key_of(line.kit), []).append(line)
        except Refusal as refusal:
            _refuse(plan, row, refusal)
    there = _by_key(session, Kit, KITS, KITS.c.name_key, said)
    for key, lines in said.items():
        if key in there:
            _leave(session, plan, there[key], lines)
    new = {key: lines for key, lines in said.items() if key not in there}
    for key, what in namesakes.others(session, {key: lines[0].kit for key, lines in new.items()}).items():
        plan.problems.append(Problem(new[key][0].row.line, "kit", f"{what} already. Give the kit another name."))
    known, taken = dict[tuple[Table, int], Thing](), dict[int, Line]()
    for lines in new.values():
        _add(session, plan, lines, known, taken)
    plan.used.update(known.values())
    plan.steps.sort(key=lambda step: step.line)


def _refuse(plan: Plan, row: Said, refusal: Refusal) -> None:
    plan.problems.append(Problem(row.line, _COLUMNS.get(refusal.field or "", refusal.field or ""), refusal.text))


class _Finder:
    """What the rows name: serials and SKUs are read at once, and nothing but them is taken for one."""

    def __init__(self, session: Session, rows: Sequence[Said]) -> None:
        self.named = finder(session)
        self.assets = _by_key(session, Asset, ASSETS, ASSETS.c.serial_key, {key_of(row.serial) for row in rows if row.serial})
        self.variants = _by_key(session, Variant, VARIANTS, VARIANTS.c.sku_key, {key_of(row.sku) for row in rows if row.sku})

    def asset(self, serial: str) -> Asset:
        """The asset with that serial."""
        if (found := self.assets.get(key_of(serial))) is None:
            raise Refusal(f"There is no asset {serial}. Import it first.", field="serial")
        return found

    def variant(self, row: Said) -> Variant | None:
        """What is meant by number: by its SKU, else by its name; what has a serial needs neither."""
        if row.sku is None:
            return self.named(row.item, "what") if row.item and not row.serial else None
        if (found := self.variants.get(key_of(row.sku))) is None:
            raise Refusal(f"There is no item with the SKU {row.sku}. Import it first.", field="sku")
        return found


def _by_key(session: Session, sort: type[T], table: Table, key: ColumnElement[str], keys: Iterable[str]) -> dict[str, T]:
    """What is in the register under those keys."""
    query = select(sort).where(table.c.archived_at.is_(None))
    return {getattr(one, key.key or ""): one for page in bulk.pages(keys) for one in session.scalars(query.where(key.in_(page)))}


def _read(session: Session, find: _Finder, row: Said) -> Line:
    if row.kit is None:
        raise Refusal("This row names no kit.", field="kit")
    variant = find.variant(row)
    if row.serial is not None:
        return Line(row, row.kit, _certain(session, row, find.asset(row.serial), variant))
    if variant is None:
        raise Refusal("This row names nothing that belongs to it: no serial, SKU or item.", field="what")
    item = catalog.item(session, variant.item_id)
    if row.unit is not None and key_of(row.unit) != key_of(item.unit):
        raise Refusal(f"{item.name} is counted in {item.unit}, and this row has {row.unit}.", field="unit")
    quantity = ONE if row.quantity is None else row.quantity
    require_fits(quantity, fractions=item.fractions, unit=item.unit)
    return Line(row, row.kit, Belongs(variant, quantity))


def _certain(session: Session, row: Said, asset: Asset, variant: Variant | None) -> Belongs:
    if variant is not None and variant.id != asset.variant_id:
        raise Refusal(f"{row.sku} is the SKU of {variant.name}, and {asset.serial} is {assets.said(session, asset)}.", field="sku")
    if row.quantity not in {None, ONE}:
        raise Refusal(f"{row.serial} is one thing, and the quantity is {said_number(row.quantity or 0)}.", field="quantity")
    return Belongs(variant or catalog.variant(session, asset.variant_id), asset=asset)


def _leave(session: Session, plan: Plan, kit: Kit, lines: Sequence[Line]) -> None:
    """A kit that is there already stays as it is: said, where the file has it otherwise."""
    parts = {((part.variant_id, part.asset_id), part.quantity) for part in kits.parts_of(session, kit.id)}
    if {(line.belongs.key, line.belongs.quantity) for line in lines} != parts or len(lines) != len(parts):
        plan.remarks.append(f"Line {lines[0].row.line}: {kit.name} has other parts by now, and they stay. Edit it in Slack.")
    plan.steps += [Step(line.row.line, ALREADY) for line in lines]


def _add(session: Session, plan: Plan, lines: Sequence[Line], known: dict[tuple[Table, int], Thing], taken: dict[int, Line]) -> None:
    """A new kit of what the rows say that can belong to it; `taken` are the assets that the file has put into kits."""
    name = lines[0].kit
    kit = Thing(KITS, {"name": name, "name_key": key_of(name)})
    plan.things.append(kit)
    put_in = list[Belongs]()
    for row, _, one in lines:
        try:
            kit_register.require_belongs(session, one, put_in)
            _require_in_one(session, Line(row, name, one), taken)
        except Refusal as refusal:
            _refuse(plan, row, refusal)
            continue
        asset = _known(known, ASSETS, one.asset.id) if one.asset is not None else None
        part = {"kit_id": kit, "variant_id": _known(known, VARIANTS, one.variant.id), "asset_id": asset}
        plan.things.append(Thing(KIT_PARTS, part | {"quantity": one.quantity, "position": len(put_in)}))
        put_in.append(one)
        plan.steps.append(Step(row.line, f"{_said(session, one)} into {name}."))


def _require_in_one(session: Session, line: Line, taken: dict[int, Line]) -> None:
    """Refuses an asset that an earlier row has in another kit."""
    if (asset := line.belongs.asset) is None:
        return
    other = taken.setdefault(asset.id, line)
    if other is not line:
        raise Refusal(f"Line {other.row.line} has {assets.said(session, asset)} in {other.kit} already.", field="serial")


def _known(known: dict[tuple[Table, int], Thing], table: Table, row_id: int) -> Thing:
    return known.setdefault((table, row_id), Thing(table, {}, row_id))


def _said(session: Session, one: Belongs) -> str:
    if one.asset is not None:
        return assets.said(session, one.asset)
    return counted(one.quantity, one.variant.name, catalog.item(session, one.variant.item_id).unit)
