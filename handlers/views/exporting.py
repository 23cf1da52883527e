"""The answers around a file with what is kept."""

from collections.abc import Callable

from sqlmodel import Session

from handlers.routes import Attached, Reply
from handlers.views.parts import code, said, section
from models.importing.sheets import MOST_BYTES, MOST_ROWS
from models.wording import many


def titled(location: str | None, moment: str | None) -> str:
    """What the file holds: "What lies in Van 3", "Everything that is kept, at the end of Tue 12 May"."""
    return of_then(f"What lies in {location}" if location else "Everything that is kept", moment)


def of_then(what: str, moment: str | None) -> str:
    """The same with the moment that it is of, where it is not of now."""
    return f"{what}, {moment[0].lower()}{moment[1:]}" if moment else what


def follows(title: str, *, later: Callable[[Session], Reply]) -> Reply:
    """Says that the file comes."""
    text = f"{said(title)}: the file follows in our direct messages."
    return Reply(text, [section(text)], later=later)


#: What is said of a file that no import takes in as it is.
TO_SPLIT = (
    f"An import takes {MOST_ROWS:,} rows and {MOST_BYTES // 1_000_000} MB at a time. Split it, put its first line on every part, "
    "and import the parts in order."
)


def sent(file: Attached, *, rows: int, note: str = "") -> Reply:
    """Says what has come."""
    text = f"{said(file.title)}: {code(file.file_name)} is in our direct messages, with {many(rows, 'row')}. {note}".rstrip()
    return Reply(text, [section(text)], attached=file)
