"""What importing a file would do: a plan, and the draft that it is while its rows are planned. Neither changes anything."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Table

from models.bills import Part as BillPart
from models.custom_fields import About
from models.custom_kinds import Part
from models.importing.known import Known, Thing
from models.importing.sheets import Problem

#: What is said of a row whose things are all there.
ALREADY = "already there."


class Move(NamedTuple):
    """A movement that an import is to make, between things that may not have their ids yet."""

    variant: Thing
    quantity: int
    source: Thing
    target: Thing
    asset: Thing | None = None
    lot: Thing | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one table that can be written at once, made ready before the lock is taken."""

    table: Table
    things: list[Thing]
    #: Column by column, as the driver takes them.
    columns: dict[str, Sequence[Any]]
    #: What refers to other rows, which may have no ids before these are written.
    references: dict[str, list[Thing | None]]


@dataclass(frozen=True, slots=True)
class Value:
    """One part of what a custom field is to say of a new thing."""

    thing: Thing
    field_id: int
    part: int
    says: Part


@dataclass(frozen=True, slots=True)
class Step:
    """What one row of the file would do, as a sentence."""

    line: int
    text: str


@dataclass(slots=True)
class Plan:
    """Everything that importing one file would do, or why it can't be done."""

    file: str
    digest: str
    form: str
    #: What is added, each after what it refers to.
    things: list[Thing] = field(default_factory=list)
    #: The same as it is written.
    batches: list[Batch] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    #: Reorder points that were taken away once and are set again, with their new values.
    set_again: list[tuple[Thing, dict[str, Any]]] = field(default_factory=list)
    #: Bills of materials by what they are of.
    bills: dict[int, list[BillPart]] = field(default_factory=dict)
    #: What custom fields say of what is added.
    custom: list[Value] = field(default_factory=list)
    #: What is built upon, and must still be there when the plan is carried out.
    used: set[Thing] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    #: What somebody should know, although it stops nothing.
    remarks: list[str] = field(default_factory=list)
    #: The entry that this very file was imported with before, unless that was undone.
    imported_as: int | None = None

    @property
    def changes_something(self) -> bool:
        """Whether anything in the file is not there already."""
        return bool(self.things or self.moves or self.set_again or self.bills)


@dataclass(slots=True)
class Draft:
    """A plan in the making: what is known by now, earlier rows included, and what the row at hand says that it does."""

    plan: Plan
    known: Known
    currency: str
    #: The file is in our own form: every row stands for itself, and rows that contradict one another are refused.
    ours: bool
    #: Which line said something first: each thing that is added, and whatever else a row may contradict.
    first_said: dict[Hashable, int] = field(default_factory=dict)
    #: The line of the row at hand.
    line: int = 0
    #: What the row at hand does, and the things that it names, by what a custom field may be about.
    does: list[str] = field(default_factory=list)
    names: dict[About, Thing] = field(default_factory=dict)

    def add(self, table: Table, fields: dict[str, Any], does: str | None) -> Thing:
        """Adds a row to the plan; `does` says so to whoever reads it."""
        thing = Thing(table, fields)
        self.first_said[thing] = self.line
        self.plan.things.append(thing)
        if does:
            self.does.append(does)
        return thing

    def use(self, thing: Thing) -> Thing:
        """Builds upon a thing: it must still be there when the plan is carried out."""
        if thing.id is not None:
            self.plan.used.add(thing)
        return thing

    def remark(self, line: int, text: str) -> None:
        """Says something about a line that stops nothing."""
        self.plan.remarks.append(f"Line {line}: {text}")
