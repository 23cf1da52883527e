"""Reorder advice: on the card and the reminder, as a picture, and as a list to accept from."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from handlers import advising
from models import stock
from models.members import Role
from models.quantities import whole
from models.roles import grant, revoke
from tests.stories.conftest import Story

WEEKS = 8


def uses(story: Story, item: str, place: str, *, weekly: int, left: int) -> None:
    """So many were taken in each of the last eight weeks, and so many are left."""
    with story.world() as world:
        variant, source = world.variant(item), world.location(place)
        start = world.now - timedelta(weeks=WEEKS, hours=1)
        stock.receive(world.session, world.act(), variant=variant, quantity=whole(WEEKS * weekly + left), target=source, happened_at=start)
        for week in range(WEEKS):
            at = world.now - timedelta(days=7 * week + 3)
            stock.take(world.session, world.act(), variant=variant, quantity=whole(weekly), source=source, happened_at=at)


def test_the_card_says_how_long_it_lasts_and_what_is_suggested(story: Story) -> None:
    uses(story, "M8 bolt", "Van 3", weekly=14, left=40)
    shown = story.ana.types("/stock M8 bolt").sees("Use")
    assert "2 each a day, lasts 20 days; suggested reorder point 28" in shown


def test_the_card_says_it_for_each_reorder_point(story: Story) -> None:
    uses(story, "M8 bolt", "Van 3", weekly=14, left=40)
    uses(story, "M8 bolt", "Warehouse", weekly=1, left=3)
    for sentence in ("at Van 3 below 20", "at Warehouse below 1", "below 30"):
        story.kim.types(f"/stock reorder M8 bolt {sentence}")
    shown = story.ana.types("/stock M8 bolt").sees("Use")
    assert "all locations: 2.1 each a day, lasts 20 days; suggested reorder point" in shown
    assert "Van 3: 2 each a day, lasts 20 days; suggested reorder point 28" in shown
    assert "Warehouse: 1 each a week, lasts 21 days; suggested reorder point 2" in shown


def test_a_card_of_something_new_says_nothing_of_its_use(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    assert "Use" not in story.ana.types("/stock M8 bolt").sees("20 each on hand")


def test_the_reminder_says_how_long_it_lasts_and_sends_the_chart(story: Story) -> None:
    uses(story, "M8 bolt", "Van 3", weekly=14, left=25)
    story.kim.types("/stock reorder M8 bolt at Van 3 below 20 to 60")
    story.ana.types("/stock -6 M8 bolt at Van 3")
    story.beats()
    shown = story.kim.sees("19 M8 bolts left in Van 3, reorder point 20.")
    assert "Order 41 M8 bolts to reach 60. 62 used in the last 30 days: 2.1 each a day, lasts 8 days; suggested reorder point 30." in shown
    story.ana.presses("Chart", on="19 M8 bolts left").sees("M8 bolt in Van 3 over the last 57 days: 19 each now, between 19 and 137")
    story.ana.sees("[file chart-")


def test_the_chart_comes_as_a_picture_with_words_for_who_cannot_see_it(story: Story) -> None:
    uses(story, "M8 bolt", "Van 3", weekly=14, left=40)
    story.kim.types("/stock reorder M8 bolt at Van 3 below 50")
    story.ana.types("/stock M8 bolt").presses("Chart")
    told = "M8 bolt in Van 3 over the last 57 days: 40 each now, between 40 and 152; the reorder point is 50, suggested is 28."
    story.ana.sees(f"{told} The chart comes as a picture in our direct messages.")
    story.ana.sees("[file chart-")
    (file,) = story.office.server.sandbox.workspace.files.values()
    assert file.details["alt_txt"] == told
    with Image.open(BytesIO(file.content or b"")) as picture:
        assert (picture.format, picture.size) == ("PNG", (1280, 640))
        colours = {colour for _, colour in picture.convert("RGB").getcolors(maxcolors=1_000_000) or []}
    assert {(0x1F, 0x4E, 0x8C), (0xB3, 0x26, 0x1E), (0x0B, 0x6B, 0x3A)} <= colours


def test_a_chart_is_asked_for_in_a_sentence(story: Story) -> None:
    uses(story, "M8 bolt", "Van 3", weekly=14, left=40)
    story.kim.types("/stock chart M8 bolt").sees("M8 bolt in all locations over the last 57 days: 40 each now")
    story.kim.types("/stock chart M8 bolt at Van 3").sees("M8 bolt in Van 3 over the last 57 days")
    story.has("1 saw in Warehouse")
    story.kim.types("/stock chart M8 bolt at Warehouse").sees("There was no M8 bolt in Warehouse in the last 90 days")


def test_what_fits_is_said_to_fit(story: Story) -> None:
    story.has("20 M8 bolt in Van 3")
    story.kim.types("/stock advise").sees("Every reorder point fits what is used, and nothing in use lacks one.")
    story.kim.types("/stock advise at Van 3").sees("Every reorder point at Van 3 fits what is used")


def test_what_is_badly_off_is_listed_the_most_urgent_first(story: Story) -> None:
    uses(story, "M8 bolt", "Van 3", weekly=14, left=40)
    uses(story, "cable", "Van 3", weekly=7, left=40)
    uses(story, "nail", "Van 3", weekly=7, left=40)
    story.kim.types("/stock reorder M8 bolt at Van 3 below 5 to 10")
    story.kim.types("/stock reorder nail at Van 3 below 500")
    shown = story.kim.types("/stock advise").sees("3 reorder points to set")
    low = "in Van 3 · at 5, suggested 28, up to 84\nToo low: 2 each a day, lasts 20 days, a delivery takes 7 days."
    missing = "in all locations · none set, suggested 14, up to 42\nNo reorder point: 1 each a day, lasts 40 days, a delivery takes 7 days."
    high = "in Van 3 · at 500, suggested 14, up to 42\nToo high: 1 each a day, lasts 40 days, a delivery takes 7 days."
    assert shown.index(low) < shown.index(missing) < shown.index(high)


def test_advice_is_accepted_with_a_press_and_undone_with_another(story: Story) -> None:
    uses(story, "M8 bolt", "Van 3", weekly=14, left=40)
    story.kim.types("/stock reorder M8 bolt at Van 3 below 5 to 10")
    story.kim.types("/stock advise").presses("Accept", on="suggested 28")
    story.kim.sees("Set the reorder point of M8 bolt at Van 3: at 28, up to 84.\nA card comes when stock sinks to it.")
    story.kim.types("/stock advise").sees("Every reorder point fits")
    story.kim.presses("Undo", on="Set the reorder point of M8 bolt at Van 3: at 28").sees("Undone")
    story.kim.types("/stock advise").sees("at 5, suggested 28")


def test_what_lacks_a_point_gets_one_where_it_was_asked_for(story: Story) -> None:
    uses(story, "M8 bolt", "Van 3", weekly=14, left=20)
    story.kim.types("/stock advise at Van 3").sees("1 reorder point to set at Van 3")
    story.kim.presses("Accept").sees("Set the reorder point of M8 bolt at Van 3: at 28, up to 84.\nIt is low already: 20 M8 bolts there.")


def test_advice_pressed_late_does_not_overrule_what_was_set_since(story: Story) -> None:
    uses(story, "M8 bolt", "Van 3", weekly=14, left=40)
    story.kim.types("/stock advise at Van 3").sees("suggested 28")
    story.kim.types("/stock reorder M8 bolt at Van 3 below 33").sees("Set the reorder point of M8 bolt at Van 3: at 33.")
    story.kim.presses("Accept").sees("The reorder point of M8 bolt was changed since: it is at 33 now.")
    story.kim.presses("Undo", on="at 33").sees("Undone")
    story.kim.types("/stock reorder M8 bolt at Van 3 below 5")
    story.kim.types("/stock advise at Van 3").sees("at 5, suggested 28")
    story.kim.presses("Undo", on="at 5.").sees("Undone")
    story.kim.presses("Accept", on="at 5, suggested 28").sees("was changed since: it was taken away.")


def test_only_a_keeper_there_is_offered_accept(story: Story) -> None:
    uses(story, "M8 bolt", "Van 3", weekly=14, left=40)
    uses(story, "M8 bolt", "Warehouse", weekly=14, left=40)
    for place in ("Van 3", "Warehouse"):
        story.kim.types(f"/stock reorder M8 bolt at {place} below 5").sees(f"at {place}: at 5")
    assert "[Accept]" not in story.dee.types("/stock advise").sees("2 reorder points to set")
    with story.world() as world:
        grant(world.session, world.act(), member=world.member("Ana Silva"), role=Role.KEEPER, location=world.location("Van 3"))
    assert story.ana.types("/stock advise").sees("2 reorder points to set").count("[Accept]") == 1


def test_what_is_refused_says_why(story: Story) -> None:
    uses(story, "M8 bolt", "Van 3", weekly=14, left=40)
    story.kim.types("/stock advise at Van 9").sees("I don't know a location called Van 9.")
    story.kim.types("/stock chart M9 bolt").sees("I don't know an item called M9 bolt.")
    story.kim.types("/stock advise at Van 3").sees("[Accept]")
    with story.world() as world:
        revoke(world.session, world.act("Kim Berg"), member=world.member("Kim Berg"), role=Role.KEEPER)
    story.kim.presses("Accept").sees("you need the role keeper")
    story.kim.types("/stock M8 bolt").sees("not set")


def test_a_long_list_is_paged(story: Story) -> None:
    for number in range(1, 15):
        uses(story, f"bolt {number}", "Van 3", weekly=number, left=100)
    story.kim.types("/stock advise").sees("14 reorder points to set, 1–12 of 14")
    assert "bolt 1" in story.kim.presses("Next").sees("14 reorder points to set, 13–14 of 14")


def test_where_many_things_are_judged_it_is_said_at_once_that_the_list_follows(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advising, "AT_ONCE", 13)
    for number in range(1, 15):
        uses(story, f"bolt {number}", "Van 3", weekly=number, left=100)
    story.kim.types("/stock advise at Van 3").sees("Looking at how 14 things at Van 3 were used. The list follows in a moment.")
    story.kim.sees("14 reorder points to set at Van 3, 1–12 of 14")
    story.kim.presses("Next").sees("14 reorder points to set at Van 3, 13–14 of 14")
    assert "1–12 of 14" in story.kim.presses("Previous").sees("14 reorder points to set at Van 3, 1–12 of 14")
    story.kim.says("stock advise").sees("Looking at how 14 things were used.")
    story.kim.sees("14 reorder points to set, 1–12 of 14")


def test_an_admin_sets_the_service_level_on_home(story: Story) -> None:
    with story.world() as world:
        for item in ("M8 bolt",):
            variant, source = world.variant(item), world.location("Van 3")
            start = world.now - timedelta(weeks=8, hours=1)
            stock.receive(world.session, world.act(), variant=variant, quantity=whole(200), target=source, happened_at=start)
            for week, taken in enumerate((10, 14, 6, 12, 9, 13, 8, 11)):
                at = world.now - timedelta(days=7 * week + 3)
                stock.take(world.session, world.act(), variant=variant, quantity=whole(taken), source=source, happened_at=at)
    story.kim.types("/stock M8 bolt").sees("suggested reorder point 24")
    story.kim.opens_home().sees("Suggested reorder points let stock last until the delivery 95 times of 100.")
    story.kim.presses("Service level").fills({"Of a hundred deliveries": "99 %"}).submits()
    story.kim.sees("Suggested reorder points let stock last until the delivery 99 times of 100.")
    story.kim.presses("Undo").sees("Undone")
