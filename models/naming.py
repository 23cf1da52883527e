"""The rules that what the register adds or edits has to keep: names free, trees without circles, amounts that make sense."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlmodel import Session

from models.catalog import CATEGORIES, ITEMS, VARIANTS, Item, ItemKind, Variant
from models.columns import clean, key_of
from models.locations import LOCATIONS, OURS, Location, LocationKind
from models.refusals import Conflict, Refusal
from models.search import Findable

#: The longest lead time, and the longest contact.
MOST_DAYS, LONGEST_CONTACT = 3_650, 300


def require_free_item(session: Session, name: str, *, but: int | None = None) -> None:
    """Refuses a name that another item has; `but` is the item itself."""
    query = select(ITEMS.c.name).where(ITEMS.c.name_key == key_of(name), ITEMS.c.archived_at.is_(None), ITEMS.c.id.is_distinct_from(but))
    _refuse_taken(session.scalar(query), "an item")


def require_free_variant(session: Session, item_id: int, name: str, *, but: int | None = None) -> None:
    """Refuses attributes that another variant of the item has."""
    query = select(VARIANTS.c.name).where(
        VARIANTS.c.item_id == item_id,
        VARIANTS.c.name_key == key_of(name),
        VARIANTS.c.archived_at.is_(None),
        VARIANTS.c.id.is_distinct_from(but),
    )
    _refuse_taken(session.scalar(query), "a variant", field="attributes")


def require_free_category(session: Session, name: str, *, parent_id: int | None, but: int | None = None) -> None:
    """Refuses a name that another category has on the same branch."""
    query = select(CATEGORIES.c.name).where(
        CATEGORIES.c.name_key == key_of(name),
        CATEGORIES.c.parent_id.is_not_distinct_from(parent_id),
        CATEGORIES.c.archived_at.is_(None),
        CATEGORIES.c.id.is_distinct_from(but),
    )
    _refuse_taken(session.scalar(query), "a category")


def require_free_location(session: Session, name: str, *, parent_id: int | None, but: int | None = None) -> None:
    """Refuses a name that another location has below the same one; people may be called alike."""
    query = select(LOCATIONS.c.name).where(
        LOCATIONS.c.name_key == key_of(name),
        LOCATIONS.c.parent_id.is_not_distinct_from(parent_id),
        LOCATIONS.c.kind != LocationKind.PERSON,
        LOCATIONS.c.archived_at.is_(None),
        LOCATIONS.c.id.is_distinct_from(but),
    )
    _refuse_taken(session.scalar(query), "a location")


def _refuse_taken(name: str | None, what: str, field: str = "name") -> None:
    if name is not None:
        raise Conflict(f"There is {what} called {name} already.", field=field)


def require_nests(kind: LocationKind, parent: Location | None) -> None:
    """Refuses a person, and a location of ours below one that isn't, or the other way round."""
    if kind is LocationKind.PERSON:
        raise Refusal("A person becomes a location when Quartermaster meets them; they are not added.", field="kind")
    if parent is None:
        return
    if parent.kind is LocationKind.PERSON:
        raise Refusal(f"{parent.name} is a person; nothing lies below them.", field="parent")
    if (kind in OURS) is not parent.ours:
        raise Refusal(f"A {kind} can't lie below {parent.name}: one is ours, and the other is not.", field="parent")


def require_zone(time_zone: str | None) -> None:
    """Refuses what is no IANA time zone."""
    if time_zone is None:
        return
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refusal(f"I don't know a time zone called {time_zone}. Try one like Europe/Berlin.", field="time_zone") from None


def require_currency(currency: str) -> None:
    """Refuses what is no ISO currency code."""
    if not (currency.isascii() and currency.isalpha() and currency.isupper() and len(currency) == 3):
        raise Refusal(f"{currency} is not an ISO currency code. Try one like EUR.", field="currency")


def clean_contact(contact: str | None) -> str | None:
    """Whom to ask at a supplier, fit to keep: an e-mail address, a telephone number, a name, in any words."""
    return clean(contact, what="contact", field="contact", longest=LONGEST_CONTACT) if contact else None


def require_days(days: int | None) -> None:
    """Refuses a lead time below nothing, or of more than ten years."""
    if days is not None and not 0 <= days <= MOST_DAYS:
        raise Refusal(f"A lead time is between 0 and {MOST_DAYS:,} days.", field="lead_days")


def require_count_days(every: Sequence[int | None]) -> None:
    """Refuses what is not counted at least once in ten years, and a day at most."""
    if any(days is not None and not 1 <= days <= MOST_DAYS for days in every):
        raise Refusal(f"Counts are between 1 and {MOST_DAYS:,} days apart.", field="counts")


def require_countable(kind: ItemKind, fractions: bool, lot_tracked: bool) -> None:
    """Refuses parts, and lots, of things that each have a serial."""
    if kind is ItemKind.SERIALISED and fractions:
        raise Refusal("Things known by their serial are counted in wholes.", field="fractions")
    if kind is ItemKind.SERIALISED and lot_tracked:
        raise Refusal("Things known by their serial are traced one by one, and need no lots.", field="kind")


def require_cost(cost_minor: int | None) -> None:
    """Refuses a cost below zero."""
    if cost_minor is not None and cost_minor < 0:
        raise Refusal("A cost is zero or more.", field="cost")


def require_in_order(purchased_on: date | None, replace_by_on: date | None) -> None:
    """Refuses what would be replaced before it is bought."""
    if purchased_on is not None and replace_by_on is not None and replace_by_on <= purchased_on:
        raise Refusal("It is replaced after it was purchased: one of the two days is wrong.", field="replace_by_on")


def clean_attributes(attributes: Mapping[str, str]) -> dict[str, str]:
    """Attributes fit to keep. Refuses an empty or over-long name or value, and one with what parts two of them in a file."""
    if any(";" in text for one in attributes.items() for text in one):
        raise Refusal("An attribute can't have a semicolon in it. Write another sign there.", field="attributes")
    return {
        clean(name, what="attribute", field="attributes"): clean(value, what="attribute", field="attributes")
        for name, value in attributes.items()
    }


def variant_name(item: str, attributes: Mapping[str, str]) -> str:
    """What a variant is called: the item's name and the attributes' values."""
    return ", ".join([item, *attributes.values()])


def findable_variants(item: Item, variants: Iterable[Variant]) -> list[tuple[Findable, int, str]]:
    """The variants that have a name of their own to be found by."""
    return [(Findable.VARIANT, one.id, one.name) for one in variants if one.name != item.name]
