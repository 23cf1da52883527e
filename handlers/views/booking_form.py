"""The booking form: what, from when to when, how many, and for whom."""

from datetime import datetime

from handlers.views.parts import Block, field, modal, search, text_input
from handlers.views.stock_form import Chosen
from models.diary import Window


def form(chosen: Chosen | None, window: Window, *, lends: bool, key: str) -> Block:
    """The form with what is known filled in; `lends` for who may book for others."""
    what = search("booking.what", chosen=chosen.option if chosen else None, placeholder="Type a name, serial or SKU")
    blocks = [
        field("what", "What", what, hint="An item means any of it: which one is chosen at the pick-up."),
        field("quantity", "How many", text_input("quantity", most=20, placeholder="1"), optional=True),
        field("start", "From", _moment("start", window.start)),
        field("end", "To", _moment("end", window.end)),
    ]
    if lends:
        holder = search("holder.suggest", placeholder="Type a name or location")
        blocks.append(field("holder", "For whom", holder, optional=True, hint="Leave it empty to book it for you."))
    blocks.append(field("purpose", "What for", text_input("purpose", most=300), optional=True))
    return modal("booking.book", "Book", blocks, submit="Book", carried={"k": key})


def _moment(name: str, at: datetime) -> Block:
    return {"type": "datetimepicker", "action_id": name, "initial_date_time": int(at.timestamp())}
