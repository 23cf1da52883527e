"""What was read from a photo: one list of several things with one button, and what could not be made out."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.routes import Reply
from handlers.views import naming
from handlers.views.asset import Shown, standing_of
from handlers.views.due import Reader
from handlers.views.items import SIGNS
from handlers.views.parts import Block, actions, button, clipped, code, context, escaped, header, said, section
from models.locations import LocationKind
from models.lots import Lot, LotStatus
from models.wording import amount, listed

#: A sentence repeats so many codes, and so much of each.
MOST_CODES, LONGEST_CODE = 5, 60
MOST_ONE_BLOCK = 10


def several(lines: Sequence[str], total: int, one_button: Block | None, notes: Sequence[str]) -> Reply:
    """Several things in one photo: a line each, and the one button."""
    head = f"{total} things in the photo"
    pages = [lines[start : start + MOST_ONE_BLOCK] for start in range(0, len(lines), MOST_ONE_BLOCK)]
    blocks = [header(head), *(section("\n".join(page)) for page in pages)]
    if total > len(lines):
        blocks.append(context(f"{total - len(lines)} more are not shown: take a photo of fewer at once."))
    if one_button:
        blocks.append(actions(one_button))
    return noted(Reply(f"{head}.", blocks), notes)


def with_button(reply: Reply, one_button: Block | None) -> Reply:
    """The card of the one thing in a photo, with one more button for its reader."""
    return replace(reply, blocks=[*reply.blocks, actions(one_button)]) if one_button else reply


def noted(reply: Reply, notes: Sequence[str]) -> Reply:
    """An answer, and what else is to be said of the photo."""
    return replace(reply, blocks=[*reply.blocks, *(context(note) for note in notes)]) if notes else reply


def unknown(codes: Sequence[str]) -> list[str]:
    """The note on codes that are on nothing we know."""
    return [escaped(on_nothing(codes))] if codes else []


def on_nothing(codes: Sequence[str]) -> str:
    """The sentence about codes that are on nothing we know, unescaped."""
    named = [clipped(one, LONGEST_CODE) for one in codes[:MOST_CODES]]
    if len(codes) > MOST_CODES:
        named.append(f"{len(codes) - MOST_CODES} more")
    return f"I read {listed(named)}, and {'that code is' if len(codes) == 1 else 'those codes are'} on nothing that I know."


def unread(why: Sequence[str]) -> list[str]:
    """The notes on photos of the same message that could not be read."""
    return [escaped(text) for text in why]


def beside(words: str) -> list[str]:
    """The note on words beside a photo: they may have been meant as a sentence."""
    return ["I read the photo, not the words beside it: say those in a message of their own."] if words.strip() else []


def asset_line(one: Shown, reader: Reader) -> str:
    """Canon R6 `SN-00483`: available in Warehouse"""
    held = one.where.checkout
    sign = naming.out_sign(held, now=reader.now) if held else SIGNS[one.where.state]
    return f"{sign} {one.name}: {standing_of(one, reader)}"


def item_line(name: str, available: int, unit: str) -> str:
    """M8 hex bolt: 1,200 available"""
    return f"• {said(name)}: {amount(available, unit)} available"


def place_line(path: str, kind: LocationKind) -> str:
    """Warehouse / Shelf A: warehouse"""
    return f"• {said(path)}: {kind}"


def lot_line(lot: Lot, item: str) -> str:
    """Lot L-1 of milk, and whether it may be given out"""
    sign, state = ("•", "may be given out") if lot.status is LotStatus.OK else (naming.BLOCKED, f"{lot.status}, it is not given out")
    return f"{sign} Lot {said(lot.code)} of {said(item)}: {state}"


def order_line(name: str, supplier: str) -> str:
    """PO-1042 with Acme"""
    return f"• {code(name)} with {said(supplier)}"


def kit_line(name: str, parts: int) -> str:
    """Interview kit: a kit of 4 parts"""
    return f"• {said(name)}: a kit of {'1 part' if parts == 1 else f'{parts} parts'}"


def return_button(verb: str, checkouts: Sequence[int]) -> Block:
    """Ends several checkouts at once."""
    return button(f"{verb} {len(checkouts)}", "scan.return", {"checkouts": list(checkouts)}, style="primary")
