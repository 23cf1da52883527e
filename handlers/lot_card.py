"""Lots: the card of one, today or as it stood, the list of an item's, and the buttons that keep one back or let it go."""

from datetime import date as day
from typing import Any

from sqlmodel import Session

from handlers import custom_inputs, lot_words, seen
from handlers.dates import Moment
from handlers.forms import Form, told_under
from handlers.item_card import is_now, moment_shown, said_moment
from handlers.routes import Offer, Reply, Request, button, form, sentence
from handlers.typed import quoted
from handlers.views import answers, happenings, paging, registered
from handlers.views import lots as views
from handlers.views.parts import Block, said, section
from handlers.views.parts import button as pressed
from models import catalog, custom_values, history, locations, lot_names, lot_register, lot_stock, lots, recall_reads
from models.catalog import Variant
from models.custom_fields import About, category_of
from models.ledger import Posted
from models.locations import OURS, STORES
from models.lots import Lot, LotStatus
from models.members import Permission
from models.wording import counted

MOST_HAPPENED = 3


@sentence(
    "/stock",
    says="lot {lot} [on {date}]",
    needs=Permission.LOOK,
    does="shows a lot: whether it may be given out, its days, where it lies, and how much went where",
    examples=("lot L-1042", "lot L-1042 on 12 May"),
)
def card(request: Request, session: Session, *, lot: Lot, date: Moment | None = None) -> Reply:
    """The card of a lot; with a date, where it lay then."""
    past = date if date is not None and not is_now(request, date) else None
    variant, today = catalog.variant(session, lot.variant_id), lot_words.day_of(request)
    happened = [] if past else history.of_lot(session, lot.id, limit=MOST_HAPPENED)
    zone = request.act.by.time_zone
    told = views.LotCard(
        code=lot.code,
        item=variant.name,
        unit=catalog.item(session, variant.item_id).unit,
        status=lot.status,
        places=lot_stock.places(session, lot.id, at=moment_shown(past) if past else None),
        supplier=locations.get(session, lot.supplier_id).name if lot.supplier_id else None,
        received_on=lot.received_on,
        made_on=lot.made_on,
        expires_on=lot.expires_on,
        expired=lot.expires_on is not None and lot.expires_on < today,
        note=lot.note,
        as_of=said_moment(request, past) if past else "",
        happened=[happenings.told(one, now=request.act.now, zone=zone, named=False) for one in happened],
    )
    called = quoted(f"lot {lot_names.found_as(session, lot)}")
    if past:
        return views.card(told, [_says(request, "Today", called, 0)])
    shown = views.card(told, _buttons(request, session, lot, told, called))
    return custom_inputs.on_card(request, session, shown, About.LOT, category=category_of(session, About.LOT, lot), of=lot.id)


def _buttons(request: Request, session: Session, lot: Lot, told: views.LotCard, called: str) -> list[Block]:
    """What this member may do with it; what is hard to take back comes last."""
    may, stores = request.act.by.may, [place for place in told.places if place.kind in STORES]
    shown = [pressed("Trace", "trace.page", {"lot": lot.id}), _says(request, "History", f"history {called}", 1)]
    if may(Permission.CATALOG):
        shown.append(_says(request, "Edit", f"edit {called}", 2))
    if stores and may(Permission.SCRAP):
        value = {"variant": lot.variant_id, "location": stores[0].id, "quantity": stores[0].quantity, "lot": lot.id}
        shown.append(pressed("Scrap", "stock.scrap", value))
    if lot.status is LotStatus.OK and may(Permission.QUARANTINE):
        shown.append(pressed("Quarantine", "lot.quarantine", {"lot": lot.id, "k": request.act.token()}, style="danger"))
    if lot.status is LotStatus.QUARANTINED and may(Permission.QUARANTINE):
        shown.append(pressed("Release", "lot.release", {"lot": lot.id, "k": request.act.token()}))
    recall = recall_reads.covering(session, lot) if lot.status is LotStatus.RECALLED else None
    if recall is not None:
        shown.append(pressed("Show the recall", "recall.show", {"r": recall.id}))
    elif may(Permission.RECALL):
        if lot.status is LotStatus.RECALLED:
            shown.append(pressed("Release", "lot.release", {"lot": lot.id, "k": request.act.token()}))
        shown.append(pressed("Recall", "lot.recall", {"lot": lot.id}, style="danger"))
    return shown


def _says(request: Request, label: str, sentence: str, number: int) -> Block:
    return answers.offered(Offer(label, "/stock", sentence), number, token=request.act.token)


@button("lot.show", needs=Permission.LOOK)
def show(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """The card, from a list or a reminder."""
    return card(request, session, lot=lots.get(session, value["lot"]))


@sentence(
    "/stock",
    says="quarantine {lot} [note {note}]",
    needs=Permission.QUARANTINE,
    does="keeps a lot back: it is not given out until a keeper releases it",
    examples=('quarantine L-1042 note "smells odd"',),
)
def quarantine(request: Request, session: Session, *, lot: Lot, note: str | None = None) -> Reply:
    """A lot is kept back."""
    posted = lot_register.quarantine(session, request.act, lot, note=note)
    return _done(session, posted, lot, f"Quarantined {_called(session, lot)}.", "It is not given out until somebody releases it.")


@sentence(
    "/stock",
    says="release lot {lot} [note {note}]",
    needs=Permission.CHECK_IN,
    does="lets a lot be given out again: for keepers, and one that was recalled for approvers",
    examples=('release lot L-1042 note "tested, it is fine"',),
)
def release(request: Request, session: Session, *, lot: Lot, note: str | None = None) -> Reply:
    """A lot may go again."""
    posted = lot_register.release(session, request.act, lot, note=note)
    return _done(session, posted, lot, f"Released {_called(session, lot)}.", "It may be given out again.")


@button("lot.quarantine", needs=Permission.QUARANTINE)
def press_quarantine(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Quarantine, on its card."""
    return quarantine(request, session, lot=lots.get(session, value["lot"]))


@button("lot.release", needs=Permission.CHECK_IN)
def press_release(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Release, on its card."""
    return release(request, session, lot=lots.get(session, value["lot"]))


def _called(session: Session, lot: Lot) -> str:
    return said(f"lot {lot.code} of {catalog.variant(session, lot.variant_id).name}")


def _done(session: Session, posted: Posted, lot: Lot, what: str, follows: str) -> Reply:
    variant = catalog.variant(session, lot.variant_id)
    held = [place for place in lot_stock.places(session, lot.id) if place.kind in OURS]
    total = counted(sum(place.quantity for place in held), variant.name, catalog.item(session, variant.item_id).unit)
    where = f"{said(total)} {'lies' if len(held) == 1 else 'lie'} in {views.places_said([place.name for place in held])}." if held else ""
    return answers.changed(what, " ".join(filter(None, (where, follows))), entry=posted)


class LotForm(Form):
    """A lot as it was filled in."""

    code: str
    expires_on: day | None = None
    made_on: day | None = None
    note: str | None = None


def open_lot(request: Request, session: Session, lot: Lot) -> Reply:
    """Opens the form that changes a lot."""
    filled = views.LotFilled(lot.code, lot.expires_on, lot.made_on, lot.note)
    carried = seen.carried(request, session, lot, *custom_values.rows(session, About.LOT, lot.id))
    shown = views.edit(catalog.variant(session, lot.variant_id).name, filled, carried=carried)
    category = category_of(session, About.LOT, lot)
    return Reply(f"Edit lot {lot.code}.", form=custom_inputs.asking(request, session, shown, About.LOT, category=category, of=lot.id))


@form("lot.edit", needs=Permission.CATALOG, fields=LotForm)
def edit_lot(request: Request, session: Session, *, fields: LotForm) -> Reply:
    """Changes what is known of a lot."""
    lot = lots.get(session, request.carried["id"])
    seen.require_unchanged(request, session, lot, *custom_values.rows(session, About.LOT, lot.id))
    with told_under({"expires": "expires_on", "made": "made_on"}):
        posted = lot_register.edit_lot(session, request.act, lot, custom=custom_inputs.given(request), **fields.model_dump())
    return registered.done(f"Saved {_called(session, lot)}.", entry_id=posted.id)


@button("lot.list", needs=Permission.LOOK)
def lot_list(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """A page of the lots of a variant that lie somewhere: from its card, or another page in place of the one that is read."""
    variant, first = catalog.variant(session, value["v"]), int(value["f"])
    found = lot_stock.on_hand(session, variant.id)
    page = found[first : first + paging.PAGE]
    lines = [_line(request, session, variant, lot, there) for lot, there in page if lot is not None]
    pager = paging.pager("lot.list", {"v": variant.id, "r": 1}, first=first, shown=len(page), total=len(found))
    reply = views.lot_list(variant.name, lines, first=first, total=len(found), pager=pager)
    return Reply(reply.text, reply.blocks, replace="r" in value)


def _line(request: Request, session: Session, variant: Variant, lot: Lot, there: int) -> Block:
    unit = catalog.item(session, variant.item_id).unit
    text = said(lot_words.option(lot, there, lot_words.day_of(request), unit))
    return section(text, accessory=pressed("Show", f"lot.show:{lot.id}", {"lot": lot.id}))
