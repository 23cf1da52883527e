"""Importing our own form: everything that a file says is there afterwards, or nothing is and every reason is named."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from models import catalog, checkouts, finding, importing, levels, members, packs, people, purchasing, search, stock, undo
from models.entries import ENTRIES
from models.importing.days import DateOrder
from models.importing.sheets import BadRows
from models.ledger import Posted
from models.people import Profile
from models.quantities import ONE, whole
from models.refusals import Conflict, NotAllowed, Refusal
from tests.world import World

EXAMPLE = Path(__file__).parents[2] / "docs" / "import-example.csv"


def planned(w: World, text: str | bytes, **options: DateOrder) -> importing.Plan:
    content = text.encode() if isinstance(text, str) else text
    return importing.plan(w.session, name="stores.csv", content=content, **options)


def imported(w: World, text: str | bytes, **options: DateOrder) -> Posted | None:
    plan = planned(w, text, **options)
    posted = importing.carry_out(w.session, w.act(), plan)
    for names in importing.spelled(plan):
        search.enter(w.session, names)
    return posted


def problems(w: World, text: str) -> list[tuple[int, str, str]]:
    return [tuple(problem) for problem in planned(w, text).problems]


def held_by(w: World, name: str) -> list[str]:
    place = finding.location(w.session, name, w.act().by)
    return [held.serial or held.what for held in checkouts.open_of(w.session, place.id)]


def test_the_example_says_everything_at_once(a_world: World) -> None:
    posted = imported(a_world, EXAMPLE.read_bytes())
    assert posted is not None
    assert a_world.session.scalars(select(ENTRIES.c.id)).all() == [posted.id]
    bolt = finding.variant(a_world.session, "BOLT-M8-40")
    assert (bolt.name, bolt.attributes, bolt.cost_minor) == ("Hex bolt, M8, 40 mm", {"size": "M8", "length": "40 mm"}, 12)
    assert a_world.on_hand("Hex bolt", "Shelf 2") == 1200
    assert a_world.on_hand("Hex bolt", "Van 3") == 40
    assert a_world.on_hand("Copper cable", "Shelf 4") == 87.5
    assert finding.variant(a_world.session, "4006381333931") == bolt
    camera = a_world.asset("SN-00483")
    assert (str(camera.purchased_on), camera.cost_minor, str(camera.replace_by_on)) == ("2024-05-02", 239900, "2029-05-02")
    assert held_by(a_world, "Ana Silva") == ["Hard hat"]
    assert held_by(a_world, "ana@example.com") == ["SN-00484"]
    resin = a_world.lot("E-2207")
    assert (a_world.left("E-2207", "Shelf 2"), str(resin.expires_on), str(resin.made_on)) == (12.5, "2027-06-30", "2026-06-30")
    assert resin.supplier_id == a_world.supplier("Acme").id


def test_the_example_has_every_column() -> None:
    from models.importing.forms import COLUMNS

    assert EXAMPLE.read_text().splitlines()[0].split(",") == list(COLUMNS)


def test_categories_and_locations_are_trees(a_world: World) -> None:
    imported(a_world, EXAMPLE.read_bytes())
    shelf = finding.location(a_world.session, "Warehouse / Shelf 2", a_world.act().by)
    assert finding.path_of(a_world.session, shelf) == "Warehouse / Shelf 2"
    bolts = finding.category(a_world.session, "Bolts")
    assert catalog.item(a_world.session, finding.variant(a_world.session, "BOLT-M8-40").item_id).category_id == bolts.id


def test_the_same_file_twice_changes_nothing(a_world: World) -> None:
    first = imported(a_world, EXAMPLE.read_bytes())
    assert first is not None
    again = planned(a_world, EXAMPLE.read_bytes())
    assert again.imported_as == first.id
    assert importing.carry_out(a_world.session, a_world.act(), again) is None
    assert a_world.on_hand("Hex bolt", "Van 3") == 40


def test_rows_that_are_there_already_are_left_when_a_file_was_edited(a_world: World) -> None:
    imported(a_world, "item,location,quantity\nBolt,Van,40\n")
    imported(a_world, "item,location,quantity\nBolt,Van,45\nNut,Van,7\n")
    assert (a_world.on_hand("Bolt", "Van"), a_world.on_hand("Nut", "Van")) == (40, 7)
    plan = planned(a_world, "item,location,quantity\nBolt,Van,45\n")
    assert plan.steps[0].text == "already there."
    assert plan.remarks == ["Line 2: Van has 40 Bolts by now, and this row 45. Nothing is changed; count them to correct it."]


def test_an_import_can_be_undone_and_made_again(a_world: World) -> None:
    posted = imported(a_world, EXAMPLE.read_bytes())
    assert posted is not None
    undo.undo(a_world.session, a_world.act(), entry_id=posted.id)
    with pytest.raises(Refusal):
        finding.variant(a_world.session, "BOLT-M8-40")
    again = imported(a_world, EXAMPLE.read_bytes())
    assert again is not None
    bolt, van = finding.variant(a_world.session, "BOLT-M8-40"), finding.location(a_world.session, "Van 3", a_world.act().by)
    assert levels.on_hand(a_world.session, bolt.id, van.id) == whole(40)


def test_two_plans_of_one_file_are_carried_out_once(a_world: World) -> None:
    one, other = (planned(a_world, EXAMPLE.read_bytes()) for _ in range(2))
    assert importing.carry_out(a_world.session, a_world.act(), one) is not None
    assert importing.carry_out(a_world.session, a_world.act(), other) is None
    assert a_world.on_hand("Hex bolt", "Van 3") == 40


def test_a_plan_is_refused_when_somebody_took_its_name_meanwhile(a_world: World) -> None:
    plan = planned(a_world, "item,location,quantity\nBolt,Van,40\n")
    a_world.has("1 Bolt in Warehouse")
    with pytest.raises(Conflict):
        importing.carry_out(a_world.session, a_world.act(), plan)


def test_a_plan_is_refused_when_some_came_to_its_place_meanwhile(a_world: World) -> None:
    a_world.has("1 Bolt in Warehouse")
    van, text = a_world.location("Van"), "item,location,quantity\nBolt,Van,40\n"
    plan = planned(a_world, text)
    stock.move(
        a_world.session, a_world.act(), variant=a_world.variant("Bolt"), quantity=ONE, source=a_world.location("Warehouse"), target=van
    )
    with pytest.raises(Conflict, match="brings lies there by now"):
        importing.carry_out(a_world.session, a_world.act(), plan)
    assert planned(a_world, text).moves == []


def test_a_plan_is_refused_when_what_it_builds_on_was_archived(a_world: World) -> None:
    from models import archiving

    van = a_world.location("Van")
    plan = planned(a_world, "item,location,quantity\nBolt,Van,40\n")
    archiving.archive_location(a_world.session, a_world.act(), van)
    with pytest.raises(Conflict, match="archived meanwhile"):
        importing.carry_out(a_world.session, a_world.act(), plan)


def test_planning_changes_nothing(a_world: World) -> None:
    planned(a_world, EXAMPLE.read_bytes())
    assert a_world.session.scalars(select(ENTRIES.c.id)).all() == []
    assert not a_world.session.new


def test_a_dry_run_says_row_by_row_what_would_happen(a_world: World) -> None:
    steps = planned(a_world, "item,location,quantity,reorder below\nBolt,Van,40,10\nBolt,Shed,5,\n").steps
    assert [(step.line, step.text) for step in steps] == [
        (2, "new warehouse Van; new consumable item Bolt; 40 Bolts to Van; reorder below 10 in Van."),
        (3, "new warehouse Shed; 5 Bolts to Shed."),
    ]


def test_one_bad_row_keeps_the_whole_file_out(a_world: World) -> None:
    with pytest.raises(BadRows) as refused:
        imported(a_world, "item,location,quantity\nBolt,Van,40\nNut,Van,many\nCog,Van,few\n")
    assert [(problem.line, problem.column) for problem in refused.value.problems] == [(3, "quantity"), (4, "quantity")]
    assert a_world.session.scalars(select(ENTRIES.c.id)).all() == []


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("item,quantity\nBolt,4\n", 2, "", "Say where they are."),
        (
            "item,location,quantity\nBolt,Van,4\nNut,,4\n",
            3,
            "location",
            "Say where they are. A cell that is merged over several rows says it in the",
        ),
        ("item,location,Quantity\nBolt,Van,-4\n", 2, "Quantity", "-4 is less than nothing."),
        ("item,location,quantity\nBolt,Van,1.5\n", 2, "quantity", "not a whole number"),
        ('item,location,quantity\nBolt,Van,"1,50,0"\n', 2, "quantity", "can't read 1,50,0"),
        ("item,location,quantity\nBolt,Used,4\n", 2, "location", "not one of our locations"),
        ("item,location,location kind,quantity\nBolt,Used,van,4\n", 2, "location kind", "is a used already"),
        ("item,location,location kind\nBolt,Moon,moon\n", 2, "location kind", "don't know the location kind moon"),
        ("item,location,location kind,quantity\nBolt,Ana,person,4\nNut,Ana,,4\n", 3, "location", "Ana is a person here. Say so:"),
        ("item,kind,location,quantity\nBolt,thing,Van,4\n", 2, "kind", "don't know the kind thing"),
        ("item,serial,location\nCamera,SN-1,Van\nCamera,sn-1,Van\n", 3, "serial", "stands in line 2 already"),
        ("item,serial,quantity,location\nCamera,SN-1,2,Van\n", 2, "quantity", "is one thing"),
        ("item,serial,location\nCamera,SN\u200b-1,Van\n", 2, "serial", "can't be seen"),
        ("item,serial,location\nCamera,3.01E+13,Van\n", 2, "serial", "spreadsheet"),
        ("item,serial\nCamera,SN-1\n", 2, "", "Say where it is."),
        ("item,kind,location,quantity\nCamera,serialised,Van,2\n", 2, "", "known by its serial"),
        ("item,kind,serial,location\nBolt,consumable,SN-1,Van\n", 2, "serial", "has no serials"),
        ("item,location,quantity\nBolt,Van,4\nBolt,Van,5\n", 3, "quantity", "Line 2 has Bolt in Van already"),
        ("item,category\nBolt,Steel\nBolt,Brass\n", 3, "category", "in another category"),
        ("item,unit\nBolt,each\nBolt,box\n", 3, "unit", "counted in each"),
        ("item,kind\nBolt,consumable\nBolt,returnable\n", 3, "kind", "is consumable"),
        ("item,sku\nBolt,B-1\nNut,b-1\n", 3, "sku", "is the SKU of Bolt already"),
        ("item,sku,barcode\nBolt,B-1,\nNut,,B-1\n", 3, "barcode", "is the SKU of Bolt already"),
        ("item,attributes\nBolt,M8\n", 2, "attributes", "Write them like"),
        ("item,packs\nBolt,box of 200\n", 2, "packs", "Write them like box = 200; carton = 1000."),
        ("item,packs\nBolt,box = many\n", 2, "packs", "can't read many as a number"),
        ("item,packs\nBolt,box = 200; Boxes = 100\n", 2, "packs", "Boxes is there twice"),
        ("item,packs\nBolt,box = 2.5\n", 2, "packs", "box: 2.5 is not a whole number"),
        ("item,packs\nBolt,box = 200\nBolt,box = 100\n", 3, "packs", "An earlier row says that a box of Bolt holds 200."),
        ("item,serial,location,packs\nCamera,SN-1,Van,box = 2\n", 2, "packs", "one by one"),
        ("item,reorder to\nBolt,8\n", 2, "reorder to", "below which number"),
        ("item,reorder below,reorder to\nBolt,8,8\n", 2, "reorder to", "above the reorder point of 8"),
        ("item,reorder below\nBolt,8.5\n", 2, "reorder below", "8.5 is not a whole number"),
        ("item,location,location kind,reorder below\nBolt,Acme,supplier,8\n", 2, "location", "not a place where we keep stock"),
        ("item,location,location kind,reorder below\nBolt,Ana,person,8\n", 2, "location", "not a place where we keep stock"),
        ("item,reorder below\nBolt,8\nBolt,9\n", 3, "reorder below", "Line 2 has another reorder point of Bolt"),
        ("item,unit cost\nBolt,0.125\n", 2, "unit cost", "0.125 is finer than an amount in USD, which has 2 decimal places."),
        ("item,purchased on\nCamera,2024-02-30\n", 2, "purchased on", "There is no day"),
        ("quantity,location\n4,Van\n", 2, "", "Say of which item, or delete the row where it is a total."),
        ("item,note\n,hello\n", 2, "item", "names no item"),
        (f"item\n{'x' * 121}\n", 2, "item", "at most 120 characters"),
        ("item,location\nBolt,Van,surplus\n", 2, "", "3 cells, and there are 2 columns"),
    ],
)
def test_a_bad_row_is_told_by_line_column_and_reason(a_world: World, text: str, line: int, column: str, reason: str) -> None:
    try:
        found = problems(a_world, text)
    except BadRows as refused:
        found = [tuple(problem) for problem in refused.problems]
    assert [(at, where) for at, where, _ in found] == [(line, column)]
    assert reason in found[0][2]


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("sku,lot,location,quantity\nB-1,L-1,Van,4\n", "lot", "Bolt is not tracked by lots"),
        ("barcode,unit,location,quantity\n4006381333931,m,Van,4\n", "unit", "Bolt is counted in each"),
        ("sku,kind\nB-1,returnable\n", "kind", "Bolt is consumable"),
    ],
)
def test_what_is_named_by_a_code_alone_keeps_its_terms_as_well(a_world: World, text: str, column: str, reason: str) -> None:
    imported(a_world, "item,sku,barcode\nBolt,B-1,4006381333931\n")
    ((line, where, why),) = problems(a_world, text)
    assert (line, where) == (2, column)
    assert reason in why


def test_a_person_who_is_known_is_not_added_again(a_world: World) -> None:
    kim = a_world.member("Kim")
    imported(a_world, "item,serial,location,location kind\nCamera,SN-1,kim,person\n")
    assert members.named(a_world.session, "Kim") == [kim]
    assert held_by(a_world, "Kim") == ["SN-1"]


def test_an_imported_person_is_met_in_slack_by_e_mail(a_world: World) -> None:
    imported(a_world, "item,serial,location,location kind\nCamera,SN-1,Ana@Example.com,person\n")
    profile = Profile("UANA", "Ana Silva", "ana@example.com", "Europe/Lisbon", members.Standing.MEMBER)
    ana = people.meet(a_world.session, a_world.act(), profile=profile)
    assert [held.serial for held in checkouts.open_of(a_world.session, ana.location_id or 0)] == ["SN-1"]


def test_what_is_used_up_just_lies_with_a_person(a_world: World) -> None:
    imported(a_world, "item,quantity,location,location kind\nBolt,3,Ana,person\n")
    ana = members.named(a_world.session, "Ana")[0]
    assert checkouts.open_of(a_world.session, ana.location_id or 0) == []
    assert finding.location(a_world.session, "Ana", a_world.act().by).id == ana.location_id


def test_a_row_may_name_its_variant_by_sku_alone(world: Callable[..., World]) -> None:
    w = world("1 Bolt in Warehouse")
    imported(w, f"sku,location,quantity\n{w.variant('Bolt').sku},Van,4\n")
    assert w.on_hand("Bolt", "Van") == 4


def test_an_item_with_several_variants_needs_to_be_told_which(a_world: World) -> None:
    imported(a_world, "item,attributes\nBolt,size: M6\nBolt,size: M8\n")
    assert "comes in 2 variants" in problems(a_world, "item,location,quantity\nBolt,Van,4\n")[0][2]
    assert problems(a_world, "item,attributes,location,quantity\nbolt,Size: m8,Van,4\n") == []


def comes_in(w: World, item: str) -> list[tuple[str, float]]:
    return [(pack.name, pack.quantity / ONE) for pack in packs.of_item(w.session, w.variant(item).item_id)]


def test_packs_are_said_once_for_an_item_and_only_ever_added(a_world: World) -> None:
    posted = imported(a_world, EXAMPLE.read_bytes())
    assert posted is not None
    assert (comes_in(a_world, "Hex bolt"), comes_in(a_world, "Copper cable")) == ([("carton", 1000), ("box", 200)], [("drum", 500)])
    text = "sku,packs\nBOLT-M8-40,Boxes = 100; pallet = 9000\n"
    assert planned(a_world, text).steps[0].text == "pack pallet (9,000)."
    assert planned(a_world, text).remarks == ["Line 2: a box of Hex bolt holds 200, and stays so."]
    imported(a_world, text)
    assert comes_in(a_world, "Hex bolt") == [("pallet", 9000), ("carton", 1000), ("box", 200)]
    assert planned(a_world, "item,packs\nHex bolt,box = 200\n").steps[0].text == "already there."
    undo.undo(a_world.session, a_world.act(), entry_id=posted.id + 1)
    assert comes_in(a_world, "Hex bolt") == [("carton", 1000), ("box", 200)]


def test_a_pack_with_a_part_of_a_unit_says_that_the_item_is_counted_in_parts(a_world: World) -> None:
    imported(a_world, "item,unit,packs,location,quantity\nHose,m,roll = 12.5,Van,40\n")
    assert comes_in(a_world, "Hose") == [("roll", 12.5)]
    assert catalog.item(a_world.session, a_world.variant("Hose").item_id).fractions


def test_a_reorder_point_with_a_part_of_a_unit_says_so_as_well(a_world: World) -> None:
    imported(a_world, "item,unit,reorder below,location,quantity\nHose,m,7.5,Van,40\n")
    point = purchasing.reorder_point(a_world.session, a_world.variant("Hose"), location=a_world.location("Van"))
    assert point is not None
    assert point.low == whole(7) + ONE // 2


def test_reorder_points_stand_at_their_location_or_for_all(a_world: World) -> None:
    imported(a_world, "item,location,quantity,reorder below,reorder to\nBolt,Van,40,10,60\nNut,,,5,\n")
    bolt, nut = a_world.variant("Bolt"), a_world.variant("Nut")
    point = purchasing.reorder_point(a_world.session, bolt, location=a_world.location("Van"))
    assert point is not None
    assert (point.low, point.high) == (whole(10), whole(60))
    everywhere = purchasing.reorder_point(a_world.session, nut)
    assert everywhere is not None
    assert everywhere.low == whole(5)


def test_a_reorder_point_that_was_taken_away_is_set_again(a_world: World) -> None:
    imported(a_world, "item,location,quantity,reorder below\nBolt,Van,40,10\n")
    bolt, van = a_world.variant("Bolt"), a_world.location("Van")
    purchasing.remove_reorder_point(a_world.session, a_world.act(), variant=bolt, location=van)
    imported(a_world, "item,location,reorder below,barcode\nBolt,Van,12,\nBolt,Van,12,4006381333931\n")  # it is said twice
    point = purchasing.reorder_point(a_world.session, bolt, location=van)
    assert point is not None
    assert point.low == whole(12)


def test_what_is_low_from_the_start_is_low(a_world: World) -> None:
    imported(a_world, "item,location,quantity,reorder below\nBolt,Van,4,10\nNut,Van,40,10\n")
    assert [low.name for low in purchasing.low(a_world.session)] == ["Bolt"]


def test_names_from_a_file_are_found_by_what_looks_like_them(a_world: World) -> None:
    imported(a_world, EXAMPLE.read_bytes())
    assert finding.item(a_world.session, "hex bolts").item.name == "Hex bolt"


def test_a_teammate_may_not_import(a_world: World) -> None:
    plan = planned(a_world, EXAMPLE.read_bytes())
    a_world.member("Tom")
    with pytest.raises(NotAllowed):
        importing.carry_out(a_world.session, a_world.act("Tom"), plan)


def test_many_rows_are_written_like_a_few(a_world: World) -> None:
    rows = "".join(f"Camera {number % 7},SN-{number:04d},Shelf {number % 5},{number}.50\n" for number in range(300))
    posted = imported(a_world, f"item,serial,location,unit cost\n{rows}")
    assert posted is not None
    assert len(posted.lines) == 300
    assert a_world.asset("SN-0299").cost_minor == 29950
    assert sum(a_world.on_hand(f"Camera {number}", f"Shelf {place}") for number in range(7) for place in range(5)) * ONE == whole(300)
