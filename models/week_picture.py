"""The picture of a week of what is lent: a row for each thing, a column for each day, and a bar for whoever has it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from models.canvas import GREY, GRID, INK, Canvas, fitting
from models.diary import Why, Window
from models.times import SATURDAY, said_day
from models.week import DAYS, Bar, Row, Week, week_from

#: Width of the PNG, shown at half of that; its height follows from the rows.
WIDTH = 1600
LEFT, RIGHT, TOP, BOTTOM, LANE = 380, 30, 150, 80, 44
#: The smallest letters that fit into a lane.
SIZE = 24

WEEKEND, NOW = "#f4f4f5", "#b3261e"
#: Fill, edge and letters of each sort of bar, and what the key calls it; that letters say it too is for who sees no colours.
BARS: dict[Why | None, tuple[str, str, str, str]] = {
    Why.OUT: ("#1f4e8c", "#1f4e8c", "#ffffff", "out"),
    Why.BOOKED: ("#dbe6f4", "#1f4e8c", "#1d1c1d", "booked"),
    Why.HELD: ("#d7f0e3", "#0b6b3a", "#1d1c1d", "held for who waited"),
    Why.KEPT: ("#f3e8d2", "#8a5a00", "#1d1c1d", "reserved"),
    None: ("#e3e4e6", "#54595f", "#1d1c1d", "not to be had"),
}


def picture(shown: Week) -> bytes:
    """A PNG of the week."""
    lanes = [_lanes(row) for row in shown.rows]
    height = TOP + sum(max(len(own), 1) for own in lanes) * LANE + BOTTOM
    return _Drawn(shown, height).drawn(lanes)


def _lanes(row: Row) -> list[list[Bar]]:
    """The bars of a row, below one another where they share some time."""
    lanes = list[list[Bar]]()
    for bar in sorted(row.bars, key=lambda bar: bar.window):
        free = next((lane for lane in lanes if lane[-1].window.end <= bar.window.start), None)
        if free is None:
            lanes.append([bar])
        else:
            free.append(bar)
    return lanes


class _Drawn(Canvas):
    """A week being drawn: from times to where they are."""

    def __init__(self, shown: Week, height: int) -> None:
        super().__init__(WIDTH, height)
        self.shown, self.height, self.week = shown, height, week_from(shown.monday, shown.zone)

    def x(self, at: datetime) -> float:
        """Where a time is, within the week."""
        part = (min(max(at, self.week.start), self.week.end) - self.week.start) / (self.week.end - self.week.start)
        return LEFT + part * (WIDTH - RIGHT - LEFT)

    def drawn(self, lanes: Sequence[Sequence[Sequence[Bar]]]) -> bytes:
        """All of it."""
        self.text(30, 28, fitting(self.shown.title, 36, WIDTH - 60), size=36, anchor="lt", fill=INK)
        self._days()
        if self.week.start <= self.shown.now < self.week.end:  # behind the bars, so that no letter is struck through
            x = self.x(self.shown.now)
            self.line((x, TOP - 12), (x, self.height - BOTTOM), fill=NOW, width=3)
        y = float(TOP)
        for row, own in zip(self.shown.rows, lanes, strict=True):
            y = self._row(row, own, y)
        self._key()
        return self.png()

    def _days(self) -> None:
        bottom = self.height - BOTTOM
        for number in range(DAYS):
            day = self.shown.monday + timedelta(days=number)
            left, right = (self.x(at) for at in _of_day(self.shown, number))
            if day.weekday() >= SATURDAY:
                self.area((left, TOP - 12), (right, TOP - 12), (right, bottom), (left, bottom), fill=WEEKEND)
            self.line((left, TOP - 12), (left, bottom), fill=GRID, width=2)
            self.text((left + right) / 2, TOP - 24, said_day(day), size=SIZE, anchor="ms")

    def _row(self, row: Row, lanes: Sequence[Sequence[Bar]], y: float) -> float:
        self.line((20, y), (WIDTH - RIGHT, y), fill=GRID, width=1)
        self.text(LEFT - 16, y + LANE / 2, fitting(row.what, SIZE, LEFT - 40, ending=row.serial), size=SIZE, anchor="rm", fill=INK)
        for number, lane in enumerate(lanes):
            for bar in lane:
                self._bar(bar, y + number * LANE)
        return y + max(len(lanes), 1) * LANE

    def _bar(self, bar: Bar, y: float) -> None:
        fill, outline, letters, _ = BARS[bar.why]
        left, right = self.x(bar.window.start), self.x(bar.window.end)
        self.box(left + 1, y + 4, right - 1, y + LANE - 4, fill=fill, outline=outline)
        label = fitting(f"{bar.label}{', late' if bar.late else ''}", SIZE, right - left - 16)
        self.text(left + 9, y + LANE / 2, label, size=SIZE, anchor="lm", fill=letters, edge=False)

    def _key(self) -> None:
        """What the bars mean that are there."""
        there = [why for why in BARS if any(bar.why is why for row in self.shown.rows for bar in row.bars)]
        x, y = float(LEFT), self.height - BOTTOM + 22
        for why in there:
            fill, outline, _, name = BARS[why]
            self.box(x, y, x + 36, y + 28, fill=fill, outline=outline)
            self.text(x + 46, y + 14, name, size=SIZE, anchor="lm", fill=GREY)
            x += 46 + 14 * len(name) + 50


def _of_day(shown: Week, number: int) -> Window:
    """From the first moment of a day of the week until before that of the next."""
    starts = [week_from(shown.monday + timedelta(days=number + more), shown.zone).start for more in (0, 1)]
    return Window(*starts)
