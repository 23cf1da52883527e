"""Typed sentences about so many of what comes back and has no serials: they are given on, or lost."""

from sqlmodel import Session

from handlers import called, custody, giving
from handlers.by_serial import out_with
from handlers.custody import LOST
from handlers.giving import GIVE, given
from handlers.meant import to_say
from handlers.routes import Offer, Reply, Request, sentence
from handlers.speaking import Declined
from handlers.typed import quoted
from handlers.views import custody as views
from handlers.views.parts import said
from models import catalog, locations, outstanding, settling
from models.catalog import Variant
from models.locations import Location
from models.members import Permission
from models.outstanding import NoneOut
from models.quantities import ONE, typed
from models.refusals import NotAllowed, Refusal
from models.wording import counted


@sentence(
    "/checkout",
    says="give {quantity} {variant} to {holder} [from {giver}] [note {note}]",
    needs=Permission.CHECK_OUT,
    does="hands so many of an item over at once, for keepers; others return them, and the other checks them out",
    examples=("give 2 hard hats to Ana", "give 2 hard hats to Ana from Bo"),
    aliases=("hand over", "hand"),
)
def give(
    request: Request,
    session: Session,
    *,
    quantity: int,
    variant: Variant,
    holder: Location,
    giver: Location | None = None,
    note: str | None = None,
) -> Reply:
    """So many go from hand to hand. Whoever may not do that is led to the return."""
    else_said = {"holder": called.found_as(session, holder), "note": note}
    if serials := out_with(request, session, variant, quantity, holder=giver, one=GIVE, said=else_said):
        return giving.give(request, session, assets=serials, holder=holder, note=note)
    try:
        posted = settling.hand_over(session, request.act, variant=variant, quantity=quantity, holder=holder, giver=giver, note=note)
    except NotAllowed as refused:
        much = counted(quantity, variant.name, catalog.item(session, variant.item_id).unit)
        back = Offer(f"Return {much}", "/checkout", f"return {typed(quantity)} {quoted(variant.sku)}")
        text = f"Only a keeper hands {much} over at once. Return them, and {holder.name} checks them out."
        raise Declined(Refusal(text, field="holder"), [back] if giver is None else []) from refused
    return given(request, session, posted)


@sentence(
    "/checkout",
    says="lost {quantity} {variant} [from {holder}] [note {note}]",
    needs=Permission.CHECK_IN,
    does="says that so many of what somebody has out are lost: for whoever has them, and keepers",
    examples=("lost 2 hard hats", 'lost 1 hard hat from Ana note "fell into the harbour"'),
)
def lost(
    request: Request, session: Session, *, quantity: int, variant: Variant, holder: Location | None = None, note: str | None = None
) -> Reply:
    """So many are lost, and owed no more. What a shelf lacks is counted instead."""
    if serials := out_with(request, session, variant, quantity, holder=holder, one=LOST, said={"note": note}):
        return custody.lost(request, session, asset=serials[0], note=note)
    try:
        posted = settling.lost(session, request.act, variant=variant, quantity=quantity, holder=holder, note=note)
    except NoneOut as refused:
        if refused.choices:
            raise
        on_a_shelf = Refusal(f"{refused.text} What a shelf lacks is counted.", field="holder")
        raise Declined(on_a_shelf, [to_say("/stock", variant.name)]) from refused
    place_id = posted.lines[0].source_id
    remains = sum(one.quantity for one in outstanding.of_variant(session, variant.id, place_id))
    whom = "you" if place_id == request.act.by.location_id else locations.get(session, place_id).name
    still = f"{called.amount(session, variant, remains)} still out with {said(whom)}." if remains else ""
    back = f"/stock +{typed(quantity)} {variant.name} at …"
    return views.lost_some(posted, called.amount(session, variant, quantity), still=still, back=back, many=quantity != ONE)
