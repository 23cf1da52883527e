"""The checkout form, for those who would rather choose than type; and the button that opens it for one thing."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from sqlmodel import Session

from handlers import asset_card, called, custom_inputs
from handlers.booking import zone_for
from handlers.checkout import lend_assets, lend_quantity, myself, reader, zone_of
from handlers.defaults import source_of
from handlers.forms import Form, told_under
from handlers.kit_lending import lend_kit
from handlers.routes import Reply, Request, button, form, shortcut
from handlers.speaking import Declined
from handlers.suggesting import findable
from handlers.views import answers
from handlers.views import asset as asset_views
from handlers.views import checkout_form as views
from handlers.views.checkout_form import Filled
from handlers.views.parts import escaped, said
from handlers.views.stock_form import Chosen
from models import approvals, assets, catalog, finding, kits, levels, locations, times
from models.assets import Asset
from models.caches import Line
from models.catalog import Variant
from models.custom_fields import About
from models.finding import Found
from models.kits import Kit
from models.locations import Location
from models.members import Permission
from models.quantities import ONE, said_number, typed
from models.refusals import FieldProblems, Refusal
from models.times import DUE_TIME, Due
from models.wording import counted, listed

#: What the verbs call an argument, by the field of the form that it stands in.
_FIELD_OF = {"assets": "what", "item": "what", "kit": "what", "location": "source"}


class CheckoutForm(Form):
    """What was filled in. Names are texts, found again when the form is sent: what they mean may have changed since it was opened."""

    what: list[str]
    quantity: str | None = None
    source: str | None = None
    holder: str | None = None
    due: date | None = None
    due_time: time = DUE_TIME
    purpose: str | None = None


class Things(NamedTuple):
    """What was chosen to go out: assets, variants of returnable items, and kits."""

    assets: Sequence[Asset] = ()
    variants: Sequence[Variant] = ()
    kits: Sequence[Kit] = ()


@shortcut("/checkout", needs=Permission.LOOK)
def opened(request: Request, session: Session, *, text: str) -> Reply:  # noqa: ARG001
    """The bare command opens the empty form."""
    return _form(request, session, Things(), Filled(holder=_me(request, session)))


@button("checkout.out", needs=Permission.LOOK)
def open_for(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Check out, or Request, on a card, a list or Home: the form for that asset, those assets or that item, or for nothing yet."""
    chosen = value.get("assets", [value["asset"]] if value.get("asset") else [])
    things = Things(
        [assets.get(session, one) for one in chosen],
        [catalog.variant(session, value["variant"])] if value.get("variant") else [],
        [kits.get(session, value["kit"])] if value.get("kit") else [],
    )
    return _form(request, session, things, Filled(what=_chosen(session, things), holder=_me(request, session)))


def proposed(request: Request, session: Session, things: Things, *, quantity: int, until: datetime | None) -> Reply:
    """The form with things that were promised to whoever opens it, until that local time."""
    filled = Filled(
        what=_chosen(session, things),
        quantity=typed(quantity) if things.variants else None,
        holder=_me(request, session),
        due=until.date() if until else None,
        due_time=until.time() if until else DUE_TIME,
    )
    return _form(request, session, things, filled)


@button("checkout.what", needs=Permission.LOOK)
def redraw(request: Request, session: Session, *, value: list[str]) -> Reply:
    """Something was chosen in the open form: a line says how it stands, and what is counted asks how many."""
    things = _find(session, request, value)
    values = request.values
    holder = finding.location(session, values["holder"], request.act.by) if values.get("holder") else None
    filled = Filled(
        what=_chosen(session, things),
        quantity=values.get("quantity"),
        source=values.get("source"),
        holder=_place(session, holder) if holder else None,
        due=date.fromisoformat(values["due"]) if values.get("due") else None,
        due_time=time.fromisoformat(values["due_time"]) if values.get("due_time") else DUE_TIME,
        purpose=values.get("purpose"),
    )
    return _form(request, session, things, filled, key=request.carried["k"])


@form("checkout.out", needs=Permission.CHECK_OUT, fields=CheckoutForm)
def send(request: Request, session: Session, *, fields: CheckoutForm) -> Reply:
    """The form was sent. Everything is found and checked again as it is now."""
    request = custom_inputs.saying(request)
    with told_under(_FIELD_OF):
        things = _find(session, request, fields.what)
        by = request.act.by
        holder = finding.location(session, fields.holder, by, field="holder") if fields.holder else myself(request, session)
        if things.kits:
            return _send_kit(request, session, things, holder, fields)
        if things.variants:
            return _send_counted(request, session, things, holder, fields)
        due = _due(session, request, fields, things.assets[0].location_id)
        return lend_assets(request, session, things.assets, holder=holder, due=due, purpose=fields.purpose)


def _send_kit(request: Request, session: Session, things: Things, holder: Location, fields: CheckoutForm) -> Reply:
    if things.assets or things.variants or len(things.kits) > 1:
        raise Refusal("A kit goes out by itself. Leave only that here, and check the rest out next.", field="what")
    kit, zone = things.kits[0], zone_for(session, request, things.kits[0])
    due = times.due(datetime.combine(fields.due, fields.due_time), zone) if fields.due is not None else None
    try:
        return lend_kit(request, session, kit, holder=holder, due=due, purpose=fields.purpose)
    except Declined as lacks:  # its ways on are buttons, which have no place under a field
        return answers.refused(escaped(lacks.text), lacks.offers, token=request.act.token)


def _send_counted(request: Request, session: Session, things: Things, holder: Location, fields: CheckoutForm) -> Reply:
    if things.assets or len(things.variants) > 1:
        raise Refusal("What is counted goes out one kind at a time. Leave only that here, and check the rest out next.", field="what")
    if fields.quantity is None:
        raise FieldProblems({"quantity": "Please say how many."})
    named = finding.location(session, fields.source, request.act.by, field="source") if fields.source else None
    source = source_of(session, request, things.variants[0], named)
    due = _due(session, request, fields, source.location.id)
    quantity = called.quantity(session, things.variants[0], fields.quantity)
    return lend_quantity(request, session, things.variants[0], quantity, source=source, holder=holder, due=due, purpose=fields.purpose)


def _due(session: Session, request: Request, fields: CheckoutForm, location_id: int) -> Due | None:
    if fields.due is None:
        return None
    return times.due(datetime.combine(fields.due, fields.due_time), zone_of(session, request, location_id))


def _find(session: Session, request: Request, texts: Sequence[str]) -> Things:
    """What the chosen options mean now."""
    found = [finding.thing(session, text, request.act.by, field="what") for text in texts]
    return Things(
        [one for one in found if isinstance(one, Asset)],
        [one.variants[0] for one in found if isinstance(one, Found)],
        [one for one in found if isinstance(one, Kit)],
    )


def _form(request: Request, session: Session, things: Things, filled: Filled, *, key: str | None = None) -> Reply:
    point = reader(request)
    reasons = _reasons(session, things)
    view = views.form(
        filled,
        counted=_stores(session, things.variants[0]) if things.variants else None,
        lends=request.act.by.may(Permission.LEND),
        told=[*_told(request, session, things), *(said(reason) for reason in reasons)],
        asks=bool(reasons),
        zone=zone_of(session, request, things.assets[0].location_id) if things.assets else point.zone,
        reader=point,
        key=key or request.act.token(),
    )
    parts = [part for kit in things.kits for part in kits.parts_of(session, kit.id)]
    variants = [
        *things.variants,
        *(catalog.variant(session, part.variant_id) for part in parts),
        *(catalog.variant(session, asset.variant_id) for asset in things.assets),
    ]
    categories = {catalog.item(session, variant.item_id).category_id for variant in variants} or {None}
    return Reply("", form=custom_inputs.asking(request, session, view, About.CHECKOUT, category=categories))


def _told(request: Request, session: Session, things: Things) -> list[str]:
    """How each of the chosen stands, as a line."""
    point = reader(request)
    shown = [asset_card.shown(request, session, asset) for asset in things.assets]
    lines = [f"{one.name} is {asset_views.standing_of(one, point)}." for one in shown]
    lines += [_lying(session, variant) for variant in things.variants]
    return [*lines, *(_in_case(session, kit) for kit in things.kits)]


def _in_case(session: Session, kit: Kit) -> str:
    """What goes out with a kit."""
    parts = [
        said(f"{part.what} {part.serial}" if part.serial else counted(part.quantity, part.what, part.unit))
        for part in kits.parts_of(session, kit.id)
    ]
    return f"{said(kit.name)}: {listed(parts)}." if parts else f"{said(kit.name)} has nothing in it."


def _lying(session: Session, variant: Variant) -> str:
    having = levels.in_stores(session, variant.id)
    if not having:
        return f"No store has any {said(variant.name)}."
    lying = listed([f"{said_number(one.free)} in {said(one.location)}" for one in having[:5]])
    return f"{said(variant.name)}: {lying}.{called.comes_in(session, variant)}"


def _reasons(session: Session, things: Things) -> list[str]:
    """Why policy would ask somebody first, whatever the due date."""
    lines = [Line(asset.variant_id, ONE, asset.location_id, asset.location_id, asset.id) for asset in things.assets]
    parts = [part for kit in things.kits for part in kits.parts_of(session, kit.id)]
    lines += [Line(part.variant_id, part.quantity, 0, 0, part.asset_id) for part in parts]
    told = []
    for line in lines:
        item = catalog.item(session, catalog.variant(session, line.variant_id).item_id)
        told.append(approvals.policy_asks(session, item, value_minor=approvals.value(session, [line]), days=0))
    return list(dict.fromkeys(reason for reason in told if reason))


def _stores(session: Session, variant: Variant) -> views.Stores:
    having = levels.in_stores(session, variant.id)
    places = [(one, locations.get(session, one.location_id)) for one in having]
    return views.Stores(
        variant.id,
        [Chosen(f"{one.location} ({said_number(one.free)})", findable(called.found_as(session, place))) for one, place in places],
    )


def _chosen(session: Session, things: Things) -> list[Chosen]:
    named = [Chosen(assets.said(session, asset), findable(asset.serial)) for asset in things.assets]
    named += [Chosen(variant.name, findable(variant.sku)) for variant in things.variants]
    return [*named, *(Chosen(kit.name, findable(f"kit {kit.name}")) for kit in things.kits)]


def _me(request: Request, session: Session) -> Chosen:
    return _place(session, myself(request, session))


def _place(session: Session, location: Location) -> Chosen:
    return Chosen(location.name, findable(called.found_as(session, location)))
