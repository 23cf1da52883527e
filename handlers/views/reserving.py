"""What is answered when stock was reserved or released, and the list of what is reserved."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from handlers.dates import say_due
from handlers.routes import Reply
from handlers.views import answers, naming, paging
from handlers.views.due import Reader, day_field, time_field
from handlers.views.parts import Block, actions, button, code, context, field, header, modal, said, search, section, text_input
from handlers.views.stock_form import Chosen
from models.history import Happening
from models.ledger import Posted
from models.quantities import ONE
from models.reserved import Reserved
from models.reserving import LONGEST_PURPOSE
from models.wording import counted, measured

#: A reminder lists at most so many; the rest is counted.
MOST_LISTED = 12


class Part(NamedTuple):
    """So much of a reservation, which is told as it is afterwards."""

    kept: Reserved
    quantity: int


class Free(NamedTuple):
    """What a location holds of an item afterwards, and what of it anybody may take."""

    location: str
    unit: str
    held: int
    free: int

    def told(self) -> str:
        """ "4 of 10 each are free in Warehouse." """
        held, free = said(measured(self.held, self.unit)), said(measured(self.free, self.unit).removesuffix(f" {self.unit}"))
        return f"{free} of {held} {'is' if self.free == ONE else 'are'} free in {said(self.location)}."


def what(kept: Reserved, quantity: int | None = None) -> str:
    """So many of it: "8 M8 bolts"."""
    return said(counted(kept.quantity if quantity is None else quantity, kept.name, kept.unit))


def until(kept: Reserved, reader: Reader) -> str:
    """ ", until Fri 27 Nov, 17:00"; nothing where it is kept without an end."""
    if kept.until_at is None:
        return ""
    return f", until {say_due(kept.until_at, kept.until_zone or reader.zone, now=reader.now, reader_zone=reader.zone)}"


def reserved(posted: Posted, kept: Reserved, quantity: int, *, free: Free, because: str | None, reader: Reader) -> Reply:
    """Stock is kept for a job or a customer."""
    reason = f" ({said(because)})" if because else ""
    line = f"Reserved {what(kept, quantity)} in {said(kept.location)}{reason} for {said(kept.purpose)}{until(kept, reader)}."
    return answers.changed(line, free.told(), entry=posted)


def released(posted: Posted, parts: Sequence[Part], *, free: Free | None) -> Reply:
    """What was kept is free again."""
    places = {said(part.kept.location) for part in parts}
    there = f" in {places.pop()}" if len(places) == 1 else ""
    things = naming.things([what(part.kept, part.quantity) + ("" if there else f" in {said(part.kept.location)}") for part in parts])
    jobs = naming.things(list(dict.fromkeys(said(part.kept.purpose) for part in parts)))
    remains = [still_kept([part.kept for part in parts]), free.told() if free else ""]
    return answers.changed(f"Released {things}{there}, kept for {jobs}.", " ".join(filter(None, remains)), entry=posted)


def still_kept(rows: Sequence[Reserved]) -> str:
    """What remains of reservations: "2 M8 bolts are still kept for job 7."; "Nothing more is kept for job 7"."""
    left = dict[tuple[str, str, str, str], int]()
    for one in rows:
        key = (one.purpose, one.name, one.unit, one.location)
        left[key] = left.get(key, 0) + one.quantity
    told = []
    for (purpose, name, unit, location), quantity in list(left.items())[:3]:
        amount = f"{said(counted(quantity, name, unit))} {'is' if quantity == ONE else 'are'} still" if quantity else "Nothing more is"
        told.append(f"{amount} kept for {said(purpose)} in {said(location)}.")
    return " ".join(dict.fromkeys(told))


def line(kept: Reserved, reader: Reader, *, by: bool = True) -> str:
    """A reservation in a list: "8 M8 bolts `Q1` in Warehouse for job 7, until Fri 27 Nov, 17:00 · Ana Silva"."""
    whose = f" · {said(kept.by)}, {reader.time(kept.reserved_at)}" if by else ""
    return f"{what(kept)} {code(kept.sku)} in {said(kept.location)} for *{said(kept.purpose)}*{until(kept, reader)}{whose}"


def release_button(kept: Reserved) -> Block:
    """Releases a reservation as it was seen: once it has changed, its button is another intent."""
    return button("Release", f"reservation.release:{kept.id}", {"reservation": kept.id, "entry": kept.entry_id})


def longer_button(kept: Reserved) -> Block:
    """Asks until when a reservation is kept."""
    return button("Keep longer", f"reservation.extend:{kept.id}", {"reservation": kept.id})


class Page(NamedTuple):
    """A page of what is reserved, and of what that is a part."""

    shown: Sequence[tuple[Reserved, bool]]
    first: int
    total: int
    #: What the list is narrowed to, as it is said: "of M8 bolt at Warehouse".
    narrowed: str
    carried: Mapping[str, Any]
    #: The one item whose reservations they are: more of it can be reserved.
    variant_id: int | None


def listed(page: Page, reader: Reader) -> Reply:
    """What is reserved, what lapses first first; each with Release for those who may."""
    narrowed = f" {page.narrowed}" if page.narrowed else ""
    if not page.total:
        text = f"Nothing is reserved{said(narrowed) and ' '}{said(narrowed)}."
        return Reply(text, [section(text), context("Keep some with `/stock reserve 5 item for job 7`.")])
    pages = paging.counted(page.first, len(page.shown), page.total)
    count = "1 reservation" if page.total == 1 else f"{page.total:,} reservations"
    head = f"{count}{narrowed}" + (f" ({pages})" if pages else "")
    lines = [section(line(kept, reader), accessory=release_button(kept) if may else None) for kept, may in page.shown]
    whole = None if page.narrowed else paging.as_file("reservations")
    pager = paging.pager("reserved.page", page.carried, first=page.first, shown=len(page.shown), total=page.total, whole=whole)
    more = [actions(button("Reserve more", "stock.reserve", {"variant": page.variant_id}))] if page.variant_id else []
    return Reply(f"{said(head)}.", [header(head), *lines, *pager, *more])


def extended(posted: Posted, kept: Reserved, *, before: str, reader: Reader) -> Reply:
    """A reservation is kept until another time."""
    now = until(kept, reader) or ", until it is released"
    text = f"Keeping {what(kept)} in {said(kept.location)} for {said(kept.purpose)}{now}."
    return answers.changed(text, f"Before{before or ', until it was released'}.", entry=posted)


def extend_form(kept: Reserved, reader: Reader, *, chosen: date, zone: str, key: str) -> Block:
    """Asks until when a reservation is kept; no day means until it is released."""
    blocks = [
        section(line(kept, reader)),
        day_field("Keep until", chosen, optional=True, hint="Leave it empty to keep it until it is released."),
        time_field(zone=zone, reader=reader),
    ]
    return modal("reservation.extend", "Keep longer", blocks, submit="Keep", carried={"k": key, "reservation": kept.id})


def form(*, item: Chosen | None, location: Chosen | None, reader: Reader, key: str) -> Block:
    """Asks what is reserved for whom, where and until when."""
    what_field = search("stock.item", chosen=item.option if item else None, placeholder="Type a name, SKU or barcode")
    where = search("location.suggest", chosen=location.option if location else None, placeholder="Type a location")
    blocks = [
        field("item", "Item", what_field),
        field("quantity", "How many", text_input("quantity", most=20, placeholder="5")),
        field("purpose", "For which job or customer", text_input("purpose", most=LONGEST_PURPOSE, placeholder="job 7")),
        field("location", "Where", where, optional=True, hint="Leave it empty where only one location fits."),
        day_field("Until", None, optional=True, hint="Then it is released by itself. Leave it empty to keep it until you release it."),
        time_field(zone=reader.zone, reader=reader),
    ]
    return modal("stock.reserve", "Reserve", blocks, submit="Reserve", carried={"k": key})


def lapse_soon(kept: Sequence[Reserved], reader: Reader, *, superseded: bool) -> Reply:
    """Whoever reserved is told what lapses on the next working day, with the two buttons that decide it; or how it ended."""
    if superseded:
        return _small("A newer reminder follows below.")
    if not kept:
        return _small("Nothing of that is about to lapse any more.")
    head = "What you reserved lapses soon, and is free for everybody then." if len(kept) > 1 else "A reservation of yours lapses soon."
    blocks = [section(f"*{head}*")]
    for one in kept[:MOST_LISTED]:
        blocks += [section(f"{naming.WAITING} {line(one, reader, by=False)}"), actions(longer_button(one), release_button(one))]
    if len(kept) > MOST_LISTED:
        blocks.append(context(f"And {len(kept) - MOST_LISTED} more: `/stock reserved` shows them all."))
    return Reply(head, blocks)


def lapsed(entry: Happening, kept: Sequence[Reserved], reader: Reader) -> Reply:
    """Whoever reserved is told what lapsed, with the button that takes it back."""
    told = naming.things([f"{said(counted(-one.more, one.variant, one.unit))} in {said(one.location)}" for one in entry.kept])
    jobs = naming.things(list(dict.fromkeys(said(one.purpose) for one in entry.kept)))
    if entry.undone_by_id:
        return _small(f"{naming.WELL} {told}: kept for {jobs} after all.")
    last = max((one for one in kept if one.until_at), key=lambda one: one.until_at or entry.happened_at, default=None)
    text = f"{told} kept for {jobs}{until(last, reader).lstrip(',') if last is not None else ''}: released, and free for everybody."
    return Reply(text, [section(text), actions(button("Keep it after all", answers.UNDO, {"entry": entry.id}))])


def _small(text: str) -> Reply:
    return Reply(text, [context(text)])
