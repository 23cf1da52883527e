"""Kits on other ways than out and back, by sentences and from their card: given on to somebody, and moved."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from handlers import called, giving, unkept
from handlers.attaching import adding
from handlers.checkout import reader
from handlers.giving import GiveForm
from handlers.kit_lending import OUT, RETURN
from handlers.routes import Offer, Reply, Request, WayOn, button, form, sentence
from handlers.speaking import Declined
from handlers.templates import compile_template, render
from handlers.views import custody as custody_views
from handlers.views import giving as giving_views
from handlers.views import kits as views
from handlers.views.parts import said
from models import custody, finding, handing_over, kit_lending, kit_moving, kits, locations
from models.kit_moving import Elsewhere, NoneThere
from models.kits import Kit
from models.locations import STORES, Location
from models.members import Permission
from models.refusals import Conflict


@sentence(
    "/checkout",
    says="give {kit} to {holder} [from {giver}] [note {note}]",
    needs=Permission.CHECK_OUT,
    does="offers all that you have of a kit to somebody, or hands over at once what somebody else has, as with single ones",
    examples=("give Interview kit to Ana", "give Interview kit to Ana from Marek"),
    aliases=("hand over", "hand"),
)
def give(
    request: Request, session: Session, *, kit: Kit, holder: Location, giver: Location | None = None, note: str | None = None
) -> Reply:
    """What one person has of a kit is offered to another, or handed over to them."""
    if not kit_lending.out_of(session, kit):
        may = holder.id == request.act.by.location_id or request.act.by.may(Permission.LEND)
        way_on = render(compile_template(OUT), {"kit": f"kit {kit.name}", "holder": called.found_as(session, holder)})
        offers = [Offer(f"Check it out to {holder.name}", "/checkout", way_on)] if may else []
        raise Declined(Conflict(f"Nothing of {kit.name} is out, so nobody can give it.", field="kit"), offers)
    goes, elsewhere = kit_moving.to_give(session, request.act, kit, giver=giver)
    try:
        posted = handing_over.give(session, request.act, assets=goes, holder=holder, note=note, kit=kit)
    except Conflict as refused:
        raise Declined(refused, giving.instead(request, session, goes, holder)) from refused
    return giving.given(request, session, posted, kit=kit.name, besides=views.left_behind(_named(session, elsewhere), []))


def _named(session: Session, elsewhere: Sequence[Elsewhere]) -> list[tuple[str, str]]:
    return [(called.asset(session, one.asset), one.why) for one in elsewhere]


@button("kit.give", needs=Permission.CHECK_OUT)
def ask_whom(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Give, on the card of a kit that somebody has: asks to whom."""
    kit, mine = kits.get(session, value["kit"]), value["holder"] == request.act.by.location_id
    carried = {"k": request.act.token(), "kit": kit.id, "giver": value["holder"]}
    return Reply("", form=giving_views.give_form(said(kit.name), mine=mine, carried=carried, callback="kit.give"))


@form("kit.give", needs=Permission.CHECK_OUT, fields=GiveForm)
def send_gift(request: Request, session: Session, *, fields: GiveForm) -> Reply:
    """The form was sent."""
    holder = finding.location(session, fields.holder, request.act.by, field="holder")
    kit, giver = kits.get(session, request.carried["kit"]), locations.get(session, request.carried["giver"])
    return give(adding(request, fields.files), session, kit=kit, holder=holder, giver=giver, note=fields.note)


@sentence(
    "/stock",
    says="move {kit} to {target} [note {note}]",
    needs=Permission.MOVE,
    does="moves the serials of a kit that lie in a store, and says where the others are",
    examples=("move Interview kit to Van 3",),
)
def move(request: Request, session: Session, *, kit: Kit, target: Location, note: str | None = None) -> Reply:
    """All of a kit that lies in a store goes to another location; what is lent stays lent."""
    try:
        goes, stays = kit_moving.to_move(session, kit, target=target)
    except NoneThere as refused:
        raise Declined(refused, _bring_back(request, session, kit, refused.elsewhere, target)) from refused
    before = [custody_views.Was(called.asset(session, one), custody.holder(session, one).location, None) for one in goes]
    posted = custody.move_assets(session, request.act, assets=goes, target=target, note=note)
    counted_parts = [part for part in kits.parts_of(session, kit.id) if part.asset_id is None]
    besides = views.left_behind(_named(session, stays), counted_parts)
    state, let_down = custody.state_of(session, goes[0]), unkept.said(request, session, posted, goes)
    return custody_views.moved(posted, before, target.name, state, unkept=let_down, reader=reader(request), kit=kit.name, besides=besides)


def _bring_back(request: Request, session: Session, kit: Kit, elsewhere: Sequence[Elsewhere], target: Location) -> list[WayOn]:
    """To bring it back to where it was to be moved to, where one person has some of it."""
    holders = {one.held.holder_id for one in elsewhere if one.held is not None}
    if len(holders) != 1 or target.kind not in STORES:
        return []
    holder = locations.get(session, holders.pop())
    whose = "" if holder.id == request.act.by.location_id else called.found_as(session, holder)
    way_on = render(compile_template(RETURN), {"kit": f"kit {kit.name}", "holder": whose, "target": called.found_as(session, target)})
    return [Offer(f"Bring it back to {target.name}", "/checkout", way_on)]
