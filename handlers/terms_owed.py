"""What answers and cards add where something is out under terms that are not accepted."""

from sqlmodel import Session

from handlers.routes import Request
from handlers.views import accepting_terms as views
from handlers.views.holding import terms_button
from handlers.views.parts import Block
from models import acceptances, locations
from models.checkouts import Held
from models.ledger import Posted
from models.members import Permission


def by_entry(session: Session, posted: Posted, holder: str | None) -> tuple[str, list[Block]]:
    """Who is asked to accept what an entry has just handed out, and the button to do it; without a `holder` whoever reads this."""
    asked = acceptances.of_entry(session, posted.id)
    if not asked:
        return "", []
    return views.asked_line(len(asked), holder), [] if holder else [terms_button(asked[0].checkout_id)]


def beside(request: Request, session: Session, held: Held, *, mine: bool) -> list[Block]:
    """The holder's button beside what is out, or the keeper's; none where it is accepted."""
    if held.terms is None:
        return []
    if mine:
        return [terms_button(held.id)]
    known = acceptances.of_checkout(session, held.id)
    may = known is not None and request.act.by.may(Permission.LEND, at=locations.get(session, held.source_id))
    return [views.remind_button(known.entry_id, known.asked)] if may and known is not None else []
