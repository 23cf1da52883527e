"""Writing an import: one entry under the lock, and then the names that it brings, step by step, so that others have their turn."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlmodel import Session

from models import importing, search
from models.database import TURN, Database
from models.importing.planning import Plan
from models.ledger import Act, Posted


def written(
    database: Database,
    plan: Plan,
    act: Callable[[Session], Act],
    *,
    also: Callable[[Session, Posted], object] = lambda _session, _posted: None,
    step: Callable[[], object] = lambda: None,
    patience: float = TURN,
) -> Posted | None:
    """Writes what was planned as one entry, with whatever is to be written with it, and then makes it findable, step by step."""
    with _no_collector():
        with database.transaction(timeout=patience) as session:
            posted = importing.carry_out(session, act(session), plan)
            if posted is not None:
                also(session, posted)
        for names in importing.spelled(plan):
            with database.transaction(timeout=patience) as session:
                search.enter(session, names)
            step()
    return posted


@contextmanager
def _no_collector() -> Iterator[None]:
    """Keeps Python's collector away: it would walk through the whole plan again and again while the lock is held."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
