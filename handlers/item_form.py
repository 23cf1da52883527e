"""The forms that add and change items and their variants."""

from typing import Any

from sqlmodel import Session, SQLModel

from handlers import custom_inputs, seen
from handlers.forms import Form, told_under
from handlers.routes import Offer, Reply, Request, button, form, sentence
from handlers.suggesting import unit_option
from handlers.typed import parse_quantity, quoted
from handlers.views import answers, registered
from handlers.views import item_form as views
from handlers.views.parts import button as pressed
from handlers.views.parts import code, confirm, said
from models import archiving, catalog, custom_values, editing, finding, packs, register
from models.catalog import Category, Item, ItemKind, Variant
from models.custom_fields import About
from models.members import Permission
from models.quantities import minor_units, said_money, said_number
from models.refusals import Refusal
from models.wording import listed
from models.workspace import workspace


class ItemForm(Form):
    """An item as it was filled in; the unit says whether parts of it are counted ("parts:m"), the kind whether in lots."""

    name: str
    kind: views.KindSaid
    unit: str
    category: str | None = None
    note: str | None = None


class EditItemForm(ItemForm):
    """An item that is there, with its packs."""

    packs: str = ""


class NewItemForm(ItemForm):
    """A new item, with its first variants."""

    sku: str | None = None
    cost: str | None = None
    attributes: str = ""


class VariantForm(Form):
    """A variant as it was filled in."""

    attributes: str = ""
    sku: str | None = None
    cost: str | None = None


@sentence(
    "/stock",
    says="new item [{name}]",
    needs=Permission.CATALOG,
    does="opens the form for a new item",
    examples=("new item", "new item M8 hex bolt"),
)
def new_item(request: Request, session: Session, *, name: str | None = None) -> Reply:
    """Opens the form of a new item."""
    return _new_form(request, session, views.ItemFilled(name), None, carried={"k": request.act.token()})


def _new_form(request: Request, session: Session, filled: views.ItemFilled, category: Category | None, *, carried: Any) -> Reply:
    shown = views.new(filled, currency=workspace(session).currency, carried=carried)
    asking = custom_inputs.asking(request, session, shown, About.ITEM, category=category.id if category else None)
    return Reply("A new item.", form=asking)


@button("category.suggest", needs=Permission.CATALOG)
def choose_category(request: Request, session: Session, *, value: Any) -> Reply:  # noqa: ARG001
    """Another category was chosen in the open form: it asks for the custom fields of that; what was filled in besides stays."""
    values = request.values
    category = _category(session, values.get("category"))
    unit, fractions = _unit(values.get("unit") or "wholes:each")
    filled = views.ItemFilled(
        name=values.get("name"),
        kind=views.KindSaid(values.get("kind") or views.KindSaid.CONSUMABLE),
        unit=unit_option(unit, fractions),
        category=category.name if category else None,
        note=values.get("note"),
        packs=values.get("packs"),
        sku=values.get("sku"),
        cost=values.get("cost"),
        attributes=values.get("attributes"),
    )
    if "id" not in request.carried:
        return _new_form(request, session, filled, category, carried=request.carried)
    return _edit_form(request, session, catalog.item(session, request.carried["id"]), filled, category, carried=request.carried)


@form("item.add", needs=Permission.CATALOG, fields=NewItemForm)
def add_item(request: Request, session: Session, *, fields: NewItemForm) -> Reply:
    """A new item with its variants."""
    unit, fractions = _unit(fields.unit)
    with told_under({"variants": "attributes", "fractions": "unit", "lot_tracked": "kind"}):
        made = register.add_item(
            session,
            request.act,
            name=fields.name,
            kind=fields.kind.kind,
            unit=unit,
            fractions=fractions,
            lot_tracked=fields.kind.lot_tracked,
            category=_category(session, fields.category),
            sku=fields.sku,
            cost_minor=cost(session, fields.cost),
            variants=[attributes(line) for line in fields.attributes.splitlines() if line.strip()] or [{}],
            custom=custom_inputs.given(request),
        )
    item = catalog.item(session, made[0].item_id)
    return registered.done(_added(item, made), _next(item), entry_id=seen.last_entry(session, item), ways_on=_ways_on(request, item, made))


def _added(item: Item, made: list[Variant]) -> str:
    if len(made) == 1:
        return f"Added {said(item.name)} {code(made[0].sku)} to the catalog."
    return f"Added {said(item.name)} in {len(made)} variants: {listed([f'{said(one.name)} {code(one.sku)}' for one in made[:10]])}."


def _next(item: Item) -> str:
    if item.kind is ItemKind.SERIALISED:
        return "None is there yet. Add them by their serials with `/stock new asset`."
    return "None is on hand yet: receive some."


def _ways_on(request: Request, item: Item, made: list[Variant]) -> list[dict[str, Any]]:
    if item.kind is ItemKind.SERIALISED:
        return []
    edit = answers.offered(Offer("Add packs", "/stock", f"edit {quoted(f'item {item.name}')}"), 0, token=request.act.token)
    return [*([pressed("Receive", "stock.receive", {"variant": made[0].id})] if len(made) == 1 else []), edit]


def open_item(request: Request, session: Session, item: Item) -> Reply:
    """Opens the form that changes an item."""
    category = session.get_one(Category, item.category_id) if item.category_id else None
    filled = views.ItemFilled(
        name=item.name,
        kind=views.KindSaid(f"{item.kind} in lots" if item.lot_tracked else item.kind),
        unit=unit_option(item.unit, item.fractions),
        category=category.name if category else None,
        note=item.note,
        packs="\n".join(f"{pack.name} = {said_number(pack.quantity)}" for pack in packs.of_item(session, item.id)) or None,
    )
    return _edit_form(request, session, item, filled, category, carried=seen.carried(request, session, item, *_parts(session, item)))


def _edit_form(
    request: Request, session: Session, item: Item, filled: views.ItemFilled, category: Category | None, *, carried: Any
) -> Reply:
    variants = [(one.id, f"{one.name} · {one.sku}") for one in catalog.variants_of(session, item.id)]
    more = views.ways_on(item.id, item.name, variants, may_set_policy=request.act.by.may(Permission.POLICIES))
    shown = views.edit(filled, more=more, carried=carried)
    asking = custom_inputs.asking(request, session, shown, About.ITEM, category=category.id if category else None, of=item.id)
    return Reply(f"Edit {item.name}.", form=asking)


def _parts(session: Session, item: Item) -> list[SQLModel]:
    """What else of an item its form changes, in rows of their own."""
    return [*packs.ever_of_item(session, item.id), *custom_values.rows(session, About.ITEM, item.id)]


@form("item.edit", needs=Permission.CATALOG, fields=EditItemForm)
def edit_item(request: Request, session: Session, *, fields: EditItemForm) -> Reply:
    """Changes an item."""
    item = catalog.item(session, request.carried["id"])
    seen.require_unchanged(request, session, item, *_parts(session, item))
    unit, fractions = _unit(fields.unit)
    with told_under({"fractions": "unit", "lot_tracked": "kind"}):
        category = _category(session, fields.category)
        posted = editing.edit_item(
            session,
            request.act,
            item,
            name=fields.name,
            kind=fields.kind.kind,
            unit=unit,
            fractions=fractions,
            lot_tracked=fields.kind.lot_tracked,
            category=category,
            note=fields.note,
            comes_in=_comes_in(fields.packs),
            custom=custom_inputs.given(request),
        )
    return registered.done(f"Saved {said(item.name)}.", entry_id=posted.id)


@button("item.archive", needs=Permission.CATALOG)
def archive_item(request: Request, session: Session, *, value: Any) -> Reply:
    """Archives an item from its form."""
    item = catalog.item(session, value["i"])
    posted = archiving.archive_item(session, request.act, item)
    return registered.done(f"Archived {said(item.name)}.", "Its history stays.", entry_id=posted.id)


@button("variant.open", needs=Permission.CATALOG)
def press_variant(request: Request, session: Session, *, value: Any) -> Reply:
    """From an item's form to that of one of its variants, by a button or a list."""
    return open_variant(request, session, catalog.variant(session, int(value["v"] if isinstance(value, dict) else value)))


def open_variant(request: Request, session: Session, variant: Variant) -> Reply:
    """Opens the form that changes a variant."""
    item = catalog.item(session, variant.item_id)
    currency = workspace(session).currency
    several = len(catalog.variants_of(session, item.id)) > 1
    amount = said_money(variant.cost_minor, currency).split(" ")[0] if variant.cost_minor is not None else None
    filled = views.VariantFilled(said_attributes(variant), variant.sku, amount)
    question = confirm(f"Archive {variant.name}?", f"{variant.name} leaves the catalog. Its history stays, and you can undo it.", "Archive")
    archive = pressed("Archive", "variant.archive", {"v": variant.id}, style="danger", confirm=question) if several else None
    shown = views.variant(
        item.name, filled, currency=currency, carried=seen.carried(request, session, variant), several=several, archive=archive
    )
    return Reply(f"Edit {variant.name}.", form=shown)


@form("variant.edit", needs=Permission.CATALOG, fields=VariantForm)
def edit_variant(request: Request, session: Session, *, fields: VariantForm) -> Reply:
    """Changes a variant."""
    variant = catalog.variant(session, request.carried["id"])
    seen.require_unchanged(request, session, variant)
    posted = editing.edit_variant(
        session,
        request.act,
        variant,
        attributes=attributes(fields.attributes),
        sku=fields.sku or variant.sku,
        cost_minor=cost(session, fields.cost),
    )
    return registered.done(f"Saved {said(variant.name)} {code(variant.sku)}.", entry_id=posted.id)


@button("variant.archive", needs=Permission.CATALOG)
def archive_variant(request: Request, session: Session, *, value: Any) -> Reply:
    """Archives a variant from its form."""
    variant = catalog.variant(session, value["v"])
    posted = archiving.archive_variant(session, request.act, variant)
    return registered.done(f"Archived {said(variant.name)} {code(variant.sku)}.", "Its history stays.", entry_id=posted.id)


@button("variant.new", needs=Permission.CATALOG)
def new_variant(request: Request, session: Session, *, value: Any) -> Reply:
    """From an item's form to that of one more variant."""
    item = catalog.item(session, value["i"])
    carried = {"k": request.act.token(), "item": item.id}
    empty = views.VariantFilled()
    shown = views.variant(item.name, empty, currency=workspace(session).currency, carried=carried, several=True, archive=None)
    return Reply(f"A new variant of {item.name}.", form=shown)


@form("variant.add", needs=Permission.CATALOG, fields=VariantForm)
def add_variant(request: Request, session: Session, *, fields: VariantForm) -> Reply:
    """One more variant of an item."""
    item = catalog.item(session, request.carried["item"])
    made = register.add_variant(
        session, request.act, item=item, attributes=attributes(fields.attributes), sku=fields.sku, cost_minor=cost(session, fields.cost)
    )
    return registered.done(f"Added {said(made.name)} {code(made.sku)}.", _next(item), entry_id=seen.last_entry(session, made))


def attributes(line: str) -> dict[str, str]:
    """ "size: M, colour: red" as attributes, or "size: M; finish: zinc, matt" where one has a comma in it. Refuses what has no name."""
    found: dict[str, str] = {}
    for part in filter(str.strip, line.split(";" if ";" in line else ",")):
        name, colon, value = (side.strip() for side in part.partition(":"))
        if not (colon and name and value):
            raise Refusal(f"I can't read {part.strip()} as an attribute. Write it like size: M.", field="attributes")
        if name in found:
            raise Refusal(f"{name} is said twice.", field="attributes")
        found[name] = value
    return found


def _comes_in(text: str) -> list[packs.Holding]:
    """ "box = 200", one a line, as packs. Refuses what does not say how many it holds."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        name, equals, holds = (side.strip() for side in line.rpartition("="))
        if not (equals and name):
            raise Refusal(f"I can't read {line.strip()} as a pack. Write it like box = 200.", field="packs")
        with told_under({"quantity": "packs"}):
            found.append((name, parse_quantity(holds)))
    return found


def said_attributes(variant: Variant) -> str | None:
    """A variant's attributes as they are typed. What came with a file may have commas in it."""
    told = [f"{name}: {value}" for name, value in variant.attributes.items()]
    if any("," in one for one in told):
        return "".join(f"{one}; " for one in told).rstrip()
    return ", ".join(told) or None


def cost(session: Session, amount: str | None) -> int | None:
    """An amount of money as it was typed, in minor units of the workspace's currency."""
    return minor_units(amount, workspace(session).currency) if amount else None


def _unit(value: str) -> tuple[str, bool]:
    how, _, unit = value.partition(":")
    return unit, how == "parts"


def _category(session: Session, name: str | None) -> Category | None:
    return finding.category(session, name) if name else None
