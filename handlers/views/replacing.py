"""What assets are worth and until when: warranty, replacement, book value, and the form that says so."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from handlers.dates import say_day
from handlers.routes import Reply
from handlers.views import naming, paging
from handlers.views.parts import Block, button, context, field, header, modal, said, section, text_input
from handlers.views.pickers import day as day_picker
from models import book_value
from models.assets import Asset
from models.book_value import Worth
from models.keeping_up import Aged
from models.quantities import said_money
from models.wording import listed, many

MOST_LISTED = 12


def facts(asset: Asset, today: date, *, kept: bool = True) -> list[str]:
    """What an asset cost, is worth now, and until when it is under warranty and good, a line each; what is not kept only cost something."""
    cost = f"cost {said_money(asset.cost_minor, asset.currency or '')}" if asset.cost_minor is not None else ""
    bought = f"purchased {say_day(asset.purchased_on, today=today)}" if asset.purchased_on else ""
    spent = ", ".join(filter(None, [cost, bought]))
    lines = [spent[:1].upper() + spent[1:]]
    if not kept:
        return [line for line in lines if line]
    worth = book_value.of_asset(asset, today)
    lines.append(f"Worth {said_money(worth, asset.currency or '')} today" if worth is not None else "")
    if asset.warranty_until_on is not None:
        over = asset.warranty_until_on < today
        lines.append(f"{'Warranty ended' if over else 'Under warranty until'} {say_day(asset.warranty_until_on, today=today)}")
    if asset.replace_by_on is not None:
        lines.append(
            f"{'*To be replaced since*' if asset.replace_by_on <= today else 'Replace by'} {say_day(asset.replace_by_on, today=today)}"
        )
    return [line for line in lines if line]


def to_replace(found: Sequence[Aged], *, first: int, today: date) -> Reply:
    """A page of what is to be replaced, the earliest first, and what it cost when it was bought."""
    if not found:
        text = "Nothing is to be replaced in the next 60 days. An asset's form says by when it is: `/stock edit SN-1042`."
        return Reply(text, [section(text)])
    shown = found[first : first + paging.PAGE]
    counted = paging.counted(first, len(shown), len(found))
    head = f"{len(found):,} to replace{f', {counted}' if counted else ''}"
    lines = [section(_line(one, today), accessory=_show(one, number)) for number, one in enumerate(shown)]
    pager = paging.pager("replace.page", {}, first=first, shown=len(shown), total=len(found))
    return Reply(f"{head}.", [header(head), context(_cost(found)), *lines, *pager])


def reminder(found: Sequence[Aged], *, today: date, superseded: bool) -> Reply:
    """Keepers are told what is to be replaced."""
    if superseded:
        return _only("A newer list of what is to be replaced follows below.")
    if not found:
        return _only(f"{naming.WELL} Nothing is to be replaced soon.")
    now = sum(one.replace_by_on <= today for one in found)
    when = "by now." if now == len(found) else f"in the next 60 days{f', {now:,} of them by now' if now else ''}."
    text = f"{naming.LATE if now else naming.LOW} {len(found):,} {'asset is' if len(found) == 1 else 'assets are'} to be replaced {when}"
    lines = [section(_line(one, today), accessory=_show(one, number)) for number, one in enumerate(found[:MOST_LISTED])]
    more = [context(f"And {len(found) - MOST_LISTED:,} more: `/checkout replacements` shows them all.")] if len(found) > MOST_LISTED else []
    return Reply(text, [section(text), context(_cost(found)), *lines, *more])


def _line(one: Aged, today: date) -> str:
    sign = naming.LATE if one.replace_by_on <= today else naming.LOW
    day = say_day(one.replace_by_on, today=today)
    return f"{sign} {naming.asset(one.name, one.serial)} · {'since' if one.replace_by_on <= today else 'by'} {day} · {said(one.location)}"


def _show(one: Aged, number: int) -> Block:
    return button("Upkeep", f"upkeep.page:{number}", {"a": one.asset_id})


def _cost(found: Sequence[Aged]) -> str:
    """What they cost when they were bought, as a measure of what new ones will."""
    sums: dict[str, int] = {}
    for one in found:
        if one.cost_minor is not None and one.currency is not None:
            sums[one.currency] = sums.get(one.currency, 0) + one.cost_minor
    unknown = sum(one.cost_minor is None for one in found)
    told = " and ".join(said_money(minor, currency) for currency, minor in sorted(sums.items()))
    more = f"; of {unknown:,} nobody knows" if unknown and told else ""
    if not told:
        return f"What {'it' if len(found) == 1 else 'they'} cost is not known."
    return f"It cost {told} when it was bought." if len(found) == 1 else f"They cost {told} when they were bought{more}."


def value_of_asset(name: str, asset: Asset, day: date, today: date, *, gone: str = "") -> Reply:
    """What one asset is worth on a day; from today on, nothing where it is `gone`: lost or retired."""
    worth = book_value.of_asset(asset, day)
    when = "today" if day == today else f"on {say_day(day, today=today)}"
    if gone and day >= today:
        text = f"{name} is {gone}: it is worth nothing any more."
    elif worth is None:
        missing = [
            *(["what it cost"] if asset.cost_minor is None else []),
            *(["when it was purchased"] if asset.purchased_on is None else []),
            *(["by when it is replaced"] if asset.replace_by_on is None else []),
        ]
        text = f"Nobody has said {listed(missing)}: what {name} is worth {when} is not known."
    elif asset.purchased_on is not None and day < asset.purchased_on:
        text = f"{name} was purchased later, on {say_day(asset.purchased_on, today=today)}."
    else:
        text = f"{name} is worth {said_money(worth, asset.currency or '')} {when}."
    lines = [fact for fact in facts(asset, today, kept=not gone) if day != today or not fact.startswith("Worth ")]
    return Reply(text, [section(text), *([context(" · ".join(lines))] if lines else [])])


def value_of_all(what: str, worth: Worth, day: date, today: date) -> Reply:
    """What many assets are worth together on a day."""
    when = "today" if day == today else f"on {say_day(day, today=today)}"
    told = " and ".join(said_money(minor, currency) for currency, minor in sorted(worth.value.items()))
    assets = many(worth.counted, "asset")
    if not worth.counted:
        text = (
            f"{said(what)}: none that we {'have' if day == today else 'had then'} has a cost, a purchase day and a day to be replaced by."
        )
        return Reply(text, [section(text)])
    text = f"{said(what)}: {assets}, worth {told} {when}."
    cost = " and ".join(said_money(minor, currency) for currency, minor in sorted(worth.cost.items()))
    unknown = f" {worth.unknown:,} more lack a cost, a purchase day or a day to be replaced by." if worth.unknown else ""
    return Reply(
        text, [section(text), context(f"They cost {cost}: a straight line, down to nothing on the day that each is replaced.{unknown}")]
    )


class Filled(NamedTuple):
    """What is filled in of an asset's value."""

    purchased_on: date | None
    cost: str | None
    warranty_until_on: date | None
    replace_by_on: date | None


def form(name: str, filled: Filled, *, currency: str, carried: Any) -> Block:
    """Asks what an asset cost, and until when it is under warranty and good."""
    life = field(
        "life",
        "Useful life in months",
        text_input("value.life", most=4, placeholder="48"),
        optional=True,
        hint="Counted from the purchase, where no day is given above.",
    )
    blocks = [
        context(name),
        field("purchased_on", "Purchased on", day_picker("value.purchased_on", chosen=filled.purchased_on), optional=True),
        field(
            "cost", f"Cost, in {currency}", text_input("value.cost", initial=filled.cost, most=20, placeholder="1,292.94"), optional=True
        ),
        field("warranty_until_on", "Under warranty until", day_picker("value.warranty", chosen=filled.warranty_until_on), optional=True),
        field("replace_by_on", "Replace by", day_picker("value.replace_by_on", chosen=filled.replace_by_on), optional=True),
        life,
    ]
    return modal("value.set", "Value and warranty", blocks, submit="Save", carried=carried)


def _only(text: str) -> Reply:
    return Reply(text, [context(text)])
