"""What the ledger says and what the tables beside it say agree: levels, monthly nets, assets, checkouts, and every row an entry changed."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from sqlalchemy import BigInteger, Table, case, exists, func, select, type_coerce, union_all
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


def tables_agree(session: Session) -> Iterator[str]:
    """What disagrees with the movements: levels, lots, nets, what is kept or owed, what is archived. The first of each sort is named."""
    yield from _levels_agree(session)
    yield from _lots_agree(session)
    yield from _recalls_agree(session)
    yield from _reservations_agree(session)
    yield from _bookings_agree(session)
    yield from _nets_agree(session)
    yield from _what_is_owed_is_held(session)
    yield from _what_is_archived_is_empty(session)
    yield from _bills_are_sound(session)
    yield from _orders_agree(session)
    yield from _what_is_out_of_use_says_why(session)
    yield from _acceptances_agree(session)
    yield from _attestations_agree(session)
    yield from kits.problems(session)


def assets_are_at(session: Session, places: Mapping[int, int]) -> Iterator[str]:
    """An asset that is not where its path ends."""
    for row in session.connection().execute(select(ASSETS.c.id, ASSETS.c.location_id).order_by(ASSETS.c.id)):
        if places.get(row.id, row.location_id) != row.location_id:
            yield f"Asset {row.id} is in location {places[row.id]} by its path, and in {row.location_id} by its row."
            return


def _levels_agree(session: Session) -> Iterator[str]:
    leg = legs().subquery("leg")
    folded = select(leg.c.variant_id, leg.c.location_id, leg.c.quantity)
    kept = select(LEVELS.c.variant_id, LEVELS.c.location_id, -LEVELS.c.quantity)
    for row in session.connection().execute(added_up(union_all(folded, kept)).limit(1)):
        yield f"Variant {row.variant_id} in location {row.location_id} differs from the ledger by {row.quantity} millionths."
    total = func.sum(LEVELS.c.quantity)
    for row in session.connection().execute(select(LEVELS.c.variant_id).group_by(LEVELS.c.variant_id).having(total != 0).limit(1)):
        yield f"Variant {row.variant_id} does not come to nothing over all locations."
    ours = case((LOCATIONS.c.kind.in_(OURS), True), else_=False)
    unlike = select(LEVELS.c.location_id).join(LOCATIONS, LOCATIONS.c.id == LEVELS.c.location_id).where(LEVELS.c.ours != ours)
    for row in session.connection().execute(unlike.limit(1)):
        yield f"Location {row.location_id} is ours in one table and not in another."


def _lots_agree(session: Session) -> Iterator[str]:
    came = select(_MOVED.lot_id, _MOVED.target_id.label("location_id"), _MOVED.quantity).where(_MOVED.lot_id.is_not(None))
    went = select(_MOVED.lot_id, _MOVED.source_id, -_MOVED.quantity).where(_MOVED.lot_id.is_not(None))
    each = union_all(came, went, select(LOT_LEVELS.c.lot_id, LOT_LEVELS.c.location_id, -LOT_LEVELS.c.quantity)).subquery("each")
    differing = select(each.c.lot_id, each.c.location_id).group_by(each.c.lot_id, each.c.location_id).having(func.sum(each.c.quantity) != 0)
    for row in session.connection().execute(differing.limit(1)):
        yield f"Lot {row.lot_id} in location {row.location_id} differs from the ledger."
    of_variant = select(LOTS.c.variant_id, LOT_LEVELS.c.location_id, LOT_LEVELS.c.quantity).join(LOTS, LOTS.c.id == LOT_LEVELS.c.lot_id)
    kept = select(LEVELS.c.variant_id, LEVELS.c.location_id, -LEVELS.c.lotted)
    for row in session.connection().execute(added_up(union_all(of_variant, kept)).limit(1)):
        yield f"Variant {row.variant_id} in location {row.location_id} has other lots than its level says."
    foreign = select(_MOVED.entry_id).join(LOTS, LOTS.c.id == _MOVED.lot_id).where(LOTS.c.variant_id != _MOVED.variant_id)
    for row in session.connection().execute(foreign.order_by(_MOVED.entry_id).limit(1)):
        yield f"Entry {row.entry_id} moved a lot of something else."
    strange = select(LOTS.c.id).join(VARIANTS, VARIANTS.c.id == LOTS.c.variant_id).join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    for row in session.connection().execute(strange.where(~ITEMS.c.lot_tracked, LOTS.c.archived_at.is_(None)).limit(1)):
        yield f"Lot {row.id} is of an item that is not tracked by lots."


def _recalls_agree(session: Session) -> Iterator[str]:
    """A lot whose recall is open is kept back."""
    given = select(RECALLS.c.id).join(LOTS, LOTS.c.id == RECALLS.c.lot_id)
    for row in session.connection().execute(given.where(RECALLS.c.state == RecallState.OPEN, LOTS.c.status != LotStatus.RECALLED).limit(1)):
        yield f"Recall {row.id} is open, and its lot is given out."


def _reservations_agree(session: Session) -> Iterator[str]:
    promised = select(RESERVATIONS.c.variant_id, RESERVATIONS.c.location_id, RESERVATIONS.c.quantity)
    kept = select(LEVELS.c.variant_id, LEVELS.c.location_id, -LEVELS.c.reserved)
    for row in session.connection().execute(added_up(union_all(promised, kept)).limit(1)):
        yield f"Variant {row.variant_id} in location {row.location_id} is reserved otherwise than its reservations say."


def _bookings_agree(session: Session) -> Iterator[str]:
    """No asset is booked by two for one time."""
    other = BOOKINGS.alias("other")
    same = (other.c.asset_id == BOOKINGS.c.asset_id) & (other.c.id > BOOKINGS.c.id) & other.c.closed_at.is_(None)
    meet = (BOOKINGS.c.from_at < other.c.free_at) & (other.c.from_at < BOOKINGS.c.free_at)
    query = select(BOOKINGS.c.id, other.c.id.label("other_id"), BOOKINGS.c.asset_id).join(other, same & meet)
    for row in session.connection().execute(query.where(BOOKINGS.c.closed_at.is_(None)).limit(1)):
        yield f"Bookings {row.id} and {row.other_id} are of asset {row.asset_id} for the same time."


def _nets_agree(session: Session) -> Iterator[str]:
    nets: dict[tuple[int, int, int], int] = defaultdict(int)
    months: dict[int, int] = {}
    query = select(_MOVED.variant_id, _MOVED.source_id, _MOVED.target_id, _MOVED.quantity, type_coerce(_MOVED.happened_at, BigInteger))
    for variant, source, target, quantity, happened_at in session.connection().execute(query, execution_options={"yield_per": 5_000}):
        day = happened_at // _DAY
        month = months.get(day) or months.setdefault(day, month_of(from_micros(happened_at)))
        nets[variant, source, month] -= quantity
        nets[variant, target, month] += quantity
    for row in session.connection().execute(select(NETS)):
        nets[row.variant_id, row.location_id, row.month] -= row.quantity
    for (variant, location, month), difference in nets.items():
        if difference:
            yield f"Variant {variant} in location {location} differs from the ledger by {difference} millionths in {month}."
            return


def _what_is_owed_is_held(session: Session) -> Iterator[str]:
    for row in session.connection().execute(owed.ASTRAY.limit(1)):
        yield f"Checkout {row.id} says that {row.serial} is with {row.holder}, and it is not."
    for row in session.connection().execute(owed.SHORT.limit(1)):
        yield f"{row.holder} has checked out {row.owed} millionths of {row.name}, and holds {row.held}."


def _what_is_archived_is_empty(session: Session) -> Iterator[str]:
    for row in session.connection().execute(archived.STOCK.limit(1)):
        yield f"{row.location} holds {row.name}, and one of the two is archived."
    for row in session.connection().execute(archived.LEFT_OF_LOTS.limit(1)):
        yield f"{row.location} holds {row.name} of lot {row.code}, which is archived."
    for row in session.connection().execute(archived.KEPT.limit(1)):
        yield f"{row.serial} is archived, and in {row.location}."
    for row in session.connection().execute(archived.KITS_OUT.limit(1)):
        yield f"{row.holder} has the kit {row.name}, which is archived."


def _bills_are_sound(session: Session) -> Iterator[str]:
    for row in session.connection().execute(bills.ARCHIVED.limit(1)):
        yield f"The bill of variant {row.made_id} names variant {row.variant_id}, which is archived."
    made = list(session.connection().execute(select(bills.BILLS.c.variant_id).where(bills.BILLS.c.active)).scalars())
    if ring := bills.circle(bills.parts_of(session, made), made):
        yield f"Variant {ring[0]} is made of itself, by the bills of {ring[:-1]}."


def _orders_agree(session: Session) -> Iterator[str]:
    for row in session.connection().execute(receiving.untrue_lines().limit(1)):
        said = f"{orders.name_of(row.number)} says that {row.received} millionths of line {row.id} have come"
        yield f"{said}; its receipts brought {row.came}."
    numbers = select(func.count(orders.ORDERS.c.number), func.max(orders.ORDERS.c.number))
    count, last = session.connection().execute(numbers).one()
    if count and last - orders.FIRST_NUMBER + 1 != count:
        yield f"{count} orders are numbered up to {last}: numbers are missing."


def _what_is_out_of_use_says_why(session: Session) -> Iterator[str]:
    """An asset is out of use while a record of it says so, and no longer."""
    says = exists().where(RECORDS.c.asset_id == ASSETS.c.id, RECORDS.c.state == MaintenanceState.OUT_OF_USE)
    for row in session.connection().execute(select(ASSETS.c.serial, ASSETS.c.out_of_use).where(ASSETS.c.out_of_use != says).limit(1)):
        yield f"{row.serial} is {'out of use, and no record says why' if row.out_of_use else 'in use, and its record says otherwise'}."


def _acceptances_agree(session: Session) -> Iterator[str]:
    """The text of each version of terms is the one that its hash is of, and so is what was accepted; a category's terms are its own."""
    for row in session.connection().execute(select(LENDING_TERMS.c.id, LENDING_TERMS.c.text, LENDING_TERMS.c.text_hash)):
        if hash_of(row.text) != row.text_hash:
            yield f"The text of terms {row.id} is not the one that its hash is of."
            break
    told = select(ACCEPTANCES.c.id).join(LENDING_TERMS, LENDING_TERMS.c.id == ACCEPTANCES.c.terms_id)
    for row in session.connection().execute(told.where(ACCEPTANCES.c.text_hash != LENDING_TERMS.c.text_hash).limit(1)):
        yield f"Acceptance {row.id} is of another text than its terms have."
    own = exists().where(LENDING_TERMS.c.id == CATEGORIES.c.terms_id, LENDING_TERMS.c.category_id == CATEGORIES.c.id)
    for row in session.connection().execute(select(CATEGORIES.c.id).where(CATEGORIES.c.terms_id.is_not(None), ~own).limit(1)):
        yield f"The terms of category {row.id} are not its own."


def _attestations_agree(session: Session) -> Iterator[str]:
    """Who has answered has said something of at least one thing, and nobody else has."""
    says = exists().where(ATTESTED.c.attestation_id == ATTESTATIONS.c.id, ATTESTED.c.active)
    answered = ATTESTATIONS.c.state == AttestationState.ANSWERED
    for row in session.connection().execute(select(ATTESTATIONS.c.id, ATTESTATIONS.c.state).where(answered != says).limit(1)):
        yield f"Attestation {row.id} is {row.state}, and what was said for it {'is missing' if row.state == 'answered' else 'is there'}."


def rows_are_as_told(session: Session) -> Iterator[str]:
    """A row that is not as the last entry that changed it left it, and an entry whose changed rows are not listed."""
    told: Told = defaultdict(dict)
    query = (
        select(ENTRIES.c.id, ENTRIES.c.changes, ENTRIES.c.words_digest, WORDS.c.changes.label("worded"))
        .outerjoin(WORDS, WORDS.c.entry_id == ENTRIES.c.id)
        .where(ENTRIES.c.changes != changes.NONE)
        .order_by(ENTRIES.c.id)
    )
    subjects = select(SUBJECTS.c.entry_id, SUBJECTS.c.subject, SUBJECTS.c.subject_id)
    named = {tuple(row) for row in session.connection().execute(subjects)}
    for row in session.connection().execute(query, execution_options={"yield_per": changes.READ_AT_ONCE}):
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


def _known() -> Mapping[str, Table]:
    """Every table by its name: those that nothing in this program has asked for, too."""
    for module in iter_modules(models.__path__, "models."):
        import_module(module.name)
    return SQLModel.metadata.tables


def _rows(session: Session, table: Table, ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    pages = [ids[start : start + 1_000] for start in range(0, len(ids), 1_000)]
    found = [row for page in pages for row in session.connection().execute(select(table).where(table.c.id.in_(page))).mappings()]
    return {row["id"]: dict(row) for row in found}
