"""Files dropped in the direct messages with the bot: checked, told of on a card, and imported by a press."""

import csv
import io
import threading

from sqlalchemy import select, update

from models import importing, members
from models.custom_fields import About, FieldKind
from models.custom_register import add_field
from models.entries import ENTRIES, EntryKind
from models.importing import dropped, findings
from models.importing.dropped import CONTENTS, FILES
from models.ledger import Act
from models.members import GRANT_ROWS
from models.notices import NOTICES
from tests.photos import photo
from tests.stories.conftest import Story
from tests.stories.test_scanning import is_read

STOCK = b"item,location,quantity,reorder below\nM8 bolt,Warehouse,40,10\nM8 nut,Van 3,7,\n"
BAD = b"item,location,quantity\n" + b"".join(b"Bolt %d,Van 3,=many\n" % number for number in range(7))
UNKNOWN = b"Artikel;Qty;Storage location;Colour\nM8 bolt;40;Warehouse;red\n"
LOCAL_DATES = b"item,serial,location,purchased on\nCanon R6,SN-7,Warehouse,3/4/2026\n"


def settles(story: Story) -> None:
    """What waits is worked at, and its card says how it went."""
    story.beats()
    is_read(story)
    story.beats()


def imports(story: Story) -> int:
    """How many entries are imports."""
    with story.database.reading() as session:
        return len(session.execute(select(ENTRIES.c.id).where(ENTRIES.c.kind == EntryKind.IMPORTED)).all())


def contents(story: Story) -> int:
    """How many files are kept with their bytes."""
    with story.database.reading() as session:
        return len(session.execute(select(CONTENTS.c.file_id)).all())


def test_a_file_is_checked_imported_by_a_press_and_undone(story: Story) -> None:
    story.kim.uploads("stores.csv", STOCK)
    told = story.kim.sees("Checked")
    assert "2 rows of our own form. Importing it adds 2 items, 2 locations, 1 reorder point and stock in 2 places." in told
    assert imports(story) == 0
    story.kim.presses("Import", on="Checked").sees("Imported as entry")
    assert story.on_hand("M8 bolt", "Warehouse") == 40
    story.ana.types("/stock m8 nuts").sees("7")
    assert story.messages_to("kim") == 2, "the file and its card"
    story.kim.presses("Undo", on="Imported").sees("Imported and undone")
    story.kim.types("/stock m8 bolt").sees("was archived")
    story.kim.uploads("again.csv", STOCK).presses("Import", on="again.csv").sees("again.csv")
    story.kim.sees("Imported as entry")
    assert (imports(story), contents(story)) == (2, 0)
    story.kim.uploads("once more.csv", STOCK).sees("Nothing to import. It was imported before, as entry")
    story.kim.uploads("more.csv", b"item,location,quantity\nM8 cog,Warehose,1\nTotal,,1\n")
    told = story.kim.sees("Line 2: new warehouse Warehose; did you mean Warehouse?")
    assert "Line 3 looks like a totals row and is left out: Total, 1." in told


def test_all_problems_come_as_a_file_and_the_first_stand_on_the_card(story: Story) -> None:
    story.kim.uploads("stores.csv", BAD)
    told = story.kim.sees("7 problems")
    assert "line 2, quantity: I can't read =many as a number." in told
    assert "And 2 more." in told
    story.kim.sees("problems-stores.csv")
    (file,) = [one for one in story.office.server.sandbox.workspace.files.values() if one.details["name"] == "problems-stores.csv"]
    rows = list(csv.reader(io.StringIO((file.content or b"").decode("utf-8-sig"))))
    assert rows[0] == ["line", "column", "problem"]
    assert [row[:2] for row in rows[1:]] == [[str(line), "quantity"] for line in range(2, 9)]
    assert (imports(story), contents(story)) == (0, 0)


def test_pressed_twice_it_is_imported_once(story: Story) -> None:
    story.kim.uploads("stores.csv", STOCK).sees("Checked")
    story.pauses_its_beat()
    story.kim.presses("Import", on="Checked", times=2)
    settles(story)
    story.kim.sees("Imported as entry")
    assert (imports(story), story.on_hand("M8 bolt", "Warehouse")) == (1, 40)


def test_a_cancelled_file_is_let_go(story: Story) -> None:
    story.kim.uploads("stores.csv", STOCK).sees("Checked")
    story.kim.presses("Cancel", on="Checked").sees("Cancelled. Nothing was imported.")
    story.kim.sees_no("Checked")
    assert (imports(story), contents(story)) == (0, 0)


def test_nobody_but_an_admin_imports_and_nothing_is_fetched_for_them(story: Story) -> None:
    story.ana.uploads("stores.xlsx", STOCK).sees("To import files you need the role admin. Ask Kim Berg.")
    story.gus.uploads("stores.xlsx", STOCK).sees("Guests of this workspace can't use the stores.")
    story.ana.sees_no("workbook")
    story.gus.sees_no("workbook")
    assert contents(story) == 0
    story.kim.uploads("stores.csv", STOCK).sees("Checked")
    with story.world() as world:
        world.session.execute(update(GRANT_ROWS).values(active=False))
    story.kim.presses("Import", on="Checked").sees("To import files you need the role admin.")
    assert imports(story) == 0


def test_columns_that_nobody_knows_are_mapped_in_a_form_and_checked_by_that(story: Story) -> None:
    story.kim.uploads("lager.csv", UNKNOWN).sees("What do its columns hold? I don't know the column Artikel")
    story.kim.presses("Map columns", on="lager.csv")
    form = story.kim.form()
    assert "First row: Warehouse" in form.text
    assert {label: form.values[label] for label in ("Artikel", "Qty", "Storage location", "Colour")} == {
        "Artikel": "Leave it out",
        "Qty": "quantity",
        "Storage location": "location",
        "Colour": "Leave it out",
    }
    story.kim.fills({"Artikel": "quantity"}).submits()
    assert story.kim.form().errors == {"column1": "Another column fills quantity already. Choose one of them."}
    story.kim.fills({"Artikel": "item"}).submits()
    story.kim.closes()
    told = story.kim.sees("Checked")
    assert "1 row of a form of your own" in told
    assert "1 column is left out: Colour." in told
    story.kim.presses("Map columns", on="Checked")
    assert story.kim.form().values["Artikel"] == "item"
    story.kim.closes().presses("Import", on="Checked").sees("Imported as entry")
    assert story.on_hand("M8 bolt", "Warehouse") == 40


def test_a_field_that_is_added_before_the_press_keeps_what_a_peer_says(story: Story) -> None:
    story.kim.uploads("home.csv", b"HB.name,HB.serial_number,HB.location,HB.field.Colour\nDrill,SN-1,Garage,red\n")
    told = story.kim.sees("Checked")
    assert "1 column is left out: Colour." in told
    assert "To keep what one says, add a custom field of its name before you import: /stock fields." in told
    with story.world() as world:
        add_field(world.session, world.act(), about=About.ASSET, kind=FieldKind.TEXT, name="Colour")
    story.kim.presses("Import", on="Checked")
    assert "Custom fields are filled: Colour 1 time." in story.kim.sees("Imported as entry")
    story.kim.sees_no("left out")
    story.kim.types("/checkout SN-1").sees("red")


def test_days_that_read_both_ways_are_asked_about(story: Story) -> None:
    story.kim.uploads("cameras.csv", LOCAL_DATES).sees("How are days written in it? 3/4/2026 could have the month first or the day first")
    story.kim.presses("Day first: 31/12", on="cameras.csv").sees("Checked")
    story.kim.presses("Import", on="Checked").sees("Imported as entry")
    with story.world() as world:
        assert str(world.asset("SN-7").purchased_on) == "2026-04-03"


def test_what_nobody_decides_is_let_go_after_a_day(story: Story) -> None:
    story.kim.uploads("stores.csv", STOCK).sees("kept until Tue 24 Nov")
    story.moves_on(seconds=86_400)
    story.kim.sees("Let go: nobody decided within a day")
    story.kim.sees_no("Checked")
    assert contents(story) == 0


def test_what_is_no_such_file_is_refused_in_a_sentence_beside_what_is(story: Story) -> None:
    story.kim.uploads("stores.xlsx", b"PK").sees('stores.xlsx is a workbook, and I import CSV files. Save its sheet as "CSV UTF-8"')
    story.kim.uploads("large.csv", b"x" * 5_000_001).sees("large.csv has 5,000,001 bytes, and 5,000,000 are the most.")
    story.kim.uploads("latin.csv", "item\nBöl\n".encode("cp1252")).sees("latin.csv is not in UTF-8 (line 2).")
    story.kim.uploads_together({"stores.csv": STOCK, "old.xls": b"\xd0\xcf", "photo.jpg": photo("SN-1")})
    story.kim.sees("old.xls is a workbook")
    story.kim.sees("I read the file, and not what else is in that message: send that by itself.")
    story.kim.sees("Checked")


def test_a_file_that_does_not_lie_with_slack_is_not_fetched(story: Story) -> None:
    changed = threading.Event()
    story.bots[0].wiring.scanner.submit(changed.wait)
    story.kim.uploads("stores.csv", STOCK)
    for file in story.office.server.sandbox.workspace.files.values():
        file.details["url_private_download"] = file.details["url_private"].replace("127.0.0.1", "localhost")
    changed.set()
    story.kim.sees("stores.csv does not lie with Slack, so I don't fetch it.")
    assert contents(story) == 0


def test_one_who_dies_in_the_midst_is_followed_by_another(story: Story) -> None:
    story.kim.uploads("stores.csv", STOCK).sees("Checked")
    story.pauses_its_beat()
    story.kim.presses("Import", on="Checked")
    with story.database.transaction() as session:
        (file_id,) = dropped.lease(session, story.bots[0].wiring.clock())
    settles(story)
    story.kim.sees("Importing. You can go on with other things.")
    with story.database.transaction() as session:  # the entry is there, and the names of what it brings are not
        file = dropped.get(session, file_id)
        plan = importing.plan(session, name=file.name, content=dropped.content_of(session, file))
        act = Act(members.actor(session, file.member_id), story.bots[0].wiring.clock(), lambda: "salt")
        posted = importing.carry_out(session, act, plan)
        assert posted is not None
        dropped.posted(session, file_id, posted.id, findings.of_plan(plan))
    story.moves_on(seconds=61)
    settles(story)
    story.kim.sees(f"Imported as entry {posted.id}")
    story.ana.types("/stock m8 nuts").sees("7")
    assert imports(story) == 1


def test_its_card_tells_how_far_it_is_every_two_seconds(story: Story) -> None:
    story.pauses_its_beat()
    story.kim.uploads("stores.csv", b"item\n" + b"".join(b"Bolt %d\n" % number for number in range(9)))
    is_read(story)
    story.has_waited = 1.0  # each row seems to take a second
    settles(story)
    with story.database.reading() as session:
        wanted = session.execute(select(NOTICES.c.wanted).where(NOTICES.c.subject == FILES.name)).scalar_one()
    assert wanted == 1 + 4 + 1, "the card, four words on how far it is, and what was found"
