"""What a check of a file has found, in numbers and first lines: as much as fits on a card."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Table

from models.assets import ASSETS
from models.catalog import BARCODES, CATEGORIES, ITEMS, VARIANTS
from models.checkouts import CHECKOUTS
from models.importing.planning import ALREADY, Plan
from models.importing.sheets import Problem, Sheet
from models.kits import KITS
from models.locations import LOCATIONS, LocationKind
from models.lots import LOTS
from models.members import MEMBERS
from models.packs import PACKS
from models.reorder import POINTS

#: So many problems and remarks are told on a card, and so much of each.
FIRST, LONGEST = 5, 300

#: What is said of stock that comes to lie somewhere, and of what something is made of.
STOCK, BILL = "stock", "bill of materials"
#: What is added, by its table, in the order in which it is told.
_WORDS: Mapping[Table, str] = {
    ITEMS: "item",
    VARIANTS: "variant",
    ASSETS: "asset",
    LOTS: "lot",
    PACKS: "pack",
    LOCATIONS: "location",
    CATEGORIES: "category",
    MEMBERS: "person",
    BARCODES: "barcode",
    POINTS: "reorder point",
    CHECKOUTS: "checkout",
    KITS: "kit",
}


class Asked(StrEnum):
    """What whoever dropped a file has to say before it can be read."""

    DATES = "dates"
    COLUMNS = "columns"


class Found(NamedTuple):
    """What a check has found. It is kept as JSON, and read back from there."""

    #: The form that the file is in, and how many rows it has.
    form: str = ""
    rows: int = 0
    #: Why it can't be read at all.
    refused: str | None = None
    #: What has to be said first: the value of an `Asked`.
    asks: str | None = None
    #: What importing it adds, by the words for one of it; and how many rows say nothing new.
    added: Sequence[tuple[str, int]] = ()
    already: int = 0
    #: The first problems, and how many there are.
    problems: Sequence[tuple[int, str, str]] = ()
    many_problems: int = 0
    #: The first remarks, and how many there are.
    remarks: Sequence[str] = ()
    many_remarks: int = 0
    #: The entry that this very file was imported with before.
    imported_as: int | None = None
    #: The columns of a file that is in no form that we know: key, header, and what stands in the first row.
    columns: Sequence[tuple[str, str, str]] = ()

    @property
    def is_bad(self) -> bool:
        """Whether nothing of it can be imported."""
        return not self.asks and bool(self.refused or self.many_problems)

    @property
    def changes_something(self) -> bool:
        """Whether anything in the file is not there already."""
        return bool(self.added) and self.imported_as is None


def of_plan(plan: Plan) -> Found:
    """What a plan says in numbers, its first problems and remarks."""
    return Found(
        form=plan.form,
        rows=len({step.line for step in plan.steps} | {problem.line for problem in plan.problems}),
        added=_added(plan),
        already=sum(step.text == ALREADY for step in plan.steps),
        imported_as=plan.imported_as,
        remarks=[clipped(remark) for remark in plan.remarks[:FIRST]],
        many_remarks=len(plan.remarks),
        problems=_first(plan.problems),
        many_problems=len(plan.problems),
    )


def of_problems(problems: Sequence[Problem]) -> Found:
    """What is wrong with the rows of a file that can't be read any further."""
    return Found(problems=_first(problems), many_problems=len(problems))


def of_columns(sheet: Sheet, why: str) -> Found:
    """A file in no form that we know: its columns, with what stands in the first row."""
    first = sheet.records[0].cells if sheet.records else {}
    columns = [(key, clipped(header), clipped(first.get(key, ""))) for key, header in sheet.headers.items()]
    return Found(rows=len(sheet.records), refused=clipped(why), asks=Asked.COLUMNS, columns=columns)


def clipped(text: str) -> str:
    """As much of it as is told."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _first(problems: Sequence[Problem]) -> list[tuple[int, str, str]]:
    return [(problem.line, clipped(problem.column), clipped(problem.reason)) for problem in problems[:FIRST]]


def _added(plan: Plan) -> list[tuple[str, int]]:
    """So many of each kind. A person is one, and not a location as well; an item with one variant is one, too."""
    counts = Counter(thing.table for thing in plan.things if not (thing.table is LOCATIONS and thing["kind"] is LocationKind.PERSON))
    if counts[VARIANTS] <= counts[ITEMS]:
        counts[VARIANTS] = 0
    stocked = sum(move.asset is None and move.source["kind"] is LocationKind.SUPPLIER for move in plan.moves)
    counts[POINTS] += len(plan.set_again)
    told = [*((word, counts[table]) for table, word in _WORDS.items()), (STOCK, stocked), (BILL, len(plan.bills))]
    return [(word, count) for word, count in told if count]
