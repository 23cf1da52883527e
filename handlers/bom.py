"""Bills of materials: the card of what something is made of, and the form in which that is written."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from handlers import bill_lines, seen
from handlers.forms import Form, told_under
from handlers.routes import Offer, Reply, Request, button, form, sentence
from handlers.typed import quoted
from handlers.views import answers, paging, registered
from handlers.views import bom as views
from handlers.views.parts import Block, said
from models import bill_costs, bill_editing, bills, catalog
from models.catalog import Described, Variant
from models.members import Permission
from models.refusals import Refusal


class BillForm(Form):
    """A bill as it was filled in: its lines, in as many fields as they take."""

    components1: str
    components2: str = ""
    components3: str = ""
    components4: str = ""
    components5: str = ""
    components6: str = ""


@sentence(
    "/stock",
    says="bom {variant}",
    needs=Permission.LOOK,
    does="shows what something is made of, and what it costs to make",
    examples=("bom Site lamp",),
)
def bom(request: Request, session: Session, *, variant: Variant) -> Reply:
    """The card of a bill of materials."""
    return _card(request, session, variant, first=0)


@button("bom.page", needs=Permission.LOOK)
def page(request: Request, session: Session, *, value: Any) -> Reply:
    """Another page of the components."""
    reply = _card(request, session, catalog.variant(session, value["v"]), first=int(value["f"]))
    return Reply(reply.text, reply.blocks, replace=True)


def _card(request: Request, session: Session, variant: Variant, *, first: int) -> Reply:
    parts = bills.parts_of(session, [variant.id])
    used_in = bills.used_in(session, variant.id)
    if variant.id not in parts:
        return views.none(variant.name, used_in, _write(request, variant, "Write it"))
    goods = catalog.described(session, {variant.id, *bills.named(parts)})
    cost = bill_costs.cost_of(parts, goods, variant.id)
    own = parts[variant.id]
    card = views.BillCard(
        variant_id=variant.id,
        name=variant.name,
        sku=variant.sku,
        unit=goods[variant.id].unit,
        lines=[_line(part, parts, goods) for part in own[first : first + paging.PAGE]],
        first=first,
        total=len(own),
        costs=[views.said_cost(minor, currency) for currency, minor in sorted(cost.by_currency.items())],
        unknown=cost.unknown,
        used_in=used_in,
    )
    return views.card(card, [*_write(request, variant, "Edit"), *_ways_on(request, variant)])


def _line(part: bills.Part, parts: bills.Parts, goods: dict[int, Described]) -> views.Line:
    one = goods[part.variant_id]
    return views.Line(
        name=one.name,
        unit=one.unit,
        quantity=part.quantity,
        scrap=bill_lines.said_percent(part.scrap) if part.scrap else "",
        substitutes=[goods[other].name for other in part.substitutes],
        made_of=len(parts.get(part.variant_id, ())),
    )


def _write(request: Request, variant: Variant, label: str) -> list[Block]:
    return [views.open_form(label, variant.id)] if request.act.by.may(Permission.CATALOG) else []


def _ways_on(request: Request, variant: Variant) -> list[Block]:
    offers = (
        Offer("How many can be built?", "/stock", f"can build 1 {quoted(variant.sku)}"),
        Offer("History", "/stock", f"history {quoted(variant.sku)}"),
    )
    return [answers.offered(offer, number, token=request.act.token) for number, offer in enumerate(offers)]


@button("bom.open", needs=Permission.CATALOG)
def open_form(request: Request, session: Session, *, value: Any) -> Reply:
    """Opens the form with the bill as it stands."""
    variant = catalog.variant(session, value["v"])
    bill = bills.of_variant(session, variant.id)
    carried = {"k": request.act.token(), "seen": None} if bill is None else seen.carried(request, session, bill)
    texts = _in_fields(bill_lines.write(session, variant))
    if len(texts) > views.MOST_FIELDS:
        texts = _in_fields(bill_lines.write(session, variant, by_sku=True))
    if len(texts) > views.MOST_FIELDS:
        raise Refusal(f"The bill of {variant.name} is longer than a form can hold. Make some of its components a sub-assembly.")
    remove = views.remove(variant.name, variant.id) if bill is not None and bill.active else None
    unit = catalog.item(session, variant.item_id).unit
    return Reply(f"What {variant.name} is made of.", form=views.form(variant.name, unit, texts, remove=remove, carried=carried | value))


def _in_fields(lines: Sequence[str]) -> list[str]:
    """The lines, in as few fields as hold them with room for more."""
    texts = [""]
    for line in lines:
        if len(texts[-1]) + len(line) >= views.LONGEST_FIELD:
            texts.append("")
        texts[-1] = f"{texts[-1]}\n{line}".lstrip("\n")
    if len(texts[-1]) > views.LONGEST_FIELD * 2 // 3:
        texts.append("")
    return texts


@form("bom.save", needs=Permission.CATALOG, fields=BillForm)
def save(request: Request, session: Session, *, fields: BillForm) -> Reply:
    """Writes the bill: all of it, or every mistake is told by its line."""
    variant = catalog.variant(session, request.carried["v"])
    bill = bills.of_variant(session, variant.id)
    if bill is not None:
        seen.require_unchanged(request, session, bill)
    goes = bill_lines.read(session, variant, fields.model_dump())
    with told_under({"components": "components1"}):
        posted = bill_editing.set_bill(session, request.act, variant=variant, goes=goes)
    what = f"Saved the bill of materials of {said(variant.name)}: {views.components(len(goes))}."
    return registered.done(what, entry_id=posted.id, ways_on=_ways_on(request, variant))


@button("bom.remove", needs=Permission.CATALOG)
def remove(request: Request, session: Session, *, value: Any) -> Reply:
    """Takes a bill away, from its form."""
    variant = catalog.variant(session, value["v"])
    posted = bill_editing.remove_bill(session, request.act, variant=variant)
    return registered.done(f"Removed the bill of materials of {said(variant.name)}.", "Its history stays.", entry_id=posted.id)
