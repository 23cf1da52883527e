"""What barcodes promise: one code means one thing, and a check digit is checked."""

from collections.abc import Callable

import pytest

from models import archiving, barcodes, custody, finding, short_codes
from models.catalog import Symbology
from models.refusals import Conflict, NotAllowed, NotFound, Refusal
from models.undo import undo
from tests.world import World

Build = Callable[..., World]


@pytest.mark.parametrize(
    ("code", "symbology"),
    [
        ("4006381333931", Symbology.EAN13),
        ("9780306406157", Symbology.ISBN),
        ("96385074", Symbology.EAN8),
        ("036000291452", Symbology.UPCA),
        ("00012345600012", Symbology.ITF),
        ("4006381333932", Symbology.CODE128),
        ("ABC-1", Symbology.CODE128),
        ("Größe", Symbology.OTHER),
    ],
)
def test_the_symbology_is_told_from_the_code(code: str, symbology: Symbology) -> None:
    assert barcodes.guessed(code) is symbology


@pytest.mark.parametrize(
    ("code", "symbology", "says"),
    [
        ("4006381333932", Symbology.EAN13, "should be 1"),
        ("96385075", Symbology.EAN8, "should be 4"),
        ("036000291453", Symbology.UPCA, "should be 2"),
        ("9780306406158", Symbology.ISBN, "should be 7"),
        ("0-306-40615-3", Symbology.ISBN, "should be 2"),
        ("400638133393", Symbology.EAN13, "has 13 digits"),
        ("abc", Symbology.CODE39, "Code 39"),
        ("Größe", Symbology.CODE128, "Code 128"),
    ],
)
def test_a_code_that_its_symbology_cannot_print_is_refused(code: str, symbology: Symbology, says: str) -> None:
    with pytest.raises(Refusal, match=says):
        barcodes.require_valid(code, symbology)


def test_a_ten_digit_isbn_may_end_in_x() -> None:
    barcodes.require_valid("0-8044-2957-X", Symbology.ISBN)


def test_a_bound_code_finds_assets_and_locations_too(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    barcodes.bind(w.session, w.act(), code="T-0001", thing=w.asset("SN-1"))
    barcodes.bind(w.session, w.act(), code="W-0001", thing=w.location("Warehouse"))
    assert finding.asset(w.session, "t-0001").serial == "SN-1"
    assert finding.location(w.session, "w-0001", w.act().by).name == "Warehouse"


@pytest.mark.parametrize(("code", "owner"), [("T-1", "Hammer"), ("sn-1", "Canon R6"), ("Q00001", "Hammer")])
def test_a_code_serial_or_sku_in_use_is_refused_and_its_thing_named(world: Build, code: str, owner: str) -> None:
    w = world("1 Hammer in Warehouse", "Canon R6 SN-1 in Warehouse", "1 Saw in Warehouse")
    barcodes.bind(w.session, w.act(), code="T-1", thing=w.variant("Hammer"))
    with pytest.raises(Conflict, match=f"is in use already: it is on {owner}"):
        barcodes.bind(w.session, w.act(), code=code, thing=w.variant("Saw"))


def test_unbinding_is_undo_and_the_code_is_free_again(world: Build) -> None:
    w = world("1 Hammer in Warehouse", "1 Saw in Warehouse")
    bound = barcodes.bind(w.session, w.act(), code="T-1", thing=w.variant("Hammer"))
    undo(w.session, w.act(), entry_id=bound.id)
    with pytest.raises(NotFound):
        finding.variant(w.session, "T-1")
    barcodes.bind(w.session, w.act(), code="T-1", thing=w.variant("Saw"))
    assert finding.variant(w.session, "T-1").name == "Saw"


def test_the_code_of_an_archived_thing_is_free_again(world: Build) -> None:
    w = world("1 Saw in Warehouse")
    hammer = w.variant("Hammer")
    barcodes.bind(w.session, w.act(), code="T-1", thing=hammer)
    archiving.archive_item(w.session, w.act(), finding.item(w.session, "Hammer").item)
    barcodes.bind(w.session, w.act(), code="T-1", thing=w.variant("Saw"))
    assert finding.variant(w.session, "T-1").name == "Saw"


def test_binding_is_for_keepers(world: Build) -> None:
    w = world("1 Hammer in Warehouse")
    with pytest.raises(NotAllowed):
        barcodes.bind(w.session, w.act("Ana"), code="T-1", thing=w.variant("Hammer"))


def test_a_label_shows_the_makers_code_or_the_serial_where_there_is_one_and_else_the_short_code(world: Build) -> None:
    w = world("1 Hammer in Warehouse", "1 Saw in Warehouse", "Canon R6 SN-1 in Warehouse")
    barcodes.bind(w.session, w.act(), code="4006381333931", thing=w.variant("Hammer"))
    saw = w.variant("Saw")
    shown = barcodes.printed(w.session, [saw, w.variant("Hammer"), w.asset("SN-1")])
    assert shown == [(short_codes.of(saw), Symbology.CODE128), ("4006381333931", Symbology.EAN13), ("SN-1", Symbology.CODE128)]


def test_a_short_code_finds_its_thing_however_it_is_typed(world: Build) -> None:
    w = world("1 Hammer in Warehouse", "Canon R6 SN-1 in Warehouse", "20 milk in Warehouse")
    w.in_lots("milk")
    w.receive(5, "milk", "L-1")
    by = w.act().by
    for thing in (w.asset("SN-1"), w.location("Warehouse"), w.lot("L-1")):
        code = short_codes.of(thing)
        for typed in (code, code.lower(), f" {code[:2]}-{code[2:]} ", code.replace("0", "O").replace("1", "l")):
            assert finding.thing(w.session, typed, by) is thing
    hammer = finding.thing(w.session, short_codes.of(w.variant("Hammer")), by)
    assert isinstance(hammer, finding.Found)
    assert hammer.variants == (w.variant("Hammer"),)
    assert finding.assets(w.session, [short_codes.of(w.asset("SN-1"))]) == [w.asset("SN-1")]


def test_a_slip_of_the_finger_in_a_short_code_is_told_and_finds_nothing(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    code = short_codes.of(w.asset("SN-1"))
    slips = {code[:place] + letter + code[place + 1 :] for place in range(2, len(code)) for letter in short_codes.LETTERS} - {code}
    for slip in slips:
        assert not short_codes.is_one(slip)
        with pytest.raises(NotFound, match="is mistyped: its last letter checks the others"):
            finding.thing(w.session, slip, w.act().by)


def test_the_short_code_of_what_is_archived_finds_nothing(world: Build) -> None:
    w = world("Canon R6 SN-1 in Warehouse")
    code = short_codes.of(w.asset("SN-1"))
    custody.retire(w.session, w.act(), asset=w.asset("SN-1"))
    archiving.archive_asset(w.session, w.act(), w.asset("SN-1"))
    with pytest.raises(NotFound):
        finding.thing(w.session, code, w.act().by)


def test_no_serial_sku_or_barcode_may_look_like_a_short_code(world: Build) -> None:
    w = world("1 Hammer in Warehouse", "Canon R6 SN-1 in Warehouse")
    with pytest.raises(Conflict, match="is a short code, as our labels have them"):
        barcodes.bind(w.session, w.act(), code=short_codes.of(w.asset("SN-1")).lower(), thing=w.variant("Hammer"))


@pytest.mark.parametrize(
    ("bound", "read"),
    [
        ("036000291452", "0036000291452"),
        ("0036000291452", "036000291452"),
        ("4006381333931", "04006381333931"),
        ("0306406152", "9780306406157"),
        ("043942089X", "9780439420891"),
    ],
)
def test_a_product_code_is_found_under_its_other_spelling(world: Build, bound: str, read: str) -> None:
    w = world("1 Hammer in Warehouse")
    barcodes.bind(w.session, w.act(), code=bound, thing=w.variant("Hammer"))
    assert [one.item.name for one in finding.by_code(w.session, read)] == ["Hammer"]
    assert finding.thing(w.session, read, w.act().by).item.name == "Hammer"


@pytest.mark.parametrize("code", ["Ham", "hammer 1", "0036000291453", "SN", "Kim Berg", "category Tools"])
def test_a_code_is_never_guessed(world: Build, code: str) -> None:
    w = world("1 Hammer in Warehouse", "Canon R6 SN-1 in Warehouse")
    barcodes.bind(w.session, w.act(), code="036000291452", thing=w.variant("Hammer"))
    assert finding.by_code(w.session, code) == []


def test_two_swapped_letters_of_a_short_code_make_it_wrong() -> None:
    assert short_codes.check_letter("QA000123") != short_codes.check_letter("QA000132")
