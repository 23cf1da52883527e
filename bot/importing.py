"""`quartermaster import`: a file is checked without a lock, written as one entry, and then made findable step by step."""

from collections.abc import Callable, Sequence
from pathlib import Path

import typer
from sqlmodel import Session

from bot.opening import Trouble
from bot.screen import along, working
from bot.writing import written
from models import importing
from models.database import Database
from models.importing.days import DateOrder, UndecidedDates
from models.importing.planning import Plan
from models.importing.sheets import BadRows, Problem
from models.ledger import Act
from models.wording import many


def bring_in(
    database: Database, path: Path, content: bytes, act: Callable[[Session], Act], *, dates: DateOrder | None, dry_run: bool
) -> bool:
    """Imports one file, or says what importing it would do. False where it has bad rows, which are named."""
    plan, problems = _planned(database, path, content, dates)
    for problem in problems:
        column = f", {problem.column}" if problem.column else ""
        typer.echo(f"{path}, line {problem.line}{column}: {problem.reason}", err=True)
    if plan is None or problems:
        typer.echo(f"Nothing of {path} was imported: put right what is named above, and import it again.", err=True)
        return False
    for said in [*([f"line {step.line}: {step.text}" for step in plan.steps] if dry_run else []), *plan.remarks]:
        typer.echo(said)
    if dry_run:
        typer.echo(f"{path}: {_rows(plan)}. Nothing was changed (--dry-run).")
        return True
    _write(database, path, plan, act)
    return True


def _planned(database: Database, path: Path, content: bytes, dates: DateOrder | None) -> tuple[Plan | None, Sequence[Problem]]:
    try:
        with database.reading() as session:
            plan = importing.plan(session, name=path.name, content=content, dates=dates, along=along("Checking"))
    except UndecidedDates as undecided:
        raise Trouble(f"{path}: {undecided} Say which: --dates mdy, or --dates dmy.") from None
    except BadRows as bad:
        return None, bad.problems
    return plan, plan.problems


def _write(database: Database, path: Path, plan: Plan, act: Callable[[Session], Act]) -> None:
    with working("Writing"):
        posted = written(database, plan, act)
    there = "everything in it is there already" if plan.steps else "there is no row in it to import"
    before = f"it was imported before, as entry {plan.imported_as}" if plan.imported_as else there
    typer.echo(f"{path}: {f'{_rows(plan)}, entry {posted.id}' if posted else f'nothing was changed, {before}'}.")


def _rows(plan: Plan) -> str:
    return f"{many(len(plan.steps), 'row')} of {plan.form}"
