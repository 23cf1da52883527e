"""What is answered when somebody gets in line or leaves it, and the message to the first in line."""

from datetime import datetime
from typing import NamedTuple

from handlers.routes import Reply
from handlers.views import answers, naming
from handlers.views.due import Reader
from handlers.views.parts import Block, actions, button, context, said, section
from models.assets import AssetState
from models.checkouts import Held
from models.ledger import Posted
from models.waits import WaitState


def waiting_said(count: int) -> str:
    """How many wait for something: "1 person waits for it", "2 people wait for it"; nothing where nobody does."""
    return "" if not count else "1 person waits for it." if count == 1 else f"{count:,} people wait for it."


def held_said(whom: str | None, until: datetime, reader: Reader) -> str:
    """For whom something is held that came back, and until when; without a name for whoever reads it."""
    return f"Held for {said(whom) if whom else 'you'} until {reader.time(until)}."


def queued(posted: Posted, name: str, number: int, held: Held | None, *, holder: str | None, reader: Reader) -> Reply:
    """Somebody is in line, as number so and so."""
    who = f"{said(holder)} is" if holder else "You are"
    has = f"{said(held.holder)} has it, {reader.held(held)}. " if held else ""
    told = f"{has}When it comes back, the first in line has 30 minutes of working time to claim it."
    return answers.changed(f"{who} number {number} in line for {name}.", told, entry=posted)


def gave_up(posted: Posted, name: str, left: int) -> Reply:
    """Somebody waits no more."""
    return answers.changed(f"You wait for {name} no more.", waiting_said(left) or "Nobody else waits for it.", entry=posted)


class Claim(NamedTuple):
    """A place in line, as its holder is told that it is their turn."""

    wait_id: int
    name: str
    holder: str
    state: WaitState
    #: Until when it is held for them; None once that is over.
    until: datetime | None


def claim(one: Claim, reader: Reader) -> Reply:
    """The first in line can claim what came back, or pass it on; or how that ended."""
    if one.state is WaitState.CLAIMED:
        return _small(f"{naming.WELL} You claimed {one.name}.")
    if one.until is None:
        return _small(f"Your turn for {one.name} is over: it is for whoever comes next.")
    text = f"{naming.AVAILABLE} {one.name} is back, and you are the first in line. It is held for you until {reader.time(one.until)}."
    return Reply(text, [section(text), actions(claim_button(one.wait_id, one.holder), button("Pass", "wait.pass", {"wait": one.wait_id}))])


def claim_button(wait_id: int, holder: str) -> Block:
    """Opens the checkout form with what is held for somebody."""
    return button("Claim", "wait.claim", {"wait": wait_id, "for": holder}, style="primary")


def gone(wait_id: int, name: str, state: AssetState | None, *, item: str, superseded: bool) -> Reply:
    """Whoever waits is told that it can't be had. Without a `state` it can be again, or they wait no more."""
    if superseded or state is None:
        return _small(f"What I told you of {name}, which you waited for, is settled.")
    text = f"{naming.BLOCKED} {name}, which you wait for, is {state}."
    told = f"You stay in line, in case that changes. Once you stop, you can wait for any {said(item)}."
    return Reply(text, [section(text), context(told), actions(button("Stop waiting", "wait.pass", {"wait": wait_id}, style="primary"))])


def _small(text: str) -> Reply:
    return Reply(text, [context(text)])
