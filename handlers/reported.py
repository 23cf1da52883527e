"""What is reported of an asset, in people's words: for its own card, and for the one on which keepers decide."""

from sqlmodel import Session

from handlers.dates import say_day
from handlers.views.asset import Shown
from handlers.views.due import Reader
from handlers.views.repairs import Report
from models import assets, attachments, catalog, custody, history, maintenance, members
from models.assets import Asset
from models.maintenance import MaintenanceRecord
from models.times import local_day


def of_asset(session: Session, asset: Asset, point: Reader) -> Report | None:
    """What is reported of an asset, or being repaired, if anything is."""
    record = maintenance.open_of(session, asset.id)
    return told(session, record, point) if record is not None else None


def told(session: Session, record: MaintenanceRecord, point: Reader) -> Report:
    """A report with its asset as that stands now."""
    asset = assets.get(session, record.asset_id)
    last = history.last_about(session, maintenance.RECORDS.name, record.id) or 0
    return Report(
        record,
        Shown(asset, catalog.variant(session, asset.variant_id).name, custody.holder(session, asset), mine=False),
        members.get(session, record.by_id).name,
        history.of_entries(session, [last])[0].member,
        last,
        _warranty(asset, point),
        attachments.of_row(session, maintenance.RECORDS.name, record.id),
    )


def _warranty(asset: Asset, point: Reader) -> str:
    today = local_day(point.now, point.zone)
    if asset.warranty_until_on is None or asset.warranty_until_on < today:
        return ""
    return f"Under warranty until {say_day(asset.warranty_until_on, today=today)}."
