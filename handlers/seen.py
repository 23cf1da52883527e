"""What an editing form was opened on: sent after somebody else has changed the same thing, it is refused and not mixed with that."""

from typing import Any

from sqlmodel import Session, SQLModel

from handlers.routes import Request
from models import history
from models.refusals import Conflict


def carried(request: Request, session: Session, row: SQLModel, *parts: SQLModel) -> dict[str, Any]:
    """What a form on that row (and parts of it in rows of their own) carries: its intent, the row, and the last entry that changed it."""
    return {"k": request.act.token(), "id": row.id, "seen": _last(session, row, *parts)}  # type: ignore[attr-defined]


def require_unchanged(request: Request, session: Session, row: SQLModel, *parts: SQLModel) -> None:
    """Refuses where somebody has changed the row or a part since the form was opened, saying who and to look again."""
    last = _last(session, row, *parts)
    if last is None or last == request.carried.get("seen"):
        return
    who = history.of_entries(session, [last])[0].member
    raise Conflict(f"{who} has changed this since you opened the form. Close it and open it again to see how it stands now.")


def last_entry(session: Session, row: SQLModel) -> int:
    """The entry that has just changed the row, to be undone by."""
    last = _last(session, row)
    if last is None:
        raise LookupError(f"no entry has changed {row!r}")
    return last


def _last(session: Session, *rows: SQLModel) -> int | None:
    found = [history.last_about(session, str(row.__tablename__), row.id) for row in rows]  # type: ignore[attr-defined]
    return max((last for last in found if last is not None), default=None)
