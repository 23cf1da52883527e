"""Stocktakes: the card with its progress, the page of lines that a counter is dealt, and the form for what turns up besides."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from handlers.routes import Reply
from handlers.views import naming
from handlers.views.parts import (
    Block,
    actions,
    button,
    clipped,
    confirm,
    context,
    field,
    header,
    modal,
    option,
    said,
    section,
    select,
    text_input,
)
from handlers.views.parts import search as searched
from handlers.views.pickers import boxes
from models.due_counts import CountClass
from models.stocktake_reads import Line
from models.stocktakes import StocktakeState
from models.wording import many, several

#: A card names so many counters, a message so many lines, and a list so many counts.
MOST_NAMED, MOST_LINES, MOST_LISTED = 8, 6, 12

NOT_HERE, LATER = "absent", "later"


class CountCard(NamedTuple):
    """What the card of a stocktake tells: nothing that would tell a counter what to find."""

    id: int
    location: str
    #: Only this of what lies there: a category, or "what is due".
    of: str | None
    state: StocktakeState
    by: str
    opened_at: datetime
    ended_by: str | None
    ended_at: datetime | None
    #: What whoever accepted it said of the lines that were not agreed.
    note: str | None
    lines: int
    agreed: int
    again: int
    disputed: int
    differing: int
    #: Who has counted how many lines, by name.
    counters: Mapping[str, int]
    #: The last entry about it: what is done, taken back and done once more is another intent.
    last: int

    @property
    def name(self) -> str:
        """What it is called: "Count of Warehouse", "Count of Warehouse, Fasteners"."""
        return f"Count of {self.location}" + (f", {self.of}" if self.of else "")

    @property
    def complete(self) -> bool:
        """Whether nothing is left to count."""
        return self.agreed + self.disputed == self.lines


def lines(count: int) -> str:
    """ "1 line", "41 lines"."""
    return many(count, "line")


def card(count: CountCard, *, zone: str, keeps: bool = True, decides: bool = True) -> Reply:
    """The card: how far it is, who counts, and how it ended. In a channel it has all buttons; for one reader those that they may press."""
    if count.state is StocktakeState.VOID:
        return line(f"{said(count.by)} took it back: {said(count.location)} is not counted after all.")
    told = _state_line(count, zone)
    blocks = [header(count.name), section(told)]
    if count.counters:
        blocks.append(section(_counters(count.counters)))
    blocks.append(context(f"Opened by {said(count.by)} · {naming.anywhere(count.opened_at, zone)}"))
    if buttons := _buttons(count, keeps=keeps, decides=decides):
        blocks.append(actions(*buttons, block_id="stocktake"))  # it is redrawn while somebody may be about to press
    return Reply(f"{said(count.name)}: {told.replace('*', '')}", blocks)


def _state_line(count: CountCard, zone: str) -> str:
    when = f", {naming.anywhere(count.ended_at, zone)}" if count.ended_at else ""
    if count.state is StocktakeState.CANCELLED:
        return f"{naming.BLOCKED} *Cancelled* by {said(count.ended_by or 'somebody')}{when}. Nothing was booked."
    if count.state is StocktakeState.ACCEPTED:
        left = count.lines - count.agreed
        gap = (
            f" {lines(left)} {'was' if left == 1 else 'were'} not agreed: “{said(clipped(count.note, 300))}”" if left and count.note else ""
        )
        return f"{naming.WELL} *Accepted* by {said(count.ended_by or 'somebody')}{when}: {_differ(count)}{gap}"
    if count.complete:
        disputed = f" On {lines(count.disputed)} the counters do not agree." if count.disputed else ""
        return f"{naming.OUT} *Counted*: {_differ(count)}{disputed} An approver who has not counted decides."
    again = f", {count.again:,} to be counted again" if count.again else ""
    return f"{naming.WAITING} *Open*: {count.agreed:,} of {lines(count.lines)} counted{again}. Press Count, and you are dealt some."


def _differ(count: CountCard) -> str:
    """Of what is agreed, how much differs."""
    if not count.differing:
        none = f"none of {lines(count.agreed)} differs." if count.agreed > 1 else "the one line does not differ."
        return none if count.agreed else "nothing is agreed."
    return f"{count.differing:,} of {lines(count.agreed)} {'differs' if count.differing == 1 else 'differ'}."


def _counters(counters: Mapping[str, int]) -> str:
    told = [f"{said(name)} ({number:,})" for name, number in counters.items()]
    return f"{'Counter' if len(told) == 1 else 'Counters'}: {naming.things(told, most=MOST_NAMED)}"


def _buttons(count: CountCard, *, keeps: bool, decides: bool) -> list[Block]:
    mine = {"c": count.id}
    if count.state is not StocktakeState.OPEN:
        return [button("As a file", "stocktake.file", mine)]
    sure = confirm("Cancel this count?", f"What was counted in {count.location} is not booked. You can undo it.", "Cancel the count")
    label, style = ("Decide", "primary") if count.complete else ("Differences", None)
    decide = [button(label, "stocktake.differences", mine, style=style)] if decides else []
    counting = [] if count.complete else [button("Count", "stocktake.count", mine, style="primary")]
    cancel = [button("Cancel", "stocktake.cancel", mine | {"n": count.last}, style="danger", confirm=sure)] if keeps else []
    return [*counting, button("Something extra", "stocktake.extra", mine), *decide, *cancel]


def line(text: str) -> Reply:
    """A message that has nothing left to press."""
    return Reply(text, [context(text)])


def superseded(count: CountCard) -> Reply:
    """An earlier message of a count, which goes on below."""
    return line(f"{said(count.name)} goes on in a newer message.")


def page(count: CountCard, dealt: Sequence[Line], *, decides: bool, carried: Any) -> Block:
    """What a counter is dealt: how many of each they find, or which assets are here. What the ledger has stands nowhere.

    Whoever `decides` there is told what counting costs them.
    """
    ways = actions(
        button("Something extra", "stocktake.extra", {"c": count.id}),
        button("Give these back", "stocktake.back", {"c": count.id}),
    )
    asked = _assets(dealt) if dealt[0].serial is not None else _quantities(dealt)
    warned = [context("You approve counts here. Where you find a difference, another approver has to accept it.")] if decides else []
    return modal("stocktake.lines", "Count", [*warned, *asked, ways], submit="Counted", carried=carried)


def _quantities(dealt: Sequence[Line]) -> list[Block]:
    told = "Put what you find, 0 where there is none. Leave empty what you have not counted yet."
    return [context(told), *(_quantity(one) for one in dealt)]


def _quantity(one: Line) -> Block:
    unit = "" if one.unit == "each" else f", in {several(one.unit)}"
    element = text_input("stocktake.quantity", most=20)
    where = f"{one.location} · {one.sku}{unit}"
    return field(f"line_{one.id}", clipped(one.what, 180), element, hint=where, optional=True, version=str(len(one.found)))


def _assets(dealt: Sequence[Line]) -> list[Block]:
    options = [option(one.what, str(one.id)) for one in dealt]
    rest = [option("are not here", NOT_HERE), option("I have not looked yet", LATER)]
    times = "-".join(str(len(one.found)) for one in dealt)
    version = f"{dealt[0].id}-{times}"
    return [
        context(f"{said(dealt[0].location)}: tick what is here."),
        field("here", "Here", boxes("stocktake.here", options), optional=True, version=version),
        field("rest", "Those that I did not tick", select("stocktake.rest", rest), optional=True, version=version),
        field(
            "serials",
            "Something extra",
            text_input("stocktake.serials", multiline=True, most=1000, placeholder="SN-130..134, SN-200"),
            optional=True,
            hint="Serials or codes of what else you see there.",
            version=version,
        ),
    ]


def nothing_left(count: CountCard, others: Mapping[str, int]) -> Block:
    """Nothing is left for this counter: it waits for others, whose lines can be taken over, or for an approver."""
    if count.complete:
        return modal("page.read", "Count", [section("Everything is counted. An approver decides.")], close="Close")
    if not others:
        text = (
            "What is left is to be counted by somebody else: you have counted it last. When nobody else comes, count it once more yourself."
        )
        own = button("Count it once more", "stocktake.count", {"c": count.id, "own": True})
        return modal("page.read", "Count", [section(text), actions(own)], close="Close")
    told = naming.things([f"{said(name)} has {lines(number)}" for name, number in others.items()], most=MOST_NAMED)
    take = button("Take them over", "stocktake.over", {"c": count.id})
    return modal("page.read", "Count", [section(f"Nothing is left for you. {told} to count."), actions(take)], close="Close")


def given_back(count: CountCard, number: int) -> Block:
    """The lines are for the others again."""
    are = "is" if number == 1 else "are"
    text = f"{lines(number)} {are} for others again." if number else "Nothing was yours."
    ways = [actions(button("Count", "stocktake.count", {"c": count.id}))]
    return modal("page.read", "Count", [section(text), *ways], close="Close")


def extra_form(places: Sequence[tuple[str, int]], *, carried: Any) -> Block:
    """Asks what turned up that nobody was dealt, and where."""
    asked = [option(name, str(place)) for name, place in places]
    place = field("place", "Where", select("stocktake.place", asked, chosen=asked[0]["value"]))
    blocks = [
        context("What lies here and is not among the lines. Somebody else counts it as well before it is believed."),
        place,
        field("variant", "What", searched("stock.item", placeholder="Type a name or code"), optional=True),
        field("quantity", "How many", text_input("stocktake.quantity", most=20), optional=True),
        field("lot", "Lot", text_input("lot.code", most=60), optional=True, hint="Where it is tracked by lots."),
        field(
            "serials",
            "Or its serials",
            text_input("stocktake.serials", multiline=True, most=1000, placeholder="SN-130..134, SN-200"),
            optional=True,
        ),
    ]
    return modal("stocktake.extra", "Something extra", blocks, submit="Add", carried=carried)


class Due(NamedTuple):
    """How many lines of each class are to be counted in a location."""

    location: str
    location_id: int
    of: Mapping[CountClass, int]
    #: Whether whoever reads it may count there.
    counts: bool = True

    @property
    def told(self) -> str:
        """ "12 things are due"."""
        number = sum(self.of.values())
        return "1 thing is due" if number == 1 else f"{number:,} things are due"


def listing(counts: Sequence[CountCard], due: Sequence[Due], *, last: int) -> Reply:
    """The counts that are open, and where some are due. `last` is the last count that there was: another one is another intent."""
    if not counts and not due:
        text = "No count is open, and none is due. A keeper opens one with `/stock count at Warehouse`."
        return Reply(text, [section(text)])
    head = "No count is open." if not counts else "1 count is open." if len(counts) == 1 else f"{len(counts):,} counts are open."
    blocks = [header(head)]
    for one in counts[:MOST_LISTED]:
        told = f"*{said(one.name)}*: {one.agreed:,} of {lines(one.lines)} counted"
        blocks.append(section(told, accessory=button("Show", f"stocktake.show:{one.id}", {"c": one.id})))
    if len(counts) > MOST_LISTED:
        blocks.append(context(f"And {len(counts) - MOST_LISTED:,} more."))
    for place in due[:MOST_LISTED]:
        value = {"l": place.location_id, "n": last}
        start = button("Start", f"stocktake.due:{place.location_id}", value) if place.counts else None
        blocks.append(section(f"{naming.LATE} {said(place.location)}: {place.told}", accessory=start))
    return Reply(head, blocks)


def reminder(due: Due, *, last: int, counting: bool, superseded: bool) -> Reply:
    """Reminds the keepers of what is to be counted, by its class; while it is counted, and afterwards, it says so."""
    where = f"to be counted in {said(due.location)}"
    if not due.of:
        return line(f"{naming.WELL} Nothing is due {where} any more.")
    if counting or superseded:
        return line(f"{naming.WAITING} {due.told} {where}{': a count is open.' if counting else '.'}")
    classes = ", ".join(f"{number:,} of class {one}" for one, number in due.of.items())
    text = f"{naming.LATE} {due.told} {where}: {classes}."
    start = button("Start the count", "stocktake.due", {"l": due.location_id, "n": last}, style="primary")
    return Reply(text, [section(text), actions(start)])
