"""Lists of what is kept: as they stand, and as they stood before anybody changed anything."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, select

from models import (
    accepting_terms,
    archiving,
    asking,
    bill_editing,
    booking,
    custody,
    custom_register,
    deciding,
    editing,
    exporting,
    exporting_custom,
    handing_over,
    kit_register,
    lists,
    lot_register,
    ordering,
    policies,
    recalling,
    register,
    repairs,
    roles,
    schedules,
    stocktaking,
    suppliers,
    waiting,
    wants,
)
from models.acceptances import Acceptance
from models.approvals import ApprovalRequest
from models.bookings import Booking
from models.catalog import Category, Item
from models.checking_out import check_out
from models.custom_fields import About, CustomField, FieldKind
from models.entries import ENTRIES, EntryKind
from models.importing.forms import COLUMNS
from models.kit_register import Belongs
from models.kits import Kit
from models.lists import Listed
from models.maintenance import Interval, UpkeepSchedule
from models.members import Role
from models.orders import PurchaseOrder
from models.quantities import ONE, whole
from models.recalls import Recall
from models.stocktakes import Stocktake
from models.suppliers import SupplierTerms
from models.then import Then
from models.undo import undo
from models.waits import Wait
from models.wants import Want
from tests.world import World, due

DAY = timedelta(days=1)
#: History has a beginning and an end, and no state of a day.
STANDING = [which for which in Listed if which is not Listed.HISTORY]


def furnish(w: World) -> None:
    """Something for every list."""
    w.has("40 M8 bolt in Warehouse", "9 hard hat in Warehouse", "=SUM(A1) SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    w.has("Drill SN-3 in Warehouse", "Drill SN-4 in Van 3")
    w.reserve("3 M8 bolt in Warehouse", job="=job 7")
    w.reorder("M8 bolt", None, low=60, high=100)
    gear, lent = register.add_category(w.session, w.act(), name="Gear"), w.asset("SN-1")
    editing.edit_item(w.session, w.act(), w.session.get_one(Item, w.variant("=SUM(A1)").item_id), category=gear)
    policies.set_terms(w.session, w.act(), category=gear, text="Bring it back clean.")
    w.lend("SN-1", to="Ana Silva", due=due("2026-11-27 17:00"))
    waiting.queue(w.session, w.act("Bo Chen"), variant=w.variant("=SUM(A1)"), asset=lent, holder=w.person("Bo Chen"))
    kit_register.add_kit(w.session, w.act(), name="Portrait case", belongs=[Belongs(w.variant("Canon R6"), asset=w.asset("SN-2"))])
    said = {"holder": w.person("Dee Okafor"), "start": due("2026-11-30 09:00").at, "end": due("2026-12-01 17:00").at, "zone": "UTC"}
    booking.book(w.session, w.act("Dee Okafor"), chosen=[w.asset("SN-2")], quantity=ONE, variant=None, **said, purpose="Portraits")
    prices: dict[str, Any] = {"part_number": "AF-8", "pack": whole(100), "minimum": 0, "prices": [(0, 1250), (whole(1000), 1190)]}
    suppliers.set_terms(w.session, w.act(), variant=w.variant("M8 bolt"), supplier=w.supplier(), **prices)
    ordering.order(w.session, w.act(), order=w.drafts("200 M8 bolt"))


def furnish_the_rest(w: World) -> None:
    """Something for the lists that nobody has on the first day."""
    w.in_lots("milk")
    w.receive(5, "milk", "L-1", source="Riverside")
    w.bill("kite", "2 M8 bolt", "1 hard hat")
    w.lend("SN-3", to="Ana Silva")
    handing_over.give(w.session, w.act("Ana Silva"), assets=[w.asset("SN-3")], holder=w.person("Bo Chen"))
    repairs.report(w.session, w.act(), asset=w.asset("SN-4"), problem="smokes")
    repairs.send_to_repair(w.session, w.act(), asset=w.asset("SN-4"), target=w.supplier("Fixit"))
    wants.ask(w.session, w.act("Ana Silva"), wanted="a stapler")
    recalling.recall(w.session, w.act(), w.lot("L-1"), reason="Glass")
    schedules.add(w.session, w.act(), of=w.asset("SN-2"), name="Clean", every=3, unit=Interval.MONTHS, ahead=7)
    custom_register.add_field(w.session, w.act(), about=About.ASSET, kind=FieldKind.TEXT, name="Colour", choices=[])
    w.has("9 glove in Warehouse")
    w.always_ask("glove")
    asked = {"variant": w.variant("glove"), "quantity": ONE, "source": w.location("Warehouse")}
    asking.ask_or_do(w.session, w.act("Ana Silva"), "take", **asked)
    roles.grant(w.session, w.act(), member=w.member("Bo Chen"), role=Role.KEEPER, location=w.location("Van 3"))
    stocktaking.open_count(w.session, w.act(), w.location("Warehouse"))


Row = TypeVar("Row", bound=SQLModel)


def the_only(session: Session, table: type[Row]) -> Row:
    return session.scalars(select(table)).one()


def change_everything(w: World) -> None:
    """Every row of every list ends, or says something else."""
    session, act = w.session, w.act
    stocktaking.cancel(session, act(), the_only(session, Stocktake))
    booking.cancel(session, act("Dee Okafor"), bookings=[the_only(session, Booking)])
    waiting.give_up(session, act("Bo Chen"), wait=the_only(session, Wait))
    accepting_terms.accept(session, act("Ana Silva"), entry_id=the_only(session, Acceptance).entry_id)
    w.bring_back("SN-1", by="Ana Silva")
    archiving.archive_kit(session, act(), the_only(session, Kit))
    suppliers.drop_terms(session, act(), terms=the_only(session, SupplierTerms))
    w.receives(the_only(session, PurchaseOrder), "200 M8 bolt")
    policies.set_terms(session, act(), category=the_only(session, Category), text="Bring it back.")
    wants.decline(session, act(), want=the_only(session, Want), reason="We have one")
    repairs.repaired(session, act(), asset=w.asset("SN-4"), cost_minor=1200, note="New brushes")
    custom_register.archive_field(session, act(), the_only(session, CustomField))
    roles.revoke(session, act(), member=w.member("Bo Chen"), role=Role.KEEPER, location=w.location("Van 3"))
    request = the_only(session, ApprovalRequest)
    deciding.deny(session, act(), request_id=request.id, version=request.version, reason="No")
    bill_editing.remove_bill(session, act(), variant=w.variant("kite"))
    handing_over.refuse(session, act("Bo Chen"), entry_id=_last(session, EntryKind.GIVING))
    recalling.close(session, act(), recall_id=the_only(session, Recall).id, note="All thrown away")
    schedules.stop(session, act(), schedule=the_only(session, UpkeepSchedule))
    w.lend("SN-2", to="Dee Okafor")
    custody.lost(session, act(), asset=w.asset("SN-3"))
    w.take(4, "hard hat", "Warehouse")
    editing.edit_location(session, act(), w.location("Warehouse"), name="Depot")
    editing.edit_item(session, act(), session.get_one(Item, w.variant("M8 bolt").item_id), name="M8 hex bolt", note="galvanised")
    lot_register.edit_lot(session, act(), w.lot("L-1"), code="L-1a", note="returned")


def _last(session: Session, kind: EntryKind) -> int:
    return (
        session.connection().execute(select(ENTRIES.c.id).where(ENTRIES.c.kind == kind).order_by(ENTRIES.c.id.desc())).scalars().first()
        or 0
    )


def kept(w: World, at: datetime | None = None) -> dict[str, Any]:
    """Every list, and all that is exported besides."""
    then = Then(w.session, at)
    own = exporting_custom.columns(then, w.act().by)
    found: dict[str, Any] = {which: lists.read(w.session, which, at=at)[1] for which in STANDING}
    return found | {"things": [exporting.columns(own), *exporting.rows(then, own)]}


def test_a_past_moment_is_told_as_it_was_told_then(a_world: World) -> None:
    furnish(a_world)
    furnish_the_rest(a_world)
    then = kept(a_world)
    assert all(then.values()), [which for which, rows in then.items() if not rows]
    before = a_world.now
    a_world.later(hours=2)
    change_everything(a_world)
    now = kept(a_world)
    assert [which for which, rows in now.items() if rows == then[which]] == []
    told = kept(a_world, at=before)
    for which, rows in then.items():
        assert told[which] == rows, which


def test_nothing_was_before_the_first_day(a_world: World) -> None:
    furnish(a_world)
    furnish_the_rest(a_world)
    empty = kept(a_world, at=a_world.now - timedelta(seconds=1))
    assert {row[list(COLUMNS).index("location kind")] for row in empty.pop("things")[1:]} == {"person"}
    assert {which for which, rows in empty.items() if rows} == {Listed.MEMBERS}


def test_what_was_undone_since_never_was(a_world: World) -> None:
    a_world.has("Drill SN-3 in Warehouse")
    lent = a_world.lend("SN-3", to="Ana Silva")
    before = a_world.now
    a_world.later(hours=2)
    undo(a_world.session, a_world.act(), entry_id=lent.id)
    assert lists.read(a_world.session, Listed.CHECKOUTS, at=before)[1] == []


def test_what_is_told_late_counts_from_when_it_happened(a_world: World) -> None:
    a_world.has("Drill SN-3 in Warehouse")
    then = a_world.now
    a_world.later(days=2)
    check_out(a_world.session, a_world.act(), assets=[a_world.asset("SN-3")], holder=a_world.person("Ana Silva"), happened_at=then + DAY)
    assert lists.read(a_world.session, Listed.CHECKOUTS, at=then)[1] == []
    assert len(lists.read(a_world.session, Listed.CHECKOUTS, at=then + DAY)[1]) == 1
