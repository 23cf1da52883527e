"""Due times: how they are said to a reader, and the two fields of a form that ask for one."""

from datetime import date, datetime, time
from typing import NamedTuple

from handlers.dates import say_due
from handlers.views import naming
from handlers.views.parts import Block, field
from models.checkouts import Held
from models.times import DUE_TIME, Due


class Reader(NamedTuple):
    """From whose point of view times are said: now, in their zone."""

    now: datetime
    zone: str

    def due(self, at: datetime | None, zone: str | None) -> str:
        """ "due Fri 27 Nov, 17:00", with the zone where it is not the reader's; "open-ended" without a time."""
        return f"due {say_due(at, zone or self.zone, now=self.now, reader_zone=self.zone)}" if at else "open-ended"

    def promised(self, due: Due | None) -> str:
        """The same of what was just agreed."""
        return self.due(due.at, due.zone) if due else self.due(None, None)

    def held(self, held: Held) -> str:
        """The same of what is out, how late it is, and whether its terms are accepted: "*3 days late*, due Tue 24 Nov, 17:00"."""
        return naming.due(held, now=self.now, reader_zone=self.zone) + naming.terms(held)

    def time(self, at: datetime) -> str:
        """A time that has been: "Mon 23 Nov, 10:00", with the year when it is another."""
        return say_due(at, self.zone, now=self.now, reader_zone=self.zone)


def day_field(label: str, chosen: date | None, *, optional: bool = False, hint: str | None = None) -> Block:
    """The day that something is due on."""
    picker: Block = {"type": "datepicker", "action_id": "due"}
    return field("due", label, picker | {"initial_date": chosen.isoformat()} if chosen else picker, optional=optional, hint=hint)


def time_field(chosen: time = DUE_TIME, *, zone: str, reader: Reader) -> Block:
    """The time of that day; the hint says whose time it is where it is not the reader's."""
    picker = {"type": "timepicker", "action_id": "due_time", "initial_time": f"{chosen:%H:%M}"}
    return field("due_time", "At", picker, optional=True, hint=f"In the time of {zone}." if zone != reader.zone else None)
