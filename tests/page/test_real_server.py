"""The page against the sandbox's own server, with a small bot at work over Socket Mode."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from slack_bolt import Ack, App
from slack_sdk import WebClient

from tests.office import Office
from tests.page.gallery import JSON, button, entry, mrkdwn, option, plain
from tests.sandbox.conftest import BoltBot, small_workspace

pytestmark = pytest.mark.page

FORM: JSON = {
    "type": "modal",
    "callback_id": "take",
    "title": plain("Take"),
    "submit": plain("Take"),
    "blocks": [
        entry("item", "Item", {"type": "external_select", "min_query_length": 1}, dispatch_action=True),
        entry("quantity", "How many", {"type": "number_input", "is_decimal_allowed": False}),
    ],
}


def listeners(app: App) -> None:
    """A bot that offers a button, a form behind it, and a Home."""

    @app.command("/say")
    def offer(ack: Ack, client: WebClient, body: dict[str, Any]) -> None:
        ack()
        blocks: list[JSON] = [
            {"type": "section", "text": mrkdwn(f"For {body['text']}")},
            {"type": "actions", "elements": [button("Take", "take", style="primary")]},
        ]
        client.chat_postMessage(channel=body["channel_id"], text="An offer", blocks=blocks)

    @app.action("take")
    def open_form(ack: Ack, client: WebClient, body: dict[str, Any]) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.options("item")
    def suggest(ack: Ack, body: dict[str, Any]) -> None:
        ack(options=[option(f"Bolt {body['value']}", "bolt")])

    @app.action("item")
    def tell_stock(ack: Ack, client: WebClient, body: dict[str, Any]) -> None:
        ack()
        holds = {"type": "context", "elements": [mrkdwn("Van 3 holds 3")]}
        client.views_update(view_id=body["view"]["id"], view=FORM | {"blocks": [FORM["blocks"][0], holds, FORM["blocks"][1]]})

    @app.view("take")
    def take(ack: Ack, view: dict[str, Any]) -> None:
        asked = int(view["state"]["values"]["quantity"]["quantity"]["value"])
        if asked > 3:
            ack(response_action="errors", errors={"quantity": f"Van 3 holds 3; you asked for {asked}."})
        else:
            ack(
                response_action="update",
                view={"type": "modal", "title": plain("Taken"), "blocks": [{"type": "section", "text": mrkdwn(f"Took {asked}.")}]},
            )

    @app.event("app_home_opened")
    def publish(client: WebClient, event: dict[str, Any]) -> None:
        client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [{"type": "section", "text": mrkdwn("You hold nothing.")}]}
        )


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """The page as Ana sees it, at #general of the sandbox's own server."""
    with Office(small_workspace(), lambda server: BoltBot(server, listeners)) as office:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{office.server.url}?as=UANA")
        yield page
        context.close()


def test_a_person_gets_from_a_command_to_a_taken_bolt(page: Page) -> None:
    page.get_by_label("Write a message or a command").fill("/say @ben")
    page.keyboard.press("Enter")
    expect(page.locator("#messages article").last).to_contain_text("For @Ben Okri")
    page.get_by_role("button", name="Take", exact=True).click()
    form = page.get_by_role("dialog", name="Take")
    form.get_by_role("combobox", name="Item").press_sequentially("M8")
    form.get_by_role("option", name="Bolt M8").click()
    expect(form.get_by_text("Van 3 holds 3")).to_be_visible()
    form.get_by_role("button", name="Take").click()
    expect(form.get_by_text("Please complete this required field.")).to_be_visible()
    form.get_by_label("How many").fill("5")
    page.keyboard.press("Enter")
    expect(form.get_by_text("Van 3 holds 3; you asked for 5.")).to_be_visible()
    form.get_by_label("How many").fill("2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Taken")).to_contain_text("Took 2.")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_home_is_published_when_a_person_comes_to_it(page: Page) -> None:
    page.get_by_role("button", name="Parrot").click()
    expect(page.get_by_label("App Home")).to_contain_text("You hold nothing.")


def test_what_one_person_writes_another_is_told(page: Page) -> None:
    page.get_by_label("Write a message or a command").fill("over to @ben <b>now</b> & then")
    page.keyboard.press("Enter")
    expect(page.locator("#messages article").last).to_contain_text("over to @Ben Okri <b>now</b> & then")
    page.goto(f"{page.url.split('?')[0]}?as=UBEN#home")
    expect(page.get_by_role("button", name="general").get_by_label("1 for you")).to_be_visible()
