"""Answers that a label or a sheet of them follows, and the form that asks what they are printed on."""

from collections.abc import Callable, Sequence
from typing import Any

from handlers.routes import Attached, Offer, Reply
from handlers.views import answers
from handlers.views.parts import Block, actions, button, context, field, modal, option, said, section, select, text_input
from handlers.views.parts import code as as_code
from models.label_sheets import Sheet
from models.labels import Label
from models.quantities import ONE, said_number


def single(one: Label, others: Sequence[Offer], name: str, *, attached: Attached, token: Callable[[], str]) -> Reply:
    """One label, with the ways to have it otherwise."""
    short = f" {as_code(one.typed)} is what people type." if one.typed != one.code else ""
    text = f"The label of {said(one.title)} with the code {as_code(one.code)} comes as a picture in our direct messages.{short}"
    ways = [answers.offered(offer, number, token=token) for number, offer in enumerate(others)]
    sheet = [button("On a sheet or tape", "label.print", {"of": name})] if name else []
    return Reply(text, [section(text), *([actions(*sheet, *ways)] if ways or sheet else [])], attached=attached)


def sheets(labels: Sequence[Label], sheet: Sheet, *, pages: int, start: int, chosen: bool, attached: Attached) -> Reply:
    """Labels on sheets or tape. `chosen`: what they are printed on was said."""
    on = "" if sheet.places == 1 else f" of {'1 sheet' if pages == 1 else f'{pages:,} sheets'}"
    begins = f", from label {start} on" if start > 1 else ""
    come = "comes" if len(labels) == 1 else "come"
    text = f"{counted(labels, sheet)} {come} as a PDF{on} in our direct messages{begins}."
    notes = ["Print it at its actual size, without fitting it to the page."]
    if not chosen:
        notes.append("For other sheets or tape, say for example `on 5160` or `on 24mm`; `from 5` begins at the fifth label.")
    return Reply(text, [section(text), context(" ".join(notes))], attached=attached)


def counted(labels: Sequence[Label], sheet: Sheet) -> str:
    """21 labels for L7160"""
    return f"{said_number(len(labels) * ONE)} {'label' if len(labels) == 1 else 'labels'} for {sheet.name}"


def form(sheets: Sequence[Sheet], *, carried: Any) -> Block:
    """What labels are printed on, how many of each, and where they begin."""
    kinds = [option(one.said, one.name) for one in sheets]
    looks = [option("Bars", "bars"), option("QR code", "qr")]
    blocks = [
        field("sheet", "Sheet or tape", select("sheet", kinds, chosen=sheets[0].name)),
        field("position", "Begin at label", text_input("position", initial="1", most=4), hint="Of the first sheet, counted row by row."),
        field("copies", "How many of each", text_input("copies", initial="1", most=4)),
        field("look", "Code", select("look", looks, chosen="bars")),
    ]
    return modal("label.print", "Print labels", blocks, submit="Print", carried=carried)
