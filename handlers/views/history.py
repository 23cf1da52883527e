"""History, a page at a time, the newest first."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.routes import Reply
from handlers.views import happenings
from handlers.views.due import Reader
from handlers.views.parts import Block, actions, button, context, header, said, section
from models.history import Happening


def history(name: str, happened: Sequence[Happening], carried: Mapping[str, Any], *, more: bool, newest: bool, reader: Reader) -> Reply:
    """What happened to something, as lines. `more` is older still; `newest` is the first page."""
    if not happened:
        text = f"Nothing has happened to {said(name)} yet."
        return Reply(text, [section(text)])
    lines = [happenings.told(one, now=reader.now, zone=reader.zone) for one in happened]
    blocks: list[Block] = [header(f"History of {name}"), *(section(line) for line in lines)]
    if not more and not newest:
        blocks.append(context("That is where it begins."))
    older = button("Older", "history.page:older", {**carried, "before": happened[-1].id}) if more else None
    first = button("Newest", "history.page:newest", {**carried, "before": None}) if not newest else None
    blocks.append(actions(first, older, button("As CSV", "history.file", carried)))
    return Reply(f"The last that happened to {said(name)}: {lines[0]}.", blocks)
