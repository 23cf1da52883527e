"""Packs: what an item comes in besides its stock unit, each of exactly so many stock units ("a box of 200")."""

from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Text, bindparam, exists, func, or_, select, text
from sqlmodel import Field, Session, SQLModel

from models.catalog import ITEMS, Item, ItemKind
from models.changes import Change, changed
from models.columns import clean, key_of
from models.quantities import MOST, ONE, InPacks, require_fits, said_number
from models.refusals import Choice, Refusal, UnknownUnit
from models.search import folded
from models.times import UtcTime
from models.wording import amount, listed, measured

#: A pack is said between a number and a name, so its own name stays short; and an item has so many packs at most.
MOST_WORDS, LONGEST, MOST_PACKS = 3, 30, 20

#: A sentence names so many of them, and counts the rest.
MOST_DESCRIBED = 5

#: What an item is said to come in: the name of a pack, and what it holds in millionths of the stock unit.
Holding = tuple[str, int]


class Pack(SQLModel, table=True):
    """So many stock units of an item, by the name that people say: "box". Only what is said in packs needs it; stock is kept in units."""

    __tablename__ = "packs"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="pack_holds_something"),
        Index(
            "pack_name_is_unique",
            "item_id",
            "name_key",
            unique=True,
            sqlite_where=text("archived_at IS NULL"),
            postgresql_where=text("archived_at IS NULL"),
        ),
        Index("pack_by_name", "name_key"),
        Index("pack_by_item", "item_id"),
    )

    id: int = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="items.id")
    name: str
    #: Folded to plain words: "boxes" says the same as "Box".
    name_key: str
    #: In millionths of the stock unit.
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))
    archived_at: datetime | None = Field(default=None, sa_type=UtcTime)


PACKS = Pack.__table__  # type: ignore[attr-defined]


def of_item(session: Session, item_id: int) -> list[Pack]:
    """What the item comes in, the largest first."""
    query = select(Pack).where(PACKS.c.item_id == item_id, PACKS.c.archived_at.is_(None))
    return list(session.scalars(query.order_by(PACKS.c.quantity.desc(), PACKS.c.name_key)))


def ever_of_item(session: Session, item_id: int) -> list[Pack]:
    """What the item comes in, or came in once."""
    return list(session.scalars(select(Pack).where(PACKS.c.item_id == item_id)))


def require_sensible(wanted: Sequence[Holding], *, kind: ItemKind, unit: str, fractions: bool) -> None:
    """Refuses packs that nobody could say or count by: two of one name, the stock unit itself, parts of what is counted in wholes."""
    if wanted and kind is ItemKind.SERIALISED:
        raise Refusal("What is known by its serial comes one by one, and not in packs.", field="packs")
    if len(wanted) > MOST_PACKS:
        raise Refusal(f"An item has at most {MOST_PACKS} packs.", field="packs")
    known = {folded(unit)}
    for name, quantity in wanted:
        _require_sayable(name)
        if folded(name) in known:
            what = "is what it is counted in" if folded(name) == folded(unit) else "is there twice"
            raise Refusal(f"{name} {what}. Each pack needs a name of its own.", field="packs")
        known.add(folded(name))
        try:
            require_fits(quantity, fractions=fractions, unit=unit)
        except Refusal as unfit:
            raise Refusal(f"{name}: {unfit.text}", field="packs") from None


def _require_sayable(name: str) -> None:
    clean(name, what="pack", field="packs", longest=LONGEST)
    words = key_of(name).split()
    parts = "of" in words or set(name) & set('",') or any(word.startswith("@") for word in words)
    if len(words) > MOST_WORDS or parts or not any(letter.isalpha() for letter in name):
        raise Refusal(f"{name} can't be said between a number and a name. A pack has one to {MOST_WORDS} words, like box.", field="packs")


def changes_to(session: Session, now: datetime, item_id: int, wanted: Sequence[Holding]) -> list[Change]:
    """The changes that make exactly these the packs of an item: new ones are born archived, others change, the rest is archived."""
    named = {folded(name): (clean(name, what="pack", field="packs"), quantity) for name, quantity in wanted}
    kept = {pack.name_key: pack for pack in of_item(session, item_id)}
    new = [
        Pack(item_id=item_id, name=name, name_key=key, quantity=quantity, archived_at=now)
        for key, (name, quantity) in named.items()
        if key not in kept
    ]
    session.add_all(new)
    session.flush()
    changes = [changed(pack, archived_at=None) for pack in new]
    for key, pack in kept.items():
        name, quantity = named.get(key, ("", 0))
        changes.append(changed(pack, name=name, quantity=quantity) if name else changed(pack, archived_at=now))
    return [change for change in changes if change.after]


_FOLDED, _TYPED = ([bindparam(f"{form}_{number}", type_=Text) for number in range(MOST_WORDS)] for form in ("folded", "typed"))
_SAYS_UNIT = select(
    or_(
        exists().where(PACKS.c.name_key.in_(_FOLDED), PACKS.c.archived_at.is_(None)),
        exists().where(func.lower(ITEMS.c.unit).in_([*_FOLDED, *_TYPED])),
    )
)


def any_counted_in(session: Session, units: Sequence[str]) -> bool:
    """Whether any item at all is counted in one of these few units, or comes in it; most words behind a number are no unit."""
    typed = [unit.casefold() for unit in units[:MOST_WORDS]]
    words = [*zip_longest(_FOLDED, map(folded, typed)), *zip_longest(_TYPED, typed)]
    said = {form.key: word for form, word in words if form is not None}
    return bool(session.connection().execute(_SAYS_UNIT, said).scalar_one())


def counted_in(session: Session, items: Sequence[Item], unit: str) -> set[int]:
    """Those of the items, by id, that are counted in that unit, or come in packs of that name."""
    key = folded(unit)
    query = select(PACKS.c.item_id).where(
        PACKS.c.item_id.in_([item.id for item in items]), PACKS.c.name_key == key, PACKS.c.archived_at.is_(None)
    )
    return {item.id for item in items if folded(item.unit) == key} | set(session.connection().execute(query).scalars())


def quantity_of(session: Session, item: Item, number: int, unit: str, *, field: str) -> int:
    """So many (in millionths) of a unit as millionths of the item's stock unit, exactly. Refuses a unit that the item does not come in."""
    if not unit or folded(unit) == folded(item.unit):
        return number
    pack = next((pack for pack in of_item(session, item.id) if pack.name_key == folded(unit)), None)
    if pack is None:
        raise unknown_unit(session, item, number, unit, field=field)
    return in_packs(number, pack, field=field)


def in_packs(number: int, pack: Pack, *, field: str = "quantity") -> InPacks:
    """So many (in millionths) of a pack. Refuses a part of one that is no whole number of millionths, and more than can be counted."""
    quantity, rest = divmod(number * pack.quantity, ONE)
    if rest:
        raise Refusal(f"{said_number(number)} {pack.name} is finer than I count: six places after the point are the most.", field=field)
    if quantity > MOST:
        raise Refusal(f"{said_number(number)} {pack.name} is more than I can count; the most is {said_number(MOST)}.", field=field)
    return InPacks(quantity, number=number, pack=pack.name)


def unknown_unit(session: Session, item: Item, number: int, unit: str, *, field: str) -> UnknownUnit:
    """The refusal of a unit that the item does not come in: what it does come in, and that as ways on."""
    packs = of_item(session, item.id)
    come_in = f"comes in {described(packs, item.unit)}" if packs else "has no packs"
    choices = [Choice(measured(number, pack.name), field, f"{said_number(number)} {pack.name}") for pack in packs[:4]]
    counted = "one by one" if folded(item.unit) == "each" else f"in {item.unit}"
    text = f"I know {item.name}, but not {unit} of it. It is counted {counted} and {come_in}."
    return UnknownUnit(text, field=field, choices=(*choices, Choice(measured(number, item.unit), field, said_number(number))))


def described(packs: Sequence[Pack], unit: str) -> str:
    """Some packs and what they hold: "pallet (9,000) and box (200)", "roll (100 m)"."""
    more = len(packs) - MOST_DESCRIBED
    told = [f"{pack.name} ({amount(pack.quantity, unit)})" for pack in packs[:MOST_DESCRIBED]]
    return listed([*told, *([f"{more} more"] if more > 0 else [])])


def in_largest(quantity: int, packs: Sequence[Pack]) -> InPacks | None:
    """The same quantity in the largest pack that it is a whole number of; None where there is none."""
    fitting = [pack for pack in packs if quantity > 0 and quantity % pack.quantity == 0]
    largest = max(fitting, key=lambda pack: pack.quantity, default=None)
    return InPacks(quantity, number=quantity // largest.quantity * ONE, pack=largest.name) if largest else None
