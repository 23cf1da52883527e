"""The list of kits: which there are, and which of them are whole."""

from typing import Any

from sqlmodel import Session

from handlers import kit_card
from handlers.routes import Reply, Request, button, sentence
from handlers.views import kits as views
from handlers.views.paging import PAGE
from handlers.views.parts import said
from models import kits
from models.members import Permission


@sentence(
    "/checkout",
    "/stock",
    says="kits",
    needs=Permission.LOOK,
    does="lists the kits: which are whole, who has one, and what is not there",
    examples=("kits",),
)
def every(request: Request, session: Session) -> Reply:
    """All kits by name."""
    return _page(request, session, first=0)


@button("kit.page", needs=Permission.LOOK)
def turn_page(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Another page of the list."""
    reply = _page(request, session, first=int(value["f"]))
    return Reply(reply.text, reply.blocks, replace=True)


def _page(request: Request, session: Session, *, first: int) -> Reply:
    lines = []
    for kit in kits.by_name(session, first=first, most=PAGE):
        sign, state = kit_card.standing(request, session, kit_card.contents(request, session, kit))
        lines.append((kit.id, f"{sign} *{said(kit.name)}* · {state}"))
    return views.listed(lines, first=first, total=kits.count(session), may_add=request.act.by.may(Permission.CATALOG))
