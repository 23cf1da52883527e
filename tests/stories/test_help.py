"""Help: drawn from the routes, so that what it shows can be said."""

from handlers import topics
from handlers.routes import COMMANDS, table_of
from handlers.sentences import parse
from handlers.typed import normalise
from tests.stories.conftest import Story

TABLE = table_of(topics.ALL)


def test_help_shows_the_topics_with_their_verbs_and_each_at_a_press(story: Story) -> None:
    shown = story.kim.types("/stock help").sees("What you can say")
    assert "+ receive, - take, = count, move, scrap" in shown
    assert "lot, quarantine, release lot, trace, recalls" in shown
    assert "recall," not in shown
    assert "receives stock" not in shown
    story.kim.presses("Show", on="Lots").sees("/stock lot L-1042 shows a lot")


def test_help_with_a_topic_shows_every_sentence_of_it(story: Story) -> None:
    shown = story.kim.types("/stock help stock").sees("/stock +200 M8 hex bolt at Warehouse receives stock")
    assert "/stock scrap 2 safety gloves at Warehouse note torn throws stock away" in shown


def test_help_shows_nobody_what_they_may_not_do(story: Story) -> None:
    shown = story.ana.types("/stock help").sees("What you can say")
    assert "register" not in shown.casefold()
    assert "drop it in our direct messages." in shown
    assert "drop it in our direct messages, or a CSV file to import." in story.kim.types("/stock help").sees("What you can say")
    assert "receives stock" not in story.ana.types("/stock help stock").sees("/stock -3 M8 hex bolt at Van 3 takes stock")
    story.ana.types("/stock help register").sees("What is said about register is for keepers.")


def test_every_sentence_but_help_itself_is_about_one_topic_and_no_topic_is_a_verb() -> None:
    for command in COMMANDS:
        about = [route.template for topic in TABLE.topics for route in TABLE.about(topic, command)]
        assert len(about) == len(set(about))
        assert {route.examples[0] for route in TABLE.sayable(command) if route.template not in about} == {"help"}
        assert not any(verb.split()[0] in TABLE.topics for verb in TABLE.grammars[command].verbs)


def test_help_with_a_verb_shows_everything_about_it(story: Story) -> None:
    shown = story.ana.types("/stock help move").sees("/stock move {quantity} {item} [from {location}] to {location}")
    assert "For keepers." in shown
    assert "For approvers and admins." in story.ana.types("/stock help figures late").sees("who returned late and how often")
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


def test_a_mistyped_verb_is_put_right_where_the_rest_can_be_read(story: Story) -> None:
    story.has("50 M8 hex bolt in Warehouse")
    told = story.kim.types("/stock mvoe 5 M8 hex bolt to Van 3").sees("Nearest: M8 hex bolt.")
    assert told.index("[/stock move 5 M8 hex bolt to Van 3]") < told.index("[M8 hex bolt]")
    story.has("1 washer in Van 3")
    story.kim.types("/stock mvoe 5 M8 hex bolt from Warehouse to Van 3").sees("Did you mean /stock move?")
    story.kim.presses("/stock move 5 M8 hex bolt from Warehouse to Van 3").sees("Moved 5 M8 hex bolts from Warehouse to Van 3.")


def test_help_is_asked_of_one_command_about_the_other(story: Story) -> None:
    story.ana.types("/stock help checkout").sees("Type /checkout alone for the form")
    story.ana.types("/stock help overdue").sees("That is said after /checkout.")
    story.ana.presses("/checkout help overdue").sees("/checkout overdue")


def test_a_direct_message_can_ask_for_help_of_both_commands(story: Story) -> None:
    shown = story.kim.says("help").sees("Say a sentence to me.")
    assert "receive" in shown and "overdue" in shown
    story.kim.says("help checkouts").sees("out SN-1042 until friday checks things out")


def test_every_example_of_every_sentence_can_be_read_as_that_sentence() -> None:
    for command in COMMANDS:
        for route in TABLE.sentences[command]:
            for example in route.examples:
                readings = parse(normalise(example), TABLE.grammars[command], command=command)
                assert route.template in [reading.template for reading in readings], example


def test_what_is_said_after_the_other_command_is_offered_there(story: Story) -> None:
    story.has("20 returnable hard hat in Warehouse")
    story.ana.types("/stock out 2 hard hats until friday").sees("That is said after /checkout.")
    story.ana.presses("/checkout out 2 hard hats until friday").sees("Checked out 2 hard hats")
    story.ana.types("/checkout low at Warehouse").presses("/stock low at Warehouse").sees("Nothing is low")


def test_who_is_new_and_only_says_hello_is_shown_the_way(story: Story) -> None:
    story.ana.says("hello").presses("help").sees("Say a sentence to me.")
    story.ana.says("I like it").sees("I don't know I like it. Try help.")
    story.ana.says("Stock").presses("Open it")
    assert story.ana.form().title == "Stock"


def test_a_verb_that_was_only_begun_is_offered_whole(story: Story) -> None:
    story.kim.types("/stock new").sees("Did you mean /stock new asset?")
    story.kim.presses("/stock new item")
    assert story.kim.form().title == "New item"
    story.kim.closes()
    story.kim.types("/stock loww").presses("/stock low").sees("Nothing is low")
    story.kim.types("/stock receive").sees("I read receive, but not which order.")
    story.kim.presses("/stock orders").sees("No order is open")
