"""The card of a lot and the form that edits it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from handlers.routes import Reply
from handlers.views import naming, pickers
from handlers.views.parts import Block, actions, clipped, context, field, fields, header, modal, said, section, text_input
from models.locations import OURS, LocationKind
from models.lot_stock import Place
from models.lots import LotStatus, said_full
from models.wording import amount, counted, listed, many

#: A card names so many locations, and counts the rest.
MOST_PLACES = 6

#: Where a lot went, as the card says it.
_WENT = {
    LocationKind.USED: "used",
    LocationKind.PRODUCTION: "built in",
    LocationKind.SCRAP: "scrapped",
    LocationKind.LOST: "lost",
    LocationKind.ADJUSTMENT: "missing at a count",
}


class LotCard(NamedTuple):
    """What the card of a lot tells."""

    code: str
    item: str
    unit: str
    status: LotStatus
    places: Sequence[Place]
    supplier: str | None
    received_on: date | None
    made_on: date | None
    expires_on: date | None
    expired: bool
    note: str | None
    #: Empty for today; else what day it shows, as words.
    as_of: str
    happened: Sequence[str]


def card(lot: LotCard, buttons: Sequence[Block]) -> Reply:
    """A lot at a glance: whether it may be given out, where it lies, where it came from and where it went."""
    line = _state_line(lot)
    blocks = [header(f"{lot.item} · lot {lot.code}"), section(line)]
    facts = _facts(lot)
    if facts:
        blocks.append(fields(*facts))
    if lot.note and not lot.as_of:
        blocks.append(context(said(clipped(lot.note, 300))))
    if lot.happened:
        blocks.append(context("\n".join(lot.happened)))
    if buttons:
        blocks.append(actions(*buttons))
    return Reply(f"Lot {said(lot.code)} of {said(lot.item)}: {line.replace('*', '')}", blocks)


def _state_line(lot: LotCard) -> str:
    ours = [place for place in lot.places if place.kind in OURS]
    total = sum(place.quantity for place in ours)
    where = f"in {said(ours[0].name)}" if len(ours) == 1 else f"in {len(ours)} locations"
    held = f"*{said(counted(total, lot.item, lot.unit))}* {where}" if ours else "None of it is left"
    if lot.as_of:
        return f"{lot.as_of}: {held if ours else 'none of it was here'}."
    if lot.status is not LotStatus.OK:
        return f"{naming.BLOCKED} *{str(lot.status).capitalize()}*: it is not given out. {held}."
    if lot.expired and ours:
        return f"{naming.LATE} *Expired*: it is not given out unless a keeper insists. {held}."
    return f"{naming.AVAILABLE} {held}." if ours else f"{held}."


def _facts(lot: LotCard) -> list[tuple[str, str]]:
    ours = [place for place in lot.places if place.kind in OURS]
    dated = (
        []
        if lot.as_of
        else [
            ("Expires", said_full(lot.expires_on) if lot.expires_on else ""),
            ("Made", said_full(lot.made_on) if lot.made_on else ""),
            ("Received", said_full(lot.received_on) if lot.received_on else ""),
        ]
    )
    facts = [
        ("Where", _listed([f"{said(place.name)}: {said(amount(place.quantity, lot.unit))}" for place in ours])),
        *dated,
        ("Came from", _listed(_came(lot))),
        ("Went", _listed(_went(lot))),
    ]
    return [fact for fact in facts if fact[1]]


def _listed(lines: list[str]) -> str:
    more = len(lines) - MOST_PLACES
    return "\n".join(lines[:MOST_PLACES] + ([f"and {more:,} more"] if more > 0 else []))


def _came(lot: LotCard) -> list[str]:
    """Outside locations that gave more of it than they got."""
    told = []
    for place in lot.places:
        if place.kind not in OURS and place.quantity < 0:
            name = {LocationKind.PRODUCTION: "built", LocationKind.ADJUSTMENT: "counted"}.get(place.kind, said(place.name))
            told.append(f"{name}: {said(amount(-place.quantity, lot.unit))}")
    return told or ([said(lot.supplier)] if lot.supplier and not lot.as_of else [])


def _went(lot: LotCard) -> list[str]:
    gone = [place for place in lot.places if place.kind not in OURS and place.quantity > 0]
    return [f"{_WENT.get(place.kind) or said(place.name)}: {said(amount(place.quantity, lot.unit))}" for place in gone]


class LotFilled(NamedTuple):
    """What is filled in of a lot."""

    code: str
    expires_on: date | None
    made_on: date | None
    note: str | None


def edit(item: str, filled: LotFilled, *, carried: Any) -> Block:
    """The form that changes what is known of a lot."""
    blocks = [
        context(f"A lot of {said(item)}."),
        field("code", "Code", text_input("lot.code", initial=filled.code, most=60)),
        field("expires_on", "Expires on", pickers.day("lot.expires", chosen=filled.expires_on), optional=True),
        field("made_on", "Made on", pickers.day("lot.made", chosen=filled.made_on), optional=True),
        field("note", "Note", text_input("lot.note", initial=filled.note, multiline=True, most=1000), optional=True),
    ]
    return modal("lot.edit", "Edit lot", blocks, submit="Save", carried=carried)


def lot_list(item: str, lines: Sequence[Block], *, first: int, total: int, pager: Sequence[Block]) -> Reply:
    """The lots of an item that lie somewhere, the first to expire first."""
    head = f"{many(total, 'lot')} of {item}"
    if not total:
        text = f"None of {said(item)} lies in a lot now."
        return Reply(text, [section(text)])
    shown = f"{first + 1:,}–{first + len(lines):,} of {total:,}" if total > len(lines) else ""
    blocks = [header(head), *([context(shown)] if shown else []), *lines, *pager]
    return Reply(f"{said(head)}, the first to expire first.", blocks)


def places_said(places: Sequence[str]) -> str:
    """Locations in a line: "Warehouse, Van 3 and 2 more", escaped."""
    more = len(places) - MOST_PLACES
    return said(listed([*places[:MOST_PLACES], *([f"{more:,} more"] if more > 0 else [])]))
