"""What is not shaped as Slack shapes it changes nothing, ends nothing, and is acknowledged."""

import copy
import random
from typing import Any

import pytest
from slack_sdk.socket_mode.request import SocketModeRequest

from models import audit
from tests.stories.conftest import Story

Json = dict[str, Any]

TEAM: Json = {"id": "T0SANDBOX", "domain": "sandbox"}
KIM: Json = {"id": "UKIM", "name": "kim", "team_id": "T0SANDBOX"}
VIEW: Json = {
    "id": "V1",
    "type": "modal",
    "callback_id": "stock.form",
    "private_metadata": '{"k":"once"}',
    "blocks": [{"type": "input", "block_id": "quantity", "element": {"type": "plain_text_input", "action_id": "quantity"}}],
    "state": {"values": {"quantity": {"quantity": {"type": "plain_text_input", "value": "none"}}}},
}

#: One of each kind; none of them would change anything if it were answered as it is.
WHOLE: dict[str, tuple[str, Json]] = {
    "command": (
        "slash_commands",
        {"command": "/stock", "text": "low", "user_id": "UKIM", "team_id": "T0SANDBOX", "channel_id": "CGENERAL", "trigger_id": "1.2.a"},
    ),
    "button": (
        "interactive",
        {
            "type": "block_actions",
            "user": KIM,
            "team": TEAM,
            "trigger_id": "1.2.b",
            "container": {"type": "message", "channel_id": "CGENERAL"},
            "channel": {"id": "CGENERAL"},
            "actions": [{"type": "button", "action_id": "low.page", "block_id": "b", "value": '{"l":null,"f":0}'}],
        },
    ),
    "form": ("interactive", {"type": "view_submission", "user": KIM, "team": TEAM, "trigger_id": "1.2.c", "view": VIEW}),
    "typing": (
        "interactive",
        {"type": "block_suggestion", "user": KIM, "team": TEAM, "action_id": "stock.item", "block_id": "item", "value": "b", "view": VIEW},
    ),
    "shortcut": (
        "interactive",
        {"type": "message_action", "user": KIM, "team": TEAM, "callback_id": "log", "trigger_id": "1.2.d", "message": {"text": "hi"}},
    ),
    "message": (
        "events_api",
        {
            "type": "event_callback",
            "event_id": "Ev1",
            "team_id": "T0SANDBOX",
            "authorizations": [{"user_id": "UBOT"}],
            "event": {"type": "message", "user": "UKIM", "text": "low", "channel": "D1", "channel_type": "im", "ts": "1.000001"},
        },
    ),
}
ODD: list[Any] = [None, 5, -1.5, True, "", "x", "é" * 3000, "{", [], [None], {}, {"id": 5}, [[[[]]]]]


def spoiled(payload: Json, chance: random.Random) -> Json:
    """The payload with up to three of its parts gone, or something else altogether."""
    made = copy.deepcopy(payload)
    for _ in range(chance.randint(1, 3)):
        part: Any = made
        while True:
            keys: list[Any] = list(part) if isinstance(part, dict) else list(range(len(part)))
            if not keys:
                break
            key = chance.choice(keys)
            if isinstance(part[key], dict | list) and part[key] and chance.random() < 0.7:
                part = part[key]
                continue
            if chance.random() < 0.3:
                del part[key]
            else:
                part[key] = chance.choice(ODD)
            break
    return made


def entries(story: Story) -> int:
    with story.database.reading() as session:
        return audit.figures(session).entries


@pytest.mark.parametrize("kind", WHOLE)
def test_what_is_malformed_changes_nothing_and_the_next_request_is_answered(story: Story, kind: str) -> None:
    story.has("10 M8 bolt in Warehouse")
    before = entries(story)
    socket, (envelope, payload), chance = story.bots[0].socket, WHOLE[kind], random.Random(kind)
    for number in range(400):
        odd = SocketModeRequest(type=envelope, envelope_id=f"odd-{number}", payload=spoiled(payload, chance))
        socket.handle(socket.client, odd)
    assert entries(story) == before
    story.kim.types("/stock low").sees("Nothing is low.")
