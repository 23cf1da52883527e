"""Canned Block Kit: one of every block and element that the page draws, and words that try to break out."""

from typing import Any

JSON = dict[str, Any]

HOSTILE = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>"
PICTURE = "/files/bolt.png"
FRIDAY = 1795788000  # Fri 27 Nov 2026, 14:00 UTC


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> JSON:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str, description: str | None = None) -> JSON:
    return {"text": plain(text), "value": value} | ({"description": plain(description)} if description else {})


def button(text: str, action_id: str, **more: Any) -> JSON:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": action_id} | more


def entry(block_id: str, label: str, element: JSON, **more: Any) -> JSON:
    """An input block whose element's action_id is the block's name."""
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": {"action_id": block_id} | element} | more


SURE = {
    "title": plain("Scrap 3 bolts?"),
    "text": plain("They leave the books."),
    "confirm": plain("Scrap them"),
    "deny": plain("Keep them"),
    "style": "danger",
}
PLACES = [option("Warehouse", "w", "210 on hand"), option("Van 3", "v", "3 on hand"), option("Site Hill Street", "s")]
GROUPS = [
    {"label": plain("Ours"), "options": PLACES[:2]},
    {"label": plain("Sites"), "options": PLACES[2:]},
]

CARD: list[JSON] = [
    {"type": "header", "block_id": "head", "text": plain("Canon R6 · SN-00483")},
    {
        "type": "section",
        "block_id": "line",
        "text": mrkdwn(":large_orange_circle: *Out* with Ben Okafor since <!date^1795528800^{date_short_pretty} {time}|Tue>"),
    },
    {
        "type": "section",
        "block_id": "facts",
        "fields": [
            mrkdwn("*Location*\nVan 3"),
            mrkdwn("*Due*\nFri 27 Nov, 17:00"),
            mrkdwn("*Purpose*\nSite survey"),
            mrkdwn("*Cost*\n2,499 USD"),
        ],
    },
    {"type": "context", "block_id": "who", "elements": [mrkdwn("Checked out by <@U2> in <#C1>")]},
    {
        "type": "actions",
        "block_id": "do",
        "elements": [
            button("Return", "return", style="primary"),
            button("Extend", "extend"),
            button("Scrap", "scrap", style="danger", confirm=SURE),
            {"type": "overflow", "action_id": "more", "options": [option("History", "history"), option("Label", "label")]},
        ],
    },
]

DISPLAYS: list[JSON] = [
    {
        "type": "section",
        "block_id": "accessory",
        "text": mrkdwn("*M8 bolt*\nZinc, 40 mm"),
        "accessory": {"type": "image", "image_url": PICTURE, "alt_text": "A bolt"},
    },
    {"type": "divider", "block_id": "rule"},
    {"type": "image", "block_id": "image", "image_url": PICTURE, "alt_text": "A label", "title": plain("Label of SN-00483")},
    {"type": "alert", "block_id": "alert", "level": "warning", "text": mrkdwn("Van 3 holds *3*; you asked for 5.")},
    {
        "type": "table",
        "block_id": "table",
        "column_settings": [{"is_wrapped": True}, {"align": "right"}],
        "rows": [
            [{"type": "raw_text", "text": "Item"}, {"type": "raw_text", "text": "On hand"}],
            [{"type": "raw_text", "text": "M8 bolt, zinc"}, {"type": "raw_text", "text": "3,400"}],
            [{"type": "raw_text", "text": "Hard hat"}, {"type": "raw_text", "text": "20"}],
        ],
    },
    {
        "type": "rich_text",
        "block_id": "rich",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "Bring "},
                    {"type": "text", "text": "two ladders", "style": {"bold": True}},
                    {"type": "text", "text": " to "},
                    {"type": "user", "user_id": "U1"},
                    {"type": "emoji", "name": "truck"},
                    {"type": "link", "url": "https://example.org/map", "text": "map"},
                ],
            },
            {
                "type": "rich_text_list",
                "style": "bullet",
                "indent": 0,
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "gloves"}]}],
            },
            {
                "type": "rich_text_list",
                "style": "ordered",
                "indent": 1,
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "check the straps"}]}],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "measured twice"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "SN-00483;out"}]},
        ],
    },
]

CHOOSERS: list[JSON] = [
    {
        "type": "section",
        "block_id": "pick",
        "text": mrkdwn("Take it from"),
        "accessory": {"type": "static_select", "action_id": "from", "placeholder": plain("Choose a place"), "option_groups": GROUPS},
    },
    {
        "type": "actions",
        "block_id": "choosers",
        "elements": [
            {"type": "users_select", "action_id": "user", "placeholder": plain("Choose a person")},
            {"type": "channels_select", "action_id": "channel", "placeholder": plain("Choose a channel")},
            {"type": "conversations_select", "action_id": "conversation", "placeholder": plain("Choose a conversation")},
            {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-27"},
            {"type": "timepicker", "action_id": "time", "initial_time": "17:00"},
            {"type": "datetimepicker", "action_id": "moment", "initial_date_time": FRIDAY},
            button("Open the manual", "manual", url="https://example.org/manual"),
        ],
    },
    {
        "type": "actions",
        "block_id": "ticks",
        "elements": [
            {"type": "checkboxes", "action_id": "checks", "options": [option("Charger", "c"), option("Case", "k", "the hard one")]}
        ],
    },
]

TEXTS = [
    "*bold* _italic_ ~strike~ `code` and <https://example.org|a link> for <@U1> in <#C2>, 2 * 3 * 4 stays",
    "&gt; a quote\n&gt; of two lines\nand after it",
    "```\nline 1\n  line 2\n```",
    "Due <!date^1795788000^{date_long} at {time}|Friday>, :warning: late, :not_an_emoji:",
    f"{HOSTILE} <javascript:alert(1)|press me> <!channel> &lt;@U1&gt;",
]

FORM: JSON = {
    "id": "V1",
    "type": "modal",
    "title": plain("Check out"),
    "submit": plain("Check out"),
    "close": plain("Cancel"),
    "state": {"values": {}},
    "blocks": [
        entry(
            "item",
            "Item",
            {"type": "external_select", "min_query_length": 2, "placeholder": plain("Name, serial or barcode")},
            dispatch_action=True,
        ),
        {"type": "context", "block_id": "holds", "elements": [mrkdwn("Van 3 holds 3")]},
        entry("place", "Location", {"type": "static_select", "options": PLACES, "initial_option": PLACES[0]}, optional=True),
        entry("several", "Places", {"type": "multi_static_select", "options": PLACES, "max_selected_items": 2}, optional=True),
        entry("member", "To whom", {"type": "users_select", "initial_user": "U1"}),
        entry("quantity", "How many", {"type": "number_input", "is_decimal_allowed": True, "initial_value": "3"}, hint=plain("In pieces.")),
        entry("until", "Until", {"type": "datepicker", "placeholder": plain("Choose a day")}, optional=True),
        entry(
            "kind", "What happened", {"type": "radio_buttons", "options": [option("Received", "r"), option("Counted", "c")]}, optional=True
        ),
        entry("parts", "With", {"type": "checkboxes", "options": [option("Charger", "c"), option("Case", "k")]}, optional=True),
        entry(
            "note", "Note", {"type": "plain_text_input", "multiline": True, "placeholder": plain("For whoever looks later")}, optional=True
        ),
        entry("mail", "E-mail", {"type": "email_text_input"}, optional=True),
        entry("site", "Address", {"type": "url_text_input"}, optional=True),
        entry("photo", "Photo", {"type": "file_input", "filetypes": ["png"], "max_files": 2}, optional=True),
    ],
}

HOME: JSON = {
    "id": "VH",
    "type": "home",
    "blocks": [
        {"type": "header", "block_id": "mine", "text": plain("What you hold")},
        {
            "type": "section",
            "block_id": "held",
            "text": mrkdwn("*Canon R6* `SN-00483`\ndue Fri 27 Nov, 17:00"),
            "accessory": button("Return", "return", style="primary"),
        },
        {"type": "divider", "block_id": "rule"},
        {"type": "header", "block_id": "waiting", "text": plain("Waiting for you")},
        {
            "type": "context",
            "block_id": "none",
            "elements": [mrkdwn("No requests. They appear here when a teammate asks for something that needs approval.")],
        },
    ],
}
