"""The answers around a file with what is kept."""

from collections.abc import Callable

from sqlmodel import Session

from handlers.routes import Attached, Reply
from handlers.views.parts import code, said, section


def titled(location: str | None, moment: str | None) -> str:
    """What the file holds: "What lies in Van 3", "Everything that is kept, at the end of Tue 12 May"."""
    what = f"What lies in {location}" if location else "Everything that is kept"
    return f"{what}, {moment[0].lower()}{moment[1:]}" if moment else what


def follows(title: str, *, later: Callable[[Session], Reply]) -> Reply:
    """Says that the file comes."""
    text = f"{said(title)}: the file follows in our direct messages."
    return Reply(text, [section(text)], later=later)


def sent(file: Attached, *, rows: int) -> Reply:
    """Says what has come."""
    text = f"{said(file.title)}: {code(file.file_name)} is in our direct messages, with {rows:,} row{'' if rows == 1 else 's'}."
    return Reply(text, [section(text)], attached=file)
