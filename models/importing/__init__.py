"""Importing a file: planned without a lock, carried out as one entry, all or nothing. The same file twice changes nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, exists, func, select
from sqlmodel import Session

from models import bulk, ledger, search
from models.caches import Line
from models.changes import Change
from models.custom_fields import FieldKind
from models.database import roomy
from models.entries import ENTRIES, EntryKind
from models.importing import asides, bills, custom, homebox, inventree, kits, peer_forms, sheets, shelf, slips
from models.importing.days import DateOrder
from models.importing.forms import Reading, Said, mapped, read_rows, recognised
from models.importing.known import known
from models.importing.planning import Draft, Move, Plan
from models.importing.sheets import BadRows, Problem, Sheet
from models.importing.stock import plan_row
from models.importing.writing import batches, names, require_still_there, write_void
from models.ledger import Act, Posted
from models.members import Permission, require
from models.refusals import Refusal
from models.search import Spelled
from models.workspace import workspace

#: The forms that a file is known by its headers to be in, the more telling first.
_FORMS = (bills.FORM, kits.FORM, *homebox.FORMS, *inventree.FORMS, *shelf.FORMS, *peer_forms.FORMS)
#: So many names are entered in one step.
_AT_ONCE = 5_000

#: Goes through the rows of a file, and may show how far it has come.
Along = Callable[[Sequence[Said]], Iterable[Said]]


def plan(
    session: Session,
    *,
    name: str,
    content: bytes,
    dates: DateOrder | None = None,
    mapping: Mapping[str, str] | None = None,
    along: Along = iter,
) -> Plan:
    """Reads a file and plans what importing it would do, row by row; needs a snapshot only, and changes nothing.

    Refuses what can't be read at all. Rows that are bad are the plan's `problems`: such a plan can't be carried out. `dates` decides how
    days are written where the file does not; where it is needed and missing, that is refused as UndecidedDates. `mapping` says which of
    our columns each of the file's fills, by their keys; a file in no form that we know needs one, and is refused as UnknownColumns.
    """
    sheet, aside = asides.left_out(sheets.read(name, content))
    own = custom.columns(session)
    named = {one.name_key: one.name for one in own.fields}
    form = recognised(sheet, _FORMS, custom=named) if mapping is None else mapped(sheet, mapping)
    said = {"day_fields": custom.keys(own, FieldKind.DATE), "number_fields": custom.keys(own, *custom.NUMBERS)}
    reading = read_rows(sheet, form, dates=dates, currency=workspace(session).currency, **said)
    made = Plan(name, sheet.digest, reading.form.name, problems=reading.problems, remarks=[*aside, *reading.remarks])
    made.imported_as = _imported_as(session, sheet.digest)
    if reading.form is bills.FORM:
        bills.plan_rows(session, made, along(reading.rows))
    elif reading.form is kits.FORM:
        kits.plan_rows(session, made, reading.rows, along=along)
    else:
        _plan_things(session, made, sheet, reading, along=along, own=own)
    made.batches = batches(session, made.things)
    made.problems.sort(key=lambda problem: problem.line)
    return made


def _plan_things(session: Session, made: Plan, sheet: Sheet, reading: Reading, *, along: Along, own: custom.Columns) -> None:
    draft = Draft(made, known(session, reading.rows), workspace(session).currency, ours=reading.form.ours)
    columns = {filled: sheet.headers[key] for key, filled in reading.form.columns.items() if key in sheet.headers}
    for row in along(reading.rows):
        try:
            plan_row(draft, row)
            custom.say(draft, own, row, draft.names)
        except Refusal as refusal:
            made.problems.append(Problem(row.line, columns.get(refusal.field or "", ""), refusal.text))
    made.custom = custom.planned(own, made)
    odd = [*slips.remarks(session, draft), *asides.names_alone(sheet, reading.form, made)]
    made.remarks = [*odd, *made.remarks, *custom.remarks(draft, own)]


def carry_out(session: Session, act: Act, plan: Plan) -> Posted | None:
    """Imports what was planned, as one entry; nothing at all where everything is there already, or the file was imported before.

    For the command line, or an admin. Refuses a plan with problems, and one whose ground has shifted since it was made.
    """
    require(act.by, Permission.IMPORT)
    if plan.problems:
        raise BadRows(plan.file, plan.problems)
    if not plan.changes_something or _imported_as(session, plan.digest) is not None:
        return None
    require_still_there(session, plan)
    with roomy(session):
        changed = write_void(session, act, plan.batches)
        changed += [_again(point.id, point.fields, values) for point, values in plan.set_again]
        changed += custom.written(session, plan.custom)
        changed += bills.changes(session, plan) if plan.bills else []
        keyed = replace(act, key=_key(session, plan.digest))
        return ledger.post(session, keyed, EntryKind.IMPORTED, lines=_lines(plan.moves), changed=changed, note=plan.file)


def spelled(plan: Plan) -> Iterator[list[Spelled]]:
    """The names of what an import has added, and of what it built upon, for `search.enter`; each part of them is a step of its own.

    So the entry is quick, and others have their turn between the parts. Until then things are found by their exact names only. What is
    entered already costs nothing, so it may be done again.
    """
    return map(search.spelled, bulk.pages(names([*plan.things, *plan.used]), _AT_ONCE))


def _lines(moves: Iterable[Move]) -> list[Line]:
    """The movements of what is written by now, so that everything has its id."""
    return [
        Line(variant.id, quantity, source.id, target.id, asset and asset.id, lot and lot.id)  # type: ignore[arg-type]
        for variant, quantity, source, target, asset, lot in moves
    ]


def _again(point_id: int | None, fields: dict[str, object], values: dict[str, object]) -> Change:
    assert point_id is not None
    before = {"active": False} | {name: fields[name] for name in values}
    return Change("reorder_points", point_id, before, {"active": True} | values)


def _imported_as(session: Session, digest: str) -> int | None:
    """The entry that a file with these bytes was imported as, unless that was undone."""
    undoing = ENTRIES.alias("undoing")
    query = select(ENTRIES.c.id).where(_of(digest), ~exists().where(undoing.c.reverses_id == ENTRIES.c.id))
    return session.connection().execute(query.limit(1)).scalar()


def _key(session: Session, digest: str) -> str:
    """The key of the entry to come: the file's own, and after it was undone, that with a number."""
    query = select(func.count()).where(_of(digest))
    before = session.connection().execute(query).scalar_one()
    return f"{_named(digest)} {before + 1}" if before else _named(digest)


def _named(digest: str) -> str:
    return f"import {digest}"


def _of(digest: str) -> ColumnElement[bool]:
    """The condition that an entry imported the file of that digest, once or again."""
    condition: ColumnElement[bool] = ENTRIES.c.key.between(_named(digest), f"{_named(digest)} ~")
    return condition
