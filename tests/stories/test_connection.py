"""The connection to Slack: a silent one is given up, whatever the client thinks of it, and nobody notices."""

import logging

from bot.socket import DEAF
from tests.stories.conftest import Story


def test_a_connection_on_which_nothing_is_heard_is_replaced(story: Story) -> None:
    story.pauses_its_beat()
    socket = story.bots[0].socket
    socket.client.ping_interval = 3600
    socket.mind()
    before = socket.client.session_id()
    story.has_waited = DEAF + 1
    socket.client.current_session.last_ping_pong_time = None  # a peer that never answered a ping: the client waits for ever
    socket.mind()
    socket.mind()
    story.has_waited = 0
    assert socket.client.session_id() != before
    story.kim.types("/stock low").sees("Nothing is low.")


def test_a_connection_on_which_something_is_heard_is_left_alone(story: Story) -> None:
    story.pauses_its_beat()
    socket = story.bots[0].socket
    socket.mind()
    before = socket.client.session_id()
    story.has_waited = DEAF + 1
    story.kim.types("/stock low")
    socket.mind()
    assert socket.client.session_id() == before


def test_how_much_of_ours_is_logged_is_not_set_by_bolt(story: Story) -> None:
    assert logging.getLogger("quartermaster").level == logging.NOTSET
