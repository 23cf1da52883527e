"""Photos and files belong to what was done with them: kept with its entry, and gone where it is undone."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from models import attachments, audit, custody, history, repairs, undo
from models.assets import Asset
from models.attachments import File
from models.ledger import Act
from models.maintenance import RECORDS
from models.members import Role
from models.notices import NOTICES, NoticeKind
from tests.world import World

SCRATCH = File("F1", "scratch.jpg", "image/jpeg", "https://files.example/F1")
BILL = File("F2", "bill.pdf", "application/pdf", None)


@pytest.fixture
def w(world: Callable[..., World]) -> World:
    """A camera in a store."""
    return world("Canon R6 SN-1 in Warehouse")


def giving(act: Act, *files: File) -> Act:
    return replace(act, files=files)


def names(w: World, asset: Asset) -> list[list[str | None]]:
    return [[one.name for one in entry.files] for entry in history.of_asset(w.session, asset.id, limit=10)]


def test_files_stand_with_their_entry_each_once_in_the_order_given(w: World) -> None:
    asset = w.asset("SN-1")
    repairs.report(w.session, giving(w.act("Ana"), SCRATCH, BILL, SCRATCH), asset=asset, problem="scratched")
    assert names(w, asset)[0] == ["scratch.jpg", "bill.pdf"]


def test_a_record_has_the_files_of_all_that_was_done_about_it(w: World) -> None:
    asset = w.asset("SN-1")
    record, _ = repairs.report(w.session, giving(w.act("Ana"), SCRATCH), asset=asset, problem="scratched")
    repairs.repaired(w.session, giving(w.act(), BILL), asset=asset)
    assert [one.file for one in attachments.of_row(w.session, RECORDS.name, record.id)] == ["F1", "F2"]


def test_undoing_an_entry_takes_its_files_away_and_the_ledger_holds(w: World) -> None:
    asset = w.asset("SN-1")
    record, posted = repairs.report(w.session, giving(w.act("Ana"), SCRATCH), asset=asset, problem="scratched")
    undo.undo(w.session, w.act("Ana"), entry_id=posted.id)
    assert attachments.of_row(w.session, RECORDS.name, record.id) == []
    assert audit.problems(w.session) == []


def test_a_file_that_is_exchanged_afterwards_is_noticed(w: World) -> None:
    _, posted = repairs.report(w.session, giving(w.act("Ana"), SCRATCH), asset=w.asset("SN-1"), problem="scratched")
    (kept,) = attachments.of_entries(w.session, [posted.id])[posted.id]
    kept.file = "F3"
    w.session.flush()
    assert audit.problems(w.session) == ["Row 1 of attachments has another file than its last entry gave it."]
    kept.file = "F1"


def test_keepers_get_the_proof_of_what_is_retired_and_nothing_where_there_is_none(w: World) -> None:
    asset = w.asset("SN-1")
    w.member("Kai", Role.KEEPER)
    custody.retire(w.session, giving(w.act(), BILL), asset=asset)
    owed = w.session.connection().execute(select(NOTICES.c.member_id).where(NOTICES.c.kind == NoticeKind.FILES)).scalars().all()
    assert owed == [w.member("Kai").id]
