"""Files for a spreadsheet: rows as CSV, in which no cell is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from models.importing.sheets import needs_guard


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> bytes:
    """A CSV file in UTF-8 with a header line. A text that a spreadsheet would take for a formula gets an apostrophe in front.

    Numbers are given as numbers; what we import ourselves loses that apostrophe again.
    """
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(map(_guarded, heads))  # a custom field may be called like a formula
    writer.writerows([_guarded(cell) for cell in row] for row in rows)
    return made.getvalue().encode("utf-8-sig")  # the mark tells the spreadsheet that this is UTF-8


def _guarded(cell: str | int | None) -> str | int:
    if isinstance(cell, str):
        return f"'{cell}" if needs_guard(cell) else cell
    return "" if cell is None else cell


def file_name(what: str, code: str, ending: str = "csv") -> str:
    """What a file is called, with a code in it that may hold any character: "trace-L-1042.csv"."""
    plain = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in code)
    return f"{what}-{plain}.{ending}"
