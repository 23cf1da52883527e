"""The replies in the thread of a count, and what a counter is asked to count again: things are named, and never what was found of them."""

from collections.abc import Sequence

from handlers.routes import Reply
from handlers.views import naming
from handlers.views.counting import CountCard, line, lines
from handlers.views.parts import actions, button, said, section
from models.entries import EntryKind
from models.history import Happening
from models.stocktake_reads import Line
from models.stocktakes import StocktakeState
from models.wording import many

#: A message names so many lines.
MOST_LINES = 6


def joined(name: str, number: int) -> Reply:
    """A counter has their first lines."""
    return _reply(f"{said(name)} joined: {lines(number)} to count.")


def to_count_again(entry: Happening, count_id: int, those: Sequence[Line]) -> Reply:
    """Two disagree about those lines, or an approver has them counted again."""
    named, it_is = _named(those), "it is" if len(those) == 1 else "they are"
    if entry.kind is EntryKind.ASKED_AGAIN:
        text = f"{naming.WAITING} {said(entry.member)} has {named} counted again."
        if entry.undone_by_id:
            return _reply(f"{said(entry.member)} had {named} counted again, and took that back.")
        return Reply(text, [section(text), actions(button("Count", "stocktake.count", {"c": count_id}))])
    if entry.undone_by_id:
        return _reply(f"Two counts of {named} differed, and one of them was taken back.")
    return _reply(f"{naming.WAITING} Two counts of {named} differ: {it_is} to be counted again.")


def ended(entry: Happening) -> Reply:
    """All is counted, accepted or cancelled; or was, until that was taken back."""
    who, back = said(entry.member), bool(entry.undone_by_id)
    if entry.kind is EntryKind.CANCELLED_COUNT:
        return _reply(f"{who} cancelled the count, and took that back." if back else f"{naming.BLOCKED} {who} cancelled the count.")
    if entry.kind is EntryKind.COUNTED:
        number = len(entry.lines)
        booked = "nothing differed" if not number else f"{many(number, 'difference')} booked"
        if back:
            return _reply(f"{who} accepted the count, and took that back: it is open again.")
        return _reply(f"{naming.WELL} {who} accepted the count: {booked}.")
    if back:
        return _reply(f"Everything was counted, until {who} took something back.")
    return _reply(f"{naming.OUT} Everything is counted. An approver who has not counted decides.")


def again(count: CountCard, waiting: Sequence[Line], *, elsewhere: bool) -> Reply:
    """Asks somebody to count lines again, on which they and somebody else did not agree; when they have, or others do, it says so."""
    if count.state is not StocktakeState.OPEN:
        return line(f"The count of {said(count.location)} is over.")
    if not waiting and elsewhere:
        return line(f"Somebody else counts what you were asked to count again in {said(count.location)}.")
    if not waiting:
        return line(f"What you were asked to count again in {said(count.location)} is counted.")
    text = f"{naming.WAITING} Somebody's count differs from yours: {_named(waiting)}. Please count again."
    return Reply(text, [section(text), actions(button("Count", "stocktake.count", {"c": count.id}, style="primary"))])


def _named(those: Sequence[Line]) -> str:
    return naming.things([f"{said(one.what)} in {said(one.location)}" for one in those], most=MOST_LINES)


def _reply(text: str) -> Reply:
    return Reply(text, [section(text)])
