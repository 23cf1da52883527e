"""Photos of codes: whoever drops one in gets the card, and the one button that is right for them. A photo alone moves nothing."""

from io import BytesIO
from threading import Event

from PIL import Image

from tests.person import Person
from tests.photos import Shot, photo
from tests.stories.conftest import Story


def is_read(story: Story) -> None:
    """Waits until every photo has been read, however busy the machine is."""
    story.bots[0].wiring.scanner.submit(bool).result(timeout=60)


def drops(story: Story, person: Person, name: str, content: bytes, *, to: str = "bot", text: str = "") -> Person:
    """Somebody drops a file into a conversation, and it is read."""
    person.uploads(name, content, to=to, text=text)
    is_read(story)
    return person


def scans(story: Story, person: Person, on: str) -> Person:
    """Somebody runs the shortcut on a message, and its files are read."""
    person.runs("Scan this", on=on)
    is_read(story)
    return person


def test_who_may_borrow_it_gets_check_out(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3")
    drops(story, story.ana, "my photo #1.jpg", photo("SN-1"))
    assert "Available in Van 3" in story.ana.sees("Canon R6 · SN-1")
    story.ana.presses("Check out", on="Canon R6 · SN-1")
    assert "Canon R6 SN-1 is available" in story.ana.form().text.replace("`", "")
    story.ana.submits().sees("Checked out")


def test_who_has_it_gets_return(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3")
    story.ana.types("/checkout out SN-1").sees("Checked out")
    drops(story, story.ana, "photo.jpg", photo("SN-1", shot=Shot(turned=180)))
    story.ana.presses("Return", on="Canon R6 · SN-1").sees("Returned")
    story.ana.types("/checkout who SN-1").sees("available in Van 3")


def test_what_another_has_can_be_brought_back_by_its_finder(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3")
    story.ana.types("/checkout out SN-1").sees("Checked out")
    drops(story, story.dee, "photo.jpg", photo("SN-1"))
    story.dee.presses("Bring back", on="Canon R6 · SN-1").sees("Returned")


def test_what_is_lost_is_found_by_a_keeper_and_others_are_told_what_to_do(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3")
    story.kim.types("/checkout lost SN-1").sees("lost")
    drops(story, story.ana, "photo.jpg", photo("SN-1"))
    story.ana.sees("If you have it before you, say so: its keepers are told.")
    drops(story, story.kim, "photo.jpg", photo("SN-1"))
    story.kim.presses("Found", on="Canon R6 · SN-1").fills({"target": ("Van", "Van 3")}).submits().sees("Found")


def test_what_is_in_repair_says_why_it_is_not_to_be_had(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3")
    story.kim.types("/stock new location").fills({"name": "Bench", "kind": "workshop"}).submits().sees("Bench")
    story.kim.types("/stock move SN-1 to Bench").sees("Moved")
    drops(story, story.ana, "photo.jpg", photo("SN-1"))
    assert "It is not lent while it is in repair." in story.ana.sees("Canon R6 · SN-1")


def test_several_codes_are_one_list_with_one_button(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3", "Canon R6 SN-2 in Van 3", "Canon R6 SN-3 in Van 3")
    story.ana.types("/checkout out SN-1, SN-2").sees("Checked out")
    drops(story, story.ana, "photo.jpg", photo("SN-1", "SN-2", "SN-3"))
    told = story.ana.sees("3 things in the photo")
    assert "SN-1: with you" in told and "SN-3: available in Van 3" in told
    story.ana.presses("Return 2").sees("Nothing else is out with you.")
    story.ana.presses("Return 2", on="3 things in the photo").sees("Returned")
    drops(story, story.ana, "photo.jpg", photo("SN-1", "SN-2", "SN-3"))
    story.ana.presses("Check out 3").submits().sees("Checked out")


def test_an_old_list_returns_nothing_that_went_out_again(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3", "Canon R6 SN-2 in Van 3")
    story.ana.types("/checkout out SN-1, SN-2").sees("Checked out")
    drops(story, story.ana, "photo.jpg", photo("SN-1", "SN-2")).sees("2 things in the photo")
    story.kim.types("/checkout return SN-1, SN-2").sees("Returned")
    story.ana.types("/checkout out SN-1").sees("Checked out")
    story.ana.presses("Return 2").sees("That has ended")
    story.ana.types("/checkout who SN-1").sees("with you")


def test_codes_of_items_locations_and_lots_are_found_as_well(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types("/stock bind 4006381333931 to M8 bolt").sees("Bound")
    story.kim.types("/stock bind BIN-7 to Van 3").sees("Bound")
    drops(story, story.ana, "photo.jpg", photo("BIN-7")).sees("Van 3 · van")
    drops(story, story.ana, "photo.jpg", photo("4006381333931", "BIN-7"))
    told = story.ana.sees("2 things in the photo")
    assert "M8 bolt: 20 available" in told and "Van 3: van" in told


def test_a_code_on_nothing_is_bound_by_a_keeper(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    drops(story, story.ana, "photo.jpg", photo("BOX-77"))
    story.ana.sees("I read BOX-77, and that code is on nothing that I know.")
    story.ana.sees_no("Bind it")
    drops(story, story.kim, "photo.jpg", photo("BOX-77"))
    story.kim.presses("Bind it").fills({"What is it on?": ("M8", "M8 bolt")}).submits().sees("Bound BOX-77 to M8 bolt.")
    drops(story, story.ana, "photo.jpg", photo("BOX-77")).sees("20 each on hand in Van 3.")


def test_a_photo_without_a_code_says_how_to_take_a_better_one(story: Story) -> None:
    drops(story, story.ana, "photo.jpg", photo()).sees("I find no code in that photo.")


def test_a_code_that_reads_like_a_sentence_is_no_sentence(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    drops(story, story.kim, "photo.jpg", photo("-5 M8 bolt at Van 3")).sees(
        "I read -5 M8 bolt at Van 3, and that code is on nothing that I know."
    )
    assert story.on_hand("M8 bolt", "Van 3") == 20


def test_the_shortcut_reads_a_photo_in_a_channel_for_its_user_alone(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3")
    drops(story, story.dee, "photo.jpg", photo("SN-1"), to="general", text="whose is this")
    scans(story, story.ana, on="whose is this").sees("Canon R6 · SN-1")
    story.dee.sees_no("Canon R6 · SN-1")


def test_the_shortcut_on_a_message_without_a_photo_says_so(story: Story) -> None:
    story.dee.types("hello")
    scans(story, story.ana, on="hello").sees("There is no photo in that message.")


def test_what_is_no_photo_too_large_or_a_bomb_is_refused_in_a_sentence(story: Story) -> None:
    for name in ("list.pdf", "stores.json", "stores.zip"):
        told = drops(story, story.ana, name, b"{}").sees(
            f"I can't read {name}. I read photos (JPEG, PNG or WebP) for their codes, and CSV files"
        )
        assert 'if it holds a table, save that as "CSV UTF-8" and drop it here.' in told
    drops(story, story.ana, "fake.png", b"\x89PNG\r\n\x1a\nnothing").sees("fake.png is no picture that I can read.")
    drops(story, story.ana, "huge.jpg", bytes(10_000_001)).sees("huge.jpg is too large")
    bomb = BytesIO()
    Image.new("1", (30_000, 30_000)).save(bomb, format="PNG")
    assert len(bomb.getvalue()) < 200_000
    drops(story, story.ana, "bomb.png", bomb.getvalue()).sees("bomb.png is too large")
    story.has("Canon R6 SN-1 in Van 3")
    drops(story, story.ana, "photo.jpg", photo("SN-1")).sees("Canon R6 · SN-1")


def test_one_bad_photo_of_two_does_not_spoil_the_other(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3")
    story.ana.uploads_together({"photo.jpg": photo("SN-1"), "notes.txt": b"hello"})
    is_read(story)
    assert "I can't read notes.txt." in story.ana.sees("Canon R6 · SN-1")


def test_nothing_is_fetched_for_a_guest(story: Story) -> None:
    drops(story, story.gus, "notes.txt", b"no photo").sees("Guests of this workspace can't use the stores.")
    story.gus.sees_no("I can't read")


def test_a_file_that_does_not_lie_with_slack_is_not_fetched(story: Story) -> None:
    files = story.office.server.sandbox.workspace.files
    drops(story, story.ana, "photo.jpg", photo("SN-1")).sees("that code is on nothing")
    for details in [file.details for file in files.values()]:
        details["url_private_download"] = details["url_private"].replace("127.0.0.1", "localhost")
    scans(story, story.ana, on="photo.jpg").sees("photo.jpg does not lie with Slack")


def test_words_beside_a_photo_are_said_to_be_unread(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3")
    drops(story, story.kim, "photo.jpg", photo("SN-1"), text="/stock retire SN-1")
    assert "I read the photo, not the words beside it" in story.kim.sees("Canon R6 · SN-1")
    story.kim.types("/checkout who SN-1").sees("available in Van 3")


def test_a_typed_product_code_finds_what_a_photo_of_it_does(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types("/stock bind 036000291452 to M8 bolt").sees("Bound")
    story.ana.types("0036000291452", "bot").sees("20 each on hand in Van 3.")
    drops(story, story.dee, "photo.jpg", photo("0036000291452")).sees("20 each on hand in Van 3.")


def test_what_is_booked_or_held_for_somebody_is_theirs_and_not_offered_to_others(story: Story) -> None:
    story.has(*(f"Canon R6 SN-{number} in Van 3" for number in range(1, 5)))
    story.ana.types("/checkout book SN-1, SN-2 from today to tomorrow").sees("Booked")
    story.bo.types("/checkout out SN-3").sees("Checked out")
    story.ana.types("/checkout queue SN-3").sees("number 1 in line")
    story.bo.types("/checkout return SN-3").sees("Returned")
    story.ana.sees("Canon R6 SN-3 is back, and you are the first in line.")
    drops(story, story.dee, "photo.jpg", photo("SN-1", "SN-2", "SN-3", "SN-4"))
    assert "[Check out 1]" in story.dee.sees("4 things in the photo")
    drops(story, story.ana, "photo.jpg", photo("SN-1", "SN-2"))
    story.ana.presses("Pick up 2")
    assert "2026-11-24" in story.ana.form().values.values()
    story.ana.submits().sees("Checked out")
    story.ana.closes(everything=True)
    drops(story, story.ana, "photo.jpg", photo("SN-3", "SN-4"))
    story.ana.presses("Check out 2").submits().sees("Checked out Canon R6 SN-3 and Canon R6 SN-4")
    story.ana.types("/checkout bookings").sees("Nothing is booked.")


def test_a_keeper_moves_what_lies_elsewhere_to_the_location_in_the_photo(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Van 3", "Canon R6 SN-3 in Warehouse")
    story.kim.types("/stock bind BIN-7 to Van 3").sees("Bound")
    story.kim.types("/checkout out SN-3 to @ana").sees("Checked out")
    drops(story, story.ana, "photo.jpg", photo("BIN-7", "SN-1", "SN-2"))
    assert "[Check out 2]" in story.ana.sees("3 things in the photo")
    drops(story, story.kim, "photo.jpg", photo("BIN-7", "SN-1", "SN-2", "SN-3"))
    story.kim.presses("Move 2 to Van 3").sees("Moved Canon R6 SN-1 and Canon R6 SN-3 from Warehouse and Ana Silva to Van 3.")


def test_who_takes_part_in_a_count_counts_what_is_in_the_photo(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "Canon R6 SN-3 in Van 3")
    story.kim.types("/stock bind BIN-7 to Warehouse").sees("Bound")
    story.moves_on(seconds=60)
    story.kim.types("/stock count at Warehouse").sees("Opened the count of Warehouse: 2 lines.")
    story.ana.presses("Count", on="Count of Warehouse").closes()
    drops(story, story.ana, "photo.jpg", photo("SN-1"))
    story.ana.presses("Count 1 in Warehouse", on="Canon R6 · SN-1").sees("Counted 1 line in Warehouse.")
    for who in (story.ana, story.dee):  # SN-3 lies in Warehouse, whatever the ledger says
        drops(story, who, "photo.jpg", photo("SN-2", "SN-3", "BIN-7"))
    assert "[Check out 2]" in story.dee.sees("3 things in the photo")  # Dee has not joined
    story.ana.presses("Count 2 in Warehouse", on="3 things in the photo").sees("Counted 2 lines in Warehouse.")
    story.ana.sees("Open: 2 of 3 lines counted, 1 to be counted again.")


def test_of_a_photo_that_is_not_unpacked_here_slacks_own_thumbnail_is_read(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3")
    drops(story, story.ana, "IMG_1.HEIC", b"....ftypheic", to="general", text="whose is this")
    scans(story, story.ana, on="whose is this").sees("IMG_1.HEIC is no picture that I can read.")
    drops(story, story.ana, "small.jpg", photo("SN-1")).sees("Canon R6 · SN-1")
    files = [one.details for one in story.office.server.sandbox.workspace.files.values()]
    files[0] |= {"thumb_360": "https://evil.example/a.jpg", "thumb_720": files[1]["url_private"]}
    scans(story, story.dee, on="whose is this").sees("Canon R6 · SN-1")
    files[0] |= {"thumb_1024": "https://evil.example/a.jpg"}
    scans(story, story.bo, on="whose is this").sees("IMG_1.HEIC does not lie with Slack")


def test_so_many_photos_of_one_person_wait_and_others_are_read_all_the_same(story: Story) -> None:
    story.has("Canon R6 SN-1 in Van 3")
    gate = Event()
    story.bots[0].wiring.scanner.submit(gate.wait, 30)
    for _ in range(2):
        story.ana.uploads_together({f"{number}.txt": b"no photo" for number in range(10)})
    story.ana.uploads("more.jpg", photo("SN-1")).sees("20 photos of yours wait to be read. Send more when they are answered.")
    story.dee.uploads("photo.jpg", photo("SN-1"))
    gate.set()
    is_read(story)
    story.dee.sees("Canon R6 · SN-1")
    drops(story, story.ana, "again.jpg", photo("SN-1")).sees("Canon R6 · SN-1")
