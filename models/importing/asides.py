"""What stands in a sheet beside its rows, as people and programs put it there: totals, the headers once more, and lines of text."""

import re
from collections.abc import Mapping
from dataclasses import replace

from models.catalog import ITEMS
from models.columns import key_of
from models.importing.findings import clipped
from models.importing.forms import Form
from models.importing.planning import Plan
from models.importing.sheets import Record, Sheet
from models.wording import listed, many

#: What a row is called that adds others up, in the languages of those who send us files.
_TOTAL = re.compile(
    r"(?:(?:grand[ -]?|sub[ -]?|sous[ -]?|over ?all )?totals?(?: (?:items|quantity|qty|stock|count|value|cost|price))?|sum|totale?|totaal"
    r"|(?:gesamt|zwischen|end)?summe|gesamt|somme|suma|razem|soma|итого|合計)[\W\d]*",
    re.IGNORECASE,
)
#: A number with what may stand around it, or the formula of one.
_FIGURE = re.compile(r"=.*|(?:[^\w\s]|[A-Z]{3} ?)*\d[\d.,'’\s]*[^\w\s]?\s?[^\W\d]{0,4}[^\w\s]?", re.DOTALL)
#: So many of them are named.
_NAMED = 5


def left_out(sheet: Sheet) -> tuple[Sheet, list[str]]:
    """The sheet without the rows that are none, and what is said of them."""
    totals = [record for record in sheet.records if _is_total(record.cells)]
    heads = [record for record in sheet.records if _is_head(record.cells, sheet.headers)]
    if not (totals or heads):
        return sheet, []
    aside = {record.line for record in (*totals, *heads)}
    said = []
    if len(totals) == 1:
        said.append(f"Line {totals[0].line} looks like a totals row and is left out: {clipped(', '.join(totals[0].cells.values()))}.")
    elif totals:
        said.append(f"{len(totals):,} rows look like totals and are left out: {_lines(totals)}.")
    if heads:
        out = "is left out: it holds" if len(heads) == 1 else "are left out: they hold"
        said.append(f"{_lines(heads).capitalize()} {out} the headers once more.")
    return replace(sheet, records=tuple(record for record in sheet.records if record.line not in aside)), said


def names_alone(sheet: Sheet, form: Form, plan: Plan) -> list[str]:
    """Which items come of a name without anything else, in a file that says more of others: a heading or a note is read as one."""
    columns = {key for key, filled in form.columns.items() if filled == "item"}
    alone = {
        key_of(name): name for record in sheet.records if len(record.cells) == 1 for key, name in record.cells.items() if key in columns
    }
    if not alone or all(len(record.cells) == 1 for record in sheet.records):
        return []
    stocked = {move.variant["item_id"] for move in plan.moves}
    added = [thing["name"] for thing in plan.things if thing.table is ITEMS and thing["name_key"] in alone and thing not in stocked]
    if not added:
        return []
    named = [*added[:_NAMED], *([f"{len(added) - _NAMED:,} more"] if len(added) > _NAMED else [])]
    rows, become = ("row holds", "becomes an item") if len(added) == 1 else ("rows hold", "become items")
    return [f"{len(added):,} {rows} nothing but a name, and {become} without stock: {listed(named)}."]


def _is_total(cells: Mapping[str, str]) -> bool:
    """Whether its one text is the name of a sum, and all else are figures."""
    label = None
    for text in cells.values():
        if _FIGURE.fullmatch(text):
            continue
        if label is not None or not _TOTAL.fullmatch(text):
            return False
        label = text
    return label is not None


def _is_head(cells: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    return len(cells) == len(headers) and all(key_of(text) == key for key, text in cells.items())


def _lines(records: list[Record]) -> str:
    named = [f"{record.line}" for record in records[:_NAMED]]
    more = [many(len(records) - _NAMED, "other")] if len(records) > _NAMED else []
    return f"{'line' if len(records) == 1 else 'lines'} {listed([*named, *more])}"
