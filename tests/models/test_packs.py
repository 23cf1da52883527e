"""What packs promise: exact arithmetic, one name each, and changes that can be undone and are proved."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from models import audit, catalog, editing, finding, history, packs, register, stock, undo
from models.catalog import Item, ItemKind
from models.ledger import Posted
from models.packs import PACKS, Pack
from models.quantities import MOST, ONE, InPacks, typed, whole
from models.refusals import Conflict, Refusal, UnknownUnit
from models.wording import amount, counted
from tests.world import World

Build = Callable[..., World]

BOX, CARTON = ("box", whole(200)), ("carton", whole(1000))


def item(w: World, name: str = "M8 bolt") -> Item:
    return catalog.item(w.session, w.variant(name).item_id)


def comes_in(w: World, *wanted: packs.Holding, name: str = "M8 bolt") -> Posted:
    return editing.edit_item(w.session, w.act(), item(w, name), comes_in=wanted)


def shown(w: World, name: str = "M8 bolt") -> list[packs.Holding]:
    return [(pack.name, pack.quantity) for pack in packs.of_item(w.session, item(w, name).id)]


def quantity(w: World, number: float, unit: str, name: str = "M8 bolt") -> int:
    return packs.quantity_of(w.session, item(w, name), int(number * ONE), unit, field="quantity")


def test_packs_are_added_changed_and_removed_by_saying_all_of_them(a_world: World) -> None:
    comes_in(a_world, BOX, CARTON)
    assert shown(a_world) == [CARTON, BOX]
    comes_in(a_world, ("Boxes", whole(100)), ("pallet", whole(9000)))
    assert shown(a_world) == [("pallet", whole(9000)), ("Boxes", whole(100))]
    comes_in(a_world)
    assert shown(a_world) == []


def test_saying_the_same_packs_again_changes_nothing(a_world: World) -> None:
    comes_in(a_world, BOX)
    with pytest.raises(Refusal, match="nothing was changed"):
        comes_in(a_world, BOX)


def test_each_change_of_packs_is_one_entry_that_is_told_and_undone(a_world: World) -> None:
    comes_in(a_world, BOX, CARTON)
    posted = comes_in(a_world, ("box", whole(100)), ("pallet", whole(9000)))
    variant = a_world.variant("M8 bolt")
    assert history.of_variants(a_world.session, [variant.id], limit=1)[0].id == posted.id
    undo.undo(a_world.session, a_world.act(), entry_id=posted.id)
    assert shown(a_world) == [CARTON, BOX]


def test_a_removed_pack_does_not_come_back_beside_a_new_one_of_its_name(a_world: World) -> None:
    comes_in(a_world, BOX)
    removed = comes_in(a_world)
    comes_in(a_world, ("box", whole(100)))
    with pytest.raises(Conflict):
        undo.undo(a_world.session, a_world.act(), entry_id=removed.id)
    assert shown(a_world) == [("box", whole(100))]


def test_packs_come_and_go_with_the_item_that_was_added_with_them(a_world: World) -> None:
    (cable,) = register.add_item(
        a_world.session, a_world.act(), name="cable", kind=ItemKind.CONSUMABLE, unit="m", fractions=True, comes_in=[("roll", 12_500_000)]
    )
    assert shown(a_world, "cable") == [("roll", 12_500_000)]
    last = history.last_about(a_world.session, "items", cable.item_id)
    undo.undo(a_world.session, a_world.act(), entry_id=last or 0)
    assert packs.of_item(a_world.session, cable.item_id) == []


def test_a_pack_that_somebody_changed_behind_the_ledgers_back_is_found(a_world: World) -> None:
    comes_in(a_world, ("box", whole(100)))
    comes_in(a_world, BOX)
    a_world.session.execute(update(PACKS).values(quantity=whole(20)))
    assert audit.problems(a_world.session) == ["Row 1 of packs has another quantity than its last entry gave it."]
    a_world.session.execute(update(PACKS).values(quantity=whole(200)))


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ([BOX, ("Boxes", whole(100))], "Boxes is there twice. Each pack needs a name of its own."),
        ([("EACH", whole(2))], "EACH is what it is counted in. Each pack needs a name of its own."),
        ([("box", 2_500_000)], "box: 2.5 is not a whole number, and this is counted in wholes. Try 2 or 3."),
        ([("box", 0)], "box: A quantity is more than zero."),
        ([("box", MOST + ONE)], "box: 1,000,000,001 is more than one entry can move; the most is 1,000,000,000."),
        ([("200", whole(200))], "200 can't be said between a number and a name. A pack has one to 3 words, like box."),
        ([("small box with lid", whole(200))], "small box with lid can't be said between a number and a name."),
        ([("box of", whole(200))], "box of can't be said between a number and a name."),
        ([("box, big", whole(200))], "box, big can't be said between a number and a name."),
        ([("x" * 31, whole(200))], "A pack has at most 30 characters"),
        ([(" ", whole(200))], "A pack can't be empty."),
        ([(f"box {chr(97 + number)}", ONE) for number in range(21)], "An item has at most 20 packs."),
    ],
)
def test_packs_that_nobody_could_say_or_count_by_are_refused(a_world: World, wanted: list[packs.Holding], text: str) -> None:
    with pytest.raises(Refusal) as refused:
        comes_in(a_world, *wanted)
    assert refused.value.text.startswith(text)
    assert refused.value.field == "packs"
    assert shown(a_world) == []


def test_what_has_serials_has_no_packs(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    with pytest.raises(Refusal, match="one by one"):
        comes_in(w, BOX, name="Canon R6")


def test_a_unit_that_its_packs_do_not_fit_is_refused(a_world: World) -> None:
    editing.edit_item(a_world.session, a_world.act(), item(a_world), unit="m", fractions=True, comes_in=[("roll", 12_500_000)])
    for unfit in ({"fractions": False}, {"unit": "roll"}):
        with pytest.raises(Refusal) as refused:
            editing.edit_item(a_world.session, a_world.act(), item(a_world), **unfit)  # type: ignore[arg-type]
        assert refused.value.field == "packs"


@pytest.mark.parametrize(("number", "unit", "meant"), [(3, "box", 600), (3, "Boxes", 600), (0.5, "box", 100), (7, "each", 7), (7, "", 7)])
def test_a_quantity_in_packs_is_that_many_stock_units(a_world: World, number: float, unit: str, meant: int) -> None:
    comes_in(a_world, BOX)
    assert quantity(a_world, number, unit) == whole(meant)


def test_a_unit_that_an_item_does_not_come_in_is_refused_with_those_that_it_does(a_world: World) -> None:
    comes_in(a_world, BOX, CARTON)
    with pytest.raises(UnknownUnit) as refused:
        quantity(a_world, 3, "crates")
    assert refused.value.text == (
        "I know M8 bolt, but not crates of it. It is counted one by one and comes in carton (1,000) and box (200)."
    )
    assert [(choice.label, choice.value) for choice in refused.value.choices] == [
        ("3 cartons", "3 carton"),
        ("3 boxes", "3 box"),
        ("3 each", "3"),
    ]


def test_a_part_of_a_pack_that_is_no_whole_unit_is_refused_with_the_nearest(a_world: World) -> None:
    comes_in(a_world, BOX)
    with pytest.raises(Refusal) as refused:
        stock.receive(
            a_world.session,
            a_world.act(),
            variant=a_world.variant("M8 bolt"),
            quantity=quantity(a_world, 0.333, "box"),
            target=a_world.location("Warehouse"),
        )
    assert refused.value.text == "0.333 box is 66.6, not a whole number, and this is counted in wholes. Try 66 or 67."
    assert [choice.value for choice in refused.value.choices] == ["66", "67"]


def test_what_is_finer_or_more_than_can_be_counted_is_refused(a_world: World) -> None:
    editing.edit_item(a_world.session, a_world.act(), item(a_world), unit="m", fractions=True, comes_in=[("bit", 500_000), ("ship", MOST)])
    with pytest.raises(Refusal, match=r"0\.333333 bit is finer than I count"):
        packs.quantity_of(a_world.session, item(a_world), 333_333, "bit", field="quantity")
    with pytest.raises(Refusal, match="2 ship is more than I can count"):
        quantity(a_world, 2, "ship")


def test_a_quantity_in_packs_says_both_and_what_is_computed_from_it_says_neither() -> None:
    three = InPacks(whole(600), number=whole(3), pack="box")
    assert counted(three, "M8 bolt", "each") == "3 boxes (600) of M8 bolt"
    assert counted(InPacks(whole(200), number=ONE, pack="roll"), "cable", "m") == "1 roll (200 m) of cable"
    assert (amount(three, "each"), typed(three), typed(whole(600))) == ("3 boxes (600)", "3 box", "600")
    assert counted(three - whole(1), "M8 bolt", "each") == "599 M8 bolts"


NUMBERS, SIZES = st.integers(0, 9_000 * ONE), st.integers(1, 9_000 * ONE)


@given(NUMBERS, SIZES)
def test_packs_are_exact_or_refused(number: int, size: int) -> None:
    pack = Pack(name="box", name_key="box", quantity=size)
    try:
        made = packs.in_packs(number, pack)
    except Refusal:
        assert number * size % ONE or number * size // ONE > MOST
        return
    assert made * ONE == number * size
    assert (made.number, made.pack) == (number, "box")


@given(NUMBERS, st.lists(SIZES, max_size=4))
def test_only_the_largest_pack_that_divides_is_shown(quantity: int, sizes: list[int]) -> None:
    kinds = [Pack(name=f"pack {number}", name_key=f"pack {number}", quantity=size) for number, size in enumerate(sizes)]
    made = packs.in_largest(quantity, kinds)
    dividing = [size for size in sizes if quantity and quantity % size == 0]
    assert (made is None) == (not dividing)
    assert made is None or (made == quantity and made.number * max(dividing) == quantity * ONE)


def test_words_alone_mean_only_what_comes_in_that_unit(a_world: World) -> None:
    for name in ("M8 hex bolt", "M8 washer"):
        a_world.variant(name)
    comes_in(a_world, BOX, name="M8 washer")
    assert finding.variant(a_world.session, "M8", unit="boxes").name == "M8 washer"
    comes_in(a_world, BOX, name="M8 hex bolt")
    with pytest.raises(Refusal, match="M8 could be one of several"):
        finding.variant(a_world.session, "M8", unit="boxes")
    with pytest.raises(Refusal, match="I don't know an item called M8"):
        finding.variant(a_world.session, "M8", unit="crate")


@pytest.mark.parametrize(("words", "known"), [(["boxes"], True), (["m8", "Metre"], True), (["crate", "m8"], False)])
def test_a_word_is_a_unit_where_any_item_comes_in_it(a_world: World, words: list[str], known: bool) -> None:
    comes_in(a_world, BOX)
    register.add_item(a_world.session, a_world.act(), name="Cable", kind=ItemKind.CONSUMABLE, unit="Metre", fractions=True)
    assert packs.any_counted_in(a_world.session, words) is known
