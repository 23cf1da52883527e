"""Search as you type: what the fields of every form suggest."""

from collections.abc import Sequence
from zoneinfo import available_timezones

from sqlmodel import Session

from handlers.routes import Request, options
from models import suggestions
from models.catalog import ItemKind
from models.locations import LocationKind
from models.members import Permission
from models.suggestions import Suggestion

#: Slack takes no longer value of an option.
LONGEST_VALUE = 75
#: Where things of several kinds are suggested, so many of each.
MOST_OF_A_KIND = 6

Offered = list[tuple[str, str]]


def _offered(found: Sequence[Suggestion]) -> Offered:
    return [(f"{one.label} ({one.detail})" if one.detail else one.label, findable(one.value)) for one in found]


def findable(value: str) -> str:
    """The text that finds something, short enough for an option: of a long path the last steps, which find it where no other ends so."""
    while len(value) > LONGEST_VALUE and " / " in value:
        value = value.partition(" / ")[2]
    return value


@options("stock.location", needs=Permission.LOOK)
@options("location.suggest", needs=Permission.LOOK)
def suggest_locations(_request: Request, session: Session, *, typed: str) -> Offered:
    """Locations of ours that are no person."""
    return _offered(suggestions.locations(session, typed))


@options("holder.suggest", needs=Permission.LOOK)
def suggest_holders(_request: Request, session: Session, *, typed: str) -> Offered:
    """Whoever and wherever something can be lent to."""
    return _offered(suggestions.holders(session, typed))


@options("member.suggest", needs=Permission.LOOK)
def suggest_members(_request: Request, session: Session, *, typed: str) -> Offered:
    """Everybody we know."""
    return _offered(suggestions.members(session, typed))


@options("variant.suggest", needs=Permission.LOOK)
def suggest_variants(_request: Request, session: Session, *, typed: str) -> Offered:
    """Every variant, by name, SKU or barcode."""
    return _offered(suggestions.variants(session, typed))


@options("checkout.what", needs=Permission.LOOK)
@options("lend.suggest", needs=Permission.LOOK)
def suggest_to_check_out(_request: Request, session: Session, *, typed: str) -> Offered:
    """What can be checked out: assets in store, and returnable items."""
    return _offered(suggestions.to_check_out(session, typed))


@options("labelled.suggest", needs=Permission.LOOK)
def suggest_labelled(_request: Request, session: Session, *, typed: str) -> Offered:
    """What a code can be on: items, assets and locations."""
    found = [suggestions.variants, suggestions.assets, suggestions.locations]
    return _offered([one for kind in found for one in kind(session, typed, limit=MOST_OF_A_KIND)])


@options("booking.what", needs=Permission.LOOK)
def suggest_to_book(_request: Request, session: Session, *, typed: str) -> Offered:
    """What can be booked: kits, any of an item that comes back, and certain assets."""
    whole = suggestions.kits(session, typed, limit=suggestions.MOST // 4)
    lent = suggestions.variants(session, typed, kinds=[ItemKind.RETURNABLE, ItemKind.SERIALISED], limit=suggestions.MOST // 2)
    return _offered([*whole, *lent, *suggestions.assets(session, typed, limit=suggestions.MOST - len(lent) - len(whole))])


@options("category.suggest", needs=Permission.LOOK)
def suggest_categories(_request: Request, session: Session, *, typed: str) -> Offered:
    """Branches of the catalog."""
    return _offered(suggestions.categories(session, typed))


@options("stock.item", needs=Permission.LOOK)
def suggest_counted(_request: Request, session: Session, *, typed: str) -> Offered:
    """What is kept by number."""
    return _offered(suggestions.variants(session, typed, kinds=[ItemKind.CONSUMABLE, ItemKind.RETURNABLE]))


@options("serialised.suggest", needs=Permission.LOOK)
def suggest_serialised(_request: Request, session: Session, *, typed: str) -> Offered:
    """What is kept by serial."""
    return _offered(suggestions.variants(session, typed, kinds=[ItemKind.SERIALISED]))


@options("supplier.suggest", needs=Permission.LOOK)
def suggest_suppliers(_request: Request, session: Session, *, typed: str) -> Offered:
    """Where stock comes from."""
    return _offered(suggestions.locations(session, typed, kinds=[LocationKind.SUPPLIER]))


@options("repairer.suggest", needs=Permission.LOOK)
def suggest_repairers(_request: Request, session: Session, *, typed: str) -> Offered:
    """Where things are repaired: workshops and vendors."""
    return _offered(suggestions.locations(session, typed, kinds=[LocationKind.WORKSHOP, LocationKind.SUPPLIER]))


@options("customer.suggest", needs=Permission.LOOK)
def suggest_customers(_request: Request, session: Session, *, typed: str) -> Offered:
    """Whom things are sold or given to."""
    return _offered(suggestions.locations(session, typed, kinds=[LocationKind.CUSTOMER]))


@options("asset.suggest", needs=Permission.LOOK)
def suggest_assets(_request: Request, session: Session, *, typed: str) -> Offered:
    """Assets, by serial and name."""
    return _offered(suggestions.assets(session, typed))


@options("parent.suggest", needs=Permission.LOOK)
def suggest_parents(_request: Request, session: Session, *, typed: str) -> Offered:
    """What a location can lie below."""
    return _offered(suggestions.locations(session, typed, kinds=[kind for kind in LocationKind if kind is not LocationKind.PERSON]))


#: What most things are counted in; those that are divided are suggested with their parts.
_UNITS = (
    ("each", False), ("box", False), ("pack", False), ("pair", False), ("set", False), ("roll", False),
    ("m", True), ("kg", True), ("l", True), ("hour", True),
)  # fmt: skip


@options("unit.suggest", needs=Permission.LOOK)
def suggest_units(_request: Request, _session: Session, *, typed: str) -> Offered:
    """Units to count in; what nobody thought of is offered as it is typed, in wholes and in parts."""
    own = " ".join(typed.split())[:30]
    known = [(unit, parts) for unit, parts in _UNITS if unit.startswith(own.casefold())]
    return [unit_option(*one) for one in dict.fromkeys([*known, *([(own, False), (own, True)] if own else [])])]


def unit_option(unit: str, fractions: bool) -> tuple[str, str]:
    """A unit as an option: "m, in parts too"."""
    return f"{unit}, {'in parts too' if fractions else 'in wholes'}", f"{'parts' if fractions else 'wholes'}:{unit}"


@options("zone.suggest", needs=Permission.LOOK)
def suggest_zones(request: Request, _session: Session, *, typed: str) -> Offered:
    """Time zones; the asker's own first."""
    wanted = typed.strip().casefold().replace(" ", "_")
    named = sorted(zone for zone in available_timezones() if wanted in zone.casefold() and "/" in zone)
    mine = [request.act.by.time_zone] if not wanted else []
    return [(zone, zone) for zone in dict.fromkeys([*mine, *named])]
