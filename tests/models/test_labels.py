"""What labels promise: whatever they are printed on, a scanner reads each of them, and a person can read what to type."""

from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from xml.etree import ElementTree

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from models import label_sheets, labels, short_codes
from models.catalog import Symbology
from models.finding import thing
from models.label_sheets import SHEETS, SINGLE, Sheet
from models.labelling import labels_for
from models.labels import Box, Label, Line
from models.refusals import NotFound, Refusal
from tests.world import World

Build = Callable[..., World]

#: One of each symbology, and what a scanner reads of it.
PRINTED = {
    "SN-00483": Label("SN-00483", "Canon R6", "QA000F3K", "Warehouse"),
    "ABC-1": Label("ABC-1", "Crate", "QP000012", "", Symbology.CODE39),
    "4006381333931": Label("4006381333931", "M8 hex bolt", "QT000012", "Q00012", Symbology.EAN13),
    "96385074": Label("96385074", "M8 nut", "QT000013", "", Symbology.EAN8),
    "0036000291452": Label("036000291452", "Tape", "QT000014", "", Symbology.UPCA),
    "9780306406157": Label("0-306-40615-2", "Handbook", "QT000015", "", Symbology.ISBN),
    "00012345600012": Label("00012345600012", "Carton", "QT000016", "", Symbology.ITF),
    "A-VERY-LONG-SERIAL-OF-SOME-MAKER-1234567890": Label("A-VERY-LONG-SERIAL-OF-SOME-MAKER-1234567890", "MacBook " * 9, "QA000017"),
}


def read(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture.convert("L"), text_mode=zxingcpp.TextMode.Plain)]


def pages(content: bytes) -> list[Image.Image]:
    """The pages of a PDF as an office printer would print them."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [page.render(scale=300 / 72).to_pil() for page in document]
    finally:
        document.close()


@pytest.mark.parametrize("code", PRINTED)
@pytest.mark.parametrize("qr", [False, True])
def test_every_label_is_read_as_png_and_svg(code: str, qr: bool) -> None:
    label = PRINTED[code]
    wanted = [label.code] if qr else [code]
    assert read(Image.open(BytesIO(labels.png(label, SINGLE.width, SINGLE.height, qr=qr)))) == wanted
    assert read(drawn(labels.svg(label, SINGLE.width, SINGLE.height, qr=qr))) == wanted


def drawn(svg: bytes) -> Image.Image:
    """An SVG's rectangles, twenty dots to the millimetre."""
    root = ElementTree.fromstring(svg)
    picture = Image.new("L", (round(SINGLE.width * 20), round(SINGLE.height * 20)), 255)
    pen = ImageDraw.Draw(picture)
    for box in root.iter("{http://www.w3.org/2000/svg}rect"):
        x, y, width, height = (float(box.get(name, 0)) * 20 for name in ("x", "y", "width", "height"))
        pen.rectangle((round(x), round(y), round(x + width) - 1, round(y + height) - 1), fill=255 if box.get("fill") == "white" else 0)
    return picture


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_label_on_every_sheet_and_tape_is_read(sheet: Sheet) -> None:
    codes = [code for page in pages(labels.pdf(list(PRINTED.values()), sheet)) for code in read(page)]
    assert sorted(codes) == sorted(PRINTED)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
@pytest.mark.parametrize("qr", [False, True])
def test_nothing_is_drawn_outside_of_its_label_and_each_label_lies_on_its_page(sheet: Sheet, qr: bool) -> None:
    for label in PRINTED.values():
        for mark in labels.laid_out(label, sheet.width, sheet.height, qr=qr):
            wide = mark.width if isinstance(mark, Box) else len(mark.text) * mark.size * labels.LETTER
            left = mark.x if isinstance(mark, Box) else mark.x - wide / 2
            top, bottom = (mark.y, mark.y + mark.height) if isinstance(mark, Box) else (mark.y - mark.size, mark.y)
            assert left >= 0 and left + wide <= sheet.width + 0.01, mark
            assert top >= 0 and bottom <= sheet.height, mark
    right, bottom = sheet.corner(sheet.places - 1)
    assert right + sheet.width <= sheet.page_width + 0.01 and bottom + sheet.height <= sheet.page_height + 0.01
    corners = [sheet.corner(place) for place in range(sheet.places)]
    assert all(later[0] >= one[0] + sheet.width or later[1] >= one[1] + sheet.height - 0.01 for one, later in pairwise(corners))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_what_is_typed_stands_whole_on_every_label(sheet: Sheet) -> None:
    for label in PRINTED.values():
        text = " ".join(mark.text for mark in labels.laid_out(label, sheet.width, sheet.height) if isinstance(mark, Line))
        assert label.typed in text


def test_the_first_sheet_begins_where_labels_are_left() -> None:
    sheet = label_sheets.find("L7160")
    first, second = pages(labels.pdf([PRINTED["SN-00483"]] * 3, sheet, start=20))
    assert len(read(first)) == 2 and len(read(second)) == 1
    used = first.crop((0, 0, first.width, int((sheet.top + 6 * sheet.down) / 25.4 * 300))).convert("L")
    assert used.getextrema() == (255, 255)


def test_letters_that_the_font_lacks_keep_no_label_from_being_printed(caplog: pytest.LogCaptureFixture) -> None:
    (page,) = pages(labels.pdf([Label("SN-1", "ברגים 🔩 Größe", "QA000017")], SINGLE))
    assert read(page) == ["SN-1"]
    assert caplog.records == []


def test_progress_is_told_sheet_by_sheet() -> None:
    told: list[int] = []
    labels.pdf([PRINTED["SN-00483"]] * 50, label_sheets.find("L7160"), progress=told.append)
    assert told == [0, 21, 42, 50]


def test_a_sheet_is_known_by_what_people_call_it() -> None:
    said = ("l7160", "Avery 5160", "7651", "24 mm", "62×29")
    assert [label_sheets.find(one).name for one in said] == ["L7160", "5160", "L7651", "24mm", "62x29"]


def test_an_unknown_sheet_names_those_that_are_known() -> None:
    with pytest.raises(NotFound, match="I know L7160, L7163"):
        label_sheets.find("L9999")


def titles(w: World, *names: str, copies: int = 1) -> list[str]:
    things = [thing(w.session, name, w.act().by) for name in names]
    return [f"{label.title} {label.code}" for label in labels_for(w.session, things, copies=copies)]


def test_an_item_with_serials_has_a_label_for_each_that_is_ours_and_any_other_for_each_variant(world: Build) -> None:
    w = world("Canon R6 SN-2 in Warehouse", "Canon R6 SN-1 in Warehouse", "1 Hammer in Warehouse")
    assert titles(w, "Canon R6") == ["Canon R6 SN-1", "Canon R6 SN-2"]
    assert titles(w, "Hammer", copies=2) == [f"Hammer {short_codes.of(w.variant('Hammer'))}"] * 2


def test_a_location_and_a_lot_have_a_label_and_a_person_has_none(world: Build) -> None:
    w = world("1 milk in Warehouse")
    w.in_lots("milk")
    w.receive(5, "milk", "L-1")
    assert titles(w, "Warehouse", "lot L-1") == [f"Warehouse {short_codes.of(w.location('Warehouse'))}", "milk, lot L-1 L-1"]
    with pytest.raises(Refusal, match="is nothing to put a code on"):
        titles(w, "Kim")


def test_more_labels_than_anybody_sticks_on_are_refused(world: Build) -> None:
    w = world("1 Hammer in Warehouse")
    with pytest.raises(Refusal, match="more than 2,000 labels"):
        titles(w, "Hammer", copies=2_001)
