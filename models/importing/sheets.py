"""A CSV file as somebody saved it: read whole or refused, and what is wrong with it is told by line and column."""

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from models.columns import key_of
from models.refusals import Refusal

MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
#: A row may have several lines, and there may be empty ones.
MOST_LINES = 500_000
MOST_COLUMNS = 64
LONGEST_CELL = 4_096
#: So much of a cell is told of one that is in the wrong place.
_SHOWN = 60

#: What a spreadsheet takes for the start of a formula. A file of ours puts an apostrophe before it, and it is taken away again, once.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_DELIMITERS = (",", ";", "\t", "|")
#: How a spreadsheet is told what parts the cells of a file.
_SAID_DELIMITER = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
#: What a file in UTF-16 begins with. Without it there is no telling, so it is not guessed.
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: What workbooks begin with, whatever they are called: the new ones and the old.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
#: What can't be seen and comes along where a cell is copied from a page or a certificate: at its ends it means nothing.
_UNSEEN = "\ufeff\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069"
#: The formula of a constant, which keeps the zeros that a number begins with: ="00123".
_CONSTANT = re.compile(r'="([^"]*)"')
#: So many lines tell what parts the cells.
_LOOKED_AT = 20
_A_NUMBER = re.compile(r"[\d.,]+")


class Problem(NamedTuple):
    """What is wrong with a cell, and where: the line in the file, the header of its column, and the reason."""

    line: int
    column: str
    reason: str


class BadRows(Refusal):
    """A file with bad rows. Nothing of it is imported; every problem that was found is named."""

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        count = f"{len(problems)} problems" if len(problems) > 1 else "1 problem"
        super().__init__(f"{file} has {count}, and nothing of it was imported.")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Record:
    """One row: the line that it begins on, and its filled cells by their header's key."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that could be read: its headers as written, by key, and its rows. `digest` is the SHA-256 of its bytes."""

    name: str
    digest: str
    headers: Mapping[str, str]
    records: tuple[Record, ...]
    #: A header that comes twice, if one does: the second goes by the number of its column, too, as "Status (7)".
    twice: str | None = None
    #: Semicolons part its cells, as where people write a decimal comma.
    semicolons: bool = False


def read(name: str, content: bytes) -> Sheet:
    """Reads a CSV file with a header line, in UTF-8 or marked as UTF-16, separated by comma, semicolon or tab.

    Refuses what is too large, or no such file.
    """
    require_not_too_large(name, len(content))
    text = _text(name, content)
    delimiter = _delimiter(text)
    rows = _rows(name, text, delimiter)
    if not rows:
        raise Refusal(f"{name} is empty. The first line names the columns.")
    _require_no_title(name, rows)
    rows = _named_columns(name, rows)
    headers, twice = _headers(rows[0][1])
    problems = [problem for line, cells in rows[1:] for problem in _problems(line, cells, list(headers.values()))]
    if problems:
        raise BadRows(name, problems)
    records = tuple(Record(line, _cells(headers, cells)) for line, cells in rows[1:])
    return Sheet(name, hashlib.sha256(content).hexdigest(), headers, records, twice, delimiter == ";")


def require_not_too_large(name: str, size: int) -> None:
    """Refuses a file of more bytes than are read."""
    if size > MOST_BYTES:
        raise Refusal(f"{name} has {size:,} bytes, and {MOST_BYTES:,} are the most. Split it into several files.")


def checked(records: Iterable[Record], check: Callable[[Record], object]) -> list[Problem]:
    """What `check` refuses of the records: each refusal's text, at the record's line and the column that its field names."""
    problems = []
    for record in records:
        try:
            check(record)
        except Refusal as refusal:
            problems.append(Problem(record.line, refusal.field or "", refusal.text))
    return problems


def _text(name: str, content: bytes) -> str:
    if content.startswith(_WORKBOOKS):
        raise Refusal(f'{name} is a workbook, whatever its name says. Save its sheet as "CSV UTF-8", and import that.')
    try:
        text = content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refusal(f'{name} is not in UTF-8 (line {line}). Save it as "CSV UTF-8" and import that.') from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Refusal(f"{name} is no text file: line {line} holds a NUL character. Save it as CSV and import that.")
    return text


def _delimiter(text: str) -> str:
    """What parts the cells: as the file says itself, else what its first line has most of outside of quotation marks.

    A title has none, so below it the first line tells that has three cells.
    """
    if said := _SAID_DELIMITER.match(text):
        return said[1]
    first, *others = (_QUOTED.sub("", line) for line in text.lstrip("\r\n").split("\n", _LOOKED_AT)[:_LOOKED_AT])
    telling = next((line for line in others if any(line.count(mark) > 1 for mark in _DELIMITERS)), "")
    return max(_DELIMITERS, key=(first if any(mark in first for mark in _DELIMITERS) else telling).count)


def _rows(name: str, text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Each row that is not empty, with the line that it begins on and its cells up to the last that is filled."""
    said = _SAID_DELIMITER.match(text)
    above = 1 if said else 0
    reader = csv.reader(io.StringIO(text[said.end() :] if said else text, newline=""), delimiter=delimiter, strict=True)
    rows, begins = [], above + 1
    try:
        for cells in reader:
            while cells and not cells[-1].strip():
                cells.pop()
            if cells:
                rows.append((begins, cells))
            if len(rows) - 1 > MOST_ROWS:  # the others are not even looked at
                raise Refusal(f"{name} has more than {MOST_ROWS:,} rows, which are the most. Split it into several files.")
            begins = above + reader.line_num + 1
            if begins > MOST_LINES:
                raise Refusal(f"{name} has more than {MOST_LINES:,} lines, most of them empty. Save it anew, or split it.")
    except csv.Error as error:
        mark = "A quotation mark may be missing there, or one inside of a cell not be doubled"
        raise Refusal(f"{name} can't be read from line {begins} on ({error}). {mark}.") from None
    return rows


def _require_no_title(name: str, rows: Sequence[tuple[int, list[str]]]) -> None:
    """Refuses a file whose first line is no line of headers: a title, which most rows are longer than, or one cell with all of them."""
    (begins, first), below = rows[0], rows[1:]
    longer = [(line, cells) for line, cells in below if len(cells) > len(first)]
    if len(longer) * 2 > len(below) and len(longer) > 1:
        line, heads = longer[0]
        apart = len(first) == 1 or line > begins + 1
        if apart and not any(_A_NUMBER.fullmatch(cell.strip()) for cell in heads):
            named = f"the first line has to name them, and line {line:,} looks as if it did"
            raise Refusal(f"{name} has a title above its columns, it seems: {named}. Delete what stands above.")
    if below and all(len(cells) == 1 and any(mark in cells[0] for mark in _DELIMITERS) for _, cells in rows):
        way = "Export it anew, and import that before another program saves it"
        raise Refusal(f"Each line of {name} stands in quotation marks as a whole, so it has 1 column only. {way}.")


def _named_columns(name: str, rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """The rows without columns that have no name and hold nothing. Refuses one that holds something, and too many."""
    if len(rows[0][1]) > MOST_COLUMNS:
        raise Refusal(f"{name} has {len(rows[0][1])} columns, and {MOST_COLUMNS} are the most. Leave out those that are not needed.")
    nameless = {number for number, cell in enumerate(rows[0][1]) if not bare(_plain(cell))}
    for number in sorted(nameless):
        filled = next(((line, cells[number]) for line, cells in rows[1:] if len(cells) > number and _plain(cells[number])), None)
        if filled:
            holds = f"Column {number + 1} of {name} has no name, and holds {_short(filled[1])} in line {filled[0]:,}"
            raise Refusal(f"{holds}. The first line names the columns: name it there, or delete it.")
    return [(line, [cell for at, cell in enumerate(cells) if at not in nameless]) for line, cells in rows] if nameless else rows


def _headers(cells: Sequence[str]) -> tuple[dict[str, str], str | None]:
    """The headers by their keys, and one that comes twice: a peer has two columns of one name, too."""
    headers, twice = dict[str, str](), None
    for number, cell in enumerate((bare(_plain(one)) for one in cells), start=1):
        key = key_of(cell)
        if key in headers:
            twice = twice or cell
            headers[f"{key} ({number})"] = f"{cell} ({number})"
        else:
            headers[key] = cell
    return headers, twice


def _problems(line: int, cells: Sequence[str], headers: Sequence[str]) -> list[Problem]:
    if len(cells) > len(headers):
        columns = "is 1 column" if len(headers) == 1 else f"are {len(headers)} columns"
        beyond = next((cell for cell in cells[len(headers) :] if cell.strip()), "")
        return [Problem(line, "", f"This row has {len(cells)} cells, and there {columns}: {_short(beyond)} stands in none of them.")]
    return [
        Problem(line, header, f"This cell has {len(cell):,} characters, and {LONGEST_CELL:,} are the most.")
        for header, cell in zip(headers, cells, strict=False)
        if len(cell) > LONGEST_CELL
    ]


def _cells(headers: Mapping[str, str], cells: Sequence[str]) -> dict[str, str]:
    return {key: text for key, cell in zip(headers, cells, strict=False) if (text := _plain(cell))}


def _plain(cell: str) -> str:
    """What a cell says, without what stands around it: the guard before a formula, and the formula of a constant."""
    text = cell.strip()
    if text.startswith(("'", '="')):
        constant = _CONSTANT.fullmatch(text)
        return constant[1].strip() if constant else _unguarded(text)
    return text


def bare(text: str) -> str:
    """The text without what can't be seen at its ends."""
    return text.strip(_UNSEEN).strip() if text and (text[0] in _UNSEEN or text[-1] in _UNSEEN) else text


def _short(cell: str) -> str:
    """As much of a cell as tells which one is meant."""
    text = " ".join(cell.split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def needs_guard(cell: str) -> bool:
    """Whether a file of ours puts an apostrophe before it: before a formula, and before one that has apostrophes of its own.

    Without the second a name such as '=x would lose its own apostrophe on the way back.
    """
    return cell.lstrip("'").startswith(FORMULA)


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and needs_guard(cell) else cell
