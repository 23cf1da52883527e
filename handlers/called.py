"""How answers call what was found: an asset by name and serial, an amount by number and name, a location as it is found again."""

from sqlmodel import Session

from handlers.views import naming
from handlers.views.parts import said
from models import catalog, finding, members
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


def found_as(session: Session, location: Location) -> str:
    """The words that find exactly this location again: a person as Slack mentions them where it knows them, any other by its path."""
    person = members.at_location(session, location.id)
    if person is None:
        return f"/ {finding.path_of(session, location)}"
    return f"<@{person.slack_user_id}>" if person.slack_user_id else person.email or person.username or person.name
