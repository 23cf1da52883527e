"""Custom fields of what was repaired or serviced, and of checkouts that are handed over."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from models import checkouts, custom_values, handing_over, history, repairs, undo
from models.checking_out import check_out
from models.custom_fields import About, CustomField, FieldKind
from models.custom_kinds import said
from models.custom_register import add_field
from models.custom_values import FieldWanted
from models.ledger import Act
from models.maintenance import MaintenanceRecord
from models.refusals import Refusal
from tests.world import World, due


@pytest.fixture
def w(world: Callable[..., World]) -> World:
    """A camera in a store."""
    return world("Canon R6 SN-1 in Warehouse")


def defined(w: World, about: About, name: str, *, required: bool = False) -> CustomField:
    return add_field(w.session, w.act(), about=about, kind=FieldKind.TEXT, name=name, required=required)[0]


def saying(act: Act, field: CustomField, words: str | None) -> Act:
    return replace(act, custom={field.id: words})


def told(w: World, field: CustomField, subject_id: int) -> str:
    return said(w.session, field.kind, custom_values.of(w.session, [field], subject_id).get(field.id, []))


def broken(w: World) -> MaintenanceRecord:
    return repairs.report(w.session, w.act("Ana"), asset=w.asset("SN-1"), problem="scratched")[0]


def test_a_repair_says_what_its_form_asked_and_undo_takes_it_back(w: World) -> None:
    field, record = defined(w, About.MAINTENANCE, "Invoice"), broken(w)
    posted = repairs.repaired(w.session, saying(w.act(), field, "R-17"), asset=w.asset("SN-1"))
    assert told(w, field, record.id) == "R-17"
    assert [one.after for one in history.of_asset(w.session, w.asset("SN-1").id, limit=1)[0].said] == ["R-17"]
    undo.undo(w.session, w.act(), entry_id=posted.id)
    assert told(w, field, record.id) == ""
    repairs.repaired(w.session, saying(w.act(), field, "R-18"), asset=w.asset("SN-1"))
    assert told(w, field, record.id) == "R-18"


def test_what_is_required_of_a_repair_is_wanted_of_its_sentence_too_and_not_of_a_report(w: World) -> None:
    field = defined(w, About.MAINTENANCE, "Invoice", required=True)
    broken(w)
    with pytest.raises(FieldWanted, match="Invoice is required"):
        repairs.repaired(w.session, w.act(), asset=w.asset("SN-1"))
    repairs.repaired(w.session, saying(w.act(), field, "R-17"), asset=w.asset("SN-1"))


def test_a_field_of_upkeep_is_neither_unique_nor_reminded_of(w: World) -> None:
    with pytest.raises(Refusal, match="of a thing can be unique"):
        add_field(w.session, w.act(), about=About.MAINTENANCE, kind=FieldKind.TEXT, name="Invoice", is_unique=True)


def test_what_a_checkout_says_goes_along_when_it_is_handed_over(w: World) -> None:
    field = defined(w, About.CHECKOUT, "Project")
    check_out(
        w.session, saying(w.act("Ana"), field, "Riverside"), holder=w.person("Ana"), assets=[w.asset("SN-1")], due=due("2026-11-27 17:00")
    )
    posted = handing_over.give(w.session, w.act(), assets=[w.asset("SN-1")], holder=w.person("Bo"))
    held = checkouts.open_for_asset(w.session, w.asset("SN-1").id)
    assert held is not None
    assert told(w, field, held.id) == "Riverside"
    undo.undo(w.session, w.act(), entry_id=posted.id)
    back = checkouts.open_for_asset(w.session, w.asset("SN-1").id)
    assert back is not None
    assert (told(w, field, back.id), told(w, field, held.id)) == ("Riverside", "")
