"""Elements of forms that are picked rather than typed: days, channels, people, and boxes to tick."""

from collections.abc import Collection, Sequence
from datetime import date

from handlers.views.parts import Block, plain


def day(action: str, *, chosen: date | None = None) -> Block:
    """A day in the calendar."""
    element: Block = {"type": "datepicker", "action_id": action, "placeholder": plain("Pick a day")}
    return element | {"initial_date": chosen.isoformat()} if chosen else element


def channel(action: str, *, chosen: str | None = None) -> Block:
    """A channel of the Slack workspace."""
    element: Block = {"type": "channels_select", "action_id": action, "placeholder": plain("Pick a channel")}
    return element | {"initial_channel": chosen} if chosen else element


def people(action: str, *, chosen: Sequence[str] = ()) -> Block:
    """Several people of the Slack workspace."""
    element: Block = {"type": "multi_users_select", "action_id": action, "placeholder": plain("Pick people")}
    return element | {"initial_users": list(chosen)} if chosen else element


def boxes(action: str, options: Sequence[Block], *, ticked: Collection[str] = ()) -> Block:
    """Boxes to tick; `ticked` are the values of those that are."""
    element: Block = {"type": "checkboxes", "action_id": action, "options": list(options)}
    initial = [option for option in options if option["value"] in ticked]
    return element | {"initial_options": initial} if initial else element


def several(action: str, options: Sequence[Block], *, chosen: Collection[str] = ()) -> Block:
    """A list to choose several of; `chosen` are the values of those that are."""
    element: Block = {"type": "multi_static_select", "action_id": action, "options": list(options), "placeholder": plain("Choose")}
    initial = [option for option in options if option["value"] in chosen]
    return element | {"initial_options": initial} if initial else element
