"""Acts that send an asset another way than out and back: moved, lost, found, retired, sold, donated."""

from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session

from handlers import called, unkept
from handlers.attaching import Sent, adding
from handlers.checkout import myself, reader
from handlers.forms import Form
from handlers.routes import Reply, Request, button, form, sentence
from handlers.views import custody as views
from handlers.views.custody import Was
from models import assets, custody, finding, history
from models.assets import Asset, AssetState
from models.entries import EntryKind
from models.locations import Location
from models.members import Permission
from models.outbox import Leased

LOST = "lost {asset} [note {note}]"


class PlaceForm(Form):
    """Where an asset is now, and what there is to say about it."""

    target: str
    note: str | None = None


class RetireForm(Form):
    """In which way something leaves for good, to whom, and the proof of it."""

    how: Literal["retired", "sold", "donated"]
    target: str | None = None
    note: str | None = None
    files: tuple[Sent, ...] = ()


@sentence(
    "/stock",
    says="move {assets} to {target} [note {note}]",
    needs=Permission.MOVE,
    does="moves assets, each from where it is",
    examples=("move SN-1042 to Van 3", "move SN-130..134 to Workshop"),
)
def move(request: Request, session: Session, *, assets: list[Asset], target: Location, note: str | None = None) -> Reply:
    """Assets go from where each is to a location of ours; one that was checked out is not any more."""
    before = [_was(session, asset) for asset in assets]
    posted = custody.move_assets(session, request.act, assets=assets, target=target, note=note)
    let_down = unkept.said(request, session, posted, assets)
    return views.moved(posted, before, target.name, custody.state_of(session, assets[0]), unkept=let_down, reader=reader(request))


@sentence(
    "/checkout",
    says=LOST,
    needs=Permission.CHECK_IN,
    does="says that nobody knows where an asset is",
    examples=('lost SN-1042 note "last seen on site"',),
)
def lost(request: Request, session: Session, *, asset: Asset, note: str | None = None) -> Reply:
    """Its holder or a keeper says that it is lost; its checkout ends."""
    before = _was(session, asset)
    posted = custody.lost(session, request.act, asset=asset, note=note)
    return views.lost(posted, before, asset.serial, unkept=unkept.said(request, session, posted, [asset]), reader=reader(request))


@sentence(
    "/checkout",
    says="found {asset} at {location} [note {note}]",
    needs=Permission.MOVE,
    does="says where a lost asset has turned up",
    examples=("found SN-1042 at Warehouse",),
)
def found(request: Request, session: Session, *, asset: Asset, location: Location, note: str | None = None) -> Reply:
    """A lost asset has turned up."""
    return _found(request, session, asset, location, note)


@sentence(
    "/checkout",
    says="retire {asset} [note {note}]",
    needs=Permission.SCRAP,
    does="takes an asset out of use for good; its history stays",
    examples=('retire SN-1042 note "beyond repair"',),
    aliases=("scrapped",),
)
def retire(request: Request, session: Session, *, asset: Asset, note: str | None = None) -> Reply:
    """The asset is used no more; done at once, because it can be undone."""
    return _retired(request, session, asset, EntryKind.RETIRED, note=note)


@sentence(
    "/checkout",
    says="sold {asset} [to {target}] [note {note}]",
    needs=Permission.SCRAP,
    does="says that an asset was sold, perhaps to a certain customer; its history stays",
    examples=("sold SN-1042", 'sold SN-1042 to Riverside Homes note "for 300"'),
)
def sold(request: Request, session: Session, *, asset: Asset, target: Location | None = None, note: str | None = None) -> Reply:
    """The asset is somebody else's now."""
    return _retired(request, session, asset, EntryKind.SOLD, target=target, note=note)


@sentence(
    "/checkout",
    says="donated {asset} [to {target}] [note {note}]",
    needs=Permission.SCRAP,
    does="says that an asset was given away, perhaps to a certain customer; its history stays",
    examples=("donated SN-1042", 'donated SN-1042 note "to the school"'),
)
def donated(request: Request, session: Session, *, asset: Asset, target: Location | None = None, note: str | None = None) -> Reply:
    """The asset was given away."""
    return _retired(request, session, asset, EntryKind.DONATED, target=target, note=note)


def _retired(
    request: Request, session: Session, asset: Asset, how: EntryKind, *, target: Location | None = None, note: str | None = None
) -> Reply:
    before = _was(session, asset)
    posted = custody.retire(session, request.act, asset=asset, how=how, target=target, note=note)
    let_down = unkept.said(request, session, posted, [asset])
    return views.retired(posted, before, target.name if target else None, unkept=let_down, reader=reader(request))


@button("retire.open", needs=Permission.SCRAP)
def ask_how(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Retire, on the page of an asset's upkeep: asks how, and takes the proof."""
    asset = assets.get(session, value["a"])
    return Reply("", form=views.retire_form(_was(session, asset), carried={"k": request.act.token(), "a": asset.id}))


@form("retire.send", needs=Permission.SCRAP, fields=RetireForm)
def send_retired(request: Request, session: Session, *, fields: RetireForm) -> Reply:
    """The form was sent."""
    asset = assets.get(session, request.carried["a"])
    target = finding.location(session, fields.target, request.act.by, field="target") if fields.target else None
    return _retired(adding(request, fields.files), session, asset, EntryKind(fields.how), target=target, note=fields.note)


@button("asset.here", needs=Permission.CHECK_IN)
def press_here(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """I have it, on the card of a lost asset: it is with whoever pressed, and its keepers are told."""
    asset, me = assets.get(session, value["asset"]), myself(request, session)
    posted = custody.found(session, request.act, asset=asset, target=me)
    return views.with_finder(posted, called.asset(session, asset))


def found_of(session: Session, notice: Leased, _now: datetime) -> Reply:
    """Keepers are told that somebody has found what was lost."""
    (entry,) = history.of_entries(session, [notice.subject_id])
    asset = assets.get(session, entry.lines[0].asset_id or 0)
    return views.found_by(entry, called.asset(session, asset), asset)


@button("asset.place", needs=Permission.LOOK)
def ask_where(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Opens the form that asks where an asset is now: a lost one was found, any other is moved."""
    asset = assets.get(session, value["asset"])
    where = custody.holder(session, asset)
    return Reply("", form=views.place_form(_was(session, asset), asset.id, where.state, key=request.act.token()))


@form("asset.place", needs=Permission.MOVE, fields=PlaceForm)
def send_where(request: Request, session: Session, *, fields: PlaceForm) -> Reply:
    """A lost asset was found there, any other goes there; how it stands is looked at again now."""
    asset = assets.get(session, request.carried["asset"])
    target = finding.location(session, fields.target, request.act.by, field="target")
    if custody.state_of(session, asset) is AssetState.LOST:
        return _found(request, session, asset, target, fields.note)
    return move(request, session, assets=[asset], target=target, note=fields.note)


def _found(request: Request, session: Session, asset: Asset, target: Location, note: str | None) -> Reply:
    posted = custody.found(session, request.act, asset=asset, target=target, note=note)
    return views.found(posted, called.asset(session, asset), target.name, custody.state_of(session, asset))


def _was(session: Session, asset: Asset) -> Was:
    """How it stood before the act."""
    where = custody.holder(session, asset)
    return Was(called.asset(session, asset), where.location, where.checkout)
