"""Kits: the card that shows what belongs to one and where it is, what is answered when one comes back, and its forms."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from handlers.routes import Reply
from handlers.views import naming, paging
from handlers.views.parts import (
    Block,
    actions,
    button,
    confirm,
    context,
    field,
    header,
    modal,
    option,
    paragraphs,
    said,
    search,
    section,
    text_input,
)
from handlers.views.pickers import several
from handlers.views.stock_form import Chosen
from models.checkouts import Held
from models.kits import Part
from models.wording import counted


def whole(name: str, parts: Sequence[str]) -> str:
    """A kit and what of it is meant, named already: "Interview kit (Canon R6 `SN-1` and 2 SD cards)"."""
    return f"{said(name)} ({naming.things(parts)})"


def after_return(name: str, who: str, stays: Sequence[str], *, elsewhere: Sequence[str]) -> str:
    """What is still missing of a kit after a part of it came back, or that it is whole."""
    if stays:
        return f"{said(name)} is not whole: {naming.things(stays)} {'stays' if len(stays) == 1 else 'stay'} with {said(who)}."
    if elsewhere:
        return f"{said(name)} is not whole: {naming.things([said(one) for one in elsewhere])} still {_has(elsewhere)} a part of it."
    return f"{said(name)} is all back."


def left_behind(elsewhere: Sequence[tuple[str, str]], by_number: Sequence[Part]) -> str:
    """What of a kit did not go with it: serials that are elsewhere, named already, with why; and what is so many of an item."""
    parts = naming.things([said(counted(part.quantity, part.what, part.unit)) for part in by_number]) if by_number else ""
    told = [f"Not with it: {naming.things([f'{name} ({said(why)})' for name, why in elsewhere])}."] if elsewhere else []
    return " ".join([*told, *([f"Chosen at the pick-up, and so not moved: {parts}."] if parts else [])])


def _has(names: Sequence[str]) -> str:
    return "has" if len(names) == 1 else "have"


class KitCard(NamedTuple):
    """What the card of a kit tells. Lines and the state are named and escaped already."""

    name: str
    code: str
    sign: str
    state: str
    lines: Sequence[str]
    #: Who has booked it next.
    booked: Sequence[str]
    #: What happened to it last.
    last: str | None


def card(shown: KitCard, *, buttons: Sequence[Block]) -> Reply:
    """Everything about a kit at a glance."""
    blocks = [header(f"{shown.name} · {shown.code}"), section(f"{shown.sign} {shown.state}"), *paragraphs(shown.lines)]
    if shown.booked:
        blocks.append(context("\n".join(shown.booked)))
    if shown.last:
        blocks.append(context(shown.last))
    return Reply(f"{said(shown.name)}: {shown.state}", [*blocks, actions(*buttons)])


def listed(lines: Sequence[tuple[int, str]], *, first: int, total: int, may_add: bool) -> Reply:
    """All kits by name, each with how it stands and the way to its card."""
    if not total:
        text = "There are no kits yet."
        way_on = "Put one together with `/stock new kit`." if may_add else "A keeper puts one together with `/stock new kit`."
        return Reply(text, [section(text), context(way_on)])
    pages = paging.counted(first, len(lines), total)
    head = f"{'1 kit' if total == 1 else f'{total:,} kits'}" + (f" ({pages})" if pages else "")
    shown = [section(line, accessory=button("Show", f"kit.show:{kit_id}", {"kit": kit_id})) for kit_id, line in lines]
    pager = paging.pager("kit.page", {}, first=first, shown=len(lines), total=total)
    return Reply(f"{head}.", [header(head), *shown, *pager])


def return_button(label: str, kit_id: int, held: Sequence[Held], *, style: str | None = None) -> Block:
    """Ends what one holder has of a kit, as it was seen: once that has changed, the button is another intent."""
    return button(label, f"kit.return:{held[0].holder_id}", _seen(kit_id, held), style=style)


def partly_button(kit_id: int, held: Sequence[Held]) -> Block:
    """Asks what is missing of what one holder brings back."""
    return button("Something is missing", f"kit.partly:{held[0].holder_id}", _seen(kit_id, held))


def give_button(kit_id: int, held: Sequence[Held], whose: str | None) -> Block:
    """Asks to whom goes what one holder has of a kit."""
    return button(f"Give: {whose}" if whose else "Give", f"kit.give:{held[0].holder_id}", _seen(kit_id, held))


def _seen(kit_id: int, held: Sequence[Held]) -> dict[str, int]:
    return {"kit": kit_id, "holder": held[0].holder_id, "entry": max(one.entry_id for one in held)}


def partly(name: str, held: Sequence[Held], *, carried: Any) -> Block:
    """What of a kit is missing at its return."""
    options = [option(naming.plain_held(one), str(one.id)) for one in held]
    who = held[0].holder
    blocks = [
        section(f"What does not come back of {said(name)}? It stays with {said(who)}, and everything else goes back."),
        field("missing", "Missing", several("kit.missing", options)),
        field("note", "Note", text_input("kit.note", most=300), optional=True),
    ]
    return modal("kit.partly", "Something is missing", blocks, submit="Return the rest", carried=carried)


def form(name: str | None, serials: Sequence[Chosen], items: str | None, *, kit_id: int | None, carried: Any) -> Block:
    """The form of a kit, new or there already."""
    callback, title, submit = ("kit.edit", "Edit kit", "Save") if kit_id is not None else ("kit.add", "New kit", "Add")
    chosen = search("asset.suggest", several=True, placeholder="Type a serial or a name")
    if serials:
        chosen |= {"initial_options": [one.option for one in serials]}
    question = confirm(f"Archive {name}?", f"{name} is no kit any more; its parts stay where they are. You can undo it.", "Archive")
    archive = button("Archive", "kit.archive", {"kit": kit_id}, style="danger", confirm=question)
    blocks = [
        *([actions(archive)] if kit_id is not None else []),
        field("name", "Name", text_input("kit.name", initial=name, most=120, placeholder="Interview kit")),
        field(
            "serials",
            "Serials in its case",
            chosen,
            optional=True,
            hint="None: it is a template, and which serials go is chosen at the pick-up.",
        ),
        field(
            "items",
            "And of items, one a line",
            text_input("kit.items", initial=items, multiline=True, most=2000, placeholder="2 SD card"),
            optional=True,
            hint="What comes back: so many of an item, whichever they are.",
        ),
    ]
    return modal(callback, title, blocks, submit=submit, carried=carried)
