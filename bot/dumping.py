"""`quartermaster export` and `restore`: the whole database as an open file, and back. What is restored is proved before it is there."""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import typer
from sqlalchemy.exc import SQLAlchemyError

from bot.opening import Trouble, require_new
from bot.screen import counting
from bot.settings import Settings
from models import audit, dump
from models.database import Database
from models.dump import Dump
from models.refusals import Refusal
from models.wording import many


def write(stores: Database, path: Path) -> None:
    """Writes all of a database to a new file; one that can't be finished is taken away again."""
    if path.exists():
        raise Trouble(f"{path} is there already. Name a new file.")
    unfinished = _beside(path, "unfinished")
    try:
        with unfinished.open("wb") as target, stores.reading() as session, counting("Exporting", dump.count(session)) as progress:
            dump.write(session, target, revision=stores.revision(), progress=progress)
            entries = audit.figures(session).entries
        unfinished.replace(path)
    except OSError as refused:
        raise Trouble(f"{path} can't be written ({refused}).") from None
    finally:
        unfinished.unlink(missing_ok=True)
    typer.echo(f"Exported to {path} ({path.stat().st_size:,} bytes, {many(entries, 'entry')}).")


def restore(settings: Settings, path: Path) -> None:
    """Makes a new database of such a file, with every invariant and the hash chain proved; else there is none."""
    place = require_new(settings)
    unfinished = _beside(place, "unfinished")
    with _source(path) as source:
        try:
            told = Dump(source)
            _require_room(told, place)
            _build(told, unfinished)
            os.replace(unfinished, place)
        except Refusal as bad:
            raise Trouble(f"{path} can't be restored: {bad.text}.") from None
        except (SQLAlchemyError, OSError) as bad:
            reason = getattr(bad, "orig", None) or bad
            raise Trouble(f"{path} can't be restored: {reason}.") from None
        finally:
            for rest in ("", "-wal", "-shm"):
                Path(f"{unfinished}{rest}").unlink(missing_ok=True)
    typer.echo(f"Restored to {place}: {many(told.about.entries, 'entry')}, head {told.about.head}. Every invariant holds.")


def _source(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as unreadable:
        raise Trouble(f"{path} can't be read ({unreadable.strerror}).") from None


def _require_room(told: Dump, place: Path) -> None:
    """Refuses what would not fit on the disk before any of it is read."""
    with suppress(OSError):
        free = shutil.disk_usage(place.absolute().parent).free
        if told.size > free:
            raise Refusal(f"it would have {told.size:,} bytes, and {free:,} are free")


def _build(told: Dump, at: Path) -> None:
    """Fills a database of the schema that the file was written with, brings it up to date, and proves it."""
    stores = Database(f"sqlite:///{at}")
    try:
        stores.migrate(told.about.revision)
        with counting("Restoring", told.total) as progress, stores.loading() as session:
            told.load(session, progress=progress)
        stores.migrate()
        with stores.reading() as session, counting("Proving the ledger", told.about.entries) as progress:
            told.prove(session, progress=progress)
    finally:
        stores.close()


def _beside(path: Path, what: str) -> Path:
    return path.with_name(f"{path.name}.{what}")
