"""So many of what is known by its serial: those that somebody has out, where that is all of them; else it is asked which."""

from collections.abc import Mapping

from sqlmodel import Session

from handlers.checkout import myself
from handlers.routes import Offer, Request
from handlers.speaking import Declined
from handlers.templates import compile_template, render
from models import assets, catalog, checkouts, finding
from models.assets import Asset
from models.catalog import ItemKind, Variant
from models.locations import Location
from models.quantities import ONE
from models.refusals import Ambiguous


def out_with(
    request: Request,
    session: Session,
    variant: Variant,
    quantity: int,
    *,
    holder: Location | None,
    one: str,
    said: Mapping[str, str | None],
) -> list[Asset]:
    """The assets that are meant by so many of a variant; none where it is kept by number.

    Where `holder` (the member, unless said) has not just so many out, the serials are offered, in the sentence `one` with what was `said`.
    """
    if catalog.item(session, variant.item_id).kind is not ItemKind.SERIALISED:
        return []
    place, template = holder or myself(request, session), compile_template(one)
    of_it = [held for held in checkouts.open_of(session, place.id) if held.variant_id == variant.id]
    out = [assets.get(session, held.asset_id) for held in of_it if held.asset_id is not None]
    if out and len(out) * ONE == quantity and (len(out) == 1 or "assets" in template.head):
        return out
    try:
        return [finding.asset(session, variant.sku)]
    except Ambiguous as which:
        theirs = [(asset.serial, asset.serial) for asset in out] or [(choice.label, choice.value) for choice in which.choices]
        clauses = {slot: text for slot, text in said.items() if text}
        offers = [Offer(label, request.command, render(template, {template.head[0]: serial, **clauses})) for label, serial in theirs[:5]]
        raise Declined(which, offers) from which
