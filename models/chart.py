"""The picture of a stock: how it went up and down over some months, with its reorder point."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from models.canvas import GRID, INK, Canvas, fitting
from models.quantities import ONE, said_number
from models.times import local_day, said_day

#: Width and height of the PNG, shown at half of that.
WIDTH, HEIGHT = 1280, 640
LEFT, RIGHT, TOP, BOTTOM = 130, 80, 90, 70
#: A label on the time axis every so many days.
LABELLED = 15

STOCK, BELOW, POINT, SUGGESTED = "#1f4e8c", "#dbe6f4", "#b3261e", "#0b6b3a"


class Charted(NamedTuple):
    """What a chart shows. Quantities in millionths of the unit, one a day, the oldest first; the last is now."""

    title: str
    unit: str
    left: Sequence[int]
    low: int | None
    suggested: int | None
    now: datetime
    zone: str


def picture(shown: Charted, *, days: int) -> bytes:
    """A PNG of the last so many days: the stock as a stepped line, the reorder point and the suggested one as broken lines."""
    drawn = _Drawn(days, _top_of(shown))
    drawn.axes(shown)
    drawn.stock(shown.left)
    drawn.level(shown.low, "reorder point", POINT, dash=18, anchor="ls")
    drawn.level(shown.suggested, "suggested", SUGGESTED, dash=6, anchor="rs")
    return drawn.png()


def _top_of(shown: Charted) -> int:
    """Where the quantity axis ends, in whole steps of it."""
    most = max(*shown.left, shown.low or 0, shown.suggested or 0, ONE)
    step = _step(most)
    return -(-most // step) * step


def _step(most: int) -> int:
    """A round distance of lines, so that there are three to six of them: 1, 2 or 5 times a power of ten."""
    power = int(10 ** (len(str(most // 4)) - 1))
    return next(times * power for times in (1, 2, 5, 10) if 5 * times * power >= most)


class _Drawn(Canvas):
    """A chart being drawn: from days ago and quantities to where they are."""

    def __init__(self, days: int, top: int) -> None:
        super().__init__(WIDTH, HEIGHT)
        self.days, self.top = days, top

    def x(self, ago: float) -> float:
        return WIDTH - RIGHT - ago * (WIDTH - RIGHT - LEFT) / self.days

    def y(self, quantity: int) -> float:
        return HEIGHT - BOTTOM - quantity * (HEIGHT - BOTTOM - TOP) / self.top

    def axes(self, shown: Charted) -> None:
        """The title, and the lines of quantities and days with what they mean."""
        self.text(LEFT, 24, fitting(shown.title, 34, WIDTH - LEFT - RIGHT), size=34, anchor="lt", fill=INK)
        step = _step(self.top)
        for quantity in range(0, self.top + 1, step):
            self.line((LEFT, self.y(quantity)), (WIDTH - RIGHT, self.y(quantity)), fill=GRID, width=2)
            self.text(LEFT - 14, self.y(quantity), said_number(quantity), size=24, anchor="rm")
        self.text(16, TOP - 18, shown.unit, size=24, anchor="ls")
        for ago in range(0, self.days + 1, LABELLED):
            day = local_day(shown.now - timedelta(days=ago), shown.zone)
            self.text(self.x(ago), HEIGHT - BOTTOM + 16, said_day(day), size=24, anchor="mt")

    def stock(self, left: Sequence[int]) -> None:
        """Each day's end holds until the next one's."""
        steps = list(self._steps(left[-self.days :]))
        floor = self.y(0)
        area = [(steps[0][0], floor), *steps, (steps[-1][0], floor)]
        self.area(*area, fill=BELOW)
        self.line(*steps, fill=STOCK, width=4)

    def _steps(self, left: Sequence[int]) -> Iterator[tuple[float, float]]:
        for ago, quantity in zip(range(len(left), 0, -1), left, strict=True):
            yield self.x(ago), self.y(quantity)
            yield self.x(ago - 1), self.y(quantity)

    def level(self, quantity: int | None, name: str, fill: str, *, dash: int, anchor: str) -> None:
        """A broken line across, with its name and number above one end."""
        if quantity is None:
            return
        y, x = self.y(quantity), float(LEFT)
        while x < WIDTH - RIGHT:
            self.line((x, y), (min(x + dash, WIDTH - RIGHT), y), fill=fill, width=3)
            x += dash * 1.6
        at = LEFT + 8 if anchor[0] == "l" else WIDTH - RIGHT - 8
        self.text(at, y - 8, f"{name} {said_number(quantity)}", size=24, anchor=anchor, fill=fill)
