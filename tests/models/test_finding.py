"""What finding promises: exact first, then plain words, and never a guess."""

from collections.abc import Callable

import pytest

from models import archiving, barcodes, editing, finding, register, suggestions
from models.catalog import ItemKind
from models.locations import LocationKind
from models.refusals import Ambiguous, NotFound
from tests.world import World

Build = Callable[..., World]


def labels(refused: pytest.ExceptionInfo[NotFound | Ambiguous]) -> list[str]:
    return [choice.label for choice in refused.value.choices]


def laptop(w: World) -> None:
    """A MacBook in two variants."""
    memory = [{"memory": "16 GB"}, {"memory": "32 GB"}]
    register.add_item(w.session, w.act(), name="MacBook Pro", kind=ItemKind.CONSUMABLE, sku="MBP", variants=memory)


@pytest.mark.parametrize("typed", ["M8 bolt", "m8  BOLT", "M8 bolts", "Ｍ８ bolt", "M8-bolt", "B-8"])
def test_an_item_is_found_by_name_sku_case_plural_and_punctuation(world: Build, typed: str) -> None:
    w = world()
    register.add_item(w.session, w.act(), name="M8 bolt", kind=ItemKind.CONSUMABLE, sku="B-8")
    w.has("1 M8 bolt cutter in Warehouse")
    assert finding.variant(w.session, typed).name == "M8 bolt"


def test_a_word_that_only_one_item_has_is_enough(world: Build) -> None:
    w = world("1 M8 bolt in Warehouse", "1 M6 nut in Warehouse")
    assert finding.item(w.session, "m8").item.name == "M8 bolt"
    assert finding.item(w.session, "bol").item.name == "M8 bolt"


def test_a_word_that_several_items_have_is_never_guessed(world: Build) -> None:
    w = world("1 M8 bolt in Warehouse", "1 M6 bolt in Warehouse")
    with pytest.raises(Ambiguous, match="bolt could be one of several") as refused:
        finding.item(w.session, "bolt", field="item")
    assert sorted(labels(refused)) == ["M6 bolt", "M8 bolt"]
    assert {choice.field for choice in refused.value.choices} == {"item"}


def test_a_misspelt_name_is_offered_and_not_used(world: Build) -> None:
    w = world("1 Hammer in Warehouse", "1 Ladder in Warehouse")
    with pytest.raises(NotFound, match=r"I don't know an item called hamer\. Nearest: Hammer\.") as refused:
        finding.item(w.session, "hamer")
    assert labels(refused) == ["Hammer"]


def test_something_quite_different_is_not_offered(world: Build) -> None:
    w = world("1 Hammer in Warehouse")
    with pytest.raises(NotFound) as refused:
        finding.item(w.session, "lampshade")
    assert labels(refused) == []


def test_an_item_with_variants_is_found_whole_and_a_movement_asks_which(world: Build) -> None:
    w = world()
    laptop(w)
    assert len(finding.item(w.session, "macbook pro").variants) == 2
    with pytest.raises(Ambiguous, match="MacBook Pro comes in 2 variants") as refused:
        finding.variant(w.session, "macbook pro")
    assert [finding.variant(w.session, choice.value).name for choice in refused.value.choices] == labels(refused)


def test_words_that_single_out_one_variant_are_enough(world: Build) -> None:
    w = world()
    laptop(w)
    assert finding.variant(w.session, "macbook 32").name == "MacBook Pro, 32 GB"


def test_a_barcode_of_the_maker_finds_the_variant(world: Build) -> None:
    w = world("1 Hammer in Warehouse")
    barcodes.bind(w.session, w.act(), code="4006381333931", thing=w.variant("Hammer"))
    assert finding.variant(w.session, "4006381333931").name == "Hammer"


@pytest.mark.parametrize("typed", ["SN-0483", "sn-0483", "sn0483", "SN 0483"])
def test_an_asset_is_found_by_its_serial_with_or_without_dashes(world: Build, typed: str) -> None:
    w = world("Canon R6 SN-0483 in Warehouse")
    assert finding.asset(w.session, typed).serial == "SN-0483"


def test_two_serials_that_differ_by_a_dash_are_told_apart_or_asked_for(world: Build) -> None:
    w = world("Canon R6 SN-1-2 in Warehouse", "Canon R6 SN-12 in Warehouse")
    assert finding.asset(w.session, "SN-12").serial == "SN-12"
    with pytest.raises(Ambiguous) as refused:
        finding.asset(w.session, "SN12")
    assert sorted(choice.value for choice in refused.value.choices) == ["SN-1-2", "SN-12"]


def test_an_asset_has_a_name_of_its_own(world: Build) -> None:
    w = world("Transit SN-7 in Warehouse")
    editing.edit_asset(w.session, w.act(), w.asset("SN-7"), name="Blue van")
    assert finding.asset(w.session, "blue van").serial == "SN-7"


def test_an_items_name_where_a_serial_is_wanted_offers_those_in_store_first(world: Build) -> None:
    w = world("Canon R6 SN-1 in Site North", "Canon R6 SN-2 in Warehouse")
    with pytest.raises(Ambiguous, match="Each Canon R6 is known by its serial") as refused:
        finding.asset(w.session, "canon r6")
    assert labels(refused) == ["Canon R6 SN-2", "Canon R6 SN-1"]


def test_a_serial_with_one_wrong_character_is_offered(world: Build) -> None:
    w = world("Canon R6 SN-0483 in Warehouse", "Canon R6 SN-9911 in Warehouse")
    with pytest.raises(NotFound) as refused:
        finding.asset(w.session, "SN-0843")
    assert labels(refused) == ["Canon R6 SN-0483"]


@pytest.mark.parametrize("typed", ["SN-483", "sn483", "SN-0000483", "483"])
def test_a_serial_with_other_zeros_in_front_is_offered(world: Build, typed: str) -> None:
    w = world("Canon R6 SN-00483 in Warehouse", "Canon R6 SN-00481 in Warehouse")
    with pytest.raises(NotFound) as refused:
        finding.asset(w.session, typed)
    assert labels(refused)[0] == "Canon R6 SN-00483"


def test_several_serials_come_back_in_order_and_once(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    assert [one.serial for one in finding.assets(w.session, ["SN-2", "sn-1", "SN2"])] == ["SN-2", "SN-1"]


def test_one_unknown_serial_among_several_is_named(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    with pytest.raises(NotFound, match="XX-77"):
        finding.assets(w.session, ["SN-1", "XX-77"])


def test_a_former_name_leads_to_the_new_one_and_says_so(world: Build) -> None:
    w = world("1 M8 bolt in Warehouse")
    editing.edit_item(w.session, w.act(), finding.item(w.session, "M8 bolt").item, name="Hex screw 40")
    with pytest.raises(NotFound, match="M8 bolts is called Hex screw 40 now") as refused:
        finding.item(w.session, "M8 bolts")
    assert finding.item(w.session, refused.value.choices[0].value).item.name == "Hex screw 40"


def test_a_former_serial_leads_to_the_new_one_and_says_so(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    editing.edit_asset(w.session, w.act(), w.asset("SN-1"), serial="SN-100")
    with pytest.raises(NotFound, match="SN-1 is called SN-100 now") as refused:
        finding.asset(w.session, "SN-1")
    assert labels(refused) == ["Canon R6 SN-100"]


def test_an_archived_item_says_since_when(world: Build) -> None:
    w = world()
    item = finding.item(w.session, w.variant("M8 bolt").name).item
    w.has("1 M8 bolt cutter in Warehouse")
    archiving.archive_item(w.session, w.act(), item)
    with pytest.raises(NotFound, match="M8 bolt was archived on Mon 23 Nov"):
        finding.item(w.session, "M8 bolt")


def test_a_location_is_found_by_name_or_path(world: Build) -> None:
    w = world()
    for parent in ("North", "South"):
        register.add_location(w.session, w.act(), name="Shelf 2", kind=LocationKind.WAREHOUSE, parent=w.location(parent))
    assert finding.path_of(w.session, finding.location(w.session, "south / shelf 2", w.act().by)) == "South / Shelf 2"
    with pytest.raises(Ambiguous) as refused:
        finding.location(w.session, "Shelf 2", w.act().by)
    assert labels(refused) == ["North / Shelf 2", "South / Shelf 2"]
    found = [finding.location(w.session, choice.value, w.act().by) for choice in refused.value.choices]
    assert [finding.path_of(w.session, one) for one in found] == labels(refused)


def test_the_top_one_of_two_locations_of_a_name_can_be_chosen(world: Build) -> None:
    w = world()
    top = w.location("Shelf 2")
    register.add_location(w.session, w.act(), name="Shelf 2", kind=LocationKind.WAREHOUSE, parent=w.location("North"))
    with pytest.raises(Ambiguous) as refused:
        finding.location(w.session, "Shelf 2", w.act().by)
    assert finding.location(w.session, refused.value.choices[0].value, w.act().by).id == top.id


def test_me_a_mention_and_a_name_are_a_persons_location(world: Build) -> None:
    w = world()
    ana = w.member("Ana")
    by = w.act("Ana").by
    assert {finding.location(w.session, said, by).id for said in ("me", "<@UANA>", "ana")} == {ana.location_id}


def test_a_channel_stands_for_the_location_bound_to_it(world: Build) -> None:
    w = world()
    editing.edit_location(w.session, w.act(), w.location("Van 3"), channel="C77")
    assert finding.location(w.session, "<#C77>", w.act().by).name == "Van 3"
    with pytest.raises(NotFound, match="No location is bound to that channel"):
        finding.location(w.session, "<#C78>", w.act().by)


def test_somebody_unknown_is_not_mentioned_back(world: Build) -> None:
    with pytest.raises(NotFound, match="I don't know that person yet"):
        finding.member(world().session, "<@U999>")


def test_a_member_is_found_by_first_name_when_only_one_has_it(world: Build) -> None:
    w = world()
    w.member("Ana Souza")
    assert finding.member(w.session, "ana").name == "Ana Souza"
    w.member("Ana Lee")
    with pytest.raises(Ambiguous):
        finding.member(w.session, "ana")


def test_the_two_programs_are_nobody(world: Build) -> None:
    with pytest.raises(NotFound):
        finding.member(world().session, "command line")


@pytest.mark.parametrize(("typed", "kind"), [("SN-1", "Asset"), ("hammer", "Found"), ("warehouse", "Location"), ("<@UKIM>", "Member")])
def test_a_thing_is_whatever_goes_by_that_name(world: Build, typed: str, kind: str) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "1 Hammer in Warehouse")
    assert type(finding.thing(w.session, typed, w.act().by)).__name__ == kind


def test_things_of_two_kinds_with_one_name_are_told_apart_by_their_kind(world: Build) -> None:
    w = world("1 Van 3 in Warehouse", "1 Hammer in Van 3")
    with pytest.raises(Ambiguous) as refused:
        finding.thing(w.session, "Van 3", w.act().by)
    found = [finding.thing(w.session, choice.value, w.act().by) for choice in refused.value.choices]
    assert [type(one).__name__ for one in found] == ["Found", "Location"]


def test_suggestions_put_names_that_begin_so_before_names_that_have_such_a_word(world: Build) -> None:
    w = world("1 Wing nut in Warehouse", "1 Nut M8 in Warehouse", "1 Walnut in Warehouse")
    assert [one.label for one in suggestions.items(w.session, "nut")] == ["Nut M8", "Wing nut"]


def test_every_suggestion_leads_back_to_what_it_shows(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "20 returnable Canopy in Van 3")
    laptop(w)
    by = w.act().by
    assert [finding.variant(w.session, one.value).name for one in suggestions.variants(w.session, "mac")] == [
        "MacBook Pro, 16 GB",
        "MacBook Pro, 32 GB",
    ]
    assert [finding.location(w.session, one.value, by).name for one in suggestions.locations(w.session, "v")] == ["Van 3"]
    assert [finding.location(w.session, one.value, by).name for one in suggestions.holders(w.session, "k")] == ["Kim"]
    assert [one.label for one in suggestions.to_check_out(w.session, "cano")] == ["Canon R6 SN-1", "Canopy"]


def test_assets_are_suggested_by_the_start_of_their_serial(world: Build) -> None:
    w = world("Canon R6 SN-0483 in Warehouse", "Canon R6 SN-0500 in Warehouse")
    assert [one.value for one in suggestions.assets(w.session, "sn04")] == ["SN-0483"]


def test_an_undone_rename_is_found_by_its_old_name_again(world: Build) -> None:
    from models.undo import undo

    w = world("1 M8 bolt in Warehouse")
    renamed = editing.edit_item(w.session, w.act(), finding.item(w.session, "M8 bolt").item, name="Hex screw")
    undo(w.session, w.act(), entry_id=renamed.id)
    assert finding.item(w.session, "m8").item.name == "M8 bolt"
    with pytest.raises(NotFound):
        finding.item(w.session, "Hex screw")


@pytest.mark.parametrize("typed", ["485", "00485", "0485"])
def test_a_serial_is_offered_by_the_number_it_ends_in(world: Build, typed: str) -> None:
    w = world("Canon R6 SN-00485 in Warehouse", "Canon R6 SN-04850 in Warehouse")
    with pytest.raises(NotFound) as refused:
        finding.asset(w.session, typed)
    assert labels(refused) == ["Canon R6 SN-00485"]
    assert [one.value for one in suggestions.assets(w.session, typed)] == ["SN-00485"]
