"""The whole way in a browser, with the real bot: Ana types a command, policy asks, and Bo presses Approve."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.stories.conftest import Story
from tests.world import fresh_database

pytestmark = pytest.mark.page

#: Where pictures of the page go; a person looks at them.
SHOTS = Path(os.environ.get("QUARTERMASTER_SCREENSHOTS", "tests/screenshots"))


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """Sensors need approval, and forty lie in the Warehouse."""
    told = Story(fresh_database(f"sqlite:///{tmp_path / 'stores.db'}"))
    told.has("40 sensor in Warehouse")
    with told.world() as world:
        world.always_ask("sensor")
    yield told
    told.close()


def test_a_command_becomes_a_request_that_is_approved_on_the_page(browser: Browser, story: Story) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    ana = _opens(browser, story, "UANA", "CGENERAL")
    ana.get_by_label("Write a message or a command").fill("/stock -5 sensor at Warehouse")
    ana.keyboard.press("Enter")
    expect(ana.locator("#messages")).to_contain_text("This needs approval, so I have asked: take 5 sensors.")
    ana.screenshot(path=SHOTS / "1-asked.png")

    bo = _opens(browser, story, "UBO", "CSTORES")
    expect(bo.locator("#messages")).to_contain_text("Ana Silva asks to take 5 sensors")
    bo.screenshot(path=SHOTS / "2-request.png")
    bo.get_by_role("button", name="Approve").click()
    expect(bo.locator("#messages")).to_contain_text("Bo Chen approved this")
    expect(bo.get_by_role("button", name="Approve")).to_be_hidden()
    bo.screenshot(path=SHOTS / "3-approved.png")
    assert story.on_hand("sensor", "Warehouse") == 35
    for page in (ana, bo):
        page.context.close()


def _opens(browser: Browser, story: Story, person: str, channel: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(f"{story.office.server.url}?as={person}#{channel}")
    return page
