"""Every block and element is drawn and works: what the page shows, and what it sends when a person uses it."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.page.fake_workspace import FakeWorkspace
from tests.page.gallery import CARD, CHOOSERS, DISPLAYS, FORM, TEXTS, option

pytestmark = pytest.mark.page


def last(page: Page) -> Locator:
    return page.locator("#messages article").last


def test_a_card_shows_header_fields_context_and_buttons(page: Page, workspace: FakeWorkspace) -> None:
    workspace.say("C1", "UB", "Canon R6 SN-00483 is out", blocks=CARD)
    card = last(page)
    expect(card.get_by_role("heading", name="Canon R6")).to_be_visible()
    expect(card.get_by_text("Fri 27 Nov, 17:00")).to_be_visible()
    expect(card.get_by_text("@Ben Okafor")).to_be_visible()
    expect(card.get_by_role("button", name="Return")).to_be_visible()


def test_a_button_sends_its_ids_and_value(page: Page, workspace: FakeWorkspace) -> None:
    message = workspace.say("C1", "UB", "card", blocks=CARD)
    page.get_by_role("button", name="Return", exact=True).click()
    (pressed,) = workspace.posts("press", 1)
    assert pressed == {
        "as": "U1", "where": {"channel": "C1", "ts": message["ts"]},
        "block_id": "do", "action_id": "return", "element_type": "button", "value": "return",
    }  # fmt: skip


def test_a_button_that_confirms_asks_first_and_no_means_no(page: Page, workspace: FakeWorkspace) -> None:
    workspace.say("C1", "UB", "card", blocks=CARD)
    scrap = page.get_by_role("button", name="Scrap", exact=True)
    scrap.click()
    expect(page.get_by_role("alertdialog", name="Scrap 3 bolts?")).to_be_visible()
    page.get_by_role("button", name="Keep them").click()
    expect(scrap).to_be_focused()
    assert workspace.posts("press") == []
    scrap.click()
    page.get_by_role("button", name="Scrap them").click()
    assert workspace.posts("press", 1)[0]["action_id"] == "scrap"


def test_an_overflow_menu_sends_the_chosen_option(page: Page, workspace: FakeWorkspace) -> None:
    workspace.say("C1", "UB", "card", blocks=CARD)
    last(page).get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Label").click()
    assert workspace.posts("press", 1)[0]["selected_option"] == option("Label", "label")


def test_pictures_tables_alerts_and_rich_text_are_drawn(page: Page, workspace: FakeWorkspace) -> None:
    workspace.say("C1", "UB", "all", blocks=DISPLAYS, edited=True)
    message = last(page)
    expect(message.get_by_role("img", name="A label")).to_be_visible()
    expect(message.get_by_role("columnheader", name="On hand")).to_be_visible()
    expect(message.get_by_role("cell", name="3,400")).to_have_css("text-align", "right")
    expect(message.get_by_text("Van 3 holds 3")).to_be_visible()
    expect(message.locator("strong", has_text="two ladders")).to_be_visible()
    expect(message.locator("ol li")).to_have_text("check the straps")
    expect(message.get_by_text("(edited)")).to_be_visible()


def test_message_text_is_styled_and_dated_in_the_persons_zone(page: Page, workspace: FakeWorkspace) -> None:
    for text in TEXTS:
        workspace.say("C1", "U2", text)
    messages = page.locator("#messages")
    expect(messages.locator("strong")).to_have_text("bold")
    expect(messages.get_by_text("2 * 3 * 4 stays")).to_be_visible()
    expect(messages.locator("blockquote")).to_have_text("a quoteof two lines")
    expect(messages.locator("pre")).to_have_text("line 1\n  line 2")
    expect(messages.get_by_text("Friday, November 27 at 14:00")).to_be_visible()
    expect(messages.get_by_role("img", name="warning")).to_be_visible()
    expect(messages.get_by_text(":not_an_emoji:")).to_be_visible()


@pytest.mark.parametrize(
    "choice",
    [
        ("Choose a place", "van", "selected_option", option("Van 3", "v", "3 on hand")),
        ("Choose a person", "ben", "selected_user", "U2"),
        ("Choose a channel", "hill", "selected_channel", "C2"),
        ("Choose a conversation", "purch", "selected_conversation", "C3"),
    ],
)
def test_a_select_searches_and_sends_its_choice(page: Page, workspace: FakeWorkspace, choice: tuple[str, str, str, object]) -> None:
    label, typed, field, value = choice
    workspace.say("C1", "UB", "choose", blocks=CHOOSERS)
    page.get_by_role("combobox", name=label).click()
    expect(page.get_by_role("option").nth(1)).to_be_visible()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")  # at once: the list may still be of what was typed before
    assert workspace.posts("press", 1)[0][field] == value


def test_dates_times_and_ticks_are_sent_in_slacks_form(page: Page, workspace: FakeWorkspace) -> None:
    workspace.say("C1", "UB", "choose", blocks=CHOOSERS)
    page.get_by_label("datepicker", exact=True).fill("2026-12-01")
    assert workspace.posts("press", 1)[-1]["selected_date"] == "2026-12-01"
    page.get_by_label("timepicker", exact=True).fill("08:30")
    assert workspace.posts("press", 2)[-1]["selected_time"] == "08:30"
    page.get_by_label("datetimepicker").fill("2026-07-01T09:00")
    assert workspace.posts("press", 3)[-1]["selected_date_time"] == 1782892800  # 9:00 in Lisbon is 8:00 UTC in summer
    page.get_by_label("Case").check()
    assert workspace.posts("press", 4)[-1]["selected_options"] == [option("Case", "k", "the hard one")]


def test_a_form_sends_every_field_with_untouched_initial_values(page: Page, workspace: FakeWorkspace) -> None:
    workspace.answers["suggest"] = lambda _: {"ok": True, "options": [option("Canon R6", "SN-00483")]}
    workspace.answers["upload"] = lambda body: {"ok": True, "file": {"id": "F1", "name": body["name"]}}
    workspace.show(FORM)
    form = page.get_by_role("dialog", name="Check out")
    form.get_by_role("combobox", name="Item").click()
    page.keyboard.type("can")
    form.get_by_role("option", name="Canon R6").click()
    form.get_by_role("combobox", name="Places").click()
    for place in ("Van 3", "Site Hill Street", "Warehouse"):  # the third is one too many
        form.get_by_role("option", name=place).click()
    form.get_by_label("How many").fill("2.5")
    form.get_by_label("Received").check()
    form.get_by_label("Charger").check()
    form.get_by_label("Note").fill("two\nlines")
    form.locator("input[type=file]").set_input_files({"name": "label.png", "mimeType": "image/png", "buffer": b"picture"})
    expect(form.get_by_text("label.png")).to_be_visible()
    form.get_by_role("button", name="Check out").click()
    expect(form).to_be_hidden()
    (sent,) = workspace.posts("submit", 1)
    values = {block_id: value[block_id] for block_id, value in sent["values"].items()}
    assert sent["view_id"] == "V1"
    assert values["item"] == {"type": "external_select", "selected_option": option("Canon R6", "SN-00483")}
    assert values["place"]["selected_option"]["value"] == "w"
    assert [one["value"] for one in values["several"]["selected_options"]] == ["v", "s"]
    assert values["member"] == {"type": "users_select", "selected_user": "U1"}
    assert values["quantity"] == {"type": "number_input", "value": "2.5"}
    assert values["until"] == {"type": "datepicker", "selected_date": None}
    assert values["kind"]["selected_option"]["value"] == "r"
    assert [one["value"] for one in values["parts"]["selected_options"]] == ["c"]
    assert values["note"] == {"type": "plain_text_input", "value": "two\nlines"}
    assert values["mail"] == {"type": "email_text_input", "value": None}
    assert values["photo"]["files"] == [{"id": "F1", "name": "label.png"}]
    assert workspace.posts("upload", 1)[0]["content_base64"] == "cGljdHVyZQ=="


def test_search_as_you_type_begins_at_the_least_length(page: Page, workspace: FakeWorkspace) -> None:
    workspace.answers["suggest"] = lambda _: {
        "ok": True,
        "option_groups": [{"label": {"type": "plain_text", "text": "Cameras"}, "options": [option("Canon", "1")]}],
    }
    workspace.show(FORM)
    page.get_by_role("combobox", name="Item").click()
    expect(page.get_by_text("Type 2 letters to search.")).to_be_visible()
    page.keyboard.type("ca")
    expect(page.get_by_role("group", name="Cameras").get_by_role("option", name="Canon")).to_be_visible()
    assert [body["value"] for body in workspace.posts("suggest", 1)] == ["ca"]


def test_app_home_shows_its_view_and_its_buttons_name_it(page: Page, workspace: FakeWorkspace) -> None:
    page.goto(f"{workspace.address}?as=U1#home")
    page.get_by_label("App Home").get_by_role("button", name="Return").click()
    assert workspace.posts("press", 1)[0]["where"] == {"view_id": "VH"}
