"""Photos and files: the field of a form that takes them, the links that show them, and the message that brings them to keepers."""

from handlers.routes import Reply
from handlers.views import happenings, naming
from handlers.views.due import Reader
from handlers.views.parts import Block, context, field, files_input, said, section
from models.history import Happening


def asked(label: str = "Photos and files") -> Block:
    """The field of a form that takes photos and files."""
    return field("files", label, files_input("files"), hint="Up to five. They stay with Slack; the history links to them.", optional=True)


def card(entry: Happening, reader: Reader) -> Reply:
    """Keepers get what was added to something that was done."""
    text = happenings.told(entry, now=reader.now, zone=reader.zone)
    return Reply(text, [context(text)] if entry.undone_by_id else [section(text)])


def noted(entry: Happening) -> list[Block]:
    """What was said with an entry, and the files that were added to it."""
    words = [f"“{said(entry.note)}”"] if entry.note else []
    return [context(" · ".join([*words, *filter(None, [naming.files(entry.files)])]))] if words or entry.files else []
