"""Finding lots by their code: two items, or two suppliers, may have used the same one, and then the item is said too: "L-1 of milk"."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session

from models import catalog, lots, short_codes
from models.catalog_names import items_exactly
from models.columns import key_of
from models.lots import LOTS, Lot
from models.matching import BEST, Sort, the_one
from models.refusals import Choice
from models.search import LAST, Match


def lot(session: Session, text: str, *, field: str = "lot") -> Lot:
    """The lot with that code, of that item where that is said, too; "lot L-1" is L-1. Refuses none, with the nearest, and several."""
    exact, (word, _, code) = lots_exactly(session, text), text.partition(" ")
    if not exact and code and word.casefold() == "lot":
        return lot(session, code, field=field)
    return the_one(session, LOT, text, exact, field=field)


def lots_exactly(session: Session, text: str) -> list[Lot]:
    """The lots with exactly that code, or short code; of "L-1 of milk" those of that item."""
    found = lots.called(session, text)
    if not found and (short := short_codes.thing_of(session, text, Lot)) is not None:
        return [short]
    code, of, item = text.rpartition(" of ")
    if found or not of:
        return found
    variants = {variant.id for one in items_exactly(session, item) for variant in one.variants}
    return [one for one in lots.called(session, code) if one.variant_id in variants]


def found_as(session: Session, one: Lot) -> str:
    """The words that find exactly this lot again: its code, and where others have the same one also its item."""
    return one.code if len(lots.called(session, one.code)) == 1 else f"{one.code} of {catalog.variant(session, one.variant_id).sku}"


def _coded_like(session: Session, text: str) -> list[Lot]:
    key = key_of(text)
    query = select(Lot).where(LOTS.c.code_key >= key, LOTS.c.code_key < key + LAST, LOTS.c.archived_at.is_(None))
    return list(session.scalars(query.order_by(LOTS.c.code_key).limit(BEST)))


def _choice(session: Session, one: Lot, field: str) -> Choice:
    return Choice(f"Lot {one.code} of {catalog.variant(session, one.variant_id).name}", field, found_as(session, one))


def _load(session: Session, matches: Sequence[Match]) -> list[Lot]:  # noqa: ARG001
    return []


#: Lots have codes and no names: what looks like one begins like it.
LOT = Sort("a lot", (), _load, _choice, _coded_like)
