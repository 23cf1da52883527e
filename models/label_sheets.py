"""What labels are printed on: common sheets of labels to peel off, and tapes of label printers, of which each label is a page."""

from itertools import chain
from typing import NamedTuple

from models.refusals import Choice, NotFound


class Sheet(NamedTuple):
    """A sheet or tape, in millimetres: its pages, its labels, where the first one begins, and from one to the next."""

    name: str
    what: str
    page_width: float
    page_height: float
    columns: int
    rows: int
    width: float
    height: float
    left: float = 0
    top: float = 0
    across: float = 0
    down: float = 0

    @property
    def places(self) -> int:
        """How many labels a page has."""
        return self.columns * self.rows

    @property
    def said(self) -> str:
        """L7160: 21 labels of 63.5 × 38.1 mm, A4"""
        many = f"{self.places} labels of " if self.places > 1 else ""
        return f"{self.name}: {many}{self.width:g} × {self.height:g} mm, {self.what}"

    def corner(self, place: int) -> tuple[float, float]:
        """Where the label at that place of a page begins, counted row by row from 0."""
        row, column = divmod(place, self.columns)
        return self.left + column * self.across, self.top + row * self.down


def _a4(name: str, columns: int, rows: int, *lengths: tuple[float, float]) -> Sheet:
    """A sheet of A4, of which told are the size of a label, where the first begins, and the way to the next."""
    return Sheet(name, "A4", 210, 297, columns, rows, *chain(*lengths))


def _letter(name: str, columns: int, rows: int, *lengths: tuple[float, float]) -> Sheet:
    """The same of US Letter, in inches as its makers tell it."""
    return Sheet(name, "US Letter", 215.9, 279.4, columns, rows, *(round(length * 25.4, 4) for length in chain(*lengths)))


def _tape(name: str, what: str, width: float, height: float) -> Sheet:
    return Sheet(name, what, width, height, 1, 1, width, height)


SHEETS = (
    _a4("L7160", 3, 7, (63.5, 38.1), (7.25, 15.15), (66.04, 38.1)),
    _a4("L7163", 2, 7, (99.1, 38.1), (4.65, 15.15), (101.6, 38.1)),
    _a4("L7159", 3, 8, (63.5, 33.9), (7.25, 12.9), (66.04, 33.9)),
    _a4("L7162", 2, 8, (99.1, 33.9), (4.65, 12.9), (101.6, 33.9)),
    _a4("L7651", 5, 13, (38.1, 21.2), (4.75, 10.7), (40.6, 21.2)),
    _a4("L4732", 5, 16, (35.6, 16.9), (11, 13), (38.1, 16.9)),
    _letter("5160", 3, 10, (2.625, 1), (0.1875, 0.5), (2.75, 1)),
    _letter("5161", 2, 10, (4, 1), (0.15625, 0.5), (4.1875, 1)),
    _letter("5163", 2, 5, (4, 2), (0.15625, 0.5), (4.1875, 2)),
    _letter("5167", 4, 20, (1.75, 0.5), (0.28125, 0.5), (2.0625, 0.5)),
    _tape("12mm", "tape", 50, 12),
    _tape("18mm", "tape", 60, 18),
    _tape("24mm", "tape", 70, 24),
    _tape("62x29", "Brother DK-11209", 62, 29),
    _tape("57x32", "Dymo 11354", 57, 32),
    _tape("89x36", "Dymo 99012", 89, 36),
)
#: What a single label is as large as.
SINGLE = next(one for one in SHEETS if one.name == "62x29")
_BY_NAME = {one.name.casefold(): one for one in SHEETS}


def find(text: str) -> Sheet:
    """The sheet or tape of that name: "L7160", "avery 5160", "24 mm". Refuses an unknown one, with the names of all."""
    name = "".join(text.casefold().split()).removeprefix("avery").replace("×", "x")
    found = _BY_NAME.get(name) or _BY_NAME.get(f"l{name}") or _BY_NAME.get(f"{name}mm")
    if found is None:
        names = ", ".join(one.name for one in SHEETS)
        choices = tuple(Choice(f"On {one.name}", "sheet", one.name) for one in (SHEETS[0], SHEETS[4], SHEETS[6], SINGLE))
        raise NotFound(f"I don't know the sheet or tape {text}. I know {names}.", field="sheet", choices=choices)
    return found
