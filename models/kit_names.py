"""Finding kits: by their name, or by the short code on the label of their case."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session

from models import short_codes
from models.columns import key_of
from models.kits import KITS, Kit
from models.matching import Sort, fitting, nearest, unknown
from models.refusals import Choice
from models.search import Findable, Match

_WORD = "kit "


def kit(session: Session, text: str, *, field: str = "kit") -> Kit:
    """The kit of exactly that name or short code, as below; else refused with the nearest as ways on."""
    if (found := kit_called(session, text)) is not None:
        return found
    likely = [_choice(session, one, field) for one in fitting(session, KIT, text, field=field)[0]]
    raise unknown(text, KIT.what, likely or nearest(session, KIT, text, field=field), field=field)


def kit_called(session: Session, text: str) -> Kit | None:
    """The kit of exactly that name or short code; "kit" may be said in front.

    What is lent by itself goes by much the same words as kits, so a part of a name is not enough.
    """
    for said in (text, text[len(_WORD) :] if text.casefold().startswith(_WORD) else ""):
        if said and (found := kits_exactly(session, said)):
            return found[0]
    return None


def kits_exactly(session: Session, text: str) -> list[Kit]:
    """The kit of exactly that name or short code, if there is one."""
    query = select(KITS.c.id).where(KITS.c.name_key == key_of(text), KITS.c.archived_at.is_(None))
    kit_id = session.connection().execute(query).scalar()
    if kit_id is not None:
        return [session.get_one(Kit, kit_id)]
    short = short_codes.thing_of(session, text, Kit)
    return [] if short is None else [short]


def _load(session: Session, matches: Sequence[Match]) -> list[Kit]:
    return [session.get_one(Kit, number) for number in dict.fromkeys(match.id for match in matches)]


def _choice(session: Session, found: Kit, field: str) -> Choice:  # noqa: ARG001
    return Choice(found.name, field, found.name)


KIT = Sort("a kit", (Findable.KIT,), _load, _choice)
