"""Kits on other ways than out and back: what of one is there goes together, and what is not is told with where it is."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Session

from models import assets, custody, kit_lending, kits
from models.assets import Asset, AssetState
from models.checkouts import Held
from models.custody import Whereabouts
from models.kits import Kit
from models.ledger import Act
from models.locations import STORES, Location, LocationKind
from models.refusals import Conflict, Refusal
from models.wording import listed

#: A refusal tells of so many serials where they are.
MOST_TOLD = 5


class Elsewhere(NamedTuple):
    """A serial of a kit that does not go along, and why: "in Van 3", "with Ana Silva"."""

    asset: Asset
    why: str
    #: Who has it out.
    held: Held | None


class NoneThere(Conflict):
    """Nothing of a kit is where it could be moved from."""

    def __init__(self, text: str, elsewhere: Sequence[Elsewhere]) -> None:
        super().__init__(text, field="kit")
        self.elsewhere = elsewhere


def to_move(session: Session, kit: Kit, *, target: Location) -> tuple[list[Asset], list[Elsewhere]]:
    """The serials of a kit that lie in a store, and so are moved with it; and those that are lent, away or at `target` already.

    Refuses a template, and a kit of which nothing is to be moved, with where each serial is.
    """
    own = _serials(session, kit)
    if not own:
        raise Refusal(f"{kit.name} is a template and names no serials. Say which ones are moved.", field="kit")
    goes, stays = list[Asset](), list[Elsewhere]()
    for asset in own:
        where = custody.holder(session, asset)
        if where.checkout is None and where.kind in STORES and where.location_id != target.id:
            goes.append(asset)
        else:
            stays.append(Elsewhere(asset, _why(where, target=target), where.checkout))
    if not goes:
        told = [f"{assets.said(session, one.asset)} is {one.why}" for one in stays[:MOST_TOLD]]
        told += [f"{len(stays) - MOST_TOLD} more are elsewhere"] if len(stays) > MOST_TOLD else []
        raise NoneThere(f"Nothing of {kit.name} can be moved to {target.name}: {listed(told)}.", stays)
    return goes, stays


def to_give(session: Session, act: Act, kit: Kit, *, giver: Location | None) -> tuple[list[Asset], list[Elsewhere]]:
    """The serials of a kit that one holder has, to be given on with what they have of it by number; and its serials that are elsewhere.

    Without a giver it is who acts, else the only one who has any. Refuses a kit of which no serial is out with them.
    """
    held = kit_lending.out_with(session, act, kit, giver, field="giver")
    goes = [assets.get(session, one.asset_id) for one in held if one.asset_id is not None]
    if not goes:
        whose = "you have" if held[0].holder_id == act.by.location_id else f"{held[0].holder} has"
        raise Conflict(f"What {whose} of {kit.name} is kept by number, and given on with serials only. Bring it back first.", field="kit")
    gone = {one.id for one in goes}
    others = [(one, custody.holder(session, one)) for one in _serials(session, kit) if one.id not in gone]
    return goes, [Elsewhere(one, _why(where), where.checkout) for one, where in others]


def _serials(session: Session, kit: Kit) -> list[Asset]:
    return [assets.get(session, part.asset_id) for part in kits.parts_of(session, kit.id) if part.asset_id is not None]


def _why(where: Whereabouts, *, target: Location | None = None) -> str:
    if where.state in {AssetState.LOST, AssetState.RETIRED}:
        return str(where.state)
    at = f"{'with' if where.kind is LocationKind.PERSON else 'in'} {where.location}"
    repaired = "in repair, " if where.state is AssetState.IN_REPAIR else ""
    return f"{repaired}{at}{' already' if target is not None and where.location_id == target.id else ''}"
