"""What differs in a stocktake, with its value, for whoever decides about it; and the answer when it is booked."""

from collections.abc import Sequence
from typing import Any

from handlers.routes import Reply
from handlers.views import answers, naming
from handlers.views.counting import CountCard, lines
from handlers.views.parts import Block, actions, button, context, field, modal, said, section, text_input
from models.ledger import Posted
from models.quantities import plain_number, said_money
from models.stocktake_reads import Line
from models.wording import amount

#: The form tells of so many lines, the file of all.
MOST_LINES, MOST_NAMED = 12, 6


def form(count: CountCard, differing: Sequence[Line], gap: Sequence[Line], *, currency: str, carried: Any) -> Block:
    """The differences, the dearest first, then what is not agreed; what is accepted is booked."""
    blocks = [section(_summary(count, differing, currency))]
    shown = [*differing, *(line for line in gap if line.found)][:MOST_LINES]
    for line in shown:
        again = button("Count again", f"stocktake.again:{line.id}", {"c": count.id, "l": line.id})
        blocks.append(section(_line(line, currency), accessory=again))
    more = len(differing) + sum(bool(line.found) for line in gap) - len(shown)
    if more > 0:
        blocks.append(context(f"And {more:,} more: see the file."))
    blocks.append(actions(button("As a file", "stocktake.file", {"c": count.id})))
    if gap:
        blocks += _gap(gap)
    return modal("stocktake.accept", "What differs", blocks, submit="Accept", carried=carried)


def _summary(count: CountCard, differing: Sequence[Line], currency: str) -> str:
    worth = [line.worth_minor for line in differing if line.cost_minor is not None]
    if not differing:
        return f"*{said(count.name)}*: nothing that is agreed differs. Accepting it ends the count."
    come = "It comes" if len(differing) == 1 else "They come"
    total = f" {come} to {_signed(sum(worth), currency)}." if worth else ""
    unknown = len(differing) - len(worth)
    cost = f" Of {lines(unknown)} the cost is not known." if unknown else ""
    differ = "differs" if len(differing) == 1 else "differ"
    return f"*{said(count.name)}*: {lines(len(differing))} {differ}.{total}{cost}"


def _signed(minor: int, currency: str) -> str:
    return f"+{said_money(minor, currency)}" if minor > 0 else said_money(minor, currency).replace("-", "−")


def _line(line: Line, currency: str) -> str:
    """What was found of a line, and what the ledger has; of one that is not agreed, what each counter found."""
    name = f"*{said(line.what)}* in {said(line.location)}"
    if line.difference is None:
        told = [f"{said(one.member)}: {_off(line, one.difference)}" for one in line.found]
        state = "the counters do not agree" if line.disputed else "to be counted again"
        return f"{naming.WAITING} {name}: {state} ({', '.join(told)})"
    if line.serial is not None:
        return f"{name}: {_off(line, line.difference)}{_worth(line, currency)}"
    last = line.found[-1]
    had = said(amount(last.quantity - last.difference, line.unit))
    found = said(amount(last.quantity, line.unit))
    return f"{name}: {found} found, the ledger had {had}: {_off(line, line.difference)}{_worth(line, currency)}"


def _off(line: Line, difference: int) -> str:
    if not difference:
        return "as the ledger has it"
    if line.serial is not None:
        return "not found" if difference < 0 else "found there, where the ledger does not have it"
    less = "fewer" if line.unit == "each" else "less"
    return f"{said(amount(abs(difference), line.unit))} {'more' if difference > 0 else less}"


def _worth(line: Line, currency: str) -> str:
    return f", {_signed(line.worth_minor, currency)}" if line.cost_minor is not None else ""


def _gap(gap: Sequence[Line]) -> list[Block]:
    """What is not agreed stays as the ledger has it, under the approver's signature."""
    uncounted = [f"{said(line.what)} in {said(line.location)}" for line in gap if not line.found]
    never = f" Not counted: {naming.things(uncounted, most=MOST_NAMED)}." if uncounted else ""
    stay = "is not agreed yet, and stays as the ledger has it" if len(gap) == 1 else "are not agreed yet, and stay as the ledger has them"
    text = f"{lines(len(gap))} {stay}.{never}"
    note = text_input("stocktake.note", multiline=True, most=500)
    return [context(text), field("note", "Why is it accepted all the same?", note)]


def accepted(count: CountCard, posted: Posted, *, short: Sequence[tuple[str, str]] = ()) -> Reply:
    """The differences are booked. `short`: of what less is there than is kept, and for whom."""
    booked = f"{lines(len(posted.lines))} booked." if posted.lines else "Nothing differed."
    kept = f" Short of what is kept there: {naming.things([f'{said(what)} for {said(job)}' for what, job in short])}." if short else ""
    return answers.changed(f"Accepted the {said(count.name[0].lower() + count.name[1:])}.", f"{booked}{kept}", entry=posted)


HEADS = ("location", "what", "sku", "lot", "serial", "unit", "ledger", "found", "difference", "worth", "state", "counted by")


def rows(every: Sequence[Line], currency: str) -> list[list[str]]:
    """Every line of a count for a spreadsheet."""
    found = []
    for line in every:
        last = line.found[-1] if line.found else None
        state = "not counted" if last is None else "not agreed" if line.difference is None else "agreed"
        ledger = last.quantity - last.difference if last else line.held
        told = [
            plain_number(ledger),
            plain_number(last.quantity) if last else "",
            plain_number(line.difference) if line.difference is not None else "",
        ]
        worth = said_money(line.worth_minor, currency).replace(",", "") if line.difference and line.cost_minor is not None else ""
        who = ", ".join(f"{one.member} {plain_number(one.quantity)}" for one in line.found)
        found.append([line.location, line.variant, line.sku, line.lot or "", line.serial or "", line.unit, *told, worth, state, who])
    return found
