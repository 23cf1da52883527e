"""Traces of lots and assets, both ways, a page at a time or as a file."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session

from handlers.checkout import reader
from handlers.routes import Attached, Reply, Request, button, sentence
from handlers.spreadsheet import as_csv, file_name
from handlers.views import tracing as views
from handlers.views.parts import said, section
from handlers.views.tracing import Traced
from models import assets, catalog, lot_names, lots, tracing
from models.assets import Asset
from models.catalog_names import Found
from models.finding import Thing
from models.lots import Lot
from models.members import Permission
from models.quantities import plain_number
from models.refusals import Choice, Refusal
from models.times import zone
from models.tracing import Node, Step, Trace

HEADS = ("way", "builds between", "item", "lot or serial", "what", "quantity", "unit", "where", "kind", "when", "by", "entry", "note")
MOST_OFFERED = 5


@sentence(
    "/stock",
    says="trace {thing}",
    needs=Permission.LOOK,
    does="traces a lot or an asset: back to its suppliers and forward to whoever got it, through everything that was built",
    examples=("trace L-1042", "trace SN-1042"),
)
def trace(request: Request, session: Session, *, thing: Thing) -> Reply:
    """The first page of a trace."""
    return _page(request, session, _node(session, thing), first=0)


@button("trace.page", needs=Permission.LOOK)
def turn_page(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Another page, in place of the one that is read; from a card the first one."""
    reply = _page(request, session, Node(value.get("lot"), value.get("asset")), first=int(value.get("f", 0)))
    return Reply(reply.text, reply.blocks, replace="f" in value)


@button("trace.file", needs=Permission.LOOK)
def as_file(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """The whole trace as a CSV file, in a direct message."""
    node = Node(value.get("lot"), value.get("asset"))
    name, code = _called(session, node)
    text = f"The trace of {said(name)} comes as a CSV file in our direct messages."
    return Reply(text, [section(text)], attached=Attached(file_name("trace", code), f"Trace of {name}", written(request, session, node)))


def written(request: Request, session: Session, node: Node) -> Callable[[], bytes]:
    """Makes the file; what stands in it is read now."""
    found = tracing.trace(session, node)
    rows = [_row(request, way, step) for way, steps in (("back", found.back), ("forward", found.forward)) for step in steps]
    return lambda: as_csv(HEADS, rows)


def _row(request: Request, way: str, step: Step) -> list[str | int | None]:
    when = step.happened_at.astimezone(zone(request.act.by.time_zone)).isoformat(sep=" ", timespec="minutes") if step.happened_at else ""
    happened = [
        str(step.what),
        plain_number(step.quantity),
        step.unit,
        step.place,
        str(step.kind),
        when,
        step.member,
        step.entry_id,
        step.note,
    ]
    return [way, step.level, step.variant, step.code, *happened]


def _page(request: Request, session: Session, node: Node, *, first: int) -> Reply:
    found: Trace = tracing.trace(session, node)
    carried = {"lot": node.lot_id} if node.lot_id is not None else {"asset": node.asset_id}
    return views.page(Traced(_called(session, node)[0], carried), found, first=first, reader=reader(request))


def _node(session: Session, thing: Thing) -> Node:
    match thing:
        case Lot():
            return Node(lot_id=thing.id)
        case Asset():
            return Node(asset_id=thing.id)
        case Found():
            known = [lot for variant in thing.variants for lot in lots.latest(session, variant.id, most=MOST_OFFERED)]
            choices = tuple(Choice(f"Lot {lot.code}", "thing", f"lot {lot_names.found_as(session, lot)}") for lot in known[:MOST_OFFERED])
            raise Refusal(f"{thing.item.name} is traced lot by lot, or serial by serial. Name one.", field="thing", choices=choices)
        case _:
            raise Refusal("Only a lot or an asset can be traced. Name its code or serial.", field="thing")


def _called(session: Session, node: Node) -> tuple[str, str]:
    """What is traced, as it is called, and its code."""
    if node.asset_id is not None:
        asset = assets.get(session, node.asset_id)
        return assets.said(session, asset), asset.serial
    lot = lots.get(session, node.lot_id or 0)
    return f"lot {lot.code} of {catalog.variant(session, lot.variant_id).name}", lot.code
