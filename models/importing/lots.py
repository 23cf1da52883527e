"""Planning an import: the lots that its rows name, of items that are tracked by lots."""

from models.columns import clean, key_of
from models.importing import places
from models.importing.forms import Said
from models.importing.known import Thing
from models.importing.planning import Draft
from models.lot_register import LONGEST_CODE
from models.lots import LOTS, said_full
from models.refusals import Refusal


def lot(draft: Draft, said: Said, variant: Thing) -> Thing | None:
    """The lot that a row's stock is of, added where it is new; none for what is not tracked by lots. Refuses what contradicts it."""
    item = variant["item_id"]
    if said.lot is None:
        if said.expires_on or said.made_on:
            raise Refusal("Say of which lot that is: its days belong to it.", field="lot")
        if item["lot_tracked"] and said.quantity:
            raise Refusal(f"{item['name']} is tracked by lots, and this row names none.", field="lot")
        return None
    code = clean(said.lot, what="lot code", field="lot", longest=LONGEST_CODE)
    if said.made_on and said.expires_on and said.expires_on < said.made_on:
        raise Refusal(f"{code} can't expire before it was made.", field="expires_on")
    supplier = places.supplier(draft, said.supplier) if said.supplier else None
    found = draft.known.lots.get((variant, key_of(code)))
    if found is None:
        fields = {
            "variant_id": variant,
            "code": code,
            "code_key": key_of(code),
            "supplier_id": supplier,
            "made_on": said.made_on,
            "expires_on": said.expires_on,
        }
        found = draft.known.lots[variant, key_of(code)] = draft.add(LOTS, fields, f"new lot {code}")
    _require_same(found, said, supplier)
    return draft.use(found)


def _require_same(lot: Thing, said: Said, supplier: Thing | None) -> None:
    """Refuses another day or supplier than the lot of that code has: then it is another lot, or is corrected in its form."""
    known = "An earlier row has" if lot.id is None else "The register has"
    for name, what, value in (("expires_on", "expires", said.expires_on), ("made_on", "was made", said.made_on)):
        if value is not None and lot[name] != value:
            day = f"on {said_full(lot[name])}" if lot[name] else "on no day that is known"
            raise Refusal(f"{known} it that lot {lot['code']} {what} {day}. Another lot needs a code of its own.", field=name)
    if supplier is not None and lot["supplier_id"] not in {None, supplier, supplier.id}:
        raise Refusal(f"{known} lot {lot['code']} from another supplier. Another lot needs a code of its own.", field="supplier")
