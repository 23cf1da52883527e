"""Files that people drop to have them imported: fetched as photos are, then checked and imported in a thread of their own.

Everything is a row: whoever is killed in the midst is followed by another who begins anew, and an import is one entry or none.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TypeVar

from sqlmodel import Session

from bot import photos, writing
from bot.wiring import Wiring
from handlers import importing as telling
from handlers.routes import Attached
from models import importing, members
from models.importing import dropped, findings, sheets
from models.importing.days import UndecidedDates
from models.importing.dropped import DroppedFile, DropState
from models.importing.findings import Found
from models.importing.forms import UnknownColumns
from models.importing.planning import Plan
from models.importing.sheets import BadRows, Problem
from models.ledger import Act, Posted
from models.refusals import Busy, Refusal

log = logging.getLogger("quartermaster")

T = TypeVar("T")

#: What Slack's file host calls such a file.
KINDS = {
    "text/csv",
    "text/plain",
    "text/tab-separated-values",
    "text/comma-separated-values",
    "application/csv",
    "application/vnd.ms-excel",
    "application/octet-stream",
}
#: How the names of files that are read end. What else comes here is a workbook.
_READ = (".csv", ".tsv")
#: So many seconds lie between two words on how far a file is.
TOLD_EVERY = 2.0
#: How long the worker waits for its turn to write: nobody waits for its answer.
PATIENCE = 30.0


def fetched(wiring: Wiring, file_ids: Sequence[str]) -> tuple[list[telling.Dropped], list[str]]:
    """The files, and why others of them could not be fetched. Refuses where none of them could."""
    found, unread = list[telling.Dropped](), list[Refusal]()
    for file_id in file_ids:
        try:
            found.append(_fetched(wiring, file_id))
        except Refusal as refusal:
            unread.append(refusal)
    if not found:
        raise unread[0]
    return found, [refusal.text for refusal in unread]


def _fetched(wiring: Wiring, file_id: str) -> telling.Dropped:
    details = photos.details_of(wiring, file_id)
    name = str(details.get("name") or "That file")
    if not name.casefold().endswith(_READ):
        raise Refusal(f'{name} is a workbook, and I import CSV files. Save its sheet as "CSV UTF-8", and drop that.')
    sheets.require_not_too_large(name, int(details.get("size") or 0))
    address = str(details.get("url_private_download") or details.get("url_private") or "")
    photos.require_slacks(wiring, name, details, address)
    content = photos.downloaded(name, address, token=wiring.client.token, kinds=KINDS)
    sheets.require_not_too_large(name, len(content))
    return telling.Dropped(name, hashlib.sha256(content).hexdigest(), content)


def resume(wiring: Wiring) -> None:
    """Sets to work at every file that waits for it, and at each whose worker was not heard of for a while."""
    with wiring.database.reading() as session:
        if not dropped.anything_waits(session, wiring.clock()):
            return
    with wiring.database.transaction() as session:
        ids = dropped.lease(session, wiring.clock())
    for file_id in ids:
        with suppress(RuntimeError):  # this bot ends just now: the next one takes it up
            wiring.scanner.submit(_work, wiring, file_id)


def _work(wiring: Wiring, file_id: int) -> None:
    """Checks or imports a file, whichever is wanted; never raises."""
    try:
        with wiring.database.transaction(timeout=PATIENCE) as session:
            file = dropped.begin(session, file_id, wiring.clock())
            content = dropped.content_of(session, file) if file is not None else b""
    except Busy as busy:
        log.warning("file %s is left for later: %s", file_id, busy)
        return
    if file is None:
        wiring.wake()  # its card may tell that it is given up
        return
    try:
        (_check if file.state is DropState.CHECKING else _import)(wiring, file, content)
    except Busy as busy:
        log.warning("file %s is left for later: %s", file.id, busy)
    except Exception:
        reference = wiring.token()[:8]
        log.exception("file %s was not done with (%s)", file.id, reference)
        fault = f"That did not work because of a fault of mine; nothing was imported. Tell an admin the reference {reference}."
        _found(wiring, file, Found(refused=fault))


def _check(wiring: Wiring, file: DroppedFile, content: bytes) -> None:
    planned = _planned(wiring, file, content)
    if isinstance(planned, Plan):
        _found(wiring, file, findings.of_plan(planned), planned.problems)
    else:
        _found(wiring, file, *planned)


def _import(wiring: Wiring, file: DroppedFile, content: bytes) -> None:
    """Reads it once more, as things are now, and writes it: the entry and the word that it is there are one transaction.

    Where somebody died after the entry, its names are entered again.
    """
    planned = _planned(wiring, file, content)
    found, problems = (findings.of_plan(planned), planned.problems) if isinstance(planned, Plan) else planned
    if found.is_bad or found.asks:
        if file.entry_id is None:
            return _found(wiring, file, found, problems)
    elif isinstance(planned, Plan):
        try:
            _write(wiring, file, planned)
        except Busy:
            raise
        except Refusal as refused:
            return _found(wiring, file, Found(refused=refused.text))
    with wiring.database.transaction(timeout=PATIENCE) as session:
        dropped.imported(session, file.id)
    return wiring.wake()


def _write(wiring: Wiring, file: DroppedFile, plan: Plan) -> None:
    def act(session: Session) -> Act:
        return Act(members.actor(session, file.member_id, time_zone=wiring.settings.time_zone), wiring.clock(), wiring.token)

    def also(session: Session, entry: Posted) -> None:
        dropped.posted(session, file.id, entry.id, findings.of_plan(plan))

    def step() -> None:
        _progressed(wiring, file.id, done=len(plan.steps), rows=len(plan.steps))

    writing.written(wiring.database, plan, act, also=also, step=step, patience=PATIENCE)


def _planned(wiring: Wiring, file: DroppedFile, content: bytes) -> Plan | tuple[Found, Sequence[Problem]]:
    """What importing it would do; or what has to be said or put right first."""
    try:
        with wiring.database.reading() as session:
            return importing.plan(
                session, name=file.name, content=content, dates=file.dates, mapping=file.mapping, along=_in_sight(wiring, file.id)
            )
    except UndecidedDates as undecided:
        return Found(asks=findings.Asked.DATES, refused=undecided.text), ()
    except UnknownColumns as unknown:
        return findings.of_columns(unknown.sheet, unknown.fact), ()
    except BadRows as bad:
        return findings.of_problems(bad.problems), bad.problems
    except Refusal as refused:
        return Found(refused=refused.text), ()


def _found(wiring: Wiring, file: DroppedFile, found: Found, problems: Sequence[Problem] = ()) -> None:
    """Keeps what a check has found, which its card then tells; all problems go along as a file."""
    with wiring.database.transaction(timeout=PATIENCE) as session:
        current = dropped.checked(session, file.id, found)
    wiring.wake()
    if current and problems:
        _send(wiring, file.channel, telling.problems_file(file.name, problems))


def _send(wiring: Wiring, channel: str, attached: Attached) -> None:
    wiring.client.files_upload_v2(channel=channel, content=attached.make(), filename=attached.file_name, title=attached.title)


def _in_sight(wiring: Wiring, file_id: int) -> Callable[[Sequence[T]], Iterable[T]]:
    """Goes through the rows of a file while its card tells how far it is."""

    def along(rows: Sequence[T]) -> Iterator[T]:
        told = wiring.stopwatch()
        for done, row in enumerate(rows):
            if wiring.stopwatch() - told >= TOLD_EVERY:
                _progressed(wiring, file_id, done=done, rows=len(rows))
                told = wiring.stopwatch()
            yield row

    return along


def _progressed(wiring: Wiring, file_id: int, *, done: int, rows: int) -> None:
    with suppress(Busy), wiring.database.transaction() as session:
        dropped.progressed(session, file_id, done=done, rows=rows, now=wiring.clock())
    wiring.wake()
