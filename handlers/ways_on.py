"""Ways on from a refusal that are another request than the one refused."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from handlers import called
from handlers.routes import Offer, Press, Request
from handlers.typed import quoted
from models import locations, reserved, reserving
from models.custom_values import FieldWanted
from models.quantities import said_number, typed
from models.refusals import Kept, Refusal
from models.reserved import Which

#: So many reservations are offered to be released where they are in the way.
MOST_OFFERED = 2


#: The forms that ask for what a sentence did not say, by the sign or word that opens it.
_FORMS = {"-": "stock.take", "+": "stock.receive", "=": "stock.count", "move": "stock.move", "scrap": "stock.scrap"}
#: What is done to an asset, by the word that opens its sentence: the form, or the page with the button to it.
_UPKEEP = {"repaired": ("Fill it in", "repaired.open"), "serviced": ("Open its upkeep", "upkeep.page")}


def fills_in(verb: str, values: Mapping[str, Any], refused: Refusal) -> list[Press]:
    """Where a custom field has to be filled in: the form that asks for it, with what was said filled in."""
    if not isinstance(refused, FieldWanted) or verb not in {"out", *_UPKEEP, *_FORMS}:
        return []
    if verb in _UPKEEP:
        label, route = _UPKEEP[verb]
        return [Press(label, route, {"a": values["asset"].id})]
    if verb == "out":
        chosen = [asset.id for asset in values.get("assets", [])]
        return [Press("Fill it in", "checkout.out", {"assets": chosen} if chosen else {"variant": values["variant"].id})]
    source, target = (values.get(name) for name in ("source", "target"))
    location = values.get("location") or (source if verb == "move" else None)
    filled = {"variant": values["variant"].id, "quantity": typed(values["quantity"])}
    places = {"location": location, "target": target if verb in {"move", "-"} else source}
    return [Press("Fill it in", _FORMS[verb], filled | {name: place.id for name, place in places.items() if place is not None})]


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
