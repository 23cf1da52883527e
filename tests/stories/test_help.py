"""Help: drawn from the routes, so that what it shows can be said."""

from handlers import topics
from handlers.routes import COMMANDS, table_of
from handlers.sentences import parse
from handlers.typed import normalise
from tests.stories.conftest import Story

TABLE = table_of(topics.ALL)


def test_help_lists_what_a_keeper_can_say(story: Story) -> None:
    shown = story.kim.types("/stock help").sees("What you can say")
    assert "+200 M8 hex bolt at Warehouse receives stock" in shown
    assert "new item opens the form for a new item" in shown


def test_help_shows_nobody_what_they_may_not_do(story: Story) -> None:
    shown = story.ana.types("/stock help").sees("What you can say")
    assert "-3 M8 hex bolt at Van 3 takes stock" in shown
    assert "receives stock" not in shown
    assert "Catalog" not in shown


def test_help_with_a_verb_shows_everything_about_it(story: Story) -> None:
    shown = story.ana.types("/stock help move").sees("/stock move {quantity} {item} from {location} to {location}")
    assert "For keepers." in shown
    assert "/stock move 5 M8 hex bolt from Warehouse to Van 3" in shown


def test_help_with_new_shows_all_that_can_be_new(story: Story) -> None:
    shown = story.kim.types("/stock help new").sees("/stock new item")
    assert "/stock new location" in shown and "/stock new asset" in shown


def test_an_unknown_verb_offers_the_nearest_as_a_button(story: Story) -> None:
    story.kim.types("/stock help mvoe").sees("I don't know the verb mvoe. Did you mean move?")
    story.kim.presses("/stock help move").sees("Moves stock from one location to another")


def test_a_mistyped_sentence_offers_help_for_the_verb_that_was_meant(story: Story) -> None:
    story.kim.types("/stock mvoe 5 M8 bolt").sees("Did you mean /stock move?")
    story.kim.presses("/stock help move").sees("/stock move {quantity}")


def test_a_direct_message_can_ask_for_help_of_both_commands(story: Story) -> None:
    shown = story.kim.says("help").sees("Say one of these.")
    assert "receives stock" in shown and "checks things out" in shown


def test_every_example_of_every_sentence_can_be_read_as_that_sentence() -> None:
    for command in COMMANDS:
        for route in TABLE.sentences[command]:
            for example in route.examples:
                readings = parse(normalise(example), TABLE.grammars[command], command=command)
                assert route.template in [reading.template for reading in readings], example


def test_a_verb_that_was_only_begun_is_offered_whole(story: Story) -> None:
    story.kim.types("/stock new").sees("Did you mean /stock new asset?")
    story.kim.presses("/stock new item")
    assert story.kim.form().title == "New item"
    story.kim.closes()
    story.kim.types("/stock loww").presses("/stock low").sees("Nothing is low")
