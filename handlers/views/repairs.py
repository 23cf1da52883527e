"""What is reported of an asset: the card on which keepers decide, its way through repair, and the forms that ask for both."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from handlers.routes import Reply
from handlers.views import asset as asset_views
from handlers.views import attaching, naming
from handlers.views.asset import Shown
from handlers.views.due import Reader, day_field
from handlers.views.parts import Block, actions, button, clipped, context, field, modal, option, said, search, section, text_input
from models.assets import AssetState
from models.attachments import Attachment
from models.history import Happening
from models.maintenance import MaintenanceRecord, MaintenanceState
from models.quantities import said_money

#: A card shows so much of what is said.
LONGEST = 500


class Report(NamedTuple):
    """A report in people's words."""

    record: MaintenanceRecord
    #: The asset as it stands now.
    shown: Shown
    by: str
    #: Who changed it last, and which entry that was.
    last_by: str
    entry_id: int
    #: Until when the asset is under warranty, where it still is.
    warranty: str = ""
    #: The photos and files of whoever reported it, and of what was done since.
    files: Sequence[Attachment] = ()


def card(report: Report, reader: Reader) -> Reply:
    """The card for keepers: what is wrong, where the asset is, and what may be done; once it is closed, the line that says how."""
    record, name = report.record, report.shown.name
    if record.state is MaintenanceState.VOID:
        return _line(f"{said(report.by)} took it back: nothing is reported of {name}.")
    if record.state is MaintenanceState.CLOSED:
        return _line(f"{naming.WELL} {name}, reported by {said(report.by)}: {ended(record)}, said {said(report.last_by)}.")
    wrong = f": {quoted(record.problem)}" if record.problem else ""
    reported = f"{naming.REPORTED} {said(report.by)} reported {name}{wrong}"
    text = f"{reported}{'' if record.problem else '.'}"
    facts = [f"It is {asset_views.standing_of(report.shown, reader)}.", decided(report, reader), report.warranty]
    files = [context(naming.files(report.files))] if report.files else []
    return Reply(text, [section(text), *files, context(" ".join(filter(None, facts))), actions(*deciding(report))])


def superseded(report: Report) -> Reply:
    """The line that an earlier card shrinks to."""
    return _line(f"There is more about {report.shown.name} below.")


def decided(report: Report, reader: Reader) -> str:
    """What a keeper has said of it."""
    record = report.record
    match record.state:
        case MaintenanceState.IN_USE:
            return f"{said(report.last_by)} keeps it in use until it is repaired."
        case MaintenanceState.OUT_OF_USE if report.shown.where.state is AssetState.IN_REPAIR:
            return f"Expected back {reader.time(record.expected_at)}." if record.expected_at else ""
        case MaintenanceState.OUT_OF_USE:
            return "Nobody is lent it until it is repaired."
        case _:
            return ""


def deciding(report: Report) -> list[Block]:
    """The buttons that fit how it stands."""
    record, state = report.record, report.shown.where.state
    value = {"m": record.id, "n": report.entry_id}
    repair = button("Send to repair", "repair.open", {"a": record.asset_id}, style="primary")
    whole = button("Repaired", "repaired.open", {"a": record.asset_id})
    keep, stop = button("Keep in use", "report.keep", value), button("Take out of use", "report.stop", value)
    if state is AssetState.IN_REPAIR:
        return [whole | {"style": "primary"}]
    if state is AssetState.LOST:
        return [button("Found", "asset.place", {"asset": record.asset_id}, style="primary")]
    match record.state:
        case MaintenanceState.REPORTED:
            return [repair, keep, stop, whole]
        case MaintenanceState.IN_USE:
            return [repair, stop, whole]
        case _:
            return [repair, keep, whole]


def ended(record: MaintenanceRecord) -> str:
    """How a report ended: "“new hinge”, 120.00 EUR"."""
    cost = said_money(record.cost_minor, record.currency or "") if record.cost_minor is not None else ""
    return ", ".join(filter(None, [quoted(record.outcome) if record.outcome else "in order again", cost]))


def quoted(words: str | None) -> str:
    """What somebody said, and what others added, on one line."""
    return f"“{' · '.join(said(clipped(line, LONGEST)) for line in (words or '').splitlines())}”"


def open_line(report: Report, reader: Reader) -> str:
    """What the asset's own card tells of it."""
    record = report.record
    when = reader.time(record.opened_at)
    wrong = f": {quoted(record.problem)}" if record.problem else ""
    more = "".join(f" · {part}" for part in (decided(report, reader), naming.files(report.files)) if part)
    return f"{naming.REPORTED} Reported by {said(report.by)}, {when}{wrong}{more}"


def checkout_ended(entry: Happening, back_to: str | None) -> Reply:
    """Whoever had it is told that it is not theirs any more."""
    what = naming.things([naming.moved(line) for line in entry.lines])
    if entry.undone_by_id:
        return _line(f"{said(entry.member)} took it back: {what} is still checked out to you.")
    where = f" Bring it to {said(back_to)}." if back_to else ""
    text = f"{said(entry.member)} took {what} out of use: your checkout has ended.{where}"
    return Reply(text, [section(text)])


def whole_again(name: str, record: MaintenanceRecord, entry: Happening) -> Reply:
    """Whoever reported it is told how it ended."""
    if entry.undone_by_id:
        return _line(f"{said(entry.member)} took it back: {name} is not repaired yet.")
    text = f"{naming.WELL} {name}, which you reported, is repaired: {ended(record)}, said {said(entry.member)}."
    return Reply(text, [section(text)])


def report_form(asset: tuple[str, str] | None, *, known: str, carried: Any) -> Block:
    """Asks what is wrong, and with what unless that is known."""
    which = search("asset.suggest", chosen=option(*asset) if asset else None, placeholder="Type a serial or a name")
    words = text_input("report.problem", multiline=True, most=1000, placeholder="The hinge is loose")
    blocks = [
        *([context(known)] if known else []),
        field("asset", "Which one", which),
        field("problem", "What is wrong", words, hint="Its keepers are told, and decide what happens."),
        attaching.asked(),
    ]
    return modal("report.send", "Report", blocks, submit="Report", carried=carried)


def repair_form(name: str, place: tuple[str, str] | None, *, ends: str, carried: Any) -> Block:
    """Asks where it is repaired, and until when."""
    where = search("repairer.suggest", chosen=option(*place) if place else None, placeholder="Type a workshop or a vendor")
    blocks = [
        context(f"{name}. {ends}Nobody is lent it until it is back."),
        field("location", "Where is it repaired", where),
        day_field("Expected back", None, optional=True),
        field("note", "What is to be done", text_input("repair.note", multiline=True, most=1000), optional=True),
    ]
    return modal("repair.send", "Send to repair", blocks, submit="Send", carried=carried)


def repaired_form(name: str, back: tuple[str, str] | None, *, in_repair: bool, currency: str, carried: Any) -> Block:
    """Asks what was done, what it cost, and where the thing goes back to."""
    to = search("location.suggest", chosen=option(*back) if back else None, placeholder="Type a location")
    blocks = [
        context(name),
        field("note", "What was done", text_input("repaired.note", multiline=True, most=1000), optional=True),
        field("cost", f"Cost, in {currency}", text_input("repaired.cost", most=20, placeholder="120.00"), optional=True),
        *([field("target", "Goes back to", to)] if in_repair else []),
        attaching.asked(),
    ]
    return modal("repaired.send", "Repaired", blocks, submit="Repaired", carried=carried)


def said_when(at: datetime | None, reader: Reader) -> str:
    """ ", expected back Fri 27 Nov, 17:00"; nothing where nobody said."""
    return f", expected back {reader.time(at)}" if at else ""


def _line(text: str) -> Reply:
    return Reply(text, [context(text)])
