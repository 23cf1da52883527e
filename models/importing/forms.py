"""What the rows of an imported file say, whoever's form it is in: each row is read into the same few words of ours."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from models.catalog import ItemKind
from models.columns import clean, key_of
from models.importing import cells, days
from models.importing.cells import Numbers
from models.importing.days import DateOrder
from models.importing.sheets import Problem, Record, Sheet, bare
from models.locations import LocationKind
from models.packs import Holding
from models.refusals import Refusal

#: The columns of our own form, and what each fills.
COLUMNS = {
    "item": "item",
    "category": "category",
    "attributes": "attributes",
    "sku": "sku",
    "unit": "unit",
    "packs": "packs",
    "kind": "kind",
    "lot tracked": "lot_tracked",
    "location": "location",
    "location kind": "location_kind",
    "quantity": "quantity",
    "lot": "lot",
    "expires on": "expires_on",
    "made on": "made_on",
    "supplier": "supplier",
    "serial": "serial",
    "name": "own_name",
    "barcode": "barcode",
    "reorder below": "low",
    "reorder to": "high",
    "unit cost": "cost_minor",
    "purchased on": "purchased_on",
    "replace by": "replace_by_on",
    "note": "note",
}
NUMBERS = frozenset({"quantity", "low", "high", "cost_minor", "priced", "scrap"})
#: What is text of any kind, kept as it is written.
_TEXTS = frozenset({"note", "description", "tags", "path", "url"})
DAYS = frozenset({"purchased_on", "replace_by_on", "expires_on", "made_on"})


@dataclass(frozen=True, slots=True)
class Person:
    """A person as a file names them; told apart by e-mail address, else by user name, else by name."""

    name: str
    email: str | None = None
    username: str | None = None


@dataclass(slots=True)
class Said:
    """What one row says. What it leaves out is None; a category or location is its names from the top down."""

    line: int
    item: str | None = None
    #: What the item is called where something of another kind has its name.
    otherwise: str | None = None
    category: tuple[str, ...] | None = None
    #: Empty: the row says that there are none.
    attributes: dict[str, str] | None = None
    sku: str | None = None
    unit: str | None = None
    #: What the item comes in besides: names, and how much each holds.
    packs: list[Holding] | None = None
    kind: ItemKind | None = None
    location: tuple[str, ...] | None = None
    location_kind: LocationKind | None = None
    #: In millionths of the stock unit.
    quantity: int | None = None
    #: Whether each delivery of the item names its lot; and the lot of this row's stock, with the days that are printed on it.
    lot_tracked: bool | None = None
    lot: str | None = None
    expires_on: date | None = None
    made_on: date | None = None
    serial: str | None = None
    barcode: str | None = None
    #: What an asset is called itself.
    own_name: str | None = None
    low: int | None = None
    high: int | None = None
    cost_minor: int | None = None
    purchased_on: date | None = None
    replace_by_on: date | None = None
    note: str | None = None
    supplier: str | None = None
    #: Whom, or which location, it is checked out to.
    holder: Person | tuple[str, ...] | None = None
    #: The person that the row is about.
    person: Person | None = None
    #: What the row is a line of the bill of materials of, what goes in, what is spoilt, and what may stand in for it.
    made: str | None = None
    component: str | None = None
    scrap: int | None = None
    substitutes: list[str] | None = None
    #: The kit that the row is a part of.
    kit: str | None = None
    #: What it says in the columns of custom fields, by their keys.
    custom: dict[str, str] = field(default_factory=dict)


def as_it_is(values: dict[str, Any]) -> dict[str, Any]:
    """What the cells of a row say, taken as it is."""
    return values


def nothing_odd(rows: Sequence[Said]) -> list[str]:  # noqa: ARG001
    """The rows of a file need nothing more."""
    return []


def kept_all(values: dict[str, Any]) -> str | None:  # noqa: ARG001
    """No row of a file is left out."""
    return None


@dataclass(frozen=True, slots=True)
class Form:
    """A form that files come in: by which headers it is known, what each column fills, and what its rows mean."""

    name: str
    #: A file that has all these headers is in this form.
    signs: frozenset[str]
    columns: Mapping[str, str]
    #: Makes of the cells of one row what `Said` holds.
    meant: Callable[[dict[str, Any]], dict[str, Any]] = as_it_is
    #: Mends what is odd among all rows, and says so.
    mended: Callable[[Sequence[Said]], list[str]] = nothing_odd
    #: Why a row is left out whole: what the peer keeps of things that are not there any more.
    skipped: Callable[[dict[str, Any]], str | None] = kept_all
    #: What is decided about a column, by its header; said where the file has it.
    says: Mapping[str, str] = field(default_factory=dict)
    #: What a custom field is called in a header. None: rows of this form are of nothing that has custom fields.
    called: Callable[[str], str] | None = str
    #: Names of locations and categories are paths ("Warehouse / Shelf 2"), and every row stands for itself.
    ours: bool = False


@dataclass(slots=True)
class Reading:
    """All that a file says: its rows, what is wrong with it, and what somebody should know about it."""

    form: Form
    rows: list[Said] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


OURS = Form("our own form", frozenset(), COLUMNS, ours=True)


#: How what a column of a custom field fills is told from the rest.
_CUSTOM = "custom "


class UnknownColumns(Refusal):
    """A file in no form that we know. Whoever knows it can say what its columns hold: then it is `mapped`."""

    def __init__(self, fact: str, way_on: str, sheet: Sheet) -> None:
        super().__init__(f"{fact} {way_on}")
        #: What is wrong, for whoever gets another way on.
        self.fact = fact
        self.sheet = sheet


def recognised(sheet: Sheet, forms: Sequence[Form], *, custom: Mapping[str, str]) -> Form:
    """The form that the file is in, by its headers: one of `forms`, else our own, where custom fields are columns, too.

    `custom` are the names of custom fields by their keys. Refuses headers that none of these has, and of our own one that comes twice.
    """
    for form in forms:
        if form.signs <= sheet.headers.keys():
            return _with_fields(sheet, form, custom)
    columns = {key: key for key in COLUMNS} | {key: name for key, name in custom.items() if key not in COLUMNS}
    if sheet.twice:
        raise UnknownColumns(f"{sheet.name} has two columns called {sheet.twice}.", "Rename or leave out one of them.", sheet)
    unknown = [header for key, header in sheet.headers.items() if key not in columns]
    if unknown:
        known = ", ".join(columns.values())
        raise UnknownColumns(f"I don't know the column {unknown[0]} in {sheet.name}.", f"The columns are: {known}.", sheet)
    return _with_fields(sheet, OURS, custom)


def mapped(sheet: Sheet, mapping: Mapping[str, str]) -> Form:
    """Our own form under other headers: which column of ours, or which custom field, each of the file's fills."""
    columns = {key: COLUMNS.get(ours, f"{_CUSTOM}{ours}") for key, ours in mapping.items() if key in sheet.headers}
    return replace(OURS, name="a form of your own", columns=columns, meant=_and_custom(as_it_is), called=None)


def _with_fields(sheet: Sheet, form: Form, custom: Container[str]) -> Form:
    """The form with the columns that it does not take itself, and that a custom field is called like; of two such columns the first."""
    own: dict[str, str] = {}
    for key, header in sheet.headers.items():
        named = key_of(form.called(header)) if form.called else ""
        if key not in form.columns and named in custom and f"{_CUSTOM}{named}" not in own.values():
            own[key] = f"{_CUSTOM}{named}"
    return replace(form, columns={**form.columns, **own}, meant=_and_custom(form.meant)) if own else form


def _and_custom(meant: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What a row means, and beside it what it says in custom fields."""

    def both(values: dict[str, Any]) -> dict[str, Any]:
        said = {filled.removeprefix(_CUSTOM): values.pop(filled) for filled in list(values) if filled.startswith(_CUSTOM)}
        return meant(values) | {"custom": said}

    return both


def read_rows(
    sheet: Sheet, form: Form, *, dates: DateOrder | None, currency: str, day_fields: Iterable[str] = (), number_fields: Iterable[str] = ()
) -> Reading:
    """Reads every row. `dates` decides how days are written where the file itself does not; without it such a file is refused.

    `day_fields` and `number_fields` are the keys of the custom fields that say a day or a number.
    """
    reading, skipped = Reading(form), Counter[str]()
    said_days, said_numbers = ({f"{_CUSTOM}{key}" for key in keys} for keys in (day_fields, number_fields))
    numbers = cells.numbers(_texts(sheet, form, NUMBERS | said_numbers), semicolons=sheet.semicolons)
    order = _order(_texts(sheet, form, DAYS | said_days), dates)
    parsers = _parsers(form, order, numbers, currency)
    parsers |= dict.fromkeys(said_days, lambda text: days.day(text, order).isoformat()) | dict.fromkeys(said_numbers, numbers.plain)
    for record in sheet.records:
        values, problems = _values(sheet, record, form, parsers)
        reading.problems += problems
        if (reason := form.skipped(values)) is not None:
            skipped[reason] += 1
        elif not problems:
            try:
                reading.rows.append(Said(record.line, **form.meant(values)))
            except Refusal as refusal:
                reading.problems.append(Problem(record.line, refusal.field or "", refusal.text))
    reading.remarks += _left_out(sheet, form)
    if numbers.comma:
        reading.remarks.append(f"Numbers have a decimal comma in this file, as in {numbers.comma}.")
    reading.remarks += [f"{count:,} {'row is' if count == 1 else 'rows are'} left out: {reason}." for reason, count in skipped.items()]
    reading.remarks += [text for key, text in form.says.items() if key in sheet.headers]
    reading.remarks += form.mended(reading.rows)
    return reading


def _left_out(sheet: Sheet, form: Form) -> list[str]:
    """Which columns are not read, by the names that custom fields would have that keep them, and what to do about it."""
    headers = [header for key, header in sheet.headers.items() if key not in form.columns]
    if not headers:
        return []
    count = f"{len(headers)} columns are" if len(headers) > 1 else "1 column is"
    if form.called is None:
        return [f"{count} left out: {', '.join(headers)}."]
    names = ", ".join(form.called(header) for header in headers)
    way = "To keep what one says, add a custom field of its name before you import: /stock fields"
    return [f"{count} left out: {names}.", f"{way}."]


def _texts(sheet: Sheet, form: Form, filling: Container[str]) -> list[str]:
    """What stands in the columns that fill one of those."""
    keys = [key for key, filled in form.columns.items() if filled in filling]
    return [record.cells[key] for record in sheet.records for key in keys if key in record.cells]


def _order(texts: Sequence[str], dates: DateOrder | None) -> DateOrder | None:
    try:
        return days.date_order(texts)
    except days.UndecidedDates:
        if dates is None:
            raise
        return dates


def _values(sheet: Sheet, record: Record, form: Form, parsers: Mapping[str, Callable[[str], Any]]) -> tuple[dict[str, Any], list[Problem]]:
    values, problems = dict[str, Any](), list[Problem]()
    for key, text in record.cells.items():
        filled = form.columns.get(key)
        if filled is None:
            continue
        if not text.isprintable() and filled not in _TEXTS and not filled.startswith(_CUSTOM) and not (text := bare(text)):
            continue
        try:
            cells.require_no_error(text)
            values[filled] = parsers[filled](text)
        except Refusal as refusal:
            problems.append(Problem(record.line, sheet.headers[key], refusal.text))
    return values, problems


def _parsers(form: Form, order: DateOrder | None, numbers: Numbers, currency: str) -> dict[str, Callable[[str], Any]]:
    """How the cell of each column is read; what is not named here is a name."""
    parsers = {filled: str.strip if filled.startswith(_CUSTOM) else _name(filled) for filled in form.columns.values()}
    path: Callable[[str], tuple[str, ...]] = (lambda text: cells.steps(text, what="location")) if form.ours else _whole
    return parsers | {
        "category": path,
        "location": path,
        "attributes": cells.attributes,
        "packs": lambda text: cells.packs(text, numbers),
        "kind": cells.kind,
        "location_kind": cells.location_kind,
        "tag": lambda text: cells.code(text, what="asset tag"),
        "item": lambda text: cells.named(text, what="item"),
        "serial": lambda text: cells.code(text, what="serial"),
        "sku": lambda text: cells.code(text, what="SKU"),
        "barcode": lambda text: cells.code(text, what="barcode"),
        **dict.fromkeys(("quantity", "low", "high"), lambda text: cells.quantity(text, numbers)),
        "cost_minor": lambda text: cells.money(text, currency, numbers),
        **dict.fromkeys(DAYS, lambda text: None if not form.ours and days.is_none(text) else days.day(text, order)),
        "lot": lambda text: cells.code(text, what="lot code"),
        "lot_tracked": cells.yes,
        "scrap": lambda text: cells.percent(text, numbers),
        "substitutes": cells.names,
        "email": cells.email,
        **dict.fromkeys(_TEXTS, str.strip),
        "priced": lambda text: cells.priced(text, currency, numbers),
    }


def _name(filled: str) -> Callable[[str], str]:
    return lambda text: clean(text, what=filled.replace("_", " "), field=filled)


def _whole(text: str) -> tuple[str, ...]:
    return (clean(text, what="name", field="name"),)
