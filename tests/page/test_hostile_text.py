"""Text from people and from the bot stays text, wherever it stands."""

import pytest
from playwright.sync_api import Page, expect

from tests.page.fake_workspace import FakeWorkspace
from tests.page.gallery import HOSTILE, JSON, button, entry, mrkdwn, option, plain

pytestmark = pytest.mark.page


def hostile_blocks() -> list[JSON]:
    return [
        {"type": "header", "block_id": "h", "text": plain(HOSTILE)},
        {"type": "section", "block_id": "s", "text": mrkdwn(HOSTILE), "fields": [mrkdwn(HOSTILE)], "accessory": button(HOSTILE, "b")},
        {"type": "context", "block_id": "c", "elements": [mrkdwn(f"`{HOSTILE}`"), plain(HOSTILE)]},
        {"type": "image", "block_id": "i", "image_url": "javascript:alert(1)", "alt_text": HOSTILE, "title": plain(HOSTILE)},
        {"type": "alert", "block_id": "a", "level": HOSTILE, "text": mrkdwn(HOSTILE)},
        {"type": "table", "block_id": "t", "rows": [[{"type": "raw_text", "text": HOSTILE}]]},
        {
            "type": "rich_text",
            "block_id": "r",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "text", "text": HOSTILE}, {"type": "link", "url": "javascript:alert(1)", "text": HOSTILE}],
                }
            ],
        },
        {
            "type": "actions",
            "block_id": "x",
            "elements": [
                button("Open", "o", url="javascript:alert(1)"),
                {"type": "radio_buttons", "action_id": "r", "options": [option(HOSTILE[:70], "v")]},
            ],
        },
        {"type": HOSTILE, "block_id": "u"},
    ]


def assert_harmless(page: Page) -> None:
    assert "broken" not in page.title()
    assert page.locator("#messages script, #messages [onerror], dialog script, #home script").count() == 0
    addresses = page.locator("a[href], img[src]").evaluate_all("nodes => nodes.map(node => node.href || node.src)")
    assert [address for address in addresses if not address.startswith("http")] == []


def test_hostile_messages_stay_text(page: Page, workspace: FakeWorkspace) -> None:
    workspace.say("C1", "U2", f"{HOSTILE} <javascript:alert(1)|press me> <data:text/html,x|or me>")
    workspace.say(
        "C1",
        "UB",
        HOSTILE,
        blocks=hostile_blocks(),
        files=[{"id": "F", "name": HOSTILE, "mimetype": "image/png", "size": 1, "url": "javascript:alert(1)"}],
    )
    expect(page.locator("#messages").get_by_text("<javascript:alert(1)|press me>")).to_be_visible()
    expect(page.get_by_role("heading", name="<img src=x")).to_be_visible()
    assert_harmless(page)


def test_hostile_names_and_commands_stay_text(page: Page, workspace: FakeWorkspace) -> None:
    workspace.people[1]["real_name"] = HOSTILE
    workspace.channels[1]["name"] = HOSTILE
    workspace.hints = [{"text": HOSTILE, "command": HOSTILE}]
    workspace.tell("state")
    expect(page.get_by_role("navigation", name="Channels and people").get_by_text("<img src=x").first).to_be_visible()
    assert_harmless(page)


def test_a_hostile_form_stays_text(page: Page, workspace: FakeWorkspace) -> None:
    field = entry("f", HOSTILE, {"type": "static_select", "options": [option(HOSTILE[:70], "v")]}, hint=plain(HOSTILE))
    workspace.show(
        {"id": "V1", "type": "modal", "title": plain(HOSTILE[:24]), "submit": plain("<b>Go"), "close": None, "blocks": [field]},
        errors={"f": HOSTILE},
        problem=HOSTILE,
    )
    expect(page.get_by_role("dialog").get_by_text(HOSTILE).first).to_be_visible()
    page.get_by_role("combobox", name="<img").click()
    expect(page.get_by_role("option", name="<img")).to_be_visible()
    assert_harmless(page)


def test_links_leave_without_an_opener(page: Page, workspace: FakeWorkspace) -> None:
    workspace.say("C1", "U2", "see <https://example.org/a?b=1&amp;c=2|the list>")
    link = page.get_by_role("link", name="the list")
    expect(link).to_have_attribute("href", "https://example.org/a?b=1&c=2")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
