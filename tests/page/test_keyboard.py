"""The composer and the forms without a mouse."""

import threading

import pytest
from playwright.sync_api import Page, expect

from tests.page.fake_workspace import FakeWorkspace
from tests.page.gallery import FORM, JSON

pytestmark = pytest.mark.page

COMPOSER = "Write a message or a command"


def test_a_slash_lists_commands_and_tab_completes_one(page: Page, workspace: FakeWorkspace) -> None:
    composer = page.get_by_label(COMPOSER)
    composer.press("/")
    expect(page.get_by_role("option")).to_have_count(2)
    expect(page.get_by_role("option", name="/stock")).to_contain_text("+20 m8 bolt at van 3")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(composer).to_have_value("/stock ")
    expect(page.locator(".usage").first).to_contain_text("[item]")
    page.keyboard.type("m8 bolt")
    page.keyboard.press("Enter")
    expect(composer).to_have_value("")
    assert workspace.posts("say", 1) == [{"as": "U1", "channel": "C1", "text": "/stock m8 bolt"}]


def test_a_whole_command_is_sent_by_one_enter(page: Page, workspace: FakeWorkspace) -> None:
    page.get_by_label(COMPOSER).press_sequentially("/stock")
    page.keyboard.press("Enter")
    expect(page.get_by_label(COMPOSER)).to_have_value("")
    assert workspace.posts("say", 1)[0]["text"] == "/stock"


def test_an_at_sign_lists_people_and_is_sent_as_a_mention(page: Page, workspace: FakeWorkspace) -> None:
    composer = page.get_by_label(COMPOSER)
    composer.press_sequentially("Ask @tana")
    expect(page.get_by_role("option")).to_have_text(["CTChiyo Tanaka @chiyoOperations lead"])
    page.keyboard.press("Enter")
    expect(composer).to_have_value("Ask @chiyo ")
    page.keyboard.type("or @van in #stores, a@ben.org")
    page.keyboard.press("Enter")
    expect(page.locator("#messages article").last.locator(".mention").first).to_have_text("@Chiyo Tanaka")
    assert workspace.posts("say", 1)[0]["text"] == "Ask <@U3> or @van in <#C1>, a@ben.org"


def test_shift_enter_makes_a_line_and_a_draft_waits_in_its_channel(page: Page, workspace: FakeWorkspace) -> None:
    composer = page.get_by_label(COMPOSER)
    composer.press_sequentially("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    page.get_by_role("button", name="purchasing").click()
    expect(composer).to_have_value("")
    page.get_by_role("button", name="stores", exact=True).click()
    expect(composer).to_have_value("one\ntwo")
    assert workspace.posts("say") == []


def test_enter_submits_a_form_and_errors_get_the_focus(page: Page, workspace: FakeWorkspace) -> None:
    errors = {"quantity": "Van 3 holds 3 M8 bolts; you asked for 5."}
    workspace.answers["submit"] = lambda _: {"ok": False, "errors": errors}
    workspace.show(FORM)
    expect(page.get_by_role("combobox", name="Item")).to_be_focused()
    quantity = page.get_by_label("How many")
    quantity.fill("5")
    quantity.press("Enter")
    expect(page.get_by_text(errors["quantity"])).to_be_visible()
    expect(quantity).to_be_focused()
    expect(quantity).to_have_value("5")
    expect(quantity).to_have_attribute("aria-invalid", "true")


def test_what_was_refused_can_be_sent_again_as_soon_as_that_is_seen(page: Page, workspace: FakeWorkspace) -> None:
    errors = {"quantity": "Van 3 holds 3 M8 bolts; you asked for 5."}

    def refuse(_: JSON) -> JSON:
        workspace.show(FORM, errors=errors)
        threading.Event().wait(0.3)  # the page is told of the change before it has its answer
        return {"ok": False, "errors": errors}

    workspace.answers["submit"] = refuse
    workspace.show(FORM)
    page.get_by_label("How many").fill("5")
    page.keyboard.press("Enter")
    expect(page.get_by_text(errors["quantity"])).to_be_visible()
    page.keyboard.press("Enter")
    assert len(workspace.posts("submit", 2)) == 2


def test_escape_closes_first_the_list_then_the_view(page: Page, workspace: FakeWorkspace) -> None:
    workspace.show(FORM)
    place = page.get_by_role("combobox", name="Location")
    place.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="Van 3")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option", name="Van 3")).to_be_hidden()
    expect(place).to_have_value("Warehouse")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert workspace.posts("close", 1) == [{"as": "U1", "view_id": "V1", "clear": False}]


def test_the_focus_stays_in_an_open_form_and_returns_after_it(page: Page, workspace: FakeWorkspace) -> None:
    page.get_by_label(COMPOSER).focus()
    workspace.show(FORM)
    expect(page.get_by_role("combobox", name="Item")).to_be_focused()
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || document.getElementById('modal').contains(document.activeElement)"
        )
    workspace.show()
    expect(page.get_by_label(COMPOSER)).to_be_focused()
