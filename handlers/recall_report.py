"""The report of a recall as a CSV file: what it concerns, who had some and what they said, which customers got any, how it ended."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers import recalls
from handlers.routes import Attached, Reply, Request, button
from handlers.spreadsheet import as_csv, file_name
from handlers.views.parts import said, section
from handlers.views.recalls import RecallCard
from models import recall_reads
from models.members import Permission
from models.quantities import plain_number
from models.recall_reads import Holding
from models.recalls import RecallState
from models.times import zone

HEADS = ("part", "item", "lot or serial", "where", "kind", "quantity", "unit", "found", "used", "lost", "by", "when", "note")

Row = dict[str, str]


@button("recall.file", needs=Permission.LOOK)
def as_file(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """The whole recall as a file, in a direct message."""
    recall = recalls.told(session, recall_reads.get(session, value["r"]))
    name = f"The recall of lot {recall.code} of {recall.item}"
    rows = [[row.get(head, "") for head in HEADS] for row in _rows(recall, request.act.by.time_zone)]
    text = f"{said(name)} comes as a CSV file in our direct messages."
    return Reply(text, [section(text)], attached=Attached(file_name("recall", recall.code), name, lambda: as_csv(HEADS, rows)))


def _rows(recall: RecallCard, zone_name: str) -> list[Row]:
    opened = {"by": recall.by, "when": _when(recall.opened_at, zone_name), "note": recall.reason or ""}
    rows = [{"part": "recall", "item": recall.item, "lot or serial": recall.code, "kind": str(recall.state)} | opened]
    rows += [{"part": "made of it", "lot or serial": code} for code in recall.also]
    for holding, answer, _ in recall.questions:
        row = {"part": "holder"} | _held(holding)
        if answer is None:
            row |= {"note": "not answered"}
        else:
            row |= {"found": plain_number(answer.found), "used": plain_number(answer.used), "lost": plain_number(answer.lost)}
            row |= {"by": recall.names[answer.id], "when": _when(answer.answered_at, zone_name)}
        rows.append(row)
    rows += [{"part": "customer"} | _held(held) for held in recall.customers]
    if recall.state is RecallState.CLOSED:
        rows.append({"part": "closed", "by": recall.closed_by or "", "when": _when(recall.closed_at, zone_name), "note": recall.note or ""})
    return rows


def _held(held: Holding) -> Row:
    what = {"item": held.variant, "lot or serial": held.code, "quantity": plain_number(held.quantity), "unit": held.unit}
    return what | {"where": held.location, "kind": str(held.kind)}


def _when(at: datetime | None, zone_name: str) -> str:
    return at.astimezone(zone(zone_name)).isoformat(sep=" ", timespec="minutes") if at else ""
