"""Who waits for what: a line as it stands, who is served by what goes out, and when the line is to be looked at again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlmodel import Session

from models.assets import ASSETS
from models.bookings import BOOKINGS
from models.caches import End, Line
from models.changes import ByTable, Change, changed
from models.checkouts import CHECKOUTS
from models.locations import LOCATIONS, STORES
from models.waits import WAITS, Wait, WaitState


class InLine(NamedTuple):
    """Somebody in a line."""

    id: int
    holder_id: int
    holder: str
    joined_at: datetime
    #: Until when it is held for them; None while they wait.
    claim_by_at: datetime | None
    #: The asset that they wait for; None: any of the variant.
    asset_id: int | None


def line_for(session: Session, variant_id: int, asset_id: int | None) -> list[InLine]:
    """Who waits for an asset, or for any of its variant, in their order; without an asset all who wait for some of the variant."""
    query = select(WAITS.c.id, WAITS.c.holder_id, LOCATIONS.c.name, WAITS.c.joined_at, WAITS.c.claim_by_at, WAITS.c.asset_id)
    query = query.join(LOCATIONS, LOCATIONS.c.id == WAITS.c.holder_id).where(*_in_line(variant_id, asset_id))
    return [InLine(*row) for row in session.connection().execute(query.order_by(WAITS.c.joined_at, WAITS.c.id))]


def how_many(session: Session, variant_id: int, asset_id: int | None) -> int:
    """How many wait for it."""
    return int(session.connection().execute(select(func.count()).select_from(WAITS).where(*_in_line(variant_id, asset_id))).scalar_one())


def counts(session: Session, things: Sequence[tuple[int, int | None]]) -> list[int]:
    """How many wait for each of those: a variant, or an asset of it."""
    query = select(WAITS.c.variant_id, WAITS.c.asset_id).where(WAITS.c.closed_at.is_(None))
    waits = session.connection().execute(query.where(WAITS.c.variant_id.in_({variant_id for variant_id, _ in things}))).all()
    return [sum(one.variant_id == variant_id and one.asset_id in (None, asset_id) for one in waits) for variant_id, asset_id in things]


def _in_line(variant_id: int, asset_id: int | None) -> list[ColumnElement[bool]]:
    said: list[ColumnElement[bool]] = [WAITS.c.variant_id == variant_id, WAITS.c.closed_at.is_(None)]
    return said if asset_id is None else [*said, or_(WAITS.c.asset_id.is_(None), WAITS.c.asset_id == asset_id)]


def claimed(session: Session, lines: Sequence[Line], *, holder_id: int, now: datetime) -> list[Change]:
    """The changes by which a holder leaves the lines for what goes out to them."""
    query = select(Wait).where(WAITS.c.holder_id == holder_id, WAITS.c.closed_at.is_(None))
    served = {(line.variant_id, asset_id) for line in lines for asset_id in (None, line.asset_id)}
    waits = [one for one in session.scalars(query) if (one.variant_id, one.asset_id) in served]
    return [changed(one, state=WaitState.CLAIMED, claim_by_at=None, closed_at=now) for one in waits]


_LOOK_AGAIN = update(WAITS).where(WAITS.c.closed_at.is_(None)).values(review_at=bindparam("now", type_=WAITS.c.review_at.type))
_FOR_VARIANTS = _LOOK_AGAIN.where(WAITS.c.variant_id.in_(bindparam("variants", expanding=True)))
_AFTER_BOOKINGS = _LOOK_AGAIN.where(
    WAITS.c.variant_id.in_(select(BOOKINGS.c.variant_id).where(BOOKINGS.c.id.in_(bindparam("rows", expanding=True))))
)
_OTHERS = WAITS.alias("others")
_AFTER_WAITS = _LOOK_AGAIN.where(
    WAITS.c.variant_id.in_(select(_OTHERS.c.variant_id).where(_OTHERS.c.id.in_(bindparam("rows", expanding=True))))
)
_AFTER_REPAIRS = _LOOK_AGAIN.where(
    WAITS.c.variant_id.in_(select(ASSETS.c.variant_id).where(ASSETS.c.id.in_(bindparam("rows", expanding=True))))
)
#: What is to be looked at where rows of a table have changed.
_AFTER = {BOOKINGS.name: _AFTER_BOOKINGS, WAITS.name: _AFTER_WAITS, ASSETS.name: _AFTER_REPAIRS}


def look_again(session: Session, lines: Sequence[Line], at: Mapping[int, End], of_table: ByTable, *, now: datetime) -> None:
    """Has the lines looked at for what has come back to a store, is repaired, or promised to nobody any more. `ledger.post()` calls it."""
    ended = any(change.after.get("closed_at") for change in of_table.get(CHECKOUTS.name, ()))
    stores = {place for place, end in at.items() if end.kind in STORES}
    back = {line.variant_id for line in lines if line.target_id in stores and (ended or _was_away(at[line.source_id]))}
    if back:
        session.connection().execute(_FOR_VARIANTS, {"variants": list(back), "now": now})
    for table, again in _AFTER.items():
        those = of_table.get(table, ())
        if rows := [change.id for change in those if table != ASSETS.name or "out_of_use" in change.after]:
            session.connection().execute(again, {"rows": rows, "now": now})


def _was_away(end: End) -> bool:
    return end.kind not in STORES and end.ours
