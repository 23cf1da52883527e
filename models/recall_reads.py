"""How a recall stands: what it concerns, who should have some of it and what they say, and which customers got any."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, exists, func, or_, select
from sqlmodel import Session

from models import locations, lots, members, notices, tracing
from models.assets import ASSETS, Asset, said
from models.catalog import ITEMS, VARIANTS
from models.entries import ENTRIES, MOVEMENTS, SUBJECTS
from models.locations import LOCATIONS, OURS, Location, LocationKind
from models.lots import LOT_LEVELS, LOTS, Lot, LotStatus
from models.members import Actor, Grant, Member, Permission, Role, Unprivileged, require
from models.notices import Receiver
from models.quantities import ONE
from models.recalls import RECALL_ANSWERS, RECALLS, Recall, RecallAnswer, RecallState
from models.refusals import Conflict
from models.tracing import Node
from models.workspace import Workspace


class Holding(NamedTuple):
    """So much of a recalled lot, or an asset made of it, in one location."""

    node: Node
    #: Its code or serial.
    code: str
    variant_id: int
    variant: str
    unit: str
    location_id: int
    location: str
    kind: LocationKind
    quantity: int


class Question(NamedTuple):
    """What somebody should have, and what they say became of it."""

    holding: Holding
    answer: RecallAnswer | None
    #: How often it was answered so far, whether that stands or was undone.
    times: int

    @property
    def open(self) -> bool:
        """Whether more lies there than was found: nobody has answered, or more has come since."""
        return self.holding.quantity > (self.answer.found if self.answer else 0)


def get(session: Session, recall_id: int) -> Recall:
    """The recall with that id, which is known to exist."""
    return session.get_one(Recall, recall_id)


def open_ones(session: Session) -> list[Recall]:
    """The recalls that are not closed."""
    return list(session.scalars(select(Recall).where(RECALLS.c.state == RecallState.OPEN).order_by(RECALLS.c.id)))


#: Answers, and whatever decides who is asked.
_MATTER = [one.__tablename__ for one in (Recall, RecallAnswer, Grant, Member, Location, Workspace)]
_MOVED = exists().where(MOVEMENTS.c.entry_id > bindparam("since"), or_(MOVEMENTS.c.lot_id.is_not(None), MOVEMENTS.c.asset_id.is_not(None)))
_CHANGED = exists().where(SUBJECTS.c.entry_id > bindparam("since"), SUBJECTS.c.subject.in_(_MATTER))
_SINCE = select(func.coalesce(func.max(ENTRIES.c.id), 0), or_(_MOVED, _CHANGED))


def happened_since(session: Session, entry_id: int) -> tuple[int, bool]:
    """The last entry of all, and whether one since that one could matter to a recall: lots or assets that moved, answers, who is asked."""
    last, matters = session.connection().execute(_SINCE, {"since": entry_id}).one()
    return last, bool(matters)


def latest(session: Session, *, first: int, most: int) -> list[Recall]:
    """All recalls, the open ones first, the newest first."""
    query = select(Recall).where(RECALLS.c.state != RecallState.VOID).order_by(RECALLS.c.state.desc(), RECALLS.c.id.desc())
    return list(session.scalars(query.offset(first).limit(most)))


def count(session: Session) -> int:
    """How many recalls there have been."""
    query = select(func.count()).select_from(RECALLS).where(RECALLS.c.state != RecallState.VOID)
    return int(session.connection().execute(query).scalar_one())


def covering(session: Session, lot: Lot) -> Recall | None:
    """The open recall of a lot, or of something that it was made of."""
    if not open_ones(session):
        return None
    made_of = [node.lot_id for node in tracing.made_of(session, Node(lot_id=lot.id)) if node.lot_id is not None]
    query = select(Recall).where(RECALLS.c.state == RecallState.OPEN, RECALLS.c.lot_id.in_(made_of))
    return session.scalars(query.order_by(RECALLS.c.id).limit(1)).one_or_none()


def require_not_recalled(session: Session, chosen: Sequence[Asset]) -> None:
    """Refuses to give out an asset that was made of a recalled lot."""
    recalled = select(LOTS.c.id).join(RECALLS, RECALLS.c.lot_id == LOTS.c.id)
    recalled = recalled.where(RECALLS.c.state != RecallState.VOID, LOTS.c.status == LotStatus.RECALLED)
    known = set(session.connection().execute(recalled).scalars())
    for asset in chosen if known else ():
        of = next((node.lot_id for node in tracing.made_of(session, Node(asset_id=asset.id)) if node.lot_id in known), None)
        if of is not None:
            code = lots.get(session, of).code
            raise Conflict(f"{said(session, asset)} was made of lot {code}, which is recalled, and is not given out.", field="assets")


def concerned(session: Session, lot_id: int) -> list[Node]:
    """The lot, and every lot and asset that was made of it, the nearest first."""
    return list(tracing.made_from(session, Node(lot_id=lot_id)))


def require_reaches(session: Session, by: Actor, nodes: Collection[Node]) -> None:
    """Refuses who is no approver, and one of some locations only, where others hold some of it."""
    require(by, Permission.RECALL)
    for held in holdings(session, nodes, OURS) if not by.everywhere(Permission.RECALL) else ():
        place = locations.get(session, held.location_id)
        if not by.may(Permission.RECALL, at=place):
            raise Unprivileged(f"{place.name} holds some of it, and there you need the role approver.", Role.APPROVER, place)


def codes(session: Session, nodes: Sequence[Node]) -> list[str]:
    """The codes and serials of those lots and assets, in their order."""
    in_lots = select(LOTS.c.id, LOTS.c.code).where(LOTS.c.id.in_([node.lot_id for node in nodes if node.lot_id is not None]))
    assets = select(ASSETS.c.id, ASSETS.c.serial).where(ASSETS.c.id.in_([node.asset_id for node in nodes if node.asset_id is not None]))
    known = {Node(lot_id=row[0]): row[1] for row in session.connection().execute(in_lots)}
    known |= {Node(asset_id=row[0]): row[1] for row in session.connection().execute(assets)}
    return [known[node] for node in nodes]


def holdings(session: Session, nodes: Collection[Node], kinds: Collection[LocationKind]) -> list[Holding]:
    """How much of those lots and assets is in locations of those kinds, by location."""
    lot_ids = [node.lot_id for node in nodes if node.lot_id is not None]
    asset_ids = [node.asset_id for node in nodes if node.asset_id is not None]
    named = (VARIANTS.c.id, VARIANTS.c.name, ITEMS.c.unit, LOCATIONS.c.id, LOCATIONS.c.name, LOCATIONS.c.kind)
    in_lots = (
        select(LOTS.c.id, LOTS.c.code, *named, LOT_LEVELS.c.quantity)
        .select_from(LOT_LEVELS)
        .join(LOTS, LOTS.c.id == LOT_LEVELS.c.lot_id)
        .join(VARIANTS, VARIANTS.c.id == LOTS.c.variant_id)
        .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
        .join(LOCATIONS, LOCATIONS.c.id == LOT_LEVELS.c.location_id)
        .where(LOTS.c.id.in_(lot_ids), LOT_LEVELS.c.quantity > 0, LOCATIONS.c.kind.in_(kinds))
    )
    assets = (
        select(ASSETS.c.id, ASSETS.c.serial, *named)
        .select_from(ASSETS)
        .join(VARIANTS, VARIANTS.c.id == ASSETS.c.variant_id)
        .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
        .join(LOCATIONS, LOCATIONS.c.id == ASSETS.c.location_id)
        .where(ASSETS.c.id.in_(asset_ids), LOCATIONS.c.kind.in_(kinds))
    )
    found = [Holding(Node(lot_id=row[0]), *row[1:]) for row in session.connection().execute(in_lots)]
    found += [Holding(Node(asset_id=row[0]), *row[1:], ONE) for row in session.connection().execute(assets)]
    return sorted(found, key=lambda one: (one.location.casefold(), one.location_id, one.variant, one.code))


def questions(session: Session, recall: Recall) -> list[Question]:
    """Who should have some of it and what they say; those who have answered and have none of it left, too."""
    nodes = concerned(session, recall.lot_id)
    given = _answers(session, recall.id)
    held = {(one.location_id, one.node): one for one in holdings(session, nodes, OURS)}
    gone = {key: _nothing_left(session, rows[-1]) for key, rows in given.items() if key not in held and _last(rows) is not None}
    every = sorted([*held.items(), *gone.items()], key=lambda one: (one[1].location.casefold(), one[1].location_id, one[1].code))
    return [Question(holding, _last(given.get(key, [])), len(given.get(key, []))) for key, holding in every]


def _answers(session: Session, recall_id: int) -> dict[tuple[int, Node], list[RecallAnswer]]:
    found = dict[tuple[int, Node], list[RecallAnswer]]()
    for row in session.scalars(select(RecallAnswer).where(RECALL_ANSWERS.c.recall_id == recall_id).order_by(RECALL_ANSWERS.c.id)):
        found.setdefault((row.location_id, Node(row.lot_id, row.asset_id)), []).append(row)
    return found


def _last(rows: Sequence[RecallAnswer]) -> RecallAnswer | None:
    return next((row for row in reversed(rows) if row.active), None)


def _nothing_left(session: Session, answer: RecallAnswer) -> Holding:
    query = (
        select(VARIANTS.c.id, VARIANTS.c.name, ITEMS.c.unit, func.coalesce(LOTS.c.code, ASSETS.c.serial))
        .select_from(RECALL_ANSWERS)
        .outerjoin(LOTS, LOTS.c.id == RECALL_ANSWERS.c.lot_id)
        .outerjoin(ASSETS, ASSETS.c.id == RECALL_ANSWERS.c.asset_id)
        .join(VARIANTS, VARIANTS.c.id == func.coalesce(LOTS.c.variant_id, ASSETS.c.variant_id))
        .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
        .where(RECALL_ANSWERS.c.id == answer.id)
    )
    variant_id, variant, unit, code = session.connection().execute(query).one()
    place = locations.get(session, answer.location_id)
    node = Node(answer.lot_id, answer.asset_id)
    return Holding(node, code, variant_id, variant, unit, place.id, place.name, place.kind, 0)


def customers(session: Session, recall: Recall) -> list[Holding]:
    """Which customers got some of it."""
    return holdings(session, concerned(session, recall.lot_id), [LocationKind.CUSTOMER])


def asked(session: Session, location_id: int) -> list[Receiver]:
    """Who is asked about what a location should have: the person who it is, else its keepers' channel, else they themselves."""
    place = locations.get(session, location_id)
    member = members.at_location(session, location_id)
    if member is not None and (direct := notices.directly(member)):
        return direct
    return notices.audience(session, Role.KEEPER, at=None if place.kind is LocationKind.PERSON else place)
