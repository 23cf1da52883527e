"""Importing through Slack: a dropped file is checked, its card says what importing it would do, and a press does it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers.forms import Form
from handlers.routes import Attached, Reply, Request, button, form, photo
from handlers.spreadsheet import as_csv, file_name
from handlers.views import importing as views
from models import members, undo
from models.custom_fields import defined
from models.importing import custom, dropped
from models.importing.days import DateOrder
from models.importing.forms import COLUMNS
from models.importing.guessing import guessed
from models.importing.sheets import Problem
from models.members import Permission
from models.outbox import Leased
from models.refusals import FieldProblems
from models.workspace import workspace


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file as it was dropped. Its digest stands for its bytes, where it is compared or told."""

    name: str
    digest: str
    content: bytes = field(repr=False)


@photo("import.drop", needs=Permission.IMPORT)
def drop(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Keeps what was dropped. The answer is its card, which follows and changes as things go on."""
    assert request.channel is not None
    for one in value["sheets"]:
        dropped.drop(session, request.act, name=one.name, digest=one.digest, content=one.content, channel=request.channel)
    return views.beside(value["unread"], value["beside"])


@button("import.go", needs=Permission.IMPORT)
def press_import(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Import: it is set to work at, and the card tells how far it is."""
    dropped.decide(session, request.act, file_id=value["f"], checks=value["v"])
    return Reply("")


@button("import.cancel", needs=Permission.IMPORT)
def press_cancel(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Cancel: the card says so."""
    dropped.cancel(session, request.act, file_id=value["f"])
    return Reply("")


@button("import.undo", needs=Permission.IMPORT)
def press_undo(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Undo: all that it added is taken back, and the card says so."""
    undo.undo(session, request.act, entry_id=value["e"])
    return Reply("")


@button("import.dates", needs=Permission.IMPORT)
def press_dates(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """How the days of a file are written, where it does not say so itself."""
    dropped.say(session, request.act, file_id=value["f"], checks=value["v"], dates=DateOrder(value["d"]))
    return Reply("")


class ColumnsForm(Form):
    """What each column of a file fills. Its fields are as many as the file has columns, and so are read from the request."""


@button("import.columns", needs=Permission.IMPORT)
def ask_columns(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Map columns: asks what each of them holds, with the likeliest filled in."""
    file = dropped.to_map(session, request.act, file_id=value["f"], checks=value["v"])
    columns, ours = file.found.columns, _ours(session)
    chosen = file.mapping if file.mapping is not None else guessed({key: head for key, head, _ in columns}, ours)
    carried = {"f": file.id, "v": file.checks, "k": request.act.token()}
    return Reply("", form=views.columns_form(file.name, columns, chosen, ours, carried=carried))


@form("import.columns", needs=Permission.IMPORT, fields=ColumnsForm)
def send_columns(request: Request, session: Session, *, fields: ColumnsForm) -> Reply:  # noqa: ARG001
    """The form was sent: the file is checked by that."""
    carried = request.carried
    file = dropped.to_map(session, request.act, file_id=carried["f"], checks=carried["v"])
    mapping = _mapping(request, [key for key, *_ in file.found.columns], _ours(session))
    dropped.say(session, request.act, file_id=carried["f"], checks=carried["v"], mapping=mapping)
    return views.checked_again(file.name)


def _ours(session: Session) -> dict[str, str]:
    """What a column may fill: our own, and the custom fields of things, by their keys."""
    own = {one.name_key: one.name for one in defined(session) if one.about in custom.ABOUT.values()}
    return {key: key for key in COLUMNS} | {key: name for key, name in own.items() if key not in COLUMNS}


def _mapping(request: Request, keys: Sequence[str], names: Mapping[str, str]) -> dict[str, str]:
    """What was chosen for each column. Refuses one of ours that two are to fill."""
    chosen: dict[str, str] = {}
    problems: dict[str, str] = {}
    for number, key in enumerate(keys):
        ours = request.values.get(views.input_of(number)) or views.LEFT_OUT
        if ours == views.LEFT_OUT:
            continue
        if ours in chosen.values():
            problems[views.input_of(number)] = f"Another column fills {names.get(ours, ours)} already. Choose one of them."
        chosen[key] = ours
    if not chosen:
        problems[views.input_of(0)] = "Say at least which column names the item."
    if problems:
        raise FieldProblems(problems)
    return chosen


def card_of(session: Session, notice: Leased, _now: datetime) -> Reply:
    """The card in the direct messages, as the file stands now."""
    file = dropped.get(session, notice.subject_id)
    member = members.get(session, file.member_id)
    undone = dropped.undone(session, file)
    return views.card(file, undone=undone, zone=member.time_zone or workspace(session).time_zone)


def problems_file(name: str, problems: Sequence[Problem]) -> Attached:
    """All problems of a file, as one of its own."""
    what, _, _ = name.rpartition(".")
    rows = [(problem.line, problem.column, problem.reason) for problem in problems]
    return Attached(file_name("problems", what), f"All problems of {name}", lambda: as_csv(("line", "column", "problem"), rows))
