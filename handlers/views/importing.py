"""The card of a dropped file: what importing it would do, how far it is, and how it ended; and the form that maps its columns."""

from collections.abc import Callable, Mapping, Sequence

from handlers.routes import Reply
from handlers.views import naming
from handlers.views.parts import (
    Block,
    actions,
    button,
    clipped,
    code,
    confirm,
    context,
    escaped,
    field,
    header,
    modal,
    option,
    said,
    section,
    select,
)
from models.importing.dropped import LASTS, DroppedFile, DropState
from models.importing.findings import BILL, STOCK, Asked, Found
from models.times import said_time
from models.wording import listed, many, plural

#: A form with more choices than this, all its columns together, would be too large for Slack: it offers our own columns only.
MOST_CHOICES = 2_400
#: What a column is said to fill that fills nothing.
LEFT_OUT = "-"
#: So much of a digest tells two files apart.
DIGEST = 12


def card(file: DroppedFile, *, undone: bool, zone: str) -> Reply:
    """The one message about a dropped file, from its check to its end."""
    told = _STATES[file.state](file) if not undone else _undone(file)
    blocks = [header(file.name), section(told)]
    if file.state in {DropState.ASKED, DropState.BAD, DropState.CHECKED}:
        blocks += _problems(file.found)
    if file.state in {DropState.CHECKED, DropState.IMPORTED}:
        blocks += [context(escaped(remark)) for remark in _remarks(file.found)]
    blocks.append(context(f"SHA-256 {code(file.digest[:DIGEST])} · {_kept(file, zone)}"))
    buttons = _buttons(file) if not undone else []
    if buttons:
        blocks.append(actions(*buttons, block_id="dropped"))  # it is redrawn while somebody may be about to press
    return Reply(f"{said(file.name)}: {told.replace('*', '')}", blocks)


def _kept(file: DroppedFile, zone: str) -> str:
    if file.state in {DropState.ASKED, DropState.CHECKED}:
        return f"kept until {said_time(file.dropped_at + LASTS, zone)}"
    return f"dropped {said_time(file.dropped_at, zone)}"


# One line of state each


def _checking(file: DroppedFile) -> str:
    return f"{naming.WAITING} *Checking*{_so_far(file)}. Nothing is changed by that."


def _importing(file: DroppedFile) -> str:
    if file.entry_id is not None:
        return f"{naming.WAITING} *Importing*: all of it is in, as entry {file.entry_id:,}. Its names are being made findable."
    return f"{naming.WAITING} *Importing*{_so_far(file)}. You can go on with other things."


def _so_far(file: DroppedFile) -> str:
    return f": {file.done:,} of {file.rows:,} rows read" if file.rows else ""


def _asked(file: DroppedFile) -> str:
    if file.found.asks == Asked.DATES:
        return f"{naming.OUT} *How are days written in it?* {escaped(file.found.refused or '')}"
    return f"{naming.OUT} *What do its columns hold?* {escaped(file.found.refused or '')} Say what they are, and it is checked by that."


def _bad(file: DroppedFile) -> str:
    found = file.found
    if found.refused:
        return f"{naming.BLOCKED} *Not imported.* {escaped(found.refused)}"
    count = "1 problem" if found.many_problems == 1 else f"{found.many_problems:,} problems"
    mend = "Put it right" if found.many_problems == 1 else "Put them right"
    in_rows = f" in {_rows(found)}" if found.rows else ""
    return f"{naming.BLOCKED} *{count}*{in_rows}: a file is imported whole, or not at all. {mend} and drop the file again."


def _checked(file: DroppedFile) -> str:
    adds = f"Importing it adds {_added(file.found)}.{_same(file.found)}"
    return f"{naming.OUT} *Checked*, and nothing changed yet: {_rows(file.found)}. {adds}"


def _imported(file: DroppedFile) -> str:
    if file.entry_id is None and not file.found.rows:
        return f"{naming.WELL} *Nothing to import.* There is no row in it to import."
    if file.entry_id is None:
        before = f"It was imported before, as entry {file.found.imported_as:,}." if file.found.imported_as else ""
        return f"{naming.WELL} *Nothing to import.* {before or 'Everything in it is there already.'}"
    return f"{naming.WELL} *Imported* as entry {file.entry_id:,}: {_rows(file.found)}. It added {_added(file.found)}.{_same(file.found)}"


def _undone(file: DroppedFile) -> str:
    gone = f"what entry {file.entry_id or 0:,} added is gone"
    return f"{naming.BLOCKED} *Imported and undone*: {gone}. Drop the file again to import it anew."


def _cancelled(_: DroppedFile) -> str:
    return f"{naming.BLOCKED} *Cancelled.* Nothing was imported."


def _lapsed(_: DroppedFile) -> str:
    return f"{naming.BLOCKED} *Let go*: nobody decided within a day, and nothing was imported. Drop the file again if you want it."


_STATES: Mapping[DropState, Callable[[DroppedFile], str]] = {
    DropState.CHECKING: _checking,
    DropState.ASKED: _asked,
    DropState.BAD: _bad,
    DropState.CHECKED: _checked,
    DropState.IMPORTING: _importing,
    DropState.IMPORTED: _imported,
    DropState.CANCELLED: _cancelled,
    DropState.LAPSED: _lapsed,
}


def _rows(found: Found) -> str:
    rows = "1 row" if found.rows == 1 else f"{found.rows:,} rows"
    return f"{rows} of {said(found.form)}" if found.form else rows


def _added(found: Found) -> str:
    return listed([_counted(word, count) for word, count in found.added])


def _counted(word: str, count: int) -> str:
    """ "1 item", "12 categories"; stock by its places."""
    if word == STOCK:
        return f"stock in {many(count, 'place')}"
    several = _PLURALS.get(word) or plural(word)
    return f"{count:,} {word if count == 1 else several}"


_PLURALS = {"person": "people", BILL: "bills of materials"}


def _same(found: Found) -> str:
    if not found.already:
        return ""
    return " 1 row is there already, and stays so." if found.already == 1 else f" {found.already:,} rows are there already, and stay so."


def _problems(found: Found) -> list[Block]:
    """The first problems, each with where it stands."""
    if not found.many_problems:
        return []
    lines = [f"• line {line:,}{f', {said(column)}' if column else ''}: {escaped(reason)}" for line, column, reason in found.problems]
    more = found.many_problems - len(lines)
    them = "it" if found.many_problems == 1 else "all of them"
    follows = f"{f'And {more:,} more. ' if more else ''}A file with {them} is in our direct messages."
    return [section("\n".join(lines)), context(follows)]


def _remarks(found: Found) -> list[str]:
    more = found.many_remarks - len(found.remarks)
    return [*found.remarks, *([f"And {more:,} more such {'remark' if more == 1 else 'remarks'}."] if more else [])]


def _buttons(file: DroppedFile) -> list[Block]:
    cancel = button("Cancel", "import.cancel", {"f": file.id})
    if file.state is DropState.IMPORTED and file.entry_id is not None:
        asked = confirm("Undo this import?", f"All that {file.name} added is taken back.", "Undo")
        return [button("Undo", "import.undo", {"e": file.entry_id}, confirm=asked)]
    if file.state is DropState.CHECKING:
        return [cancel]
    ways_on = _ways_on(file)
    return [*ways_on, cancel] if ways_on else []


def _ways_on(file: DroppedFile) -> list[Block]:
    """What whoever dropped it can say to it, as it stands."""
    this = {"f": file.id, "v": file.checks}
    if file.state is DropState.ASKED and file.found.asks == Asked.DATES:
        orders = (("Month first: 12/31", "mdy"), ("Day first: 31/12", "dmy"))
        return [button(label, f"import.dates:{order}", this | {"d": order}) for label, order in orders]
    columns = button("Map columns", "import.columns", this, style="primary" if file.state is DropState.ASKED else None)
    mapped = [columns] if file.mapping is not None else []
    go = button("Import", "import.go", this, style="primary")
    return {DropState.ASKED: [columns], DropState.BAD: mapped, DropState.CHECKED: [go, *mapped]}.get(file.state, [])


def beside(unread: Sequence[str], other: bool) -> Reply:
    """What is to be said besides the cards; mostly nothing."""
    notes = [escaped(text) for text in unread]
    if other:
        notes.append("I read the file, and not what else is in that message: send that by itself.")
    return Reply(" ".join(notes), [section("\n".join(notes))]) if notes else Reply("")


# The form that maps columns


def input_of(number: int) -> str:
    """The input of the form for a file's column of that number, counted from 0."""
    return f"column{number}"


def columns_form(
    name: str, columns: Sequence[tuple[str, str, str]], chosen: Mapping[str, str], ours: Mapping[str, str], *, carried: object
) -> Block:
    """One list of our columns for each of the file's, with what stands in its first row."""
    offered = ours if len(columns) * (len(ours) + 1) <= MOST_CHOICES else {key: label for key, label in ours.items() if key == label}
    options = [option("Leave it out", LEFT_OUT), *(option(label, key) for key, label in offered.items())][:100]
    blocks = [section(f"What does each column of {said(clipped(name, 100))} hold? I filled in what its name suggests.")]
    blocks += [_column(number, one, chosen, options) for number, one in enumerate(columns)]
    return modal("import.columns", "Map columns", blocks, submit="Check", carried=carried)


def _column(number: int, one: tuple[str, str, str], chosen: Mapping[str, str], options: Sequence[Block]) -> Block:
    key, head, first = one
    likely = next((one["value"] for one in options if one["value"] == chosen.get(key)), LEFT_OUT)
    element = select("fills", options, chosen=likely)
    return field(input_of(number), head, element, hint=f"First row: {first}" if first else "Empty in the first row.")


def checked_again(name: str) -> Reply:
    """The form was sent."""
    text = f"{said(name)} is being checked by that. Its card in our direct messages tells what importing it would do."
    return Reply(text, [section(text)])
