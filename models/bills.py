"""Bills of materials: what one unit of a variant is made of, over any number of levels."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Select, bindparam, select, union_all
from sqlmodel import Field, Session, SQLModel

from models import bulk, changes
from models.catalog import VARIANTS
from models.changes import ByTable
from models.refusals import Conflict, Refusal
from models.wording import listed

#: Scrap is counted in hundredths of a percent; all of it once more is the most.
PERCENT = 100
ALL = 100 * PERCENT


class Bill(SQLModel, table=True):
    """What one variant is made of. Each variant has one; taken away and written again it stays the same row."""

    __tablename__ = "bills"
    __table_args__ = (Index("bill_is_of_one_variant", "variant_id", unique=True),)

    id: int = Field(default=None, primary_key=True)
    #: What is made.
    variant_id: int = Field(foreign_key="variants.id")
    #: How often it was written: whoever changes any line of it changes this.
    edition: int = 0
    active: bool = False


class Component(SQLModel, table=True):
    """One line of a bill: so much of a variant goes into one unit of what is made."""

    __tablename__ = "components"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="component_is_of_something"),
        CheckConstraint(f"scrap BETWEEN 0 AND {ALL}", name="component_scrap_is_a_share"),
        Index("component_is_there_once", "bill_id", "variant_id", unique=True),
        Index("component_by_variant", "variant_id"),
    )

    id: int = Field(default=None, primary_key=True)
    bill_id: int = Field(foreign_key="bills.id")
    variant_id: int = Field(foreign_key="variants.id")
    #: Millionths of the component's unit, for one unit of what is made.
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))
    #: What is spoilt on the way, on top: hundredths of a percent.
    scrap: int = 0
    #: Its place in the bill.
    position: int = 0
    active: bool = False


class Substitute(SQLModel, table=True):
    """What may stand in for a component, unit for unit, where it is short."""

    __tablename__ = "substitutes"
    __table_args__ = (
        Index("substitute_is_there_once", "component_id", "variant_id", unique=True),
        Index("substitute_by_variant", "variant_id"),
    )

    id: int = Field(default=None, primary_key=True)
    component_id: int = Field(foreign_key="components.id")
    variant_id: int = Field(foreign_key="variants.id")
    #: The preferred first.
    position: int = 0
    active: bool = False


BILLS = Bill.__table__  # type: ignore[attr-defined]
COMPONENTS = Component.__table__  # type: ignore[attr-defined]
SUBSTITUTES = Substitute.__table__  # type: ignore[attr-defined]


class Part(NamedTuple):
    """One line of a bill as it holds: so much of a variant for one unit, and what may stand in for it, the preferred first."""

    variant_id: int
    quantity: int
    scrap: int
    substitutes: tuple[int, ...]


#: What is made -> what it is made of, in the order of its bill
Parts = Mapping[int, Sequence[Part]]

_OF_BILL = (COMPONENTS.c.bill_id == BILLS.c.id) & COMPONENTS.c.active & BILLS.c.active
_OF_COMPONENT = (SUBSTITUTES.c.component_id == COMPONENTS.c.id) & SUBSTITUTES.c.active


def _lines_below() -> Select[Any]:
    """The lines of the bills of `made`, and of the bills of all that they name, in the order of each bill."""
    made = select(BILLS.c.variant_id).where(BILLS.c.variant_id.in_(bindparam("made", expanding=True)), BILLS.c.active)
    found = made.cte("found", recursive=True)
    bill, component, substitute = BILLS.alias("bill"), COMPONENTS.alias("component"), SUBSTITUTES.alias("substitute")
    bills = found.join(bill, (bill.c.variant_id == found.c.variant_id) & bill.c.active)
    components = bills.join(component, (component.c.bill_id == bill.c.id) & component.c.active)
    substitutes = components.join(substitute, (substitute.c.component_id == component.c.id) & substitute.c.active)
    found = found.union(select(component.c.variant_id).select_from(components), select(substitute.c.variant_id).select_from(substitutes))
    lines = select(BILLS.c.variant_id.label("made_id"), COMPONENTS.c.id, COMPONENTS.c.variant_id, COMPONENTS.c.quantity, COMPONENTS.c.scrap)
    lines = lines.select_from(COMPONENTS).join(BILLS, _OF_BILL).where(BILLS.c.variant_id.in_(select(found.c.variant_id)))
    return lines.order_by(BILLS.c.id, COMPONENTS.c.position, COMPONENTS.c.id)


_LINES_BELOW = _lines_below()
_STANDING_IN = (
    select(SUBSTITUTES.c.component_id, SUBSTITUTES.c.variant_id)
    .where(SUBSTITUTES.c.component_id.in_(bindparam("components", expanding=True)), SUBSTITUTES.c.active)
    .order_by(SUBSTITUTES.c.position, SUBSTITUTES.c.id)
)


def parts_of(session: Session, variant_ids: Iterable[int]) -> dict[int, list[Part]]:
    """The bills of those variants and of all that they are made of, or may be: two reads, however many levels there are."""
    found = {
        line.id: line
        for page in bulk.pages(variant_ids, bulk.MOST_PARAMETERS)
        for line in session.connection().execute(_LINES_BELOW, {"made": page})
    }
    standing_in = _substitutes(session, found)
    parts = defaultdict[int, list[Part]](list)
    for line in found.values():
        parts[line.made_id].append(Part(line.variant_id, line.quantity, line.scrap, tuple(standing_in.get(line.id, ()))))
    return dict(parts)


def _substitutes(session: Session, component_ids: Iterable[int]) -> dict[int, list[int]]:
    found = defaultdict[int, list[int]](list)
    for page in bulk.pages(component_ids, bulk.MOST_PARAMETERS):
        for row in session.connection().execute(_STANDING_IN, {"components": page}):
            found[row.component_id].append(row.variant_id)
    return found


def from_the_top(parts: Parts) -> Parts:
    """The same bills in such an order that what is made stands before what it is made of."""
    below = {made: [part.variant_id for part in of if part.variant_id in parts] for made, of in parts.items()}
    return {made: parts[made] for made in reversed(list(TopologicalSorter(below).static_order()))}


def named(parts: Parts) -> set[int]:
    """Everything that those bills name as a component or a substitute."""
    return {one for of in parts.values() for part in of for one in (part.variant_id, *part.substitutes)}


def of_variant(session: Session, variant_id: int) -> Bill | None:
    """The bill of a variant; also one that was taken away."""
    return session.scalars(select(Bill).where(BILLS.c.variant_id == variant_id)).one_or_none()


#: Every variant that a bill names: as what is made, as a component, or as a substitute.
_USES = union_all(
    select(BILLS.c.variant_id.label("made_id"), BILLS.c.variant_id.label("variant_id")).where(BILLS.c.active),
    select(BILLS.c.variant_id, COMPONENTS.c.variant_id).select_from(BILLS).join(COMPONENTS, _OF_BILL),
    select(BILLS.c.variant_id, SUBSTITUTES.c.variant_id).select_from(BILLS).join(COMPONENTS, _OF_BILL).join(SUBSTITUTES, _OF_COMPONENT),
).subquery("uses")
_MADE = VARIANTS.alias("made")
#: A bill of, or with, something that is archived: there is none, ever.
ARCHIVED: Select[Any] = (
    select(_USES.c.made_id, _MADE.c.name.label("made"), VARIANTS.c.id.label("variant_id"), VARIANTS.c.name)
    .select_from(_USES)
    .join(VARIANTS, VARIANTS.c.id == _USES.c.variant_id)
    .join(_MADE, _MADE.c.id == _USES.c.made_id)
    .where(VARIANTS.c.archived_at.is_not(None))
    .order_by(_USES.c.made_id)
)


def used_in(session: Session, variant_id: int) -> list[str]:
    """The names of what is made with a variant, or may be, by name."""
    query = select(_MADE.c.name).join(_USES, _USES.c.made_id == _MADE.c.id)
    query = query.where(_USES.c.variant_id == variant_id, _USES.c.made_id != variant_id).distinct().order_by(_MADE.c.name)
    return list(session.connection().execute(query).scalars())


def naming_one_of(session: Session, variant_ids: Sequence[int]) -> str | None:
    """The name of something whose bill names one of those variants: as what is made, what goes in, or what may."""
    query = select(_MADE.c.name).join(_USES, _USES.c.made_id == _MADE.c.id).where(_USES.c.variant_id.in_(variant_ids))
    return session.connection().execute(query.order_by(_MADE.c.id).limit(1)).scalar()


def require_sound(session: Session, of_table: ByTable) -> None:
    """Refuses where those changes, already made, leave a bill that leads back to itself, or one with something archived.

    `ledger.post()` calls it, so that an import and an undo are held to it as well.
    """
    archived = [change.id for change in of_table.get(VARIANTS.name, ()) if change.after.get("archived_at")]
    made = [made_id for page in bulk.pages(changes.ids(of_table, BILLS), bulk.MOST_PARAMETERS) for made_id in _made(session, page)]
    for used, by in ((_USES.c.variant_id, archived), (_USES.c.made_id, made)):
        for page in bulk.pages(by, bulk.MOST_PARAMETERS):
            row = session.connection().execute(ARCHIVED.where(used.in_(page)).limit(1)).first()
            if row is not None:
                raise Conflict(_with_archived(row), field="thing")
    if made and (ring := circle(parts_of(session, made), made)):
        raise Refusal(said_circle(names(session, ring)), field="components")


def _made(session: Session, bill_ids: Sequence[int]) -> Sequence[int]:
    """What is made by those bills. Whoever changes a line of one changes the bill itself, too."""
    return session.connection().execute(select(BILLS.c.variant_id).where(BILLS.c.id.in_(bill_ids))).scalars().all()


def _with_archived(row: Any) -> str:
    if row.made_id == row.variant_id:
        return f"{row.made} still has a bill of materials. Take that away first."
    return f"{row.made} is made with {row.name}, and nothing is made with what is archived. Take it out of that bill of materials first."


def circle(parts: Parts, first: Collection[int]) -> list[int]:
    """A way down the bills that comes back to where it began, both ends included, from one of `first` where it has one; empty for none."""
    graph = {made: {one for part in of for one in (part.variant_id, *part.substitutes)} for made, of in parts.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        ring = found.args[1][:0:-1]
        start = next((place for place, one in enumerate(ring) if one in first), 0)
        return [*ring[start:], *ring[: start + 1]]
    return []


def said_circle(names: Sequence[str]) -> str:
    """The refusal of a bill that leads back to itself, naming the way: Widget, Frame, Widget."""
    steps = [f"{made} of {of}" for made, of in pairwise(names)]
    return f"{names[0]} would be made of itself: {listed(steps)}."


def names(session: Session, variant_ids: Sequence[int]) -> list[str]:
    """What those variants are called, in their order."""
    rows = session.connection().execute(select(VARIANTS.c.id, VARIANTS.c.name).where(VARIANTS.c.id.in_(variant_ids)))
    called = {row.id: row.name for row in rows}
    return [called[one] for one in variant_ids]
