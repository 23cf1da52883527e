"""What the ledger says and what the tables beside it say agree: levels, monthly nets, assets, checkouts, and every row an entry changed."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from sqlalchemy import BigInteger, Select, Table, bindparam, case, exists, func, select, type_coerce, union_all
from sqlmodel import Session, SQLModel

import models
from models import archived, bills, changes, kits, orders, owed, receiving
from models.acceptances import ACCEPTANCES
from models.assets import ASSETS
from models.attestations import ATTESTATIONS, ATTESTED, AttestationState
from models.bookings import BOOKINGS
from models.catalog import CATEGORIES, ITEMS, VARIANTS
from models.entries import ENTRIES, MOVEMENTS, SUBJECTS, WORDS
from models.folds import added_up, legs
from models.lending_terms import LENDING_TERMS, hash_of
from models.levels import LEVELS, NETS, month_of
from models.locations import LOCATIONS, OURS
from models.lots import LOT_LEVELS, LOTS, LotStatus
from models.maintenance import RECORDS, MaintenanceState
from models.recalls import RECALLS, RecallState
from models.reservations import RESERVATIONS
from models.times import from_micros

#: Fields that Slack tells us again and again, so that no entry has the last word on them.
MIRRORED = {"members": {"name", "name_key", "email", "email_key", "username", "time_zone", "standing", "seen_at"}}

_MOVED = MOVEMENTS.c
_DAY = 86_400_000_000

#: (table, row) -> the fields that entries gave it, as JSON says them
Told = dict[tuple[str, int], dict[str, Any]]


#: What contradicts what, and how that is said of the first row there is.
Proofs = Sequence[tuple[str, Select[Any]]]


def contradictions(session: Session, proofs: Proofs) -> Iterator[str]:
    """The first contradiction of each sort."""
    connection = session.connection()
    for problem, query in proofs:
        for row in connection.execute(query):
            yield problem.format(*row)


def proofs(*of: tuple[str, Select[Any]]) -> Proofs:
    """Those, each of which gives one row at most."""
    return [(problem, query.limit(1)) for problem, query in of]


def tables_agree(session: Session) -> Iterator[str]:
    """What disagrees with the movements: levels, lots, nets, what is kept or owed, what is archived. The first of each sort is named."""
    yield from contradictions(session, _OF_TABLES)
    yield from _nets_agree(session)
    yield from _bills_are_sound(session)
    yield from _orders_are_numbered(session)
    yield from _terms_are_as_written(session)
    yield from kits.problems(session)


def assets_are_at(session: Session, places: Mapping[int, int]) -> Iterator[str]:
    """An asset that is not where its path ends."""
    for row in session.connection().execute(_PLACES):
        if places.get(row.id, row.location_id) != row.location_id:
            yield f"Asset {row.id} is in location {places[row.id]} by its path, and in {row.location_id} by its row."
            return


_PLACES = select(ASSETS.c.id, ASSETS.c.location_id).order_by(ASSETS.c.id)


#: Whether a location is one of ours, by its kind.
_IS_OURS = case((LOCATIONS.c.kind.in_(OURS), True), else_=False)


def _levels() -> Proofs:
    leg = legs().subquery("leg")
    folded = select(leg.c.variant_id, leg.c.location_id, leg.c.quantity)
    kept = select(LEVELS.c.variant_id, LEVELS.c.location_id, -LEVELS.c.quantity)
    return proofs(
        ("Variant {} in location {} differs from the ledger by {} millionths.", added_up(union_all(folded, kept))),
        (
            "Variant {} does not come to nothing over all locations.",
            select(LEVELS.c.variant_id).group_by(LEVELS.c.variant_id).having(func.sum(LEVELS.c.quantity) != 0),
        ),
        (
            "Location {} is ours in one table and not in another.",
            select(LEVELS.c.location_id).join(LOCATIONS, LOCATIONS.c.id == LEVELS.c.location_id).where(LEVELS.c.ours != _IS_OURS),
        ),
    )


def _lots() -> Proofs:
    came = select(_MOVED.lot_id, _MOVED.target_id.label("location_id"), _MOVED.quantity).where(_MOVED.lot_id.is_not(None))
    went = select(_MOVED.lot_id, _MOVED.source_id, -_MOVED.quantity).where(_MOVED.lot_id.is_not(None))
    each = union_all(came, went, select(LOT_LEVELS.c.lot_id, LOT_LEVELS.c.location_id, -LOT_LEVELS.c.quantity)).subquery("each")
    differing = select(each.c.lot_id, each.c.location_id).group_by(each.c.lot_id, each.c.location_id).having(func.sum(each.c.quantity) != 0)
    of_variant = select(LOTS.c.variant_id, LOT_LEVELS.c.location_id, LOT_LEVELS.c.quantity).join(LOTS, LOTS.c.id == LOT_LEVELS.c.lot_id)
    kept = select(LEVELS.c.variant_id, LEVELS.c.location_id, -LEVELS.c.lotted)
    foreign = select(_MOVED.entry_id).join(LOTS, LOTS.c.id == _MOVED.lot_id).where(LOTS.c.variant_id != _MOVED.variant_id)
    strange = select(LOTS.c.id).join(VARIANTS, VARIANTS.c.id == LOTS.c.variant_id).join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    mixed = select(LOT_LEVELS.c.lot_id, LOT_LEVELS.c.location_id).join(LOTS, LOTS.c.id == LOT_LEVELS.c.lot_id)
    placed = select(LOT_LEVELS.c.lot_id, LOT_LEVELS.c.location_id).join(LOCATIONS, LOCATIONS.c.id == LOT_LEVELS.c.location_id)
    recalled = select(RECALLS.c.id).join(LOTS, LOTS.c.id == RECALLS.c.lot_id)
    return proofs(
        ("Lot {} in location {} differs from the ledger.", differing),
        ("Variant {} in location {} has other lots than its level says.", added_up(union_all(of_variant, kept))),
        ("Lot {} in location {} is ours in one table and not in another.", placed.where(LOT_LEVELS.c.ours != _IS_OURS)),
        ("Lot {} in location {} is kept there as of something else.", mixed.where(LOTS.c.variant_id != LOT_LEVELS.c.variant_id)),
        ("Entry {} moved a lot of something else.", foreign.order_by(_MOVED.entry_id)),
        ("Lot {} is of an item that is not tracked by lots.", strange.where(~ITEMS.c.lot_tracked, LOTS.c.archived_at.is_(None))),
        (
            "Recall {} is open, and its lot is given out.",
            recalled.where(RECALLS.c.state == RecallState.OPEN, LOTS.c.status != LotStatus.RECALLED),
        ),
    )


def _promises() -> Proofs:
    """What is kept, booked and owed."""
    promised = select(RESERVATIONS.c.variant_id, RESERVATIONS.c.location_id, RESERVATIONS.c.quantity)
    kept = select(LEVELS.c.variant_id, LEVELS.c.location_id, -LEVELS.c.reserved)
    other = BOOKINGS.alias("other")
    same = (other.c.asset_id == BOOKINGS.c.asset_id) & (other.c.id > BOOKINGS.c.id) & other.c.closed_at.is_(None)
    meet = (BOOKINGS.c.from_at < other.c.free_at) & (other.c.from_at < BOOKINGS.c.free_at)
    twice = select(BOOKINGS.c.id, other.c.id.label("other_id"), BOOKINGS.c.asset_id).join(other, same & meet)
    return proofs(
        ("Variant {} in location {} is reserved otherwise than its reservations say.", added_up(union_all(promised, kept))),
        ("Bookings {} and {} are of asset {} for the same time.", twice.where(BOOKINGS.c.closed_at.is_(None))),
        ("Checkout {2} says that {0} is with {1}, and it is not.", owed.ASTRAY),
        ("{0} has checked out {3} millionths of {1}, and holds {4}.", owed.SHORT),
    )


def _archived() -> Proofs:
    return proofs(
        ("{0} holds {1}, and one of the two is archived.", archived.STOCK),
        ("{0} holds {2} of lot {1}, which is archived.", archived.LEFT_OF_LOTS),
        ("{0} is archived, and in {1}.", archived.KEPT),
        ("{1} has the kit {0}, which is archived.", archived.KITS_OUT),
        ("The bill of variant {0} names variant {2}, which is archived.", bills.ARCHIVED),
    )


def _records() -> Proofs:
    """What is said of orders, of what is out of use, of what was accepted and of what was answered."""
    says = exists().where(RECORDS.c.asset_id == ASSETS.c.id, RECORDS.c.state == MaintenanceState.OUT_OF_USE)
    told = select(ACCEPTANCES.c.id).join(LENDING_TERMS, LENDING_TERMS.c.id == ACCEPTANCES.c.terms_id)
    own = exists().where(LENDING_TERMS.c.id == CATEGORIES.c.terms_id, LENDING_TERMS.c.category_id == CATEGORIES.c.id)
    said = exists().where(ATTESTED.c.attestation_id == ATTESTATIONS.c.id, ATTESTED.c.active)
    asked, answered = select(ATTESTATIONS.c.id, ATTESTATIONS.c.state), ATTESTATIONS.c.state == AttestationState.ANSWERED
    return proofs(
        ("PO-{0} says that {2} millionths of line {1} have come; its receipts brought {3}.", receiving.untrue_lines()),
        ("{} is out of use, and no record says why.", select(ASSETS.c.serial).where(ASSETS.c.out_of_use, ~says)),
        ("{} is in use, and its record says otherwise.", select(ASSETS.c.serial).where(~ASSETS.c.out_of_use, says)),
        ("Acceptance {} is of another text than its terms have.", told.where(ACCEPTANCES.c.text_hash != LENDING_TERMS.c.text_hash)),
        ("The terms of category {} are not its own.", select(CATEGORIES.c.id).where(CATEGORIES.c.terms_id.is_not(None), ~own)),
        ("Attestation {} is {}, and what was said for it is missing.", asked.where(answered, ~said)),
        ("Attestation {} is {}, and what was said for it is there.", asked.where(~answered, said)),
    )


#: Put together once: that takes longer than asking small stores.
_OF_TABLES = [*_levels(), *_lots(), *_promises(), *_archived(), *_records()]


def _nets_agree(session: Session) -> Iterator[str]:
    nets: dict[tuple[int, int, int], int] = defaultdict(int)
    months: dict[int, int] = {}
    for variant, source, target, quantity, happened_at in session.connection().execute(_LINES, execution_options={"yield_per": 5_000}):
        day = happened_at // _DAY
        month = months.get(day) or months.setdefault(day, month_of(from_micros(happened_at)))
        nets[variant, source, month] -= quantity
        nets[variant, target, month] += quantity
    for row in session.connection().execute(_NETS):
        nets[row.variant_id, row.location_id, row.month] -= row.quantity
    for (variant, location, month), difference in nets.items():
        if difference:
            yield f"Variant {variant} in location {location} differs from the ledger by {difference} millionths in {month}."
            return


_LINES = select(_MOVED.variant_id, _MOVED.source_id, _MOVED.target_id, _MOVED.quantity, type_coerce(_MOVED.happened_at, BigInteger))
_NETS = select(NETS)


def _bills_are_sound(session: Session) -> Iterator[str]:
    made = list(session.connection().execute(_MADE).scalars())
    if ring := bills.circle(bills.parts_of(session, made), made):
        yield f"Variant {ring[0]} is made of itself, by the bills of {ring[:-1]}."


_MADE = select(bills.BILLS.c.variant_id).where(bills.BILLS.c.active)


def _orders_are_numbered(session: Session) -> Iterator[str]:
    count, last = session.connection().execute(_NUMBERS).one()
    if count and last - orders.FIRST_NUMBER + 1 != count:
        yield f"{count} orders are numbered up to {last}: numbers are missing."


_NUMBERS = select(func.count(orders.ORDERS.c.number), func.max(orders.ORDERS.c.number))


def _terms_are_as_written(session: Session) -> Iterator[str]:
    """The text of each version of terms is the one that its hash is of."""
    for row in session.connection().execute(_TERMS):
        if hash_of(row.text) != row.text_hash:
            yield f"The text of terms {row.id} is not the one that its hash is of."
            return


_TERMS = select(LENDING_TERMS.c.id, LENDING_TERMS.c.text, LENDING_TERMS.c.text_hash)


def rows_are_as_told(session: Session) -> Iterator[str]:
    """A row that is not as the last entry that changed it left it, and an entry whose changed rows are not listed."""
    told: Told = defaultdict(dict)
    named = {tuple(row) for row in session.connection().execute(_SUBJECTS)}
    for row in session.connection().execute(_CHANGES, execution_options={"yield_per": changes.READ_AT_ONCE}):
        erased = row.words_digest is not None and row.worded is None
        for table, row_id, _, after in json.loads(row.changes):
            told[table, row_id].update(after)
            named ^= {(row.id, table, row_id)}
            if erased:
                told[table, row_id] = {name: value for name, value in told[table, row_id].items() if name not in changes.WORDED}
        for table, row_id, _, after in json.loads(row.worded or changes.NONE):
            told[table, row_id].update(after)
    if named:
        yield f"Entry {min(named)[0]} has another list of the rows it changed."
    yield from _first_untrue(session, told)


_SUBJECTS = select(SUBJECTS.c.entry_id, SUBJECTS.c.subject, SUBJECTS.c.subject_id)
_CHANGES = (
    select(ENTRIES.c.id, ENTRIES.c.changes, ENTRIES.c.words_digest, WORDS.c.changes.label("worded"))
    .outerjoin(WORDS, WORDS.c.entry_id == ENTRIES.c.id)
    .where(ENTRIES.c.changes != changes.NONE)
    .order_by(ENTRIES.c.id)
)


def _first_untrue(session: Session, told: Told) -> Iterator[str]:
    tables: dict[str, list[int]] = defaultdict(list)
    for table, row_id in told:
        tables[table].append(row_id)
    known = _known()
    for name, ids in tables.items():
        rows = _rows(session, known[name], ids)
        for row_id in ids:
            if row_id not in rows:
                yield f"Row {row_id} of {name} is gone."
                return
            for field, value in told[name, row_id].items():
                if field not in MIRRORED.get(name, ()) and changes.plain_value(rows[row_id][field]) != value:
                    yield f"Row {row_id} of {name} has another {field} than its last entry gave it."
                    return


@cache
def _known() -> Mapping[str, Table]:
    """Every table by its name: those that nothing in this program has asked for, too."""
    for module in iter_modules(models.__path__, "models."):
        import_module(module.name)
    return SQLModel.metadata.tables


def _rows(session: Session, table: Table, ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    pages = [ids[start : start + 1_000] for start in range(0, len(ids), 1_000)]
    found = [row for page in pages for row in session.connection().execute(_with_ids(table), {"ids": page}).mappings()]
    return {row["id"]: dict(row) for row in found}


@cache
def _with_ids(table: Table) -> Select[Any]:
    return select(table).where(table.c.id.in_(bindparam("ids", expanding=True)))
