"""What happened to a thing, newest first, a page at a time. Nothing here changes anything."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlmodel import Session

from handlers import list_files
from handlers.checkout import reader
from handlers.routes import Reply, Request, button, sentence
from handlers.spreadsheet import file_name
from handlers.views import history as views
from handlers.views.paging import PAGE
from models import assets, catalog, history, kits, lists, locations, lots, members, orders
from models.assets import Asset
from models.catalog import Category
from models.finding import Found, Thing
from models.history import Happening
from models.kits import Kit
from models.locations import Location
from models.lots import Lot
from models.members import Member, Permission
from models.orders import PurchaseOrder
from models.refusals import NotAllowed, Refusal

#: A file has the newest so many entries.
MOST_IN_A_FILE = 5_000


class About(NamedTuple):
    """Whose history is told: the kind and id of a thing, and for an item perhaps one location."""

    of: str
    id: int
    at: int | None = None

    def carried(self) -> dict[str, Any]:
        """As the buttons to other pages carry it."""
        return {"of": self.of, "id": self.id} | ({"at": self.at} if self.at else {})


@sentence(
    "/checkout",
    "/stock",
    says="history {thing} [at {location}]",
    needs=Permission.LOOK,
    does="tells what happened to an asset, item, kit, lot, location or order, or what a person did, the newest first",
    examples=("history SN-1042", "history M8 hex bolt at Van 3"),
)
def tell(request: Request, session: Session, *, thing: Thing, location: Location | None = None) -> Reply:  # noqa: PLR0911 - one a kind
    """The first page: of an asset its custody, of an item what came and went, of a location both, of a member what they did."""
    if location is not None and not isinstance(thing, Found):
        raise Refusal('Only the history of an item can be told for one location. Leave "at" out.', field="location")
    match thing:
        case Asset():
            return _page(request, session, About("asset", thing.id))
        case Found():
            one = thing.variants[0] if len(thing.variants) == 1 else thing.item
            return _page(request, session, About("item" if one is thing.item else "variant", one.id, location.id if location else None))
        case Location():
            return _page(request, session, About("location", thing.id))
        case Member():
            return _page(request, session, About("member", thing.id))
        case Lot():
            return _page(request, session, About("lot", thing.id))
        case PurchaseOrder():
            return _page(request, session, About("order", thing.id))
        case Kit():
            return _page(request, session, About("kit", thing.id))
        case Category():
            raise Refusal("A category has no history of its own. Name an item, an asset or a location.", field="thing")


@button("history.page", needs=Permission.LOOK)
def turn_page(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """The first page from a card, or an older page in place of the one that is read."""
    before = value.get("before")
    reply = _page(request, session, About(value["of"], value["id"], value.get("at")), before=before)
    return Reply(reply.text, reply.blocks, replace="before" in value)


@button("history.file", needs=Permission.LOOK)
def as_file(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:  # noqa: ARG001
    """The same as a file: of each entry what it moved of the thing, the newest entries where there are very many."""
    about = About(value["of"], value["id"], value.get("at"))
    _require_may_see(request, about)

    def written(other: Session) -> Reply:
        name, found = _read(other, about, MOST_IN_A_FILE, None)
        heads, rows = lists.history_of(other, [one.id for one in found], of=about.of, thing_id=about.id, at=about.at)
        title = f"History of {name}" + (f", the last {MOST_IN_A_FILE:,} entries" if len(found) == MOST_IN_A_FILE else "")
        return list_files.sent(request, file_name("history", name), title, heads, rows)

    return Reply("", later=written)


def _require_may_see(request: Request, about: About) -> None:
    if about.of == "member" and about.id != request.act.by.id and not request.act.by.may(Permission.SEE_OTHERS):
        raise NotAllowed("What other people did is for keepers and admins to see.")


def _page(request: Request, session: Session, about: About, *, before: int | None = None) -> Reply:
    _require_may_see(request, about)
    name, found = _read(session, about, PAGE + 1, before)
    return views.history(name, found[:PAGE], about.carried(), more=len(found) > PAGE, newest=before is None, reader=reader(request))


def _read(session: Session, about: About, limit: int, before: int | None) -> tuple[str, list[Happening]]:
    """What it is the history of, and so much of it, the newest first."""
    name, found = _READS[about.of](session, about, limit, before)
    return name if about.at is None else f"{name} at {locations.get(session, about.at).name}", found


Read = Callable[[Session, About, int, int | None], tuple[str, list[Happening]]]


def _of_asset(session: Session, about: About, limit: int, before: int | None) -> tuple[str, list[Happening]]:
    return assets.said(session, assets.get(session, about.id)), history.of_asset(session, about.id, limit=limit, before=before)


def _of_item(session: Session, about: About, limit: int, before: int | None) -> tuple[str, list[Happening]]:
    ids = [one.id for one in catalog.variants_of(session, about.id)]
    happened = history.of_variants(session, ids, limit=limit, location_id=about.at, before=before)
    return catalog.item(session, about.id).name, happened


def _of_variant(session: Session, about: About, limit: int, before: int | None) -> tuple[str, list[Happening]]:
    happened = history.of_variants(session, [about.id], limit=limit, location_id=about.at, before=before)
    return catalog.variant(session, about.id).name, happened


def _of_lot(session: Session, about: About, limit: int, before: int | None) -> tuple[str, list[Happening]]:
    lot = lots.get(session, about.id)
    name = f"lot {lot.code} of {catalog.variant(session, lot.variant_id).name}"
    return name, history.of_lot(session, lot.id, limit=limit, before=before)


def _of_location(session: Session, about: About, limit: int, before: int | None) -> tuple[str, list[Happening]]:
    return locations.get(session, about.id).name, history.of_location(session, about.id, limit=limit, before=before)


def _of_member(session: Session, about: About, limit: int, before: int | None) -> tuple[str, list[Happening]]:
    return members.get(session, about.id).name, history.of_member(session, about.id, limit=limit, before=before)


def _of_order(session: Session, about: About, limit: int, before: int | None) -> tuple[str, list[Happening]]:
    return orders.get(session, about.id).name, history.of_order(session, about.id, limit=limit, before=before)


def _of_kit(session: Session, about: About, limit: int, before: int | None) -> tuple[str, list[Happening]]:
    return kits.get(session, about.id).name, history.of_kit(session, about.id, limit=limit, before=before)


_READS: Mapping[str, Read] = {
    "asset": _of_asset,
    "item": _of_item,
    "variant": _of_variant,
    "lot": _of_lot,
    "location": _of_location,
    "member": _of_member,
    "order": _of_order,
    "kit": _of_kit,
}
