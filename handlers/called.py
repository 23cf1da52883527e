"""How things are called: an asset by name and serial, an amount by number and name, a location as it is found again."""

from sqlmodel import Session

from handlers.typed import parse_measure
from handlers.views import naming
from handlers.views.parts import said
from models import catalog, finding, members, packs
from models.assets import Asset
from models.catalog import Variant
from models.locations import Location
from models.wording import counted


def asset(session: Session, one: Asset) -> str:
    """Canon R6 `SN-00483`, escaped."""
    return naming.asset(one.name or catalog.variant(session, one.variant_id).name, one.serial)


def amount(session: Session, variant: Variant, quantity: int) -> str:
    """ "5 hard hats", escaped."""
    return said(counted(quantity, variant.name, catalog.item(session, variant.item_id).unit))


def quantity(session: Session, variant: Variant, typed: str) -> int:
    """What somebody typed into a form's field, exactly: "5", "2.5 m", "3 boxes". The item tells what the number counts."""
    number, unit = parse_measure(typed)
    return packs.quantity_of(session, catalog.item(session, variant.item_id), number, unit, field="quantity")


def comes_in(session: Session, variant: Variant) -> str:
    """ " It comes in box (200) and carton (1,000).", escaped; nothing for what has no packs."""
    found, unit = packs.of_item(session, variant.item_id), catalog.item(session, variant.item_id).unit
    return f" It comes in {said(packs.described(found, unit))}." if found else ""


def found_as(session: Session, location: Location) -> str:
    """The words that find exactly this location again: a person as Slack mentions them where it knows them, any other by its path."""
    person = members.at_location(session, location.id)
    if person is None:
        return f"/ {finding.path_of(session, location)}"
    return f"<@{person.slack_user_id}>" if person.slack_user_id else person.email or person.username or person.name
