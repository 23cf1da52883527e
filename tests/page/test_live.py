"""The page while things change under it: updates, other people, unread marks, the clock and the switches."""

import threading
from copy import deepcopy

import pytest
from playwright.sync_api import Page, expect

from tests.door import PATIENCE
from tests.page.fake_workspace import FakeWorkspace
from tests.page.gallery import CARD, FORM, JSON, mrkdwn, plain

pytestmark = pytest.mark.page


def block(view: JSON, block_id: str) -> JSON:
    return next(one for one in view["blocks"] if one["block_id"] == block_id)


def test_a_view_that_updates_keeps_what_was_typed_and_the_focus(page: Page, workspace: FakeWorkspace) -> None:
    workspace.show(FORM)
    note = page.get_by_label("Note")
    note.fill("left in the van")
    note.evaluate("node => node.setSelectionRange(4, 6)")
    updated = deepcopy(FORM)
    block(updated, "holds")["elements"] = [mrkdwn("Van 3 holds 2")]
    block(updated, "note")["label"] = plain("Note for the next one")
    workspace.show(updated)
    expect(page.get_by_text("Van 3 holds 2")).to_be_visible()
    note = page.get_by_label("Note for the next one")
    expect(note).to_have_value("left in the van")
    expect(note).to_be_focused()
    assert note.evaluate("node => [node.selectionStart, node.selectionEnd]") == [4, 6]


def test_a_field_with_a_new_block_id_starts_anew(page: Page, workspace: FakeWorkspace) -> None:
    workspace.show(FORM)
    page.get_by_label("Note").fill("old words")
    updated = deepcopy(FORM)
    block(updated, "note")["block_id"] = "note-2"
    workspace.show(updated)
    expect(page.get_by_label("Note")).to_have_value("")


def test_a_pushed_view_goes_back_to_what_was_typed_below(page: Page, workspace: FakeWorkspace) -> None:
    workspace.show(FORM)
    page.get_by_label("Note").fill("kept")
    workspace.show(
        FORM,
        {
            "id": "V2",
            "type": "modal",
            "title": plain("New item"),
            "submit": None,
            "close": None,
            "blocks": [deepcopy(block(FORM, "holds"))],
        },
    )
    expect(page.get_by_role("heading", name="New item")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("heading", name="Check out")).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value("kept")


def test_a_message_that_changes_keeps_the_other_messages_and_the_draft(page: Page, workspace: FakeWorkspace) -> None:
    workspace.say("C1", "U2", "stays")
    card = workspace.say("C1", "UB", "card", blocks=deepcopy(CARD))
    composer = page.get_by_label("Write a message or a command")
    composer.fill("half a sent")
    card["blocks"] = [{"type": "section", "block_id": "line", "text": mrkdwn("*Approved* by Chiyo")}]
    workspace.tell("message", "C1")
    expect(page.get_by_text("Approved")).to_be_visible()
    expect(page.get_by_role("button", name="Return", exact=True)).to_be_hidden()
    expect(composer).to_have_value("half a sent")
    expect(composer).to_be_focused()


def test_the_list_follows_new_messages_only_from_its_end(page: Page, workspace: FakeWorkspace) -> None:
    messages = page.locator("#messages")
    for number in range(40):
        workspace.say("C1", "U2", f"message {number}")
    expect(messages.get_by_text("message 39")).to_be_in_viewport()
    page.locator("#scroller").evaluate("node => { node.scrollTop = 100 }")
    expect(messages.get_by_text("message 39")).not_to_be_in_viewport()
    workspace.say("C1", "U2", "message 40")
    jump = page.get_by_role("button", name="New messages")
    expect(jump).to_be_visible()
    expect(messages.get_by_text("message 40")).not_to_be_in_viewport()
    jump.click()
    expect(messages.get_by_text("message 40")).to_be_in_viewport()


def test_new_messages_are_spoken(page: Page, workspace: FakeWorkspace) -> None:
    spoken = page.locator("#spoken")  # it is emptied soon: what was in it is kept in an attribute
    spoken.evaluate("node => new MutationObserver(() => { node.dataset.heard ??= node.textContent }).observe(node, { childList: true })")
    workspace.say("C1", "U2", "is <@U1> there?")
    expect(spoken).to_have_attribute("data-heard", "Ben Okafor: is @Ana Pereira there?")


def test_an_ephemeral_message_says_who_sees_it(page: Page, workspace: FakeWorkspace) -> None:
    workspace.say("C1", "UB", "Took 3 M8 bolts", ephemeral=True)
    expect(page.locator("article", has_text="Took 3 M8 bolts")).to_contain_text("Only visible to you")


def test_an_unread_channel_is_marked_until_it_is_opened(page: Page, workspace: FakeWorkspace) -> None:
    workspace.say("C2", "U2", "hello <@U1>")
    item = page.get_by_role("button", name="site-hill-street")
    expect(item.get_by_label("1 for you")).to_be_visible()
    item.click()
    expect(page.get_by_text("@Ana Pereira")).to_be_visible()
    expect(item.locator(".badge")).to_be_hidden()
    assert {"as": "U1", "channel": "C2"} in workspace.posts("read", 1)


def test_a_thread_opens_beside_and_takes_replies(page: Page, workspace: FakeWorkspace) -> None:
    parent = workspace.say("C1", "U2", "who has the ladder?", reply_count=1)
    workspace.say("C1", "U3", "Ben", thread_ts=parent["ts"])
    page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_text("who has the ladder?")).to_be_visible()
    thread.get_by_label("Reply in this thread").fill("not any more")
    page.keyboard.press("Enter")
    expect(thread.get_by_text("not any more")).to_be_visible()
    assert workspace.posts("say", 1)[0]["thread_ts"] == parent["ts"]
    page.keyboard.press("Escape")
    expect(thread).to_be_hidden()


def test_a_pressed_button_is_busy_until_the_bot_answers(page: Page, workspace: FakeWorkspace) -> None:
    answered = threading.Event()
    workspace.answers["press"] = lambda _: {"ok": answered.wait(PATIENCE)}
    workspace.say("C1", "UB", "card", blocks=CARD)
    button = page.get_by_role("button", name="Return", exact=True)
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    answered.set()
    expect(button).not_to_have_attribute("aria-busy", "true")


def test_a_command_on_its_way_is_shown_and_its_refusal_is_told(page: Page, workspace: FakeWorkspace) -> None:
    answered = threading.Event()
    workspace.answers["say"] = lambda _: {"ok": not answered.wait(PATIENCE), "problem": "You are not in this channel."}
    page.get_by_label("Write a message or a command").fill("/stock m8")
    page.keyboard.press("Enter")
    expect(page.locator(".pending")).to_have_text("/stock m8")
    answered.set()
    expect(page.get_by_role("status").get_by_text("You are not in this channel.")).to_be_visible()
    expect(page.locator(".pending")).to_have_count(0)


def test_acting_as_another_shows_their_name_and_zone(page: Page, workspace: FakeWorkspace) -> None:
    message = workspace.say("C1", "U2", "hello")
    expect(page.locator("article time")).to_have_text("14:01")
    page.locator("#me").click()
    page.get_by_role("menuitemradio", name="Chiyo Tanaka").click()
    expect(page.locator("#me")).to_contain_text("approver and admin")
    expect(page.locator("article time")).to_have_text("23:01")
    page.get_by_label("Write a message or a command").fill("hi")
    page.keyboard.press("Enter")
    expect(page.locator("article", has_text="hi").last).to_be_visible()
    assert workspace.posts("say", 1)[0]["as"] == "U3"
    assert message["user"] == "U2"


def test_the_clock_is_moved_forward_from_the_page(page: Page, workspace: FakeWorkspace) -> None:
    expect(page.locator("#clock-words")).to_have_text("Mon 23 Nov, 14:00")
    page.get_by_role("button", name="Move the clock: +1 hour").click()
    expect(page.locator("#clock-words")).to_have_text("Mon 23 Nov, 15:00")
    page.get_by_role("button", name="Move the clock: Next working day").click()
    expect(page.locator("#clock-words")).to_have_text("Tue 24 Nov, 15:00")
    assert workspace.posts("clock", 2) == [{"as": "U1", "forward": 3600}, {"as": "U1", "to": "next working day 9:00"}]


def test_a_fault_is_switched_on_and_counted(page: Page, workspace: FakeWorkspace) -> None:
    page.get_by_role("button", name="Switches for faults").click()
    page.get_by_label("Deliver twice").check()
    page.get_by_label("Lose deliveries").fill("2")
    page.get_by_label("Lose deliveries").press("Tab")
    expect(page.locator("#faults-on")).to_have_text("2")
    assert workspace.faults == {"doubled_delivery": True, "lost_delivery": 2}


def test_shortcuts_are_on_messages_and_in_the_composer(page: Page, workspace: FakeWorkspace) -> None:
    message = workspace.say("C1", "U2", "took two ladders")
    page.locator("article").hover()
    page.get_by_role("button", name="Message actions").click()
    page.get_by_role("menuitem", name="Log this").click()
    page.get_by_role("button", name="Shortcuts").first.click()
    page.get_by_role("menuitem", name="New item").click()
    expect(page.get_by_role("menuitem")).to_have_count(0)
    assert workspace.posts("shortcut", 2) == [
        {"as": "U1", "callback_id": "log", "channel": "C1", "ts": message["ts"]},
        {"as": "U1", "callback_id": "new_item"},
    ]


def test_a_file_is_sent_with_its_words(page: Page, workspace: FakeWorkspace) -> None:
    page.locator("#composer-place input[type=file]").set_input_files({"name": "stock.csv", "mimeType": "text/csv", "buffer": b"a,b"})
    page.get_by_label("Write a message or a command").fill("last count")
    page.keyboard.press("Enter")
    expect(page.locator(".file-list li")).to_have_count(0)
    expect(page.locator(".pending")).to_have_count(0)
    assert workspace.posts("upload", 1) == [
        {"as": "U1", "channel": "C1", "text": "last count", "name": "stock.csv", "content_base64": "YSxi"}
    ]


def test_several_files_are_sent_as_one_message(page: Page, workspace: FakeWorkspace) -> None:
    workspace.answers["upload"] = lambda body: {"ok": True, "file": {"id": f"F-{body['name']}", "name": body["name"]}}
    files = [{"name": name, "mimeType": "image/jpeg", "buffer": b"a"} for name in ("one.jpg", "two.jpg")]
    page.locator("#composer-place input[type=file]").set_input_files(files)
    page.get_by_label("Write a message or a command").fill("both")
    page.keyboard.press("Enter")
    expect(page.locator(".pending")).to_have_count(0)
    assert [body.get("channel") for body in workspace.posts("upload", 2)] == [None, None]
    assert workspace.posts("say", 1)[0]["files"] == ["F-one.jpg", "F-two.jpg"]


def test_a_hint_writes_its_command_into_the_composer(page: Page, workspace: FakeWorkspace) -> None:
    workspace.hints = [{"text": "Ask who holds it", "command": "/checkout who SN-1"}]
    workspace.tell("state")
    page.get_by_role("button", name="Ask who holds it").click()
    expect(page.get_by_label("Write a message or a command")).to_have_value("/checkout who SN-1")


def test_nothing_overflows_a_phone_of_360_pixels(page: Page, workspace: FakeWorkspace) -> None:
    workspace.say("C1", "UB", "card", blocks=CARD)
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.get_by_role("button", name="Return", exact=True)).to_be_visible()
    expect(page.locator("html")).to_have_js_property("scrollWidth", 360)
    page.get_by_role("button", name="Channels and people").click()
    page.get_by_role("button", name="purchasing").click()
    expect(page.get_by_role("heading", name="purchasing")).to_be_visible()
    expect(page.get_by_role("button", name="site-hill-street")).to_be_hidden()


def test_a_reload_stays_with_the_person_and_the_place(page: Page, workspace: FakeWorkspace) -> None:
    page.locator("#me").click()
    page.get_by_role("menuitemradio", name="Ben Okafor").click()
    expect(page.locator("#me")).to_contain_text("Ben Okafor")
    page.get_by_role("button", name="purchasing").click()
    expect(page.get_by_role("heading", name="purchasing")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="purchasing")).to_be_visible()
    expect(page.locator("#me")).to_contain_text("Ben Okafor")


def test_nothing_is_typed_before_there_is_a_place_for_it(page: Page, workspace: FakeWorkspace) -> None:
    answered = workspace.held["state"] = threading.Event()
    page.reload()
    composer = page.get_by_label("Write a message or a command")
    expect(composer).to_be_disabled()
    answered.set()
    expect(composer).to_be_enabled()


def test_what_home_was_before_it_was_published_does_not_come_back(page: Page, workspace: FakeWorkspace) -> None:
    published, workspace.home = workspace.home, None
    before = workspace.held["home"] = threading.Event()
    page.goto(f"{workspace.address}?as=U1#home")
    expect(page.get_by_label("App Home")).to_be_visible()
    workspace.home = published
    workspace.tell("home")
    button = page.get_by_label("App Home").get_by_role("button", name="Return")
    expect(button).to_be_visible()
    with page.expect_response("**/people/home*"):
        before.set()
    expect(button).to_be_visible()
