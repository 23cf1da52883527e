"""The ledger's head stands in a channel once a day, and the command line compares it."""

import re
from collections.abc import Callable

from tests.stories.conftest import Story

DAY = 86_400


def test_the_head_is_written_once_a_day_while_something_happens(open_story: Callable[..., Story]) -> None:
    story = open_story(ledger_channel="CGENERAL")
    story.moves_on(seconds=DAY)
    story.has("40 M8 bolt in Warehouse")
    story.moves_on(seconds=DAY)
    told = story.dee.sees("the last of Tue 24 Nov")
    assert re.search(r"quartermaster check --head \d+:[0-9a-f]{64}", told)
    story.moves_on(seconds=60)
    story.moves_on(seconds=3 * DAY)
    story.has("1 M8 nut in Warehouse")
    story.moves_on(seconds=DAY)
    story.dee.sees("the last of Sat 28 Nov")
    messages = story.office.server.sandbox.workspace.channels["CGENERAL"].messages
    assert len([message for message in messages if "--head" in message["text"]]) == 3
