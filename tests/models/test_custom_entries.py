"""What custom fields say of an entry and of a checkout: within the chain, asked for where it is required, and kept by a request."""

from dataclasses import replace

import pytest

from models import asking, audit, catalog, checkouts, custom_fields, custom_values, deciding, editing, stock, undo
from models.approvals import ApprovalRequest
from models.checking_out import check_out
from models.custom_fields import About, CustomField, FieldKind
from models.custom_kinds import Part
from models.custom_values import FieldWanted, Given
from models.ledger import Posted
from models.members import Role
from models.quantities import whole
from tests.models.test_custom_fields import category, defined
from tests.world import World


def entries_say(w: World, field: CustomField, entry_id: int) -> list[Part]:
    return custom_values.of(w.session, [field], entry_id).get(field.id, [])


def took(w: World, given: Given | None = None, quantity: int = 1) -> Posted:
    said = {"variant": w.variant("M8 bolt"), "quantity": whole(quantity), "source": w.location("Van 3")}
    return stock.take(w.session, replace(w.act(), custom=given), **said)


def test_an_entry_says_what_was_said_when_it_was_posted_within_the_chain(a_world: World) -> None:
    a_world.has("20 M8 bolt in Van 3")
    field = defined(a_world, FieldKind.WHOLE, about=About.ENTRY, name="Cost centre")
    posted = took(a_world, {field.id: "12"})
    assert entries_say(a_world, field, posted.id) == [Part(12)]
    assert [change.table for change in posted.changes] == ["custom_values"]
    a_world.session.connection().exec_driver_sql("UPDATE custom_values SET number = 13")
    assert audit.problems(a_world.session) == ["Row 1 of custom_values has another number than its last entry gave it."]
    a_world.session.connection().exec_driver_sql("UPDATE custom_values SET number = 12")


def test_what_an_entry_says_stays_when_it_is_undone(a_world: World) -> None:
    a_world.has("20 M8 bolt in Van 3")
    field = defined(a_world, FieldKind.WHOLE, about=About.ENTRY, name="Cost centre")
    posted = took(a_world, {field.id: "12"})
    undo.undo(a_world.session, a_world.act(), entry_id=posted.id)
    assert a_world.on_hand("M8 bolt", "Van 3") == 20
    assert entries_say(a_world, field, posted.id) == [Part(12)]


def test_what_is_required_of_an_entry_is_asked_and_nothing_moves_without_it(a_world: World) -> None:
    a_world.has("20 M8 bolt in Van 3")
    tools = category(a_world, "Tools")
    required = defined(a_world, about=About.ENTRY, name="Cost centre", required=True)
    defined(a_world, about=About.ENTRY, name="Drill bit", required=True, category=tools)
    with pytest.raises(FieldWanted, match="Cost centre is required") as refused:
        took(a_world)
    assert refused.value.field == custom_fields.input_of(required)
    assert a_world.on_hand("M8 bolt", "Van 3") == 20
    took(a_world, {required.id: "a"})
    editing.edit_item(a_world.session, a_world.act(), catalog.item(a_world.session, a_world.variant("M8 bolt").item_id), note="x")


def test_nothing_is_required_where_nobody_is_asked(a_world: World) -> None:
    defined(a_world, about=About.ENTRY, name="Cost centre", required=True)
    a_world.location("Warehouse")
    a_world.receives(a_world.orders("5 M8 bolt"), "5 M8 bolt")
    assert a_world.on_hand("M8 bolt", "Warehouse") == 5


def test_an_entry_says_what_is_preset(a_world: World) -> None:
    a_world.has("20 M8 bolt in Van 3")
    field = defined(a_world, about=About.ENTRY, name="Cost centre", preset="general", required=True)
    assert entries_say(a_world, field, took(a_world).id) == [Part(None, "general", "general")]


def test_a_checkout_says_what_was_said_of_it_and_says_nothing_once_undone(a_world: World) -> None:
    a_world.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    field = defined(a_world, about=About.CHECKOUT, name="Project", required=True)
    with pytest.raises(FieldWanted, match="Project is required"):
        a_world.lend("SN-1")
    both = [a_world.asset(serial) for serial in ("SN-1", "SN-2")]
    act = replace(a_world.act("Ana"), custom={field.id: "Film"})
    posted = check_out(a_world.session, act, assets=both, holder=a_world.person("Ana"))
    held = [one.id for one in checkouts.open_of(a_world.session, a_world.person("Ana").id)]
    assert [entries_say(a_world, field, one) for one in held] == [[Part(None, "Film", "film")]] * 2
    undo.undo(a_world.session, a_world.act(), entry_id=posted.id)
    assert [entries_say(a_world, field, one) for one in held] == [[], []]


def test_what_was_said_waits_with_a_request_for_approval(a_world: World) -> None:
    a_world.has("20 M8 bolt in Van 3").always_ask("M8 bolt")
    a_world.member("Bo", Role.APPROVER)
    field = defined(a_world, FieldKind.WHOLE, about=About.ENTRY, name="Cost centre", required=True)
    said = {"variant": a_world.variant("M8 bolt"), "quantity": whole(1), "source": a_world.location("Van 3")}
    request = asking.ask_or_do(a_world.session, replace(a_world.act("Ana"), custom={field.id: "12"}), "take", **said)
    assert isinstance(request, ApprovalRequest)
    decided = deciding.approve(a_world.session, a_world.act("Bo"), request_id=request.id, version=request.version)
    assert decided.done is not None
    assert entries_say(a_world, field, decided.done.id) == [Part(12)]
