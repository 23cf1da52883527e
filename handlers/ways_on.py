"""Ways on from a refusal that are another request than the one refused."""

from sqlmodel import Session

from handlers import called
from handlers.routes import Offer, Request
from handlers.typed import quoted
from models import locations, reserved, reserving
from models.quantities import said_number
from models.refusals import Kept, Refusal
from models.reserved import Which

#: So many reservations are offered to be released where they are in the way.
MOST_OFFERED = 2


def releases(request: Request, session: Session, refused: Refusal) -> list[Offer]:
    """Where what is kept for others is in the way: the way on for those who may let it go."""
    if not isinstance(refused, Kept) or not refused.missing:
        return []
    there = locations.get(session, refused.location_id)
    kept = reserved.those(session, Which(variant_ids=[refused.variant_id], at=there))
    own = [one for one in kept if one.location_id == there.id]
    may = [one for one in own if reserving.may_release(session, request.act.by, by_id=one.by_id, location_id=one.location_id)]
    offers = []
    for one in may[:MOST_OFFERED]:
        much = said_number(min(refused.missing, one.quantity))
        said = f"release {much} {quoted(one.sku)} at {quoted(called.found_as(session, there))} for {quoted(one.purpose)}"
        offers.append(Offer(f"Release {much} of {one.purpose}", "/stock", said))
    return offers
