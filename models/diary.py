"""When things can be had: the times for which a variant's are given away, and what is left beside them. Pure reckoning, no tables.

Every time is half-open, from its start until before its end, so what ends at noon leaves noon to the next.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from models.quantities import ONE

#: The end of what has none.
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
#: So many ways of dealing things out are tried before the answer is that there is none.
MOST_TRIED = 5_000


class Why(StrEnum):
    """Why something can't be had for a time."""

    BOOKED = "booked"
    OUT = "out"
    KEPT = "kept"
    HELD = "held"


class Window(NamedTuple):
    """A time, from its start until before its end."""

    start: datetime
    end: datetime

    def meets(self, other: "Window") -> bool:
        """Whether the two have a moment in common."""
        return self.start < other.end and other.start < self.end


class Span(NamedTuple):
    """So much that somebody has, or will have, for a time."""

    why: Why
    row_id: int
    #: The asset that it is; None: any of the variant, or what is counted.
    asset_id: int | None
    quantity: int
    #: Until when nobody else can have it: what is kept free after it included.
    window: Window
    holder_id: int
    #: For whom, by name.
    holder: str
    #: Until when it was agreed; None: open-ended.
    until_at: datetime | None = None


class Diary(NamedTuple):
    """For what times a variant's things are given away, from now on."""

    now: datetime
    serialised: bool
    #: How much could be had if nobody had any: what lies in stores, and what is out and comes back.
    capacity: int
    buffer: timedelta
    spans: Sequence[Span]
    #: Assets that can't be had at all now: in repair, lost, on a site.
    gone: frozenset[int] = frozenset()

    def free(self, start: datetime, end: datetime, *, asset_id: int | None = None, most: int = ONE) -> int:
        """How much can be had for all of that time, up to `most`; of an asset, all of it or nothing."""
        wish = Window(start, min(end, FOREVER - self.buffer) + self.buffer)
        if not self.serialised:
            return min(max(self.capacity - self._peak(wish), 0), most)
        if asset_id is not None:
            return ONE if asset_id not in self.gone and self._can_have(wish, asset_id) else 0
        units = 0
        while units * ONE < most and self._dealt([wish] * (units + 1), {}):
            units += 1
        return units * ONE

    def holds(self, span: Span) -> bool:
        """Whether one of the spans can stay beside the others for all of its time."""
        if not self.serialised:
            return self._peak(span.window) <= self.capacity
        if span.asset_id is None:
            return self._has_room_for(span) or self._dealt([], {}, around=span.window)
        others = self._replace(spans=[one for one in self.spans if one is not span])
        return others._can_have(span.window, span.asset_id)

    def met_by(self, wish: Window, *, asset_id: int | None = None) -> list[Span]:
        """Whose time that would run into, the earliest first: on that asset, or on any."""
        own = [one for one in self.spans if asset_id is None or one.asset_id == asset_id]
        return sorted((one for one in own if one.window.meets(wish)), key=lambda one: one.window)

    def _has_room_for(self, span: Span) -> bool:
        """Whether so little else is given away in that time that some assets are free for all of it, however the rest is dealt."""
        met = [one for one in self.spans if one is not span and one.window.meets(span.window)]
        assets = {one.asset_id for one in met if one.asset_id is not None} - self.gone
        of_any = sum(one.quantity for one in met if one.asset_id is None)
        return of_any + ONE * len(assets) + span.quantity <= self.capacity

    def _peak(self, wish: Window) -> int:
        """The most that is given away at one moment of that time."""
        met = self.met_by(wish)
        starts = [max(one.window.start, wish.start) for one in met]
        return max((sum(one.quantity for one in met if one.window.start <= at < one.window.end) for at in starts), default=0)

    def _can_have(self, wish: Window, asset_id: int) -> bool:
        return not self.met_by(wish, asset_id=asset_id) and self._dealt([], {asset_id: wish}, around=wish)

    def _dealt(self, wishes: Sequence[Window], fixed: dict[int, Window], *, around: Window | None = None) -> bool:
        """Whether everything that is booked of any, and the wishes, can have an asset each for all of its time, beside what is fixed."""
        lanes: dict[int, list[Window]] = {}
        for one in self.spans:
            if one.asset_id is not None:
                lanes.setdefault(one.asset_id, []).append(one.window)
        for asset_id, window in fixed.items():
            lanes.setdefault(asset_id, []).append(window)
        usable = {asset_id: sorted(windows) for asset_id, windows in lanes.items() if asset_id not in self.gone}
        unbooked = max(self.capacity // ONE - len(usable), 0)
        booked = [one.window for one in self.spans if one.asset_id is None for _ in range(one.quantity // ONE)]
        near = _together([*booked, *wishes], around or wishes[0])
        return _deal(sorted(near), [*usable.values(), *([[]] * min(unbooked, len(near)))])


def _together(windows: Sequence[Window], around: Window) -> list[Window]:
    """Those that meet that time, or one that does, and so on: whatever the others get, it makes no difference to these."""
    found, left, edge = list[Window](), list(windows), [around]
    while edge:
        reached = edge.pop()
        met = [one for one in left if one.meets(reached)]
        left = [one for one in left if not one.meets(reached)]
        found += met
        edge += set(met)
    return found


def _deal(wanted: Sequence[Window], lanes: Sequence[Sequence[Window]]) -> bool:
    """Whether each of the wanted times, in the order of their starts, finds a lane that is free for all of it.

    All ways are tried, the likeliest first, each state once. Where there are too many of them the answer is no: nothing is promised then
    that could not be kept.
    """
    failed, tried = set[tuple[int, tuple[datetime, ...]]](), 0

    def ways(number: int, ends: tuple[datetime, ...]) -> Iterator[tuple[datetime, ...]]:
        """The lanes that can take it, those first that are taken again the soonest; of lanes that look alike from then on, one."""
        want, alike = wanted[number], set[tuple[Window, ...]]()
        able = [lane for lane, end in enumerate(ends) if end <= want.start and not any(one.meets(want) for one in lanes[lane])]
        rests = {lane: tuple(one for one in lanes[lane] if one.start >= want.end) for lane in able}
        for lane in sorted(able, key=lambda lane: rests[lane][0].start if rests[lane] else FOREVER):
            if rests[lane] not in alike:
                alike.add(rests[lane])
                yield (*ends[:lane], want.end, *ends[lane + 1 :])

    states = [(0, tuple([datetime.min.replace(tzinfo=UTC)] * len(lanes)))]
    stack = [ways(*states[0])] if wanted else []
    while stack:
        number = len(stack) - 1
        after = next(stack[-1], None)
        if after is None:
            failed.add(states.pop())
            stack.pop()
            continue
        tried += 1
        if number + 1 == len(wanted):
            return True
        if tried > MOST_TRIED:
            return False
        start = wanted[number + 1].start
        state = (number + 1, tuple(max(end, start) for end in after))
        if state not in failed:
            states.append(state)
            stack.append(ways(*state))
    return not wanted
