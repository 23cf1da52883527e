"""What barcodes promise: one code means one thing, and a check digit is checked."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from models import archiving, barcodes, finding
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


def test_a_thing_without_a_code_gets_one_of_ours_once(world: Build) -> None:
    w = world("1 Hammer in Warehouse")
    code = barcodes.own_code(w.session, w.act(), thing=w.variant("Hammer"))
    assert barcodes.own_code(w.session, w.act(), thing=w.variant("Hammer")) == code
    assert finding.variant(w.session, code).name == "Hammer"


def test_a_label_shows_the_makers_code_or_the_serial_where_there_is_one(world: Build) -> None:
    w = world("1 Hammer in Warehouse", "Canon R6 SN-1 in Warehouse")
    barcodes.bind(w.session, w.act(), code="4006381333931", thing=w.variant("Hammer"))
    assert barcodes.own_code(w.session, w.act("Ana"), thing=w.variant("Hammer")) == "4006381333931"
    assert barcodes.own_code(w.session, w.act("Ana"), thing=w.asset("SN-1")) == "SN-1"


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


@pytest.mark.parametrize("code", ["Ham", "hammer 1", "0036000291453", "SN", "Kim Berg", "category Tools"])
def test_a_code_is_never_guessed(world: Build, code: str) -> None:
    w = world("1 Hammer in Warehouse", "Canon R6 SN-1 in Warehouse")
    barcodes.bind(w.session, w.act(), code="036000291452", thing=w.variant("Hammer"))
    assert finding.by_code(w.session, code) == []


def test_two_swapped_letters_of_a_code_of_ours_make_it_wrong() -> None:
    code = "QM000123"
    assert barcodes.check_letter(code) != barcodes.check_letter("QM000132")


def test_a_label_is_a_picture_with_dark_bars_on_white() -> None:
    picture = Image.open(BytesIO(barcodes.picture("QM0000017", title="Hex bolt M8 " * 20, subtitle="Warehouse")))
    assert picture.format == "PNG"
    assert len({picture.convert("1").getpixel((x, 90)) for x in range(picture.width)}) == 2
