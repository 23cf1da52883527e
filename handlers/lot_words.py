"""Lots in what people say and are told: which lot a code means, and which lots an entry moved."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from handlers.routes import Request
from handlers.views.parts import said
from models import catalog, lot_register, lots
from models.caches import Line
from models.catalog import Variant
from models.ledger import Posted
from models.lot_register import LotSaid
from models.lots import Lot
from models.refusals import NotFound, Refusal
from models.times import local_day
from models.wording import amount, listed

#: An answer names so many lots, and counts the rest.
MOST_TOLD = 6


def meant(session: Session, variant: Variant, code: str | None, today: date) -> Lot | None:
    """The lot of a variant that somebody named. Refuses a code that is none, with the last ones as ways on."""
    if code is None:
        return None
    item = catalog.item(session, variant.item_id)
    if not item.lot_tracked:
        raise Refusal(f"{item.name} is not tracked by lots. Leave the lot out.", field="lot")
    found = lots.of_variant(session, variant.id, code)
    if found is None:
        known = lot_register.offered(session, variant, today=today)
        raise NotFound(f"I don't know a lot {code} of {variant.name}.", field="lot", choices=known)
    return found


def named(code: str | None, expires: date | None, made: date | None) -> LotSaid | None:
    """The lot that stock comes in with, as it was said. Refuses its days without its code."""
    if code is None and (expires or made):
        field = "expires" if expires else "made"
        raise Refusal("Say of which lot that is: its days belong to it.", field=field)
    return LotSaid(code, expires, made) if code is not None else None


def day_of(request: Request) -> date:
    """Which day it is for whoever reads the answer."""
    return local_day(request.act.now, request.act.by.time_zone)


def moved(request: Request, session: Session, posted: Posted, *, chosen: bool) -> str:
    """Which lots an entry moved, for the end of a sentence, escaped: ", lot L-1 (expires Thu 3 Dec)"; nothing where none is tracked.

    `chosen` says that nobody named one, so that the first to expire went first.
    """
    if not any(line.lot_id for line in posted.lines):
        return ""
    told = said(listed(_told(session, posted.lines, day_of(request))))
    return f", the first to expire first: {told}" if chosen else f", {told}"


def option(lot: Lot, there: int, today: date, unit: str) -> str:
    """A lot in a list to choose from: "L-1 (expires Thu 3 Dec) · 12 · quarantined"."""
    return " · ".join(filter(None, [lots.said(lot, today), amount(there, unit), str(lot.status) if lot.blocked else ""]))


def counted(request: Request, session: Session, posted: Posted, code: str | None) -> str:
    """Which lot was counted, for the end of a sentence, escaped: the named one, else those of which something was missing or more."""
    of_lots = [line for line in posted.lines if line.lot_id]
    if not of_lots:
        return f", lot {said(code)}" if code else ""
    return f", {said(listed(_told(session, of_lots, day_of(request))))}"


def _told(session: Session, lines: Sequence[Line], today: date) -> list[str]:
    rows = lots.by_id(session, [line.lot_id for line in lines])
    quantities = dict[int | None, int]()
    for line in lines:
        quantities[line.lot_id] = quantities.get(line.lot_id, 0) + line.quantity
    several, unit = len(quantities) > 1, catalog.item(session, catalog.variant(session, lines[0].variant_id).item_id).unit
    names = {lot_id: f"lot {lots.said(rows[lot_id], today)}" if lot_id else "no lot" for lot_id in quantities}
    told = [f"{amount(quantity, unit)} of {names[lot_id]}" if several else names[lot_id] for lot_id, quantity in quantities.items()]
    more = len(told) - MOST_TOLD
    return [*told[:MOST_TOLD], f"{more} more"] if more > 0 else told


def kept_back(session: Session, posted: Posted, today: date) -> str:
    """What somebody should know of the lot that stock came in with: that it is not given out, or past its day; escaped."""
    found = next(iter(lots.by_id(session, [line.lot_id for line in posted.lines]).values()), None)
    if found is not None and found.blocked:
        return said(f"Lot {found.code} is {found.status}: it is not given out.")
    if found is not None and found.expires_on is not None and found.expires_on < today:
        return said(f"Lot {found.code} has expired already.")
    return ""
