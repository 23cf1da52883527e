"""The command line: `quartermaster`, or `python -m bot`."""

import os
import signal
import sqlite3
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated

import typer
from sqlmodel import Session
from typer.exceptions import TyperException

from bot import dumping
from bot.importing import bring_in
from bot.logs import redacted, start_logging
from bot.opening import Trouble, connect, opened, read_settings, require_tokens
from bot.screen import counting, working
from bot.settings import Settings
from models import members
from models.importing.days import DateOrder
from models.ledger import Act
from models.members import Role
from models.refusals import Refusal
from models.wording import many

DONE, BAD, WRONG = 0, 1, 2
STOPPED = 130

SANDBOX = Path("quartermaster-sandbox.db")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help="Runs a team's stores from Slack.")

RoleArgument = Annotated[Role, typer.Argument(help="keeper, approver or admin")]
UserArgument = Annotated[str, typer.Argument(metavar="SLACK_USER_ID", help="As U01234567: Slack shows it in a person's profile.")]


@app.command()
def run() -> None:
    """Brings the database up to date, connects to Slack and goes to work."""
    settings = _settings()
    require_tokens(settings)
    with opened(settings, may_make=True) as database, _until_told_to_stop() as stop:
        bot = connect(settings, database)
        typer.echo("Quartermaster is at work. Ctrl+C ends it.", err=True)
        stop.wait()
        bot.close()


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The page's port on this machine; 0 takes a free one.")] = 8080,
    database: Annotated[Path, typer.Option(help="The file that keeps the stores; the workspace is kept beside it.")] = SANDBOX,
    empty: Annotated[bool, typer.Option("--empty", help="Start with bare stores.")] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the page's address.")] = False,
) -> None:
    """Opens a local Slack workspace with the bot at work in it. Needs no Slack, and nothing leaves this machine."""
    from bot.playing import Playing

    settings = _settings().model_copy(update={"database_url": f"sqlite:///{database}"})
    with opened(settings, may_make=True) as stores, _until_told_to_stop() as stop:
        playing = Playing(stores, keep_in=database.with_suffix(".sandbox.json"), port=port, empty=empty)
        typer.echo(f"The workspace is open at {playing.address}")
        typer.echo(f"It is kept in {database} and beside it. Ctrl+C ends it.")
        if not no_browser and _has_a_screen():
            webbrowser.open(playing.address)
        stop.wait()
        playing.close()


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV files; docs/import.md says what may stand in them.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say row by row what would happen, and change nothing.")] = False,
    dates: Annotated[DateOrder | None, typer.Option(help="How days are written, where a file leaves it open.")] = None,
) -> None:
    """Reads files in: each whole or not at all, and twice is the same as once."""
    contents = [(path, _content(path)) for path in files]
    code = DONE
    with opened(_settings(), may_make=True) as database:
        for path, content in contents:
            try:
                came_in = bring_in(database, path, content, _act, dates=dates, dry_run=dry_run)
                code = max(code, DONE if came_in else BAD)
            except (Trouble, Refusal) as trouble:  # the others come in
                code = _said(str(trouble), WRONG)
    if code:
        raise typer.Exit(code)


@app.command()
def check(
    head: Annotated[str | None, typer.Option(metavar="ENTRIES:HASH", help="A head of an earlier day, which has to be in it still.")] = None,
) -> None:
    """Proves the ledger: every invariant, and the hash chain. Exit code 1 where it does not hold."""
    from models import anchors, audit

    known = _head(head) if head is not None else None
    with opened(_settings()) as database, database.reading() as session:
        figures = audit.figures(session)
        typer.echo(f"{many(figures.entries, 'entry')}, {many(figures.movements, 'movement')}", nl=False)
        typer.echo(f", the last on {figures.recorded_at:%Y-%m-%d %H:%M} UTC" if figures.recorded_at else "")
        typer.echo(f"head {figures.entries}:{figures.head}")
        with counting("Proving the ledger", figures.entries) as progress:
            problems = audit.problems(session, progress)
        if known is not None and (differing := anchors.differs(session, entries=known[0], head=known[1])):
            problems.append(differing)
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(BAD)
    typer.echo("Every invariant holds.")


def _head(text: str) -> tuple[int, str]:
    entries, _, hash_ = text.partition(":")
    if not (entries.isdecimal() and hash_):
        raise typer.BadParameter("write it as it was printed: 4210:9f86d0…", param_hint="--head")
    return int(entries), hash_


@app.command()
def migrate() -> None:
    """Brings the database to this program's schema; a new one gets all of it."""
    with opened(_settings(), may_make=True) as database:
        typer.echo(f"{database.url.database} is up to date.")


@app.command()
def grant(role: RoleArgument, slack_user_id: UserArgument) -> None:
    """Gives somebody a role, everywhere."""
    from models import roles

    _change_role(roles.grant, role, slack_user_id, "is {} now")


@app.command()
def revoke(role: RoleArgument, slack_user_id: UserArgument) -> None:
    """Takes a role away again."""
    from models import roles

    _change_role(roles.revoke, role, slack_user_id, "is not {} any more")


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="A file that does not exist yet.")]) -> None:
    """Writes a consistent copy of the database, while the bot goes on."""
    if file.exists():
        raise Trouble(f"{file} is there already. Name a new file.")
    with opened(_settings()) as database, working("Copying"):
        try:
            database.backup(file)
        except (OSError, sqlite3.Error) as refused:
            raise Trouble(f"{file} can't be written ({refused}).") from None
    typer.echo(f"Copied to {file} ({file.stat().st_size:,} bytes).")


@app.command()
def export(file: Annotated[Path, typer.Argument(help="A file that does not exist yet, like stores.zip.")]) -> None:
    """Writes everything to a zip of plain lines, which needs no database to be read, and which restore reads."""
    with opened(_settings()) as database:
        dumping.write(database, file)


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A file that export wrote.")]) -> None:
    """Makes a new database of an exported file, and proves it. Takes nothing's place."""
    dumping.restore(_settings(), file)


def main() -> None:
    """Carries out what was typed. Whatever has to be put right first is one line on stderr, and exit code 2."""
    sys.exit(outcome(sys.argv[1:]))


def outcome(arguments: Sequence[str]) -> int:
    """Carries out a command line; answers with the exit code."""
    try:
        return int(app(arguments or ["--help"], prog_name="quartermaster", standalone_mode=False) or DONE)
    except TyperException as misread:
        reason = misread.format_message().replace("Value error, ", "").rstrip(".")
        return _said(f"{reason}. See: quartermaster --help", WRONG)
    except (Trouble, Refusal) as trouble:
        return _said(str(trouble), WRONG)
    except (KeyboardInterrupt, typer.Abort):
        return _said("Stopped.", STOPPED)


def _said(text: str, code: int) -> int:
    typer.echo(redacted(" ".join(text.split())), err=True)
    return code


def _settings() -> Settings:
    settings = read_settings()
    start_logging(settings.log)
    return settings


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as unreadable:
        raise Trouble(f"{path} can't be read ({unreadable.strerror}).") from None


def _change_role(change: Callable[..., object], role: Role, slack_user_id: str, done: str) -> None:
    with opened(_settings()) as database, database.transaction() as session:
        found = members.actor_by_slack_id(session, slack_user_id)
        if found is None:
            raise Trouble(f"Nobody here has the Slack id {slack_user_id}. Quartermaster meets everybody when it runs: quartermaster run.")
        change(session, _act(session), member=members.get(session, found.id), role=role)
    typer.echo(f"{found.name} {done.format(role)}.")


def _act(session: Session) -> Act:
    """The command line, at work now."""
    return Act(members.actor(session, members.COMMAND_LINE), datetime.now(UTC), lambda: token_urlsafe(12))


@contextmanager
def _until_told_to_stop() -> Iterator[threading.Event]:
    """Set by Ctrl+C or SIGTERM, so that what is under way is answered before the program ends."""
    stop = threading.Event()
    before = {which: signal.signal(which, lambda *_: stop.set()) for which in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)


def _has_a_screen() -> bool:
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    main()
