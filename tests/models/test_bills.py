"""What a bill of materials promises: several levels, no circles, nothing archived in it, and undo of whatever was written."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from sqlalchemy import select, text

from models import archiving, audit, bill_costs, bills, catalog, editing, history, production, register
from models.bill_editing import Goes, remove_bill, set_bill
from models.bills import BILLS
from models.catalog import ItemKind
from models.entries import ENTRIES
from models.quantities import ONE
from models.refusals import Conflict, NotAllowed, Refusal
from models.undo import undo
from tests.world import World

Build = Callable[..., World]


def parts(w: World, made: str) -> list[tuple[str, float, float, list[str]]]:
    """The lines of a bill: what, how many, scrap in percent, substitutes."""

    def name(variant_id: int) -> str:
        return catalog.variant(w.session, variant_id).name

    of = bills.parts_of(w.session, [w.variant(made).id]).get(w.variant(made).id, [])
    return [(name(one.variant_id), one.quantity / ONE, one.scrap / 100, [name(other) for other in one.substitutes]) for one in of]


def last_entry(w: World) -> int:
    return w.session.scalars(select(ENTRIES.c.id).order_by(ENTRIES.c.id.desc()).limit(1)).one()


def test_a_bill_says_how_much_goes_in_what_is_spoilt_and_what_may_stand_in(world: Build) -> None:
    w = world()
    w.bill("Widget", "4 M8 bolt; scrap 2.25 %; or M8 bolt zinc; or M8 bolt brass", "0.25 oil")
    assert parts(w, "Widget") == [("M8 bolt", 4, 2.25, ["M8 bolt zinc", "M8 bolt brass"]), ("oil", 0.25, 0, [])]
    assert production.has_bill(w.session, w.variant("Widget").id)
    assert not production.has_bill(w.session, w.variant("M8 bolt").id)


def test_what_is_not_said_again_goes_in_no_more_and_undo_brings_it_back(world: Build) -> None:
    w = world()
    w.bill("Widget", "4 M8 bolt; or M8 bolt zinc", "1 frame")
    before = parts(w, "Widget")
    w.bill("Widget", "1 frame", "3 M8 bolt; scrap 1 %", "2 nut")
    assert parts(w, "Widget") == [("frame", 1, 0, []), ("M8 bolt", 3, 1, []), ("nut", 2, 0, [])]
    undo(w.session, w.act(), entry_id=last_entry(w))
    assert parts(w, "Widget") == before


def test_a_bill_that_is_taken_away_is_the_same_when_it_is_written_again(world: Build) -> None:
    w = world()
    w.bill("Widget", "4 M8 bolt")
    remove_bill(w.session, w.act(), variant=w.variant("Widget"))
    assert not production.has_bill(w.session, w.variant("Widget").id)
    with pytest.raises(Conflict, match="Widget has no bill of materials"):
        remove_bill(w.session, w.act(), variant=w.variant("Widget"))
    w.bill("Widget", "4 M8 bolt")
    assert parts(w, "Widget") == [("M8 bolt", 4, 0, [])]
    assert w.session.scalars(select(BILLS.c.edition)).all() == [3]


def test_an_older_edition_is_not_undone_under_a_newer_one(world: Build) -> None:
    w = world()
    w.bill("Widget", "4 M8 bolt")
    first = last_entry(w)
    w.bill("Widget", "5 M8 bolt")
    with pytest.raises(Conflict, match="You have changed this again since"):
        undo(w.session, w.act(), entry_id=first)


def test_the_same_bill_again_is_refused(world: Build) -> None:
    w = world()
    w.bill("Widget", "4 M8 bolt")
    with pytest.raises(Refusal, match="That is the bill of materials of Widget already"):
        w.bill("Widget", "4 M8 bolt")


def test_a_circle_is_refused_by_its_way(world: Build) -> None:
    w = world()
    w.bill("Frame", "2 beam")
    w.bill("Widget", "1 Frame")
    with pytest.raises(Refusal, match=r"beam would be made of itself: beam of Widget, Widget of Frame and Frame of beam\."):
        w.bill("beam", "1 Widget")
    assert not production.has_bill(w.session, w.variant("beam").id)


def test_a_circle_through_a_substitute_is_one_too(world: Build) -> None:
    w = world()
    w.bill("Widget", "1 M8 bolt; or Gadget")
    with pytest.raises(Refusal, match="Gadget of Widget and Widget of Gadget"):
        w.bill("Gadget", "1 Widget")


def test_an_undo_closes_no_circle(world: Build) -> None:
    w = world()
    w.bill("Frame", "1 Widget")
    w.bill("Frame", "2 beam")
    edited = last_entry(w)
    w.bill("Widget", "1 Frame")
    with pytest.raises(Refusal, match="would be made of itself"):
        undo(w.session, w.act(), entry_id=edited)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["1 Widget"], "Widget can't be made of itself"),
        (["1 M8 bolt", "2 M8 bolt"], "M8 bolt is there twice"),
        (["1 M8 bolt; or M8 bolt"], "A substitute of M8 bolt is there twice"),
        (["1 M8 bolt; or nut; or nut"], "A substitute of M8 bolt is there twice"),
        (["0 M8 bolt"], "Say how many M8 bolt go into one"),
        (["1 M8 bolt; scrap 101 %"], "at most 100 %"),
        (["1 M8 bolt; or cable"], "cable can't stand in for M8 bolt: it is counted in m, not each"),
        (["1 rope; or cable"], "cable can't stand in for rope: one of them is counted in whole numbers, the other in fractions"),
        (["1 hard hat"], "hard hat comes back, and only what is used up can go in"),
        (["1 Canon R6"], "Canon R6 is known by its serial, and only what is used up can go in"),
        (["1 a; or b; or c; or d; or e; or f; or g"], "5 substitutes are the most; a has 6"),
        ([f"1 part {number}" for number in range(201)], "200 components at most"),
        ([], "at least one component"),
    ],
)
def test_what_can_not_go_in_is_refused(world: Build, lines: list[str], reason: str) -> None:
    w = world("2 returnable hard hat in Warehouse", "Canon R6 SN-1 in Warehouse")
    register.add_item(w.session, w.act(), name="cable", kind=ItemKind.CONSUMABLE, unit="m", fractions=True)
    register.add_item(w.session, w.act(), name="rope", kind=ItemKind.CONSUMABLE, unit="m")
    with pytest.raises(Refusal, match=reason):
        w.bill("Widget", *lines)
    assert w.session.scalars(select(BILLS.c.id).where(BILLS.c.active)).all() == []


def test_only_a_keeper_writes_one(world: Build) -> None:
    w = world()
    with pytest.raises(NotAllowed):
        set_bill(w.session, w.act("Ana"), variant=w.variant("Widget"), goes=[Goes(w.variant("M8 bolt"), ONE)])
    w.bill("Widget", "4 M8 bolt")
    with pytest.raises(NotAllowed):
        remove_bill(w.session, w.act("Ana"), variant=w.variant("Widget"))


def test_what_goes_into_something_is_not_archived_and_its_addition_not_undone(world: Build) -> None:
    w = world()
    w.variant("M8 bolt zinc")
    added = last_entry(w)
    w.bill("Widget", "4 M8 bolt; or M8 bolt zinc")
    for name in ("M8 bolt", "M8 bolt zinc"):
        with pytest.raises(Conflict, match=f"Widget is made with {name}"):
            archiving.archive_item(w.session, w.act(), catalog.item(w.session, w.variant(name).item_id))
    with pytest.raises(Conflict, match="Widget is made with M8 bolt zinc"):
        undo(w.session, w.act(), entry_id=added)


def test_what_is_made_takes_its_bill_along_when_it_is_archived_and_brings_it_back(world: Build) -> None:
    w = world()
    w.variant("Widget")
    added = last_entry(w)
    w.bill("Widget", "4 M8 bolt")
    with pytest.raises(Conflict, match="Widget still has a bill of materials"):
        undo(w.session, w.act(), entry_id=added)
    archived = archiving.archive_item(w.session, w.act(), catalog.item(w.session, w.variant("Widget").item_id))
    archiving.archive_item(w.session, w.act(), catalog.item(w.session, w.variant("M8 bolt").item_id))
    with pytest.raises(Conflict, match="Widget is made with M8 bolt"):
        undo(w.session, w.act(), entry_id=archived.id)
    undo(w.session, w.act(), entry_id=last_entry(w))
    undo(w.session, w.act(), entry_id=archived.id)
    assert parts(w, "Widget") == [("M8 bolt", 4, 0, [])]


def test_unit_and_kind_stay_while_a_bill_counts_on_them(world: Build) -> None:
    w = world()
    w.bill("Widget", "4 M8 bolt")
    for name in ("Widget", "M8 bolt"):
        item = catalog.item(w.session, w.variant(name).item_id)
        with pytest.raises(Conflict, match=f"{name} is in the bill of materials of Widget: its kind and unit stay"):
            editing.edit_item(w.session, w.act(), item, unit="kg")
    editing.edit_item(w.session, w.act(), catalog.item(w.session, w.variant("M8 bolt").item_id), name="Hex bolt")


def test_history_tells_who_wrote_it(world: Build) -> None:
    w = world()
    w.bill("Widget", "4 M8 bolt")
    happened = history.of_variants(w.session, [w.variant("Widget").id], limit=5)
    assert [str(one.kind) for one in happened] == ["set bill", "added"]


def test_it_is_known_what_a_thing_goes_into(world: Build) -> None:
    w = world()
    w.bill("Widget", "4 M8 bolt", "1 Frame")
    w.bill("Gadget", "1 nut; or M8 bolt")
    assert bills.used_in(w.session, w.variant("M8 bolt").id) == ["Gadget", "Widget"]
    assert bills.used_in(w.session, w.variant("Widget").id) == []


def test_the_audit_finds_a_circle_and_what_is_archived(world: Build) -> None:
    w = world()
    w.bill("Frame", "1 beam")
    w.bill("Widget", "1 Frame")
    w.session.execute(text("SAVEPOINT tampering"))
    w.session.execute(text(f"UPDATE components SET variant_id = {w.variant('Widget').id} WHERE variant_id = {w.variant('beam').id}"))
    assert any("is made of itself" in problem for problem in audit.problems(w.session))
    w.session.execute(text(f"UPDATE variants SET archived_at = 1 WHERE id = {w.variant('Frame').id}"))
    assert any("which is archived" in problem for problem in audit.problems(w.session))
    w.session.execute(text("ROLLBACK TO tampering"))


def test_its_cost_is_what_its_components_cost_exactly_over_all_levels(world: Build) -> None:
    w = world()
    for name, cost in (("M8 bolt", 24), ("beam", 333), ("label", None)):
        register.add_item(w.session, w.act(), name=name, kind=ItemKind.CONSUMABLE, cost_minor=cost)
    w.bill("Frame", "3 beam; scrap 10 %")
    w.bill("Widget", "2 Frame", "4 M8 bolt; or beam", "1 label")
    of = bills.parts_of(w.session, [w.variant("Widget").id])
    goods = catalog.described(w.session, {one.variant_id for lines in of.values() for one in lines})
    cost = bill_costs.cost_of(of, goods, w.variant("Widget").id)
    assert cost.by_currency == {"USD": 2 * 3 * 333 * Fraction(11, 10) + 4 * 24} and cost.unknown == 1
    beam = goods[w.variant("beam").id]._replace(currency="EUR")
    cost = bill_costs.cost_of(of, goods | {beam.id: beam}, w.variant("Widget").id)
    assert {currency: float(amount) for currency, amount in cost.by_currency.items()} == {"EUR": 2197.8, "USD": 96}
