"""Production, asked about. A question never moves anything."""

from sqlalchemy import select
from sqlmodel import Session

from models.bills import BILLS


def has_bill(session: Session, variant_id: int) -> bool:
    """Whether it is something that we make."""
    query = select(BILLS.c.id).where(BILLS.c.variant_id == variant_id, BILLS.c.active)
    return session.connection().execute(query).first() is not None
