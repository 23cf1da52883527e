"""Purchase orders: the card, the list, what is answered when one has changed, and the message when one is late."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from handlers.dates import say_day
from handlers.routes import Reply
from handlers.views import answers, naming, paging
from handlers.views.parts import Block, actions, button, clipped, code, context, fields, header, said, section
from models.ledger import Posted
from models.orders import Ordered, Progress
from models.quantities import ONE, said_money, said_number
from models.times import said_day
from models.wording import amount as so_many
from models.wording import counted, many, measured

_SIGNS = {
    Progress.DRAFT: ":memo:",
    Progress.WAITING: naming.WAITING,
    Progress.ORDERED: naming.OUT,
    Progress.PARTLY_RECEIVED: naming.OUT,
    Progress.RECEIVED: naming.WELL,
    Progress.CLOSED_SHORT: ":black_circle:",
    Progress.CANCELLED: ":no_entry:",
}
#: A message about a late order names so many things.
MOST_NAMED = 5


class Shown(NamedTuple):
    """An order, as the card and the lists tell of it."""

    id: int
    name: str
    supplier: str
    progress: Progress
    lines: Sequence[Ordered]
    #: What it costs, by currency.
    totals: Mapping[str, int]
    #: Since when something of it should have come; None where nothing should.
    late_since: date | None
    today: date

    @property
    def open(self) -> list[Ordered]:
        """The lines of which something is to come."""
        return [one for one in self.lines if one.open]

    @property
    def sign(self) -> str:
        """The sign of its state."""
        return naming.LATE if self.late_since else _SIGNS[self.progress]


class About(NamedTuple):
    """What else the card tells."""

    contact: str | None
    place: str | None
    note: str | None
    happened: Sequence[str]


def card(order: Shown, about: About, lines: Sequence[Block], buttons: Sequence[Block], *, first: int) -> Reply:
    """An order at a glance: how it stands, what is on it, what it costs. `lines` are a page of them from `first` on."""
    state = _state(order)
    facts = [
        ("Deliver to", said(about.place or "")),
        ("Supplier", said(about.contact or "")),
        ("Total", worth(order.totals)),
        ("For the supplier", said(clipped(about.note, 300)) if about.note else ""),
    ]
    blocks = [header(f"{order.name} · {order.supplier}"), section(f"{order.sign} {state}"), *lines]
    blocks += paging.pager("order.page", {"o": order.id}, first=first, shown=len(lines), total=len(order.lines))
    if any(value for _, value in facts):
        blocks.append(fields(*facts))
    if about.happened:
        blocks.append(context("\n".join(about.happened)))
    if buttons:
        blocks.append(actions(*buttons))
    return Reply(f"{order.name} from {said(order.supplier)}: {state.replace('*', '')}", blocks)


def _state(order: Shown) -> str:
    if not order.lines:
        return "Nothing is on it. Put something on it with `/stock order`."
    progress = str(order.progress)
    return f"*{progress[0].upper()}{progress[1:]}*{_expected(order)}. {_how_many(order)}."


def _how_many(order: Shown) -> str:
    lines = f"{len(order.lines):,} {'line' if len(order.lines) == 1 else 'lines'}"
    if order.progress is not Progress.PARTLY_RECEIVED:
        return lines
    return f"{len(order.open):,} of {lines} {'is' if len(order.open) == 1 else 'are'} still to come"


def _expected(order: Shown) -> str:
    """When the first of what is to come is expected, and how late that is."""
    days = [one.expected_on for one in order.open if one.expected_on]
    if order.progress not in {Progress.ORDERED, Progress.PARTLY_RECEIVED} or not days:
        return ""
    day = f"expected {say_day(min(days), today=order.today)}"
    if order.late_since is None:
        return f", {day}"
    late = (order.today - order.late_since).days
    return f", *{many(late, 'day')} late*, {day}"


def worth(totals: Mapping[str, int]) -> str:
    """What something costs: "120.00 EUR", and by currency where there are several; nothing where nobody knows."""
    return " + ".join(said_money(minor, currency) for currency, minor in totals.items())


def line(order: Shown, one: Ordered, *, change: bool) -> Block:
    """One line of the card: how many, at which price, how much of it has come, when the rest is expected."""
    told = [f"• {amount(one, one.quantity)} {code(one.sku)}", price(one), _came(order, one)]
    pressed = button("Change", f"order.line:{one.id}", {"l": one.id}) if change else None
    return section(" · ".join(filter(None, told)), accessory=pressed)


def amount(one: Ordered, quantity: int) -> str:
    """So much of a line's item: "3 M8 bolts"."""
    return said(counted(quantity, one.name, one.unit))


def price(one: Ordered) -> str:
    """ "12.50 EUR per 100, 25.00 EUR in all"; nothing where no price is known."""
    if one.price_minor is None or one.currency is None or one.value_minor is None:
        return ""
    pack = pack_of(one.per, one.unit)
    per = "each" if pack == "one" else f"per {said(pack)}"
    return f"{said_money(one.price_minor, one.currency)} {per}, {said_money(one.value_minor, one.currency)} in all"


def pack_of(per: int, unit: str) -> str:
    """What a price is of: "one", "100", "m", "2.5 m"."""
    if unit == "each":
        return "one" if per == ONE else said_number(per)
    return unit if per == ONE else measured(per, unit)


def _came(order: Shown, one: Ordered) -> str:
    if order.progress in {Progress.DRAFT, Progress.WAITING}:
        return f"for {said_day(one.expected_on)}" if one.expected_on else ""
    if not one.open:
        more = one.received - one.quantity
        return f"{naming.WELL} came" + (f", {so_many(more, one.unit)} more than ordered" if more else "")
    day = f"expected {say_day(one.expected_on, today=order.today)}" if one.expected_on else "no day known"
    part = f"{so_many(one.received, one.unit)} came" if one.received else ""
    if order.progress in {Progress.CLOSED_SHORT, Progress.CANCELLED}:
        return part or "none came"
    return ", ".join(filter(None, (part, day)))


def listed(orders: Sequence[Shown], shown: Sequence[Block], *, head: str, first: int, carried: Mapping[str, Any]) -> Reply:
    """A page of orders, those that are late first; `shown` are the buttons to their cards."""
    page = orders[first : first + paging.PAGE]
    numbers = paging.counted(first, len(page), len(orders))
    head = f"{head}{f', {numbers}' if numbers else ''}"
    lines = [section(_in_list(one), accessory=pressed) for one, pressed in zip(page, shown, strict=True)]
    whole = None if any(carried.values()) else paging.as_file("orders")
    pager = paging.pager("orders.page", carried, first=first, shown=len(page), total=len(orders), whole=whole)
    return Reply(said(head), [header(head), *lines, *pager])


def _in_list(order: Shown) -> str:
    told = [f"{order.sign} *{order.name}* · {said(order.supplier)}", f"{order.progress}{_expected(order)}", _how_many(order)]
    return " · ".join([*told, *filter(None, [worth(order.totals)])])


def none_open(*, late: bool, supplier: str | None) -> Reply:
    """There is no order to list."""
    what = "No order is late" if late else "No order is open"
    where = f" with {said(supplier)}" if supplier else ""
    text = f"{what}{where}. What is low is ordered from `/stock low`, anything else with `/stock order`."
    return Reply(text, [section(text)])


class Put(NamedTuple):
    """Something that was put on a draft: so much of what."""

    name: str
    unit: str
    quantity: int


def put(
    posted: Posted, order: Shown, things: Sequence[Put], *, because: str | None, goes_to: str | None, ways_on: Sequence[Block]
) -> Reply:
    """Things were put on a supplier's draft. `goes_to`: where that is delivered, if somebody has just said another location."""
    what = naming.things([said(counted(one.quantity, one.name, one.unit)) for one in things])
    whom = f"{said(order.supplier)}{f' ({because})' if because else ''}"
    undo = button("Undo", answers.UNDO, {"entry": posted.id})
    elsewhere = f" It all goes to {said(goes_to)}, as was said before: its card has Edit." if goes_to else ""
    return answers.changed(f"Put {what} on {order.name} for {whom}.", _not_ordered_yet(order) + elsewhere, extra=[*ways_on, undo])


def changed(posted: Posted, what: str, order: Shown, *, ways_on: Sequence[Block]) -> Reply:
    """A draft or an order was changed; `what` is an escaped sentence."""
    remains = _not_ordered_yet(order) if order.progress is Progress.DRAFT else _state(order).replace("*", "")
    undo = button("Undo", answers.UNDO, {"entry": posted.id})
    return answers.changed(what, remains, extra=[*ways_on, undo])


def _not_ordered_yet(order: Shown) -> str:
    costs = f", {worth(order.totals)}" if order.totals else ""
    return f"It is not ordered yet: {_how_many(order)}{costs}." if order.lines else "Nothing is on it any more."


def ordered(posted: Posted, order: Shown, *, ways_on: Sequence[Block]) -> Reply:
    """A draft was ordered."""
    costs = f" for {worth(order.totals)}" if order.totals else ""
    days = [one.expected_on for one in order.lines if one.expected_on]
    comes = f"Expected {say_day(min(days), today=order.today)}." if days else "Nobody has said when it comes: set a day with Edit."
    undo = button("Undo", answers.UNDO, {"entry": posted.id})
    sent = f"Send it to {said(order.supplier)}: Print makes the text."
    return answers.changed(f"Ordered {order.name} from {said(order.supplier)}{costs}.", f"{comes} {sent}", extra=[*ways_on, undo])


def closed(posted: Posted, name: str, missing: Sequence[str]) -> Reply:
    """An order was closed short; `missing` is what does not come, escaped."""
    return answers.changed(f"Closed {name} short.", f"Not to come any more: {naming.things(missing)}.", entry=posted)


def cancelled(posted: Posted, name: str, supplier: str, *, tell: bool) -> Reply:
    """An order was cancelled; one that was ordered has to be told to the supplier as well."""
    remains = f"Tell {said(supplier)} as well: nothing is sent from here." if tell else "It had not been ordered."
    return answers.changed(f"Cancelled {name}.", remains, entry=posted)


def show(order_id: int, name: str) -> Block:
    """The button to an order's card."""
    return button(f"Show {name}", f"order.show:{order_id}", {"o": order_id})


def late(order: Shown, *, contact: str | None, superseded: bool) -> Reply:
    """The message about a late order, with the two buttons that end it; or how it ended."""
    if superseded:
        return _line(f"{order.name} is told of anew below.")
    if order.progress not in {Progress.ORDERED, Progress.PARTLY_RECEIVED}:
        sign = naming.WELL if order.progress is Progress.RECEIVED else _SIGNS[order.progress]
        return _line(f"{sign} {order.name} from {said(order.supplier)} is {order.progress}.")
    if order.late_since is None:
        return _line(f"{naming.OUT} {order.name} from {said(order.supplier)} is {order.progress}{_expected(order)}.")
    missing = [one for one in order.open if one.expected_on and one.expected_on < order.today]
    named = [amount(one, one.open) for one in missing]
    since = say_day(order.late_since, today=order.today)
    text = f"{naming.LATE} {order.name} from {said(order.supplier)} is late: {naming.things(named, most=MOST_NAMED)}, expected {since}."
    more = [context(f"Ask {said(contact)}.")] if contact else []
    value = {"o": order.id}
    return Reply(text, [section(text), *more, actions(button("Receive", "order.receive", value), button("New date", "order.edit", value))])


def _line(text: str) -> Reply:
    return Reply(text, [context(text)])
