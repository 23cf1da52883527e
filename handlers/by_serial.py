"""So many of what is known by its serial: those that somebody has out, where that is all of them; else it is asked which."""

from collections.abc import Mapping

from sqlmodel import Session

from handlers.checkout import myself
from handlers.defaults import MOST_OFFERED
from handlers.meant import to_say
from handlers.routes import Offer, Request
from handlers.speaking import Declined
from handlers.templates import compile_template, render
from models import assets, catalog, checkouts
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

    Where `holder` (the member, unless said) has not just so many out, the serials of those who have some are offered, in the sentence
    `one` with what was `said`.
    """
    item = catalog.item(session, variant.item_id)
    if item.kind is not ItemKind.SERIALISED:
        return []
    place, template = holder or myself(request, session), compile_template(one)
    out = checkouts.open_for_variant(session, variant.id)
    theirs = [held for held in out if held.holder_id == place.id]
    if theirs and len(theirs) * ONE == quantity and (len(theirs) == 1 or "assets" in template.head):
        return [assets.get(session, held.asset_id) for held in theirs if held.asset_id is not None]
    which = Ambiguous(f"Each {item.name} is known by its serial. {'Which one?' if out else 'None is out.'}", field="quantity")
    clauses = {slot: text for slot, text in said.items() if text}
    offers = [
        Offer(
            held.serial if theirs else f"{held.serial} ({held.holder})",
            request.command,
            render(template, {template.head[0]: held.serial, **clauses}),
        )
        for held in theirs or out
        if held.serial is not None
    ]
    raise Declined(which, offers[:MOST_OFFERED] or [to_say(request.command, item.name)])
