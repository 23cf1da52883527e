"""Repairs: what is broken is reported, taken out of use or kept in it, sent to a workshop or vendor, and comes back."""

from datetime import datetime

from sqlmodel import Session

from models import attachments, checkouts, custody, custom_values, ledger, locations, maintenance, members, notices, outstanding
from models.assets import Asset, AssetState, said
from models.caches import Line
from models.changes import changed
from models.checking_in import require_can_take_back
from models.columns import clean
from models.custom_fields import About
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.locations import Location, LocationKind
from models.maintenance import MaintenanceRecord, MaintenanceState
from models.members import Permission, Role, require
from models.notices import NoticeKind
from models.quantities import ONE
from models.refusals import Conflict, Refusal
from models.suppliers import is_supplier
from models.times import local_day
from models.workspace import workspace

LONGEST_WORDS = 1_000


def report(session: Session, act: Act, *, asset: Asset, problem: str) -> tuple[MaintenanceRecord, Posted]:
    """Anybody says what is wrong with an asset; its keepers are told, and decide. What is said of a reported one is added to its report."""
    require(act.by, Permission.REPORT)
    if custody.state_of(session, asset) is AssetState.RETIRED:
        raise Refusal(f"{said(session, asset)} is retired: nobody uses it any more.", field="asset")
    problem = _words(problem, "report", "problem")
    known = maintenance.open_of(session, asset.id)
    if known is None:
        record = _born(session, act, asset, problem=problem)
        change = changed(record, state=MaintenanceState.REPORTED)
    else:
        record = known
        change = changed(record, problem="\n".join(filter(None, [record.problem, f"{act.by.name}: {problem}"])))
    posted = ledger.post(session, act, EntryKind.REPORTED, changed=[change], note=problem)
    notices.owe_stage(
        session,
        NoticeKind.REPORT,
        key=f"report:entry {posted.id}",
        subject=maintenance.RECORDS.name,
        subject_id=record.id,
        receivers=notices.audience(session, Role.KEEPER, at=custody.answers_for(session, asset)),
        now=posted.recorded_at,
        told=str(posted.id),
    )
    return record, posted


def keep_in_use(session: Session, act: Act, *, record: MaintenanceRecord) -> Posted:
    """A keeper has looked: the asset may be used until it is repaired, and whoever has it keeps it."""
    asset = _to_decide(session, act, record)
    if record.state is MaintenanceState.IN_USE:
        raise Conflict(f"{said(session, asset)} is kept in use already.")
    changes = [changed(record, state=MaintenanceState.IN_USE), changed(asset, out_of_use=False)]
    return ledger.post(session, act, EntryKind.KEPT_IN_USE, changed=changes)


def take_out_of_use(session: Session, act: Act, *, record: MaintenanceRecord) -> Posted:
    """A keeper has looked: the asset must not be used until it is repaired. Its checkout ends, and it goes back to where it left."""
    asset = _to_decide(session, act, record)
    if record.state is MaintenanceState.OUT_OF_USE:
        raise Conflict(f"{said(session, asset)} is out of use already.")
    held = checkouts.open_for_asset(session, asset.id)
    lines = [Line(asset.variant_id, ONE, asset.location_id, held.source_id, asset.id)] if held else []
    changes = [changed(record, state=MaintenanceState.OUT_OF_USE), changed(asset, out_of_use=True)]
    changes += outstanding.ended(session, [asset.id], act.now)
    posted = ledger.post(session, act, EntryKind.TOOK_OUT_OF_USE, lines=lines, changed=changes)
    _tell_holder(session, act, posted, held)
    return posted


def send_to_repair(
    session: Session, act: Act, *, asset: Asset, target: Location, expected_at: datetime | None = None, note: str | None = None
) -> Posted:
    """The asset goes to a workshop or vendor, its checkout ends, and nobody is lent it until it is back.

    For a keeper of where it is, or left on checkout. What is said is added to its report, or is one.
    """
    if target.kind is not LocationKind.WORKSHOP and not is_supplier(target):
        raise Refusal(f"{target.name} is no workshop, and no vendor by name. Say where it is repaired.", field="location")
    if expected_at is not None and expected_at <= act.now:
        raise Refusal("That is past. Say when it is expected back, or leave it out.", field="until")
    where = custody.holder(session, asset)
    known = maintenance.open_of(session, asset.id)
    _require_keeper(session, act, asset, known)
    if where.state in (AssetState.LOST, AssetState.RETIRED):
        raise Refusal(f"{said(session, asset)} is {where.state}.", field="asset")
    record = known or _born(session, act, asset, problem=None)
    if asset.location_id == target.id and record.location_id == target.id:
        raise Conflict(f"{said(session, asset)} is in repair at {target.name} already.", field="location")
    problem = _words(note, "note", "note") if note else None
    wrong = {"problem": "\n".join(filter(None, [record.problem, problem]))} if problem else {}
    moves = {"location_id": target.id, "home_id": _home(session, asset), "expected_at": expected_at}
    lines = [Line(asset.variant_id, ONE, asset.location_id, target.id, asset.id)] if asset.location_id != target.id else []
    changes = [changed(record, state=MaintenanceState.OUT_OF_USE, **moves, **wrong), changed(asset, out_of_use=True)]
    changes += outstanding.ended(session, [asset.id], act.now)
    posted = ledger.post(session, act, EntryKind.SENT_TO_REPAIR, lines=lines, changed=changes, note=problem)
    _tell_holder(session, act, posted, where.checkout)
    return posted


def repaired(
    session: Session, act: Act, *, asset: Asset, target: Location | None = None, cost_minor: int | None = None, note: str | None = None
) -> Posted:
    """The asset is whole again: from a workshop or vendor it goes back to where it left, or to `target`; else it stays where it is.

    For a keeper of where it is, left, or goes back to. Whoever reported it is told.
    """
    known = maintenance.open_of(session, asset.id)
    where = custody.holder(session, asset)
    _require_keeper(session, act, asset, known)
    if known is None and where.state is not AssetState.IN_REPAIR:
        stands = f"it is {where.state}, {'with' if where.kind is LocationKind.PERSON else 'in'} {where.location}"
        raise Refusal(f"Nothing is reported of {said(session, asset)}: {stands}.", field="asset")
    record = known or _born(session, act, asset, problem=None)
    lines = _back(session, asset, record, where.state, target)
    closing = {
        "state": MaintenanceState.CLOSED,
        "outcome": _words(note, "note", "note") if note else None,
        "cost_minor": cost_minor,
        "currency": workspace(session).currency if cost_minor is not None else None,
        "done_on": local_day(act.now, act.by.time_zone),
        "closed_by_id": act.by.id,
        "closed_at": act.now,
    }
    changes = [changed(record, **closing), changed(asset, out_of_use=False)]
    changes += outstanding.ended(session, [asset.id], act.now) if lines else []  # it may be out to the workshop on a checkout
    changes += custom_values.new(session, act.by, About.MAINTENANCE, [record], act.custom or {})
    posted = ledger.post(session, act, EntryKind.REPAIRED, lines=lines, changed=changes, note=note)
    if act.files:
        attachments.tell(session, act.by, posted.id, at=custody.answers_for(session, asset), now=posted.recorded_at)
    if record.by_id != act.by.id and known is not None:
        _tell(session, NoticeKind.REPAIRED, posted, members.get(session, record.by_id))
    return posted


def _back(session: Session, asset: Asset, record: MaintenanceRecord, state: AssetState, target: Location | None) -> list[Line]:
    """The way back from repair; nothing for what was mended where it is."""
    if state is not AssetState.IN_REPAIR:
        if target is not None and target.id != asset.location_id:
            raise Refusal(f'{said(session, asset)} is not in repair: it stays where it is. Leave "to" out.', field="target")
        return []
    home_id = record.home_id or _home(session, asset)
    if target is None and home_id is None:
        raise Refusal(f"Say where {said(session, asset)} goes back to.", field="target")
    target = target or locations.get(session, home_id or 0)
    require_can_take_back(target)
    if target.kind is LocationKind.WORKSHOP:
        raise Refusal(f"{target.name} is a workshop: what is back from repair goes to a store or a site.", field="target")
    return [Line(asset.variant_id, ONE, asset.location_id, target.id, asset.id)]


def home_of(session: Session, asset: Asset) -> Location | None:
    """Where an asset in repair goes back to, as far as is known."""
    record = maintenance.open_of(session, asset.id)
    home_id = (record.home_id if record is not None else None) or _home(session, asset)
    return locations.get(session, home_id) if home_id is not None else None


def _home(session: Session, asset: Asset) -> int | None:
    """Where the asset goes back to once it is whole: where its checkout left, else the last of our places that it lay in."""
    checkout = outstanding.of_asset(session, asset.id)
    here = locations.get(session, checkout.source_id if checkout is not None else asset.location_id)
    if _is_home(here.kind):
        return here.id
    passed = custody.custody(session, asset, most=10)
    places = [locations.get(session, one.source_id) for one in passed]
    return next((place.id for place in places if _is_home(place.kind) and place.archived_at is None), None)


def _is_home(kind: LocationKind) -> bool:
    return kind in locations.OURS and kind not in {LocationKind.WORKSHOP, LocationKind.PERSON}


def _to_decide(session: Session, act: Act, record: MaintenanceRecord) -> Asset:
    """The asset of a report that a keeper decides on. Refuses one that is closed, and an asset that is in repair or lost by now."""
    asset = session.get_one(Asset, record.asset_id)
    _require_keeper(session, act, asset, record)
    if not record.open:
        raise Conflict(f"The report of {said(session, asset)} is closed by now.")
    where = custody.holder(session, asset)
    if where.state is AssetState.IN_REPAIR:
        raise Conflict(f'{said(session, asset)} is in repair, in {where.location}. Say "repaired" when it is back.')
    if where.state in (AssetState.LOST, AssetState.RETIRED):
        raise Conflict(f"{said(session, asset)} is {where.state}.")
    return asset


def _require_keeper(session: Session, act: Act, asset: Asset, record: MaintenanceRecord | None) -> None:
    """A keeper of where it is or left, and of what is in repair a keeper of where it goes back to as well."""
    home = locations.get(session, record.home_id) if record is not None and record.home_id else None
    if home is None or not act.by.may(Permission.MAINTAIN, at=home):
        require(act.by, Permission.MAINTAIN, at=custody.answers_for(session, asset))


def _born(session: Session, act: Act, asset: Asset, *, problem: str | None) -> MaintenanceRecord:
    record = MaintenanceRecord(asset_id=asset.id, problem=problem, by_id=act.by.id, opened_at=act.now)
    session.add(record)
    session.flush()
    return record


def _words(text: str, what: str, field: str) -> str:
    return clean(text, what=what, field=field, longest=LONGEST_WORDS)


def _tell_holder(session: Session, act: Act, posted: Posted, held: checkouts.Held | None) -> None:
    """Whoever had it is told that their checkout has ended."""
    member = members.other_at(session, act.by, held.holder_id) if held is not None else None
    if member is not None:
        _tell(session, NoticeKind.OUT_OF_USE, posted, member)


def _tell(session: Session, kind: NoticeKind, posted: Posted, member: members.Member) -> None:
    notices.tell(session, kind, posted.id, notices.directly(member), now=posted.recorded_at)
