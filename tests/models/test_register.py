"""What the register promises: names are free or refused, terms that matter are fixed, and everything can be undone."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlmodel import SQLModel

from models import archiving, custody, editing, finding, purchasing, register, stock
from models.catalog import Category, Item, ItemKind
from models.ledger import Posted
from models.locations import Location, LocationKind
from models.quantities import whole
from models.refusals import Conflict, NotAllowed, NotFound, Refusal
from models.undo import undo
from tests.world import World

Build = Callable[..., World]


def item(w: World, name: str) -> Item:
    return finding.item(w.session, name).item


def below(w: World, name: str, parent: Location) -> Location:
    return register.add_location(w.session, w.act(), name=name, kind=LocationKind.WAREHOUSE, parent=parent)


def category(w: World, name: str, parent: Category | None = None) -> Category:
    return register.add_category(w.session, w.act(), name=name, parent=parent)


def test_a_name_belongs_to_one_item(world: Build) -> None:
    w = world("1 M8 bolt in Warehouse")
    with pytest.raises(Conflict, match="There is an item called M8 bolt already"):
        register.add_item(w.session, w.act(), name="m8 BOLT", kind=ItemKind.CONSUMABLE)


def test_a_location_name_is_free_below_another_one(world: Build) -> None:
    w = world()
    below(w, "Shelf 2", w.location("North"))
    assert below(w, "Shelf 2", w.location("South")).name == "Shelf 2"
    with pytest.raises(Conflict, match="There is a location called Shelf 2 already"):
        below(w, "shelf 2", w.location("South"))


def test_variants_are_called_by_their_attributes_and_have_a_sku_each(world: Build) -> None:
    w = world()
    sizes = [{"size": "S"}, {"size": "M"}]
    made = register.add_item(w.session, w.act(), name="Shirt", kind=ItemKind.CONSUMABLE, sku="SH", variants=sizes)
    made.append(register.add_variant(w.session, w.act(), item=item(w, "Shirt"), attributes={"size": "L"}))
    assert [one.name for one in made] == ["Shirt, S", "Shirt, M", "Shirt, L"]
    assert len({one.sku_key for one in made}) == 3


def test_two_variants_with_the_same_attributes_are_refused(world: Build) -> None:
    w = world()
    with pytest.raises(Refusal, match="same attributes"):
        register.add_item(w.session, w.act(), name="Shirt", kind=ItemKind.CONSUMABLE, variants=[{"size": "S"}, {"size": "s"}])
    register.add_item(w.session, w.act(), name="Cap", kind=ItemKind.CONSUMABLE, variants=[{"size": "S"}])
    with pytest.raises(Conflict, match="There is a variant called Cap, S already"):
        register.add_variant(w.session, w.act(), item=item(w, "Cap"), attributes={"size": "S"})


def test_an_attribute_has_nothing_in_it_that_parts_two_of_them_in_a_file(world: Build) -> None:
    w = world()
    with pytest.raises(Refusal, match="can't have a semicolon"):
        register.add_item(w.session, w.act(), name="Cap", kind=ItemKind.CONSUMABLE, variants=[{"size": "S; wide"}])


def test_a_sku_is_given_once(world: Build) -> None:
    w = world()
    register.add_item(w.session, w.act(), name="Shirt", kind=ItemKind.CONSUMABLE, sku="SH")
    with pytest.raises(Conflict, match="SH is in use already: it is on Shirt"):
        register.add_item(w.session, w.act(), name="Shoe", kind=ItemKind.CONSUMABLE, sku="sh")


def test_several_serials_are_received_in_one_entry(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    made, posted = register.add_assets(
        w.session, w.act(), variant=w.variant("Canon R6"), serials=["SN-2", "SN-3"], target=w.location("Warehouse"), cost_minor=229900
    )
    assert [one.serial for one in made] == ["SN-2", "SN-3"]
    assert len(posted.lines) == 2
    assert (made[0].cost_minor, made[0].currency) == (229900, "USD")


@pytest.mark.parametrize(
    ("serials", "says"), [(["sn-1"], "in use already"), (["A", "a"], "there twice"), (["A\u202e1"], "can't be seen"), ([], "at least one")]
)
def test_a_serial_that_is_taken_twice_hidden_or_missing_is_refused(world: Build, serials: list[str], says: str) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    with pytest.raises(Refusal, match=says):
        register.add_assets(w.session, w.act(), variant=w.variant("Canon R6"), serials=serials, target=w.location("Warehouse"))


def test_the_catalog_is_for_keepers(world: Build) -> None:
    w = world()
    with pytest.raises(NotAllowed):
        register.add_item(w.session, w.act("Ana"), name="Saw", kind=ItemKind.CONSUMABLE)


def test_a_person_is_not_added_as_a_location(world: Build) -> None:
    w = world()
    with pytest.raises(Refusal, match="A person becomes a location"):
        register.add_location(w.session, w.act(), name="Bo", kind=LocationKind.PERSON)


def test_a_renamed_item_takes_its_variants_along(world: Build) -> None:
    w = world()
    register.add_item(w.session, w.act(), name="Shirt", kind=ItemKind.CONSUMABLE, variants=[{"size": "S"}, {"size": "M"}])
    editing.edit_item(w.session, w.act(), item(w, "Shirt"), name="T-shirt")
    assert [one.name for one in finding.item(w.session, "T-shirt").variants] == ["T-shirt, M", "T-shirt, S"]


@pytest.mark.parametrize("terms", [{"kind": ItemKind.RETURNABLE}, {"unit": "box"}, {"fractions": True}])
def test_kind_and_unit_are_fixed_once_something_has_moved(world: Build, terms: Any) -> None:
    w = world()
    w.variant("Cable")
    editing.edit_item(w.session, w.act(), item(w, "Cable"), unit="m", fractions=False)
    w.has("5 Cable in Warehouse")
    with pytest.raises(Conflict, match="has moved already"):
        editing.edit_item(w.session, w.act(), item(w, "Cable"), **terms)


def test_saying_what_is_already_so_is_no_entry(world: Build) -> None:
    w = world("1 Saw in Warehouse")
    with pytest.raises(Refusal, match="nothing was changed"):
        editing.edit_item(w.session, w.act(), item(w, "Saw"), name="Saw", unit="each")


def test_a_location_put_elsewhere_takes_along_what_lies_below_it(world: Build) -> None:
    w = world()
    shelf = below(w, "Shelf", w.location("North"))
    box = below(w, "Box", shelf)
    editing.edit_location(w.session, w.act(), shelf, parent=w.location("South"))
    assert finding.path_of(w.session, box) == "South / Shelf / Box"


def test_a_location_does_not_lie_below_itself(world: Build) -> None:
    w = world()
    shelf = below(w, "Shelf", w.location("North"))
    with pytest.raises(Refusal, match="Shelf is North itself, or lies below it"):
        editing.edit_location(w.session, w.act(), w.location("North"), parent=shelf)


def test_what_is_ours_does_not_become_a_supplier(world: Build) -> None:
    w = world()
    with pytest.raises(Refusal, match="can't become a supplier"):
        editing.edit_location(w.session, w.act(), w.location("Van 3"), kind=LocationKind.SUPPLIER)


def test_the_built_in_ends_and_people_keep_their_names(world: Build) -> None:
    w = world()
    for name in ("Used", "Kim"):
        with pytest.raises(Refusal):
            editing.edit_location(w.session, w.act(), finding.location(w.session, name, w.act().by), name="Other")


def test_a_time_zone_has_to_exist(world: Build) -> None:
    w = world()
    with pytest.raises(Refusal, match="I don't know a time zone called Mars/North"):
        editing.edit_location(w.session, w.act(), w.location("Van 3"), time_zone="Mars/North")


def test_a_category_does_not_hang_on_itself(world: Build) -> None:
    w = world()
    tools = category(w, "Tools")
    saws = category(w, "Saws", tools)
    with pytest.raises(Refusal, match="can't hang on itself"):
        editing.edit_category(w.session, w.act(), tools, parent=saws)


def test_what_still_holds_something_is_not_archived(world: Build) -> None:
    w = world("5 M8 bolt in Van 3", "Canon R6 SN-1 in Warehouse")
    with pytest.raises(Conflict, match="Van 3 still holds 5 M8 bolts"):
        archiving.archive_item(w.session, w.act(), item(w, "M8 bolt"))
    with pytest.raises(Conflict, match="Van 3 still holds 5 M8 bolts"):
        archiving.archive_location(w.session, w.act(), w.location("Van 3"))
    with pytest.raises(Conflict, match="SN-1 is still with us, in Warehouse"):
        archiving.archive_asset(w.session, w.act(), w.asset("SN-1"))


def test_a_location_with_another_below_it_is_not_archived(world: Build) -> None:
    w = world()
    below(w, "Shelf", w.location("North"))
    with pytest.raises(Conflict, match="Shelf lies below North"):
        archiving.archive_location(w.session, w.act(), w.location("North"))


def test_a_category_with_items_is_not_archived(world: Build) -> None:
    w = world("1 Saw in Warehouse")
    tools = category(w, "Tools")
    editing.edit_item(w.session, w.act(), item(w, "Saw"), category=tools)
    with pytest.raises(Conflict, match="Saw is still in Tools"):
        archiving.archive_category(w.session, w.act(), tools)


def test_the_only_variant_is_archived_with_its_item(world: Build) -> None:
    w = world()
    with pytest.raises(Refusal, match="the only variant"):
        archiving.archive_variant(w.session, w.act(), w.variant("Saw"))


def test_the_name_of_something_archived_is_free(world: Build) -> None:
    w = world()
    w.variant("Saw")
    archiving.archive_item(w.session, w.act(), item(w, "Saw"))
    fresh = register.add_item(w.session, w.act(), name="Saw", kind=ItemKind.RETURNABLE)[0]
    assert finding.variant(w.session, "saw").id == fresh.id


def test_a_retired_assets_serial_is_free_once_it_is_archived(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    custody.retire(w.session, w.act(), asset=w.asset("SN-1"))
    assert finding.asset(w.session, "SN-1").serial == "SN-1"
    archiving.archive_asset(w.session, w.act(), w.asset("SN-1"))
    with pytest.raises(NotFound, match="SN-1 was archived on Mon 23 Nov"):
        finding.asset(w.session, "SN-1")
    w.has("Canon R6 SN-1 in Warehouse")
    assert finding.asset(w.session, "SN-1").archived_at is None


def _renames_item(w: World) -> Posted:
    return editing.edit_item(w.session, w.act(), item(w, "Saw"), name="Hand saw", note="with a wooden grip")


def _edits_variant(w: World) -> Posted:
    return editing.edit_variant(w.session, w.act(), w.variant("Saw"), sku="SAW-1", cost_minor=1290, attributes={"teeth": "24"})


def _edits_asset(w: World) -> Posted:
    changes = editing.AssetFields(serial="SN-900", name="Main camera", purchased_on=date(2025, 3, 1), cost_minor=1)
    return editing.edit_asset(w.session, w.act(), w.asset("SN-1"), **changes)


def _moves_location(w: World) -> Posted:
    return editing.edit_location(w.session, w.act(), w.location("Van 3"), parent=w.location("Warehouse"), channel="C1", open_to_all=False)


def _edits_category(w: World) -> Posted:
    return editing.edit_category(w.session, w.act(), finding.category(w.session, "Tools"), name="Gear")


def _archives_item(w: World) -> Posted:
    stock.scrap(w.session, w.act(), variant=w.variant("Saw"), quantity=whole(1), source=w.location("Van 3"))
    return archiving.archive_item(w.session, w.act(), item(w, "Saw"))


def _archives_location(w: World) -> Posted:
    return archiving.archive_location(w.session, w.act(), w.location("Empty shed"))


def _archives_category(w: World) -> Posted:
    return archiving.archive_category(w.session, w.act(), finding.category(w.session, "Tools"))


def rows(w: World) -> list[dict[str, Any]]:
    """Everything that the register keeps."""
    w.session.flush()
    tables = [SQLModel.metadata.tables[name] for name in ("categories", "items", "variants", "assets", "locations", "reorder_points")]
    return [dict(row) for table in tables for row in w.session.connection().execute(table.select().order_by(table.c.id)).mappings()]


EDITS = [
    _renames_item,
    _edits_variant,
    _edits_asset,
    _moves_location,
    _edits_category,
    _archives_item,
    _archives_location,
    _archives_category,
]


@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_and_archiving_can_be_undone(world: Build, edit: Callable[[World], Posted]) -> None:
    w = world("1 Saw in Van 3", "Canon R6 SN-1 in Warehouse")
    category(w, "Tools")
    w.location("Empty shed")
    purchasing.set_reorder_point(w.session, w.act(), variant=w.variant("Saw"), low=whole(2))
    before = rows(w)
    posted = edit(w)
    assert rows(w) != before
    undo(w.session, w.act(), entry_id=posted.id)
    assert rows(w) == before


def test_an_undone_addition_is_gone_from_sight_and_its_name_is_free(world: Build) -> None:
    w = world()
    variant = w.variant("Saw")
    undo(w.session, w.act(), entry_id=1)
    with pytest.raises(NotFound):
        finding.item(w.session, "Saw")
    assert register.add_item(w.session, w.act(), name="Saw", kind=ItemKind.CONSUMABLE)[0].id != variant.id


def test_an_addition_is_not_undone_over_what_lies_below_it(world: Build) -> None:
    w = world()
    north = w.location("North")
    below(w, "Shelf", north)
    with pytest.raises(Conflict, match="Shelf lies below North now"):
        undo(w.session, w.act(), entry_id=1)


def test_a_move_of_a_location_is_not_undone_over_what_was_added_below_it(world: Build) -> None:
    w = world()
    shelf = below(w, "Shelf", w.location("North"))
    moved = editing.edit_location(w.session, w.act(), shelf, parent=w.location("South"))
    below(w, "Box", shelf)
    with pytest.raises(Conflict, match="Box lies below Shelf now"):
        undo(w.session, w.act(), entry_id=moved.id)


def test_stock_below_a_moved_location_counts_in_its_new_parent(world: Build) -> None:
    w = world()
    shelf = below(w, "Shelf", w.location("North"))
    stock.receive(w.session, w.act(), variant=w.variant("Saw"), quantity=whole(3), target=shelf)
    w.reorder("Saw", "South", low=2)
    editing.edit_location(w.session, w.act(), shelf, parent=w.location("South"))
    assert purchasing.low(w.session) == []
