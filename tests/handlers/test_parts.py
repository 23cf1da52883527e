"""Parts of views: a row of buttons is one row, however many ways on there are, and stored words are only words."""

import json

import pytest

from bot.incoming import read_action
from handlers.typed import normalise
from handlers.views.parts import Block, actions, button, confirm, escaped, said

SURE = confirm("Archive it?", "It is gone then.", "Archive")


def labels(row: Block) -> list[str]:
    """What stands in a row, the options of its menu in brackets."""
    menus = [f"({', '.join(option['text']['text'] for option in one['options'])})" for one in row["elements"] if one["type"] == "overflow"]
    return [*(one["text"]["text"] for one in row["elements"] if one["type"] == "button"), *menus]


def many(count: int) -> list[Block]:
    return [button(f"B{number}", f"thing.do:{number}", {"a": number}) for number in range(1, count + 1)]


def test_five_buttons_stand_in_a_row_and_the_last_of_more_in_its_menu() -> None:
    assert labels(actions(*many(5))) == ["B1", "B2", "B3", "B4", "B5"]
    assert labels(actions(*many(6))) == ["B1", "B2", "B3", "B4", "(B5, B6)"]
    assert labels(actions(*many(10))) == ["B1", "B2", "B3", "B4", "B5", "(B6, B7, B8, B9, B10)"]


def test_what_asks_first_stands_out_or_carries_much_stays_a_button() -> None:
    dangerous = button("Archive", "thing.archive", {"a": 1}, style="danger", confirm=SURE)
    asking = button("Stop", "thing.stop", {"a": 1}, confirm=SURE)
    long = button("Long", "thing.say", {"t": "x" * 150})
    assert labels(actions(*many(5), dangerous, asking, long, button("Last", "thing.last"))) == [
        *("B1", "B2", "B3", "B4", "Archive", "Stop", "Long", "(B5, Last)")
    ]


def test_a_choice_of_the_menu_is_read_as_the_button_that_it_stands_for() -> None:
    row = actions(*many(6), button("Help", "thing.help"))
    menu = row["elements"][-1]
    body = {"user": {"id": "U1"}, "message": {"ts": "1.0"}, "channel": {"id": "C1"}}
    pressed = {one["action_id"]: {**one, "block_id": "b"} for one in many(6)}
    for option in menu["options"]:
        chosen = {"type": "overflow", "action_id": "more", "block_id": "b", "selected_option": option}
        read = read_action({**body, "actions": [chosen]})
        action_id, _, value = option["value"].partition(" ")
        assert read.route == action_id.partition(":")[0]
        assert read.value == (json.loads(value) if value else None)
        if action_id in pressed:
            assert read == read_action({**body, "actions": [pressed[action_id]]})


@pytest.mark.parametrize("words", ["*x*", "~x~", "`x`", "_x_", ":fire:", "<@U1> & <!here>"])
def test_stored_words_never_format_wherever_they_stand_and_are_understood_when_they_are_copied(words: str) -> None:
    shown = escaped(f"{words} holds 3 (see `/stock help`).")
    assert shown.startswith(said(words))
    assert not {"*", "~", "<", ">"} & set(said(words))
    assert shown.endswith("`).") and shown.count("`") == 2
    assert normalise(said(words)) == words


def test_ordinary_words_look_as_they_are() -> None:
    plain = "M8 bolt 3:16, 10:30 at a_b/C-4's (50%)"
    assert (said(plain), escaped(plain)) == (plain, plain)
