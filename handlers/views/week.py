"""A week of what is lent, in words: under its picture, and for those who can't see it."""

from collections.abc import Mapping
from typing import Any

from handlers.dates import say_due
from handlers.routes import Reply
from handlers.views.booking import window_said
from handlers.views.due import Reader
from handlers.views.parts import Block, actions, button, clipped, context, header, said, section
from models.diary import FOREVER, Why
from models.times import said_day
from models.week import Bar, Week

__all__ = ["calendar_button", "said_day", "summary", "told"]

#: The words under the picture tell of so many bars; screen readers hear so many characters of them.
MOST_TOLD, LONGEST_SUMMARY = 20, 900
_WHYS = {Why.OUT: "out", Why.BOOKED: "booked", Why.HELD: "held", Why.KEPT: "reserved"}


def told(shown: Week, reader: Reader, pages: Mapping[str, Any]) -> Reply:
    """What the picture shows; it follows as a direct message."""
    lines = [f"{said(row.name)}: {_bar(bar, shown, reader)}" for row in shown.rows for bar in row.bars]
    body = "\n".join(lines[:MOST_TOLD]) if lines else "Nothing is promised in this week."
    more = [f"And {len(lines) - MOST_TOLD} more in the picture."] if len(lines) > MOST_TOLD else []
    more += [f"Only the first {len(shown.rows)} are shown: name an item for the others."] if shown.cut else []
    blocks: list[Block] = [header(shown.title), section(body), context(" ".join([*more, "The picture follows as a direct message."]))]
    buttons = [button(label, f"week.show:{number}", value) for number, (label, value) in enumerate(pages.items())]
    return Reply(f"{said(shown.title)}.", [*blocks, actions(*buttons)])


def _bar(bar: Bar, shown: Week, reader: Reader) -> str:
    """ "*Ana Silva*, out until Fri 27 Nov, 17:00"; "*Dee Okafor*, booked from … to …"."""
    if bar.why is None:
        return said(bar.label)
    if bar.late:
        return f"*{said(bar.label)}*, late"
    if bar.window.start > reader.now:
        when = window_said(bar.window.start, bar.window.end, shown.zone, reader)
    elif bar.window.end >= FOREVER:
        when = "open-ended"
    else:
        when = f"until {say_due(bar.window.end, shown.zone, now=reader.now, reader_zone=reader.zone)}"
    return f"*{said(bar.label)}*, {_WHYS[bar.why]} {when}"


def summary(shown: Week) -> str:
    """What the picture shows, in a sentence."""
    busy = [f"{row.name}: {', '.join(bar.label for bar in row.bars)}" for row in shown.rows if row.bars]
    return clipped(f"{shown.title}. {'; '.join(busy) or 'Nothing is promised'}.", LONGEST_SUMMARY)


def calendar_button(of: Mapping[str, Any]) -> Block:
    """Sends the calendar of a card's asset, item or category."""
    return button("Calendar", "week.show", of)
