"""A picture of bars: a name, a bar and what it stands for in each row, the longest as wide as the picture allows."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from models.canvas import GREY, GRID, INK, Canvas, fitting

#: Width of the PNG, shown at half of that; its height follows from the rows. No more rows than that are drawn.
WIDTH, MOST = 1280, 12
LEFT, RIGHT, TOP, BOTTOM, ROW = 400, 260, 130, 60, 54
#: The size of all letters but the title's.
SIZE = 24
BAR, WHOLE = "#1f4e8c", "#e3e4e6"


class Bar(NamedTuple):
    """One row: what it is called, how long it is, and the words at its end."""

    name: str
    size: Fraction | int
    label: str


class Bars(NamedTuple):
    """What a picture shows: `unit` says what the bars count, and `whole` is what all of them are a part of, where they are."""

    title: str
    unit: str
    bars: Sequence[Bar]
    whole: int | None = None


def picture(shown: Bars) -> bytes:
    """A PNG of the bars; where there are more than it has room for, it says how many."""
    bars = shown.bars[:MOST]
    height = TOP + len(bars) * ROW + BOTTOM
    canvas = Canvas(WIDTH, height)
    canvas.text(30, 28, fitting(shown.title, 34, WIDTH - 60), size=34, anchor="lt", fill=INK)
    canvas.text(30, 78, fitting(shown.unit, SIZE, WIDTH - 60), size=SIZE, anchor="lt")
    longest = shown.whole or max(bar.size for bar in bars) or 1
    for number, bar in enumerate(bars):
        top, middle = TOP + number * ROW, TOP + number * ROW + ROW / 2
        canvas.text(LEFT - 18, middle, fitting(bar.name, SIZE, LEFT - 48), size=SIZE, anchor="rm", fill=INK)
        if shown.whole is not None:
            canvas.box(LEFT, top + 9, WIDTH - RIGHT, top + ROW - 9, fill=WHOLE)
        right = LEFT + float(bar.size / Fraction(longest)) * (WIDTH - RIGHT - LEFT)
        if bar.size:
            canvas.box(LEFT, top + 9, right, top + ROW - 9, fill=BAR)
        label = fitting(bar.label, SIZE, RIGHT - 44)
        canvas.text((WIDTH - RIGHT if shown.whole is not None else right) + 16, middle, label, size=SIZE, anchor="lm", fill=INK)
    canvas.line((LEFT, TOP - 6), (LEFT, height - BOTTOM + 6), fill=GRID, width=2)
    if (more := len(shown.bars) - MOST) > 0:
        canvas.text(LEFT, height - BOTTOM + 18, f"and {more:,} more", size=SIZE, anchor="lt", fill=GREY)
    return canvas.png()
