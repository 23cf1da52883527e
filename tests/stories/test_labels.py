"""Labels on request: one as a picture, many on sheets, and what is printed can be photographed and typed."""

from io import BytesIO

import pytest
from PIL import Image

from bot import decoder
from models import register
from models.catalog import ItemKind
from tests.models.test_labels import drawn, pages, read
from tests.stories.conftest import Story


def sent(story: Story, kind: str) -> bytes:
    """The newest file of that kind that the bot has sent."""
    files = story.office.server.sandbox.workspace.files.values()
    return next(file.content for file in reversed(list(files)) if file.content and file.details["name"].endswith(kind))


def test_one_label_comes_as_a_picture_in_the_direct_messages(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3")
    story.kim.types("/stock label SN-1").sees("comes as a picture in our direct messages.")
    story.kim.sees("[file label-SN-1.png")
    assert read(Image.open(BytesIO(sent(story, ".png")))) == ["SN-1"]


def test_the_picture_can_be_dropped_back_to_find_the_thing(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3")
    story.kim.types("/stock label SN-1").sees("[file label-SN-1.png")
    story.ana.uploads("label.png", sent(story, ".png"))
    story.bots[0].wiring.scanner.submit(bool).result(timeout=60)
    story.ana.sees("Canon R6 · SN-1")


def test_what_is_printed_to_be_typed_finds_the_thing_and_a_slip_is_told(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3")
    told = story.kim.types("/stock label SN-1").sees("is what people type.")
    short = told.split(" is what people type")[0].split()[-1]
    story.ana.types(short.lower(), "bot").sees("Canon R6 · SN-1")
    story.ana.types(f"/checkout out {short}").sees("Checked out")
    story.ana.types(f"/stock {short[:-1]}{'1' if short[-1] != '1' else '2'}").sees("is mistyped: its last letter checks the others")


def test_svg_and_qr_are_one_press_away(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types("/stock label Van 3").sees("The label of Van 3 with the code")
    story.kim.presses("As SVG").sees(".svg]")
    assert len(read(drawn(sent(story, ".svg")))) == 1
    story.kim.presses("As QR code", on="comes as a picture").sees("The label of Van 3")


def test_several_come_on_sheets_from_where_labels_are_left(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3", "Canon R6 SN-2 in Van 3")
    story.kim.types("/stock label SN-1, SN-2 x 3 on L7160 from 20")
    story.kim.sees("6 labels for L7160 come as a PDF of 2 sheets in our direct messages, from label 20 on.")
    story.kim.sees("[file labels-L7160.pdf]")
    assert sorted(code for page in pages(sent(story, ".pdf")) for code in read(page)) == ["SN-1"] * 3 + ["SN-2"] * 3


def test_a_whole_category_comes_with_one_message_that_tells_how_far_it_is(story: Story) -> None:
    with story.world() as world:
        tools = register.add_category(world.session, world.act(), name="Tools")
        below = register.add_category(world.session, world.act(), name="Drills", parent=tools)
        for number in range(120):
            register.add_item(world.session, world.act(), name=f"Drill {number:03d}", kind=ItemKind.CONSUMABLE, category=below)
    story.kim.types("/stock label Tools on 5167").sees("120 labels for 5167 come as a PDF of 2 sheets in our direct messages.")
    story.kim.sees("labels-5167.pdf: 120 of 120 done.")
    story.kim.sees("[file labels-5167.pdf]")


def test_the_form_asks_what_they_are_printed_on(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3")
    story.kim.types("/stock label SN-1").presses("On a sheet or tape")
    story.kim.fills({"Sheet or tape": "24mm", "How many of each": "0"}).submits()
    assert story.kim.form().errors == {"copies": "Say how many of each as a whole number from 1 to 500; 0 is none."}
    story.kim.fills({"How many of each": "2"}).submits().sees("2 labels for 24mm")
    story.kim.sees("[file labels-24mm.pdf]")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("SN-1 on L9999", "I don't know the sheet or tape L9999."),
        ("SN-1 as origami", "I can't print labels as origami."),
        ("SN-1 x 0000000019", "Say how many of each as a whole number from 1 to 500; 0000000019 is none."),
        ("SN-1 x many", "Say how many of each as a whole number from 1 to 500; many is none."),
        ("SN-1 on L7160 from 22", "Say at which label of the sheet to begin as a whole number from 1 to 21; 22 is none."),
        ("SN-1 x 2 as png", "A picture holds one label."),
        ("@ana", "Ana Silva is nothing to put a code on."),
        ("SN-1, SN-9", "I don't know anything called SN-9."),
    ],
)
def test_what_cannot_be_printed_is_refused_in_a_sentence(story: Story, said: str, told: str) -> None:
    story.has("Canon R6 SN-1 in Van 3")
    story.kim.types(f"/stock label {said}").sees(told)


def test_labels_are_for_keepers(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3")
    story.ana.types("/stock label SN-1").sees("you need the role keeper")


def test_a_repeated_delivery_sends_one_label(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.office.fault("doubled_delivery")
    story.kim.types("/stock label Van 3").sees("The label of Van 3 with the code")
    assert story.kim.sees("[file label-").count("[file") == 1
    assert len(story.office.server.sandbox.workspace.files) == 1


def test_a_label_is_read_by_the_bots_own_decoder(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3")
    story.kim.types("/stock label SN-1 as qr").sees("[file label-SN-1.png")
    assert decoder.decode(sent(story, ".png")) == {"codes": ["SN-1"]}
