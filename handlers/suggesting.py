"""Search as you type: what the fields of every form suggest."""

from collections.abc import Sequence

from sqlmodel import Session

from handlers.routes import Request, options
from models import suggestions
from models.members import Permission
from models.suggestions import Suggestion

Offered = list[tuple[str, str]]


def _offered(found: Sequence[Suggestion]) -> Offered:
    return [(f"{one.label} ({one.detail})" if one.detail else one.label, one.value) for one in found]


@options("location.suggest", needs=Permission.LOOK)
def suggest_locations(_request: Request, session: Session, *, typed: str) -> Offered:
    """Locations of ours that are no person."""
    return _offered(suggestions.locations(session, typed))


@options("holder.suggest", needs=Permission.LOOK)
def suggest_holders(_request: Request, session: Session, *, typed: str) -> Offered:
    """Whoever and wherever something can be lent to."""
    return _offered(suggestions.holders(session, typed))


@options("variant.suggest", needs=Permission.LOOK)
def suggest_variants(_request: Request, session: Session, *, typed: str) -> Offered:
    """Every variant, by name, SKU or barcode."""
    return _offered(suggestions.variants(session, typed))


@options("lend.suggest", needs=Permission.LOOK)
def suggest_to_check_out(_request: Request, session: Session, *, typed: str) -> Offered:
    """What can be checked out: assets in store, and returnable items."""
    return _offered(suggestions.to_check_out(session, typed))


@options("category.suggest", needs=Permission.LOOK)
def suggest_categories(_request: Request, session: Session, *, typed: str) -> Offered:
    """Branches of the catalog."""
    return _offered(suggestions.categories(session, typed))
