"""The booking form, for those who would rather choose than type; and the pick-up of what was booked."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from handlers import called, checkout_form, extending
from handlers.booking import Things, Wish, keep, zone_for
from handlers.checkout import lend_assets, myself, reader
from handlers.forms import Form, told_under
from handlers.kit_lending import lend_kit
from handlers.routes import Reply, Request, button, form
from handlers.suggesting import findable
from handlers.views import booking_form as views
from handlers.views import naming
from handlers.views.stock_form import Chosen
from models import assets, booked, booking, catalog, checkouts, finding, kits, locations, picking, times
from models.assets import Asset
from models.catalog import ItemKind, Variant
from models.catalog_names import Found
from models.diary import Window
from models.kits import Kit
from models.members import Permission
from models.quantities import ONE
from models.refusals import Refusal
from models.times import DUE_TIME, WORK_STARTS

#: Where an argument of the verb stands in the form.
_FIELD_OF = {"things": "what", "item": "what", "assets": "what", "thing": "what"}
#: What the form proposes: the working day after the next.
AHEAD = 2


class BookingForm(Form):
    """What was filled in. Names are texts, found again when the form is sent."""

    what: str
    start: datetime
    end: datetime
    quantity: str | None = None
    holder: str | None = None
    purpose: str | None = None


@button("booking.open", needs=Permission.CHECK_OUT)
def open_form(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Book, on a card: the form with that asset or variant filled in, for a day soon."""
    chosen = None
    if value.get("asset"):
        asset = assets.get(session, value["asset"])
        chosen = Chosen(assets.said(session, asset), findable(asset.serial))
    elif value.get("variant"):
        variant = catalog.variant(session, value["variant"])
        chosen = Chosen(variant.name, findable(variant.sku))
    elif value.get("kit"):
        kit = kits.get(session, value["kit"])
        chosen = Chosen(kit.name, findable(f"kit {kit.name}"))
    point = reader(request)
    day = times.working_days_after(times.local_day(point.now, point.zone), AHEAD)[-1]
    hours = [times.in_zone(datetime.combine(day, hour), point.zone) for hour in (WORK_STARTS, DUE_TIME)]
    shown = views.form(chosen, Window(*hours), lends=request.act.by.may(Permission.LEND), key=request.act.token())
    return Reply("", form=shown)


@form("booking.book", needs=Permission.CHECK_OUT, fields=BookingForm)
def send(request: Request, session: Session, *, fields: BookingForm) -> Reply:
    """The form was sent. Everything is found and checked again as it is now."""
    with told_under(_FIELD_OF):
        things = _found(request, session, fields.what)
        quantity = ONE
        if fields.quantity and isinstance(things, Variant):
            quantity = called.quantity(session, things, fields.quantity)
        elif fields.quantity not in (None, "1"):
            raise Refusal("That is one by its serial. Choose the item to book several of it.", field="quantity")
        holder = finding.location(session, fields.holder, request.act.by, field="holder") if fields.holder else myself(request, session)
        window = Window(fields.start, fields.end)
        if window.start < request.act.now - timedelta(minutes=1):
            raise Refusal("That is past. Choose a later time.", field="start")
        return keep(request, session, Wish(things, quantity, window, zone_for(session, request, things), holder, fields.purpose))


def _found(request: Request, session: Session, text: str) -> Things:
    found = finding.thing(session, text, request.act.by, field="what")
    if isinstance(found, Asset):
        return [found]
    if isinstance(found, Kit):
        return found
    if isinstance(found, Found):
        return finding.variant(session, text, field="what")
    raise Refusal(f"{text} is nothing that is lent. Choose an asset, a kit or an item.", field="what")


@button("booking.pick_up", needs=Permission.CHECK_OUT)
def pick_up(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Pick up: a certain asset goes out at once until the booking ends, or stays out; of any, the form proposes some that are free."""
    one = booking.still_booked(session, value["booking"])
    due = booked.due_of(one)
    if one.kit_id is not None:
        holder = locations.get(session, one.holder_id)
        return lend_kit(request, session, kits.get(session, one.kit_id), holder=holder, due=due, purpose=one.purpose)
    if one.asset_id is not None:
        held = checkouts.open_for_asset(session, one.asset_id)
        if held is not None and held.holder_id == one.holder_id:  # they have it already, and keep it
            kept = {"assets": [assets.get(session, one.asset_id)]}
            return extending.extended_to(request, session, [naming.held(held)], [held], due=due, **kept)
        holder = locations.get(session, one.holder_id)
        return lend_assets(request, session, [assets.get(session, one.asset_id)], holder=holder, due=due, purpose=one.purpose)
    things = free_now(request, session, catalog.variant(session, one.variant_id), quantity=one.quantity, until=one.until_at)
    return checkout_form.proposed(request, session, things, quantity=one.quantity, until=due.local)


def free_now(request: Request, session: Session, variant: Variant, *, quantity: int, until: datetime) -> checkout_form.Things:
    """So many serials of a variant that lie in a store and are promised to nobody until then; else the variant itself."""
    if catalog.item(session, variant.item_id).kind is not ItemKind.SERIALISED:
        return checkout_form.Things(variants=[variant])
    free = picking.free_serials(session, variant, now=request.act.now, until=until)
    return checkout_form.Things(assets=free[: quantity // ONE])
