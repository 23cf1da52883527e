"""One asset: its card, who has it, and who had it on a day gone."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from handlers.dates import Moment, say_day
from handlers.routes import Reply
from handlers.views import naming
from handlers.views.due import Reader
from handlers.views.items import SIGNS
from handlers.views.parts import Block, actions, context, escaped, fields, header, said, section
from models.assets import Asset, AssetState
from models.custody import Stay, Whereabouts
from models.locations import LocationKind
from models.times import local_day, said_time

#: Why it can't be checked out, and who can change that.
WHY_NOT = {
    AssetState.IN_REPAIR: "It is not lent while it is in repair. A keeper says when it is repaired.",
    AssetState.LOST: "Nobody knows where it is. If you have it before you, say so: its keepers are told.",
    AssetState.RETIRED: "It is out of use for good, and is not lent any more.",
}


class Shown(NamedTuple):
    """An asset as its answers call it, and where it is. `item` is its variant's name; `mine`: whoever reads this has it."""

    asset: Asset
    item: str
    where: Whereabouts
    mine: bool

    @property
    def name(self) -> str:
        """Canon R6 `SN-00483`."""
        return naming.asset(self.asset.name or self.item, self.asset.serial)


def card(
    shown: Shown,
    *,
    reported: str | None,
    offered: str | None,
    last: str | None,
    why_not: str | None,
    promised: Sequence[str] = (),
    buttons: Sequence[Block],
    reader: Reader,
) -> Reply:
    """Everything about one asset at a glance.

    `reported` is what is wrong, `offered` to whom, `last` what happened last, `promised` who is to have it,
    `why_not` why it is not to be had.
    """
    state = shown.where.state
    standing = standing_of(shown, reader)
    held = shown.where.checkout
    sign = naming.out_sign(held, now=reader.now) if held else SIGNS[state]
    line = f"{sign} {standing[0].upper()}{standing[1:]}"
    blocks = [header(f"{shown.asset.name or shown.item} · {shown.asset.serial}"), section(line)]
    if facts := [fact for fact in _facts(shown, reader) if fact[1]]:
        blocks.append(fields(*facts))
    blocks += [section(line) for line in (offered, reported) if line]
    if shown.asset.note:
        blocks.append(context(said(shown.asset.note)))
    if promised:
        blocks.append(context("\n".join(promised)))
    if last:
        blocks.append(context(last))
    if why_not:
        blocks.append(context(escaped(why_not)))
    return Reply(f"{shown.name} is {standing}.", [*blocks, actions(*buttons)])


def _facts(shown: Shown, reader: Reader) -> list[tuple[str, str]]:
    """Up to six, in the same places on every card."""
    asset, where = shown.asset, shown.where
    today = local_day(reader.now, reader.zone)
    purchased = say_day(asset.purchased_on, today=today) if asset.purchased_on else ""
    replace_by = say_day(asset.replace_by_on, today=today) if asset.replace_by_on else ""
    return [
        ("Holder" if where.state is AssetState.OUT else "Location", said(where.location) if where.state not in _GONE_STATES else ""),
        ("Since", reader.time(where.since_at) if where.since_at else ""),
        ("Goes back to", said(where.checkout.source) if where.checkout else ""),
        ("Item", said(shown.item) if asset.name else ""),
        ("Purchased", purchased),
        ("Replace by", replace_by),
    ]


def who(shown: Shown, *, buttons: Sequence[Block], reader: Reader) -> Reply:
    """Who has it, since when, where; one line, and what is known besides."""
    where = shown.where
    since = f" since {reader.time(where.since_at)}" if where.since_at else ""
    due = f", {reader.held(where.checkout)}" if where.checkout else ""
    text = f"{shown.name} is {_place(shown)}{since}{due}."
    blocks = [section(text)]
    if where.checkout:
        purpose = f" “{said(where.checkout.purpose)}”" if where.checkout.purpose else ""
        blocks.append(context(f"Checked out from {said(where.checkout.source)}.{purpose}"))
    return Reply(text, [*blocks, actions(*buttons)])


def standing_of(shown: Shown, reader: Reader) -> str:
    """ "available in Warehouse", "with Ana Silva, due Fri 27 Nov, 17:00", "in repair in Workshop", "lost"."""
    due = f", {reader.held(shown.where.checkout)}" if shown.where.checkout else ""
    return f"{_place(shown)}{due}"


def _place(shown: Shown) -> str:
    where = shown.where
    match where.state:
        case AssetState.OUT:
            return "with you" if shown.mine else f"{_preposition(where.kind)} {said(where.location)}"
        case state if state in _GONE_STATES:
            return str(state)
        case _:
            return f"{where.state} in {said(where.location)}"


def _preposition(kind: LocationKind) -> str:
    return "with" if kind is LocationKind.PERSON else "out in"


def had(name: str, stays: Sequence[Stay], on: Moment, *, mine: int | None, reader: Reader) -> Reply:
    """Everyone who had an asset on a day, or at a minute, in the reader's zone. `mine` is the location that the reader is."""
    day = say_day(local_day(on.start, reader.zone), today=local_day(reader.now, reader.zone))
    when = day if on.whole_day else reader.time(on.at)
    if not stays:
        text = f"{name} was not with us yet on {when}."
        return Reply(text, [section(text)])
    lines = [_stay(stay, on, mine=mine, reader=reader) for stay in stays]
    if len(lines) == 1:
        text = f"On {when}, {name} was {lines[0]}."
        return Reply(text, [section(text), context(f"In your time, {reader.zone}.")])
    text = f"On {when}, {name} was:"
    told = "\n".join(f"• {line}" for line in lines)
    return Reply(f"{text} {'; '.join(lines)}.", [section(f"{text}\n{told}"), context(f"In your time, {reader.zone}.")])


def _stay(stay: Stay, on: Moment, *, mine: int | None, reader: Reader) -> str:
    whom = "you" if stay.location_id == mine else said(stay.location)
    place = _GONE.get(stay.kind) or f"{'with' if stay.kind is LocationKind.PERSON else 'in'} {whom}"
    start = _clock(stay.from_at, reader) if on.whole_day and stay.from_at > on.start else ""
    end = _clock(stay.until_at, reader) if on.whole_day and stay.until_at and stay.until_at < on.end else ""
    return place + (f" from {start}" if start else "") + (f" until {end}" if end else "")


def _clock(at: datetime, reader: Reader) -> str:
    return said_time(at, reader.zone).rsplit(", ", 1)[-1]


_GONE_STATES = frozenset({AssetState.LOST, AssetState.RETIRED})
_GONE = {LocationKind.LOST: "lost", LocationKind.ADJUSTMENT: "lost", LocationKind.SCRAP: "retired"}
