"""The form of what a supplier sells something at: its number for it, packs, prices and days."""

import re
from typing import Any

from sqlmodel import Session

from handlers import called
from handlers.forms import Form, told_under
from handlers.routes import Reply, Request, button, form, sentence
from handlers.views import order_forms as forms
from handlers.views import registered
from handlers.views.parts import said
from models import catalog, finding, locations, orders, suppliers
from models.catalog import Variant
from models.locations import Location
from models.members import Permission
from models.quantities import ONE, minor_units, said_money, said_number
from models.refusals import Conflict, Refusal
from models.suppliers import Prices, SupplierTerms
from models.workspace import workspace

#: "12.50", or "from 1,000: 11.90".
_PRICE = re.compile(r"(?:(?:from\s+)?(?P<start>[\d.,]+[^:=]*?)\s*[:=]\s*)?(?P<price>[\d.,]+)", re.IGNORECASE)


class TermsForm(Form):
    """A supplier's terms as they were filled in."""

    supplier: str | None = None
    part_number: str | None = None
    pack: str | None = None
    minimum: str | None = None
    prices: str = ""
    currency: str
    lead_days: int | None = None


@sentence(
    "/stock",
    says="terms {variant} [from {supplier}]",
    needs=Permission.CATALOG,
    does="opens the form for what a supplier sells an item at: its number, packs, prices, days",
    examples=("terms M8 hex bolt from Acme Fasteners",),
)
def terms(request: Request, session: Session, *, variant: Variant, supplier: Location | None = None) -> Reply:
    """Opens the terms of a supplier, of the one that is asked first where nobody is named."""
    if supplier is None and (known := suppliers.preferred(session, [variant.id]).get(variant.id)) is not None:
        supplier = locations.get(session, known)
    return _form(request, session, variant, supplier)


@button("terms.open", needs=Permission.CATALOG)
def open_terms(request: Request, session: Session, *, value: Any) -> Reply:
    """The terms of what stands on a line of an order, or of an item."""
    if "l" not in value:
        return terms(request, session, variant=catalog.variant(session, value["v"]))
    line = orders.line(session, value["l"])
    order = orders.get(session, line.order_id)
    return _form(request, session, catalog.variant(session, line.variant_id), locations.get(session, order.supplier_id))


def _form(request: Request, session: Session, variant: Variant, supplier: Location | None) -> Reply:
    if supplier is not None:
        suppliers.require_supplier(supplier)
    known = suppliers.terms_of(session, variant.id, supplier.id) if supplier is not None else None
    filled = _filled(known) if known is not None else forms.TermsFilled(currency=workspace(session).currency)
    carried = {"k": request.act.token(), "v": variant.id, "s": supplier.id if supplier is not None else None}
    name = supplier.name if supplier is not None else None
    return Reply(f"Terms of {variant.name}.", form=forms.terms(variant.name, name, filled, known=known is not None, carried=carried))


def _filled(known: SupplierTerms) -> forms.TermsFilled:
    return forms.TermsFilled(
        part_number=known.part_number,
        pack=said_number(known.pack) if known.pack != ONE else None,
        minimum=said_number(known.minimum) if known.minimum else None,
        prices="\n".join(_said_price(start, price, known.currency) for start, price in known.prices),
        currency=known.currency,
        lead_days=str(known.lead_days) if known.lead_days is not None else None,
    )


def _said_price(start: int, price: int, currency: str) -> str:
    amount = said_money(price, currency).split(" ")[0]
    return f"from {said_number(start)}: {amount}" if start else amount


@form("terms.set", needs=Permission.CATALOG, fields=TermsForm)
def save(request: Request, session: Session, *, fields: TermsForm) -> Reply:
    """A supplier's terms are set."""
    variant = catalog.variant(session, request.carried["v"])
    if request.carried["s"] is not None:
        supplier = locations.get(session, request.carried["s"])
    elif fields.supplier:
        supplier = finding.location(session, fields.supplier, request.act.by, field="supplier")
    else:
        raise Refusal("Please fill this in.", field="supplier")
    currency = fields.currency.upper()
    with told_under({"source": "supplier"}):
        posted = suppliers.set_terms(
            session,
            request.act,
            variant=variant,
            supplier=supplier,
            part_number=fields.part_number,
            pack=_quantity(session, variant, fields.pack, "pack") or ONE,
            minimum=_quantity(session, variant, fields.minimum, "minimum"),
            prices=_prices(session, variant, fields.prices, currency),
            currency=currency,
            lead_days=fields.lead_days,
        )
    terms, unit = suppliers.terms_of(session, variant.id, supplier.id), catalog.item(session, variant.item_id).unit
    told = forms.sells(supplier.name, terms, unit) if terms is not None else ""
    remains = " ".join(filter(None, (told, _first(session, variant))))
    return registered.done(f"Saved the terms of {said(supplier.name)} for {said(variant.name)}.", remains, entry_id=posted.id)


def _first(session: Session, variant: Variant) -> str:
    """Who is asked first now, where several sell it."""
    if len(suppliers.sold_by(session, [variant.id])[variant.id]) < 2:
        return ""
    first = suppliers.preferred(session, [variant.id])[variant.id]
    return f"Several sell it: {said(locations.get(session, first).name)} is asked first, as it came from there last, or was named first."


def _quantity(session: Session, variant: Variant, typed: str | None, field: str) -> int:
    with told_under({"quantity": field}):
        return called.quantity(session, variant, typed) if typed else 0


def _prices(session: Session, variant: Variant, typed: str, currency: str) -> Prices:
    """Prices as they are typed, one a line: "12.50", and "from 1,000: 11.90"."""
    found = []
    for line in filter(None, map(str.strip, typed.splitlines())):
        read = _PRICE.fullmatch(line)
        if read is None:
            raise Refusal(f"I can't read {line} as a price. Write it like 12.50, or from 1,000: 11.90.", field="prices")
        found.append((_quantity(session, variant, read["start"], "prices"), minor_units(read["price"], currency, field="prices")))
    return found


@button("terms.drop", needs=Permission.CATALOG)
def drop(request: Request, session: Session, *, value: Any) -> Reply:
    """A supplier does not sell it any more."""
    variant, supplier = catalog.variant(session, value["v"]), locations.get(session, value["s"])
    known = suppliers.terms_of(session, variant.id, supplier.id)
    if known is None:
        raise Conflict("That was taken away already.")
    posted = suppliers.drop_terms(session, request.act, terms=known)
    return registered.done(f"{said(supplier.name)} sells {said(variant.name)} no more.", entry_id=posted.id)
