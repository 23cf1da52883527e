"""Lists of what is out: what somebody holds, and what is late."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from handlers.routes import Reply
from handlers.views import kits, naming, paging
from handlers.views.due import Reader
from handlers.views.parts import Block, actions, button, context, header, said, section
from handlers.views.waiting import waiting_said
from models.checkouts import Held, by_kit
from models.wording import counted, many


class Whose(StrEnum):
    """Whose late things a list tells of, as it says so."""

    EVERYBODYS = ""
    IN_YOUR_STORES = " in your stores"
    YOURS = " of yours"


class Kept(NamedTuple):
    """Stock that lies with somebody without being checked out."""

    name: str
    unit: str
    quantity: int


def held_by(
    member: str | None,
    held: Sequence[Held],
    *,
    waits: Sequence[int],
    stock: Sequence[Kept],
    first: int,
    total: int,
    carried: Mapping[str, Any],
    reader: Reader,
    ways_on: Sequence[Block] = (),
) -> Reply:
    """What somebody holds, the earliest due first, and how many wait for each; without a name it is whoever reads this.

    `ways_on` are what a keeper can do about all of it.
    """
    if not total and not stock:
        return _nothing(member)
    who = f"{member} holds" if member else "You hold"
    things = _things(total) if total else "nothing on checkout"
    pages = paging.counted(first, len(held), total)
    blocks: list[Block] = [header(f"{who} {things}" + (f" ({pages})" if pages else ""))]
    waiting_for = dict(zip([one.id for one in held], waits, strict=True))
    for group in by_kit(held):
        if group[0].kit_id is not None:
            blocks += [kit_lines(group, reader, own=member is None)]
        else:
            blocks += lines(group[0], reader, own=member is None, waiting=waiting_for[group[0].id])
    if stock:
        told = naming.things([said(counted(one.quantity, one.name, one.unit)) for one in stock])
        blocks.append(context(f"Also there, to be used: {told}."))
    blocks += paging.pager("holding.page", carried, first=first, shown=len(held), total=total)
    if ways_on:
        blocks.append(actions(*ways_on))
    return Reply(f"{said(who)} {things}.", blocks)


def _nothing(member: str | None) -> Reply:
    text = f"{said(member)} holds nothing." if member else "Nothing is checked out to you."
    way_on = [] if member else [context("What you borrow appears here. Try `/checkout out` and a serial.")]
    return Reply(text, [section(text), *way_on])


def lines(one: Held, reader: Reader, *, own: bool, waiting: int = 0) -> list[Block]:
    """One checkout in a list, with how many wait for it and the buttons that end or extend it."""
    text = f"{naming.held(one)}, {reader.held(one)}. Goes back to {said(one.source)}. {waiting_said(waiting)}".rstrip()
    give = give_button(one.asset_id) if own and one.asset_id is not None else None
    to_accept = terms_button(one.id) if own and one.terms else None
    return [section(text), actions(return_button(one, own=own), extend_button(one), give, to_accept)]


def kit_lines(group: Sequence[Held], reader: Reader, *, own: bool) -> Block:
    """A kit in a list, with what of it somebody has, and the button that ends all of that."""
    parts = "\n".join(f"• {naming.held(one)}, {reader.held(one)}" for one in group)
    back = kits.return_button("Return" if own else "Bring back", group[0].kit_id or 0, group)
    return section(f"*{said(group[0].kit or '')}*\n{parts}", accessory=back)


def return_button(one: Held, *, own: bool, style: str | None = None) -> Block:
    """Ends a checkout as it was seen: once it has changed, its button is another intent."""
    label = "Return" if own else "Bring back"
    return button(label, f"checkout.return:{one.id}", {"checkout": one.id, "entry": one.entry_id}, style=style)


def extend_button(one: Held) -> Block:
    """Asks until when a checkout is extended."""
    return button("Extend", f"checkout.extend:{one.id}", {"checkout": one.id})


def give_button(asset_id: int) -> Block:
    """Asks to whom it is given."""
    return button("Give", f"give.open:{asset_id}", {"a": asset_id})


def terms_button(checkout_id: int) -> Block:
    """Opens the terms of something that is out, for its holder to accept them."""
    return button("Terms", f"lending.read:{checkout_id}", {"c": checkout_id})


def overdue(
    late: Sequence[Held],
    *,
    first: int,
    total: int,
    at: str | None,
    whose: Whose,
    carried: Mapping[str, Any],
    reader: Reader,
) -> Reply:
    """What is late, the worst first: as much of it as whoever reads this may see."""
    where = f" from {at}" if at else ""
    if not total:
        text = f"{said(f'Nothing{whose}{where} is late')}."
        return Reply(text, [section(text)])
    is_late = f"{total:,}{whose} {'is' if total == 1 else 'are'} late{where}"
    pages = paging.counted(first, len(late), total)
    blocks: list[Block] = [header(f"{is_late} ({pages})" if pages else is_late)]
    blocks += [_late_line(one, reader, named=whose is not Whose.YOURS) for one in late]
    if whose is Whose.YOURS:
        blocks.append(context("Only what you hold. Keepers and admins see everybody's."))
    whole = button("As CSV", "figures.file", {"r": "overdue", "l": carried["at"]}) if whose is not Whose.YOURS else None
    blocks += paging.pager("overdue.page", carried, first=first, shown=len(late), total=total, whole=whole)
    return Reply(f"{said(is_late)}.", blocks)


def _late_line(one: Held, reader: Reader, *, named: bool) -> Block:
    holder = f"{said(one.holder)}: " if named else ""
    text = f"{holder}{naming.held(one)}, {reader.held(one)}. Goes back to {said(one.source)}."
    return section(text, accessory=return_button(one, own=not named))


def _things(count: int) -> str:
    return many(count, "thing")
