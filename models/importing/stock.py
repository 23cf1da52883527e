"""Planning an import: what each row brings, how many of it or which one, and where it is now."""

from typing import Any

from models import purchasing
from models.assets import ASSETS, bare
from models.catalog import ItemKind
from models.checkouts import CHECKOUTS
from models.columns import key_of
from models.custom_fields import About
from models.importing import catalog, lots, places
from models.importing.forms import Person, Said
from models.importing.known import Thing
from models.importing.peer_forms import UNPLACED
from models.importing.planning import ALREADY, Draft, Move, Step
from models.locations import OURS, LocationKind
from models.quantities import ONE, require_fits, said_number
from models.refusals import Refusal
from models.reorder import POINTS
from models.wording import counted


def plan_row(draft: Draft, said: Said) -> None:
    """Plans one row: adds what it names and is not known yet. Refuses what can't be."""
    draft.line, draft.does, draft.names = said.line, [], {}
    if said.person is not None:
        places.member(draft, said.person)
    else:
        place = places.of_row(draft, said)
        if place is not None:
            draft.names[About.LOCATION] = place
        if said.item or said.sku or said.serial or said.barcode:
            _thing(draft, said, place)
        elif said.quantity is not None or said.low is not None:
            raise Refusal("Say of which item, or delete the row where it is a total.", field="item")
        elif place is None and catalog.category(draft, said.category) is None:
            raise Refusal("This row names no item and no location.", field="item")
    draft.plan.steps.append(Step(said.line, f"{'; '.join(draft.does)}." if draft.does else ALREADY))


def _thing(draft: Draft, said: Said, place: Thing | None) -> None:
    variant = catalog.variant(draft, said)
    draft.names[About.ITEM] = variant["item_id"]
    catalog.comes_in(draft, said, variant["item_id"])
    if variant["item_id"]["kind"] is ItemKind.SERIALISED:
        _serialised(draft, said, variant, place)
    else:
        _counted(draft, said, variant, place)
    _reorder_point(draft, said, variant, place)


def _serialised(draft: Draft, said: Said, variant: Thing, place: Thing | None) -> None:
    if said.serial is None:
        if said.quantity:
            raise Refusal(f"Each {variant['item_id']['name']} is known by its serial, and this row has none.", field="serial")
        catalog.bind(draft, said, variant, to="variant_id")
        return
    if said.quantity not in {None, ONE}:
        raise Refusal(f"{said.serial} is one thing, and the quantity is {said_number(said.quantity or 0)}.", field="quantity")
    asset = draft.known.assets.get(key_of(said.serial))
    if asset is not None:
        _require_same_asset(draft, said, asset, variant)
        draft.names[About.ASSET] = asset
        catalog.bind(draft, said, asset, to="asset_id")
        return
    if place is None:
        raise Refusal(f"Say where it is.{_merged(draft)}", field="location")
    catalog.require_free(draft, said.serial, field="serial")
    if said.own_name:
        catalog.require_no_kit(draft, said.own_name, field="own_name")
    asset = draft.add(ASSETS, _asset_fields(draft, said, variant), f"new asset {said.own_name or variant['name']} {said.serial}")
    draft.known.assets[key_of(said.serial)] = draft.names[About.ASSET] = asset
    catalog.bind(draft, said, asset, to="asset_id")
    _bring(draft, said, variant, ONE, place=place, asset=asset)


def _require_same_asset(draft: Draft, said: Said, asset: Thing, variant: Thing) -> None:
    if asset.id is None:
        raise Refusal(f"{said.serial} stands in line {draft.first_said[asset]} already.", field="serial")
    if asset["variant_id"] is not variant:
        other = asset["variant_id"]["name"] if asset["variant_id"] else "something archived"
        raise Refusal(f"{said.serial} is the serial of {other} already.", field="serial")


def _asset_fields(draft: Draft, said: Said, variant: Thing) -> dict[str, Any]:
    assert said.serial is not None
    key = key_of(said.serial)
    return {
        "serial": said.serial,
        "serial_key": key,
        "serial_bare": bare(key),
        "variant_id": variant,
        "name": said.own_name,
        "purchased_on": said.purchased_on,
        "cost_minor": said.cost_minor,
        "currency": draft.currency if said.cost_minor is not None else None,
        "replace_by_on": said.replace_by_on,
        "note": said.note,
        "location_id": places.supplier(draft, said.supplier),
    }


def _counted(draft: Draft, said: Said, variant: Thing, place: Thing | None) -> None:
    item = variant["item_id"]
    if said.serial:
        raise Refusal(f"{item['name']} is kept by number and has no serials.", field="serial")
    catalog.bind(draft, said, variant, to="variant_id")
    lot = lots.lot(draft, said, variant)
    if lot is not None:
        draft.names[About.LOT] = lot
    if not said.quantity:
        return
    require_fits(said.quantity, fractions=item["fractions"], unit=item["unit"])
    if place is None:
        raise Refusal(f"Say where they are.{_merged(draft)}", field="location")
    counted_as = variant if lot is None else lot
    held = draft.known.levels if lot is None else draft.known.lot_levels
    if counted_as.id and place.id and (counted_as.id, place.id) in held:
        _leave(draft, said, variant, place, held[counted_as.id, place.id])
        return
    if lot and variant.id and place.id and (lotless := draft.known.lotless.get((variant.id, place.id))):
        text = f"{place['name']} holds {counted(lotless, variant['name'], item['unit'])} of no lot. Count them by their lots."
        raise Refusal(text, field="lot")
    line = draft.first_said.setdefault((counted_as, place), said.line)
    if draft.ours and line != said.line:
        of_lot = f" of lot {lot['code']}" if lot else ""
        text = f"Line {line} has {variant['name']}{of_lot} in {place['name']} already. Put both into one row."
        raise Refusal(text, field="quantity")
    _bring(draft, said, variant, said.quantity, place=place, lot=lot)


def _merged(draft: Draft) -> str:
    """Why the location may be missing, where rows before have one."""
    return " A cell that is merged over several rows says it in the first of them only." if draft.plan.moves else ""


def _leave(draft: Draft, said: Said, variant: Thing, place: Thing, held: int) -> None:
    """A file says how many lie where; it is no delivery. Where some lay before, a count corrects them, and not a file."""
    if held != said.quantity:
        there = counted(held, variant["name"], variant["item_id"]["unit"])
        left = f"{place['name']} has {there} by now, and this row {said_number(said.quantity or 0)}"
        draft.remark(said.line, f"{left}. Nothing is changed; count them to correct it.")


def _bring(
    draft: Draft, said: Said, variant: Thing, quantity: int, *, place: Thing, asset: Thing | None = None, lot: Thing | None = None
) -> None:
    """It comes from its supplier to its place, and from there, where the row says so, to whoever has it on checkout."""
    if place["kind"] not in OURS:
        raise Refusal(f"{place['name']} is not one of our locations: nothing is stocked there.", field="location")
    item, holder = variant["item_id"], _holder(draft, said)
    if place["kind"] is LocationKind.PERSON and item["kind"] is not ItemKind.CONSUMABLE:
        holder, place = place, places.location(draft, (UNPLACED,))
    draft.plan.moves.append(Move(variant, quantity, places.supplier(draft, said.supplier), place, asset, lot))
    where = f"in {place['name']}" if asset else f"{counted(quantity, variant['name'], item['unit'])} to {place['name']}"
    if holder is None or holder is place:
        draft.does.append(where)
        return
    draft.plan.moves.append(Move(variant, quantity, place, holder, asset, lot))
    fields = {"variant_id": variant, "asset_id": asset, "holder_id": holder, "source_id": place, "quantity": quantity}
    draft.add(CHECKOUTS, fields, f"{where}, checked out to {holder['name']}")


def _holder(draft: Draft, said: Said) -> Thing | None:
    if isinstance(said.holder, Person):
        return places.body(draft, said.holder)
    if not said.holder:
        return None
    place = places.location(draft, said.holder)
    if place["kind"] not in OURS:
        raise Refusal(f"{place['name']} is not one of our locations: nothing is lent there.", field="holder_location")
    return place


def _reorder_point(draft: Draft, said: Said, variant: Thing, place: Thing | None) -> None:
    if said.low is None:
        if said.high is not None:
            raise Refusal("It says up to how many to order, but not below which number.", field="high")
        return
    item = variant["item_id"]
    purchasing.require_sensible(said.low, said.high, fractions=item["fractions"], unit=item["unit"])
    if place is not None:
        purchasing.require_kept_there(place["kind"], place["name"])
    if (line := draft.first_said.setdefault((variant, place, "reorder point"), said.line)) != said.line:
        _require_same_point(draft, said, variant, place, line)
        return
    draft.first_said[variant, place, said.low, said.high] = said.line
    values = {"low": said.low, "high": said.high}
    point = _known_point(draft, variant, place)
    if point is not None:
        _set_again(draft, said, variant, point, values)
    else:
        where = f" in {place['name']}" if place else ""
        fields = {"variant_id": variant, "location_id": place} | values
        draft.add(POINTS, fields, f"reorder below {said_number(said.low)}{where}")


def _require_same_point(draft: Draft, said: Said, variant: Thing, place: Thing | None, line: int) -> None:
    """What an earlier line has said of the same place holds."""
    if (variant, place, said.low, said.high) in draft.first_said:
        return
    if draft.ours:
        raise Refusal(f"Line {line} has another reorder point of {variant['name']}.", field="low")
    draft.remark(said.line, f"{variant['name']} has the reorder point of line {line}.")


def _known_point(draft: Draft, variant: Thing, place: Thing | None) -> Thing | None:
    if variant.id is None or (place is not None and place.id is None):
        return None
    return draft.known.points.get((variant.id, place.id if place else None))


def _set_again(draft: Draft, said: Said, variant: Thing, point: Thing, values: dict[str, Any]) -> None:
    if not point["active"]:
        draft.plan.set_again.append((point, values))
        draft.does.append(f"reorder below {said_number(values['low'])}")
    elif (point["low"], point["high"]) != (values["low"], values["high"]):
        draft.remark(said.line, f"the reorder point of {variant['name']} is {said_number(point['low'])}, and stays so.")
