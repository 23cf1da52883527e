"""The small parts that every view is built of: plain dicts in Block Kit's shape, and the one way to show stored words."""

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

Block = dict[str, Any]

_JSON = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
#: What would format the words around it, and a look-alike that doesn't; of what is typed, `typed.normalise` makes the first again.
LOOK_ALIKES = {"*": "∗", "~": "∼", "`": "ˋ", "_": "＿"}
_FORMATS = str.maketrans({mark: LOOK_ALIKES[mark] for mark in "*~`"})
_PLAIN = _ESCAPES | _FORMATS
_IN_CODE = _ESCAPES | {ord("`"): LOOK_ALIKES["`"]}
_EDGE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
#: The first colon of what would become a picture, which a joiner that nobody sees keeps apart.
_EMOJI = re.compile(r"(?<!\w):(?=[a-z+][a-z0-9_+-]*:)")
#: What is to be typed, in a sentence of the business.
_COMMAND = re.compile(r"(`(?:/|quartermaster )[^`\n]+`)")

LONGEST_LABEL = 75
LONGEST_TEXT = 3000
LONGEST_OPTION = 150

#: So many buttons stand in a row before the last ones go into a menu, and so many go into it at most.
MOST_IN_A_ROW, MOST_IN_A_MENU = 5, 5


class Marked(str):
    """A sentence that is mrkdwn already: the stored words in it went through `said` or `code`."""

    __slots__ = ()


@lru_cache(maxsize=1_000)
def said(words: str) -> str:
    """Stored words for mrkdwn, on one line: nothing in them pings, links, formats, or breaks the layout."""
    return _unformatted(" ".join(words.split()))


def escaped(sentence: str) -> str:
    """A sentence of the business with names in it, for mrkdwn: but for a command in code type, nothing pings, links or formats."""
    if isinstance(sentence, Marked):
        return sentence
    parts = _COMMAND.split(sentence)
    return "".join(code(part[1:-1]) if number % 2 else _unformatted(part) for number, part in enumerate(parts))


def _unformatted(words: str) -> str:
    plain = words.translate(_PLAIN)
    plain = _EMOJI.sub(":\N{WORD JOINER}", plain) if ":" in plain else plain
    return _EDGE_UNDERSCORE.sub(LOOK_ALIKES["_"], plain) if "_" in plain else plain


def code(words: str) -> str:
    """A serial, SKU or sentence in code type."""
    return f"`{words.translate(_IN_CODE)}`"


def clipped(words: str, most: int) -> str:
    """Words cut to a length, with an ellipsis where something is missing."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def plain(words: str, most: int = LONGEST_LABEL) -> Block:
    """A plain text object: no formatting, and no emoji made of colons."""
    return {"type": "plain_text", "text": clipped(words, most) or " ", "emoji": False}


def mrkdwn(text: str, most: int = LONGEST_TEXT) -> Block:
    """A mrkdwn text object of text whose stored words went through `said` or `code`. Slack makes no links of its own in it."""
    return {"type": "mrkdwn", "text": clipped(text, most) or " ", "verbatim": True}


def section(text: str, *, accessory: Block | None = None) -> Block:
    """A paragraph."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return block | {"accessory": accessory} if accessory else block


def paragraphs(lines: Sequence[str]) -> list[Block]:
    """Lines in one paragraph, and in several where that would be too long."""
    texts = [""]
    for line in lines:
        if len(texts[-1]) + len(line) >= LONGEST_TEXT:
            texts.append("")
        texts[-1] = f"{texts[-1]}\n{line}".lstrip("\n")
    return [section(text) for text in texts if text]


def fields(*facts: tuple[str, str]) -> Block:
    """Up to ten facts in two columns, each a label above a value; facts without a value are left out."""
    shown = [mrkdwn(f"*{label}*\n{value}", 2000) for label, value in facts if value][:10]
    return {"type": "section", "fields": shown}


def header(words: str) -> Block:
    """The head of a card or list."""
    return {"type": "header", "text": plain(words, 150)}


def context(text: str) -> Block:
    """A small grey line: who, when, what remains."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def divider() -> Block:
    """A line between two lists."""
    return {"type": "divider"}


def actions(*elements: Block | None, block_id: str | None = None) -> Block:
    """One row of buttons; those that are None are left out. Where there are more than a row holds, the last are in the menu at its end."""
    shown = [element for element in elements if element]
    foldable = [element for element in shown[MOST_IN_A_ROW - 1 :] if _fits_a_menu(element)][-MOST_IN_A_MENU:]
    if len(shown) > MOST_IN_A_ROW and len(foldable) > 1:
        shown = [*(element for element in shown if element not in foldable), _menu(foldable)]
    block: Block = {"type": "actions", "elements": shown[:25]}
    return block | {"block_id": block_id} if block_id else block


def _fits_a_menu(element: Block) -> bool:
    """Whether it is a button that neither asks before it acts, nor stands out, nor carries more than an option does."""
    plain_button = element["type"] == "button" and element.keys().isdisjoint({"style", "confirm", "url"})
    return plain_button and len(_as_option(element)["value"]) <= LONGEST_OPTION


def _menu(buttons: Sequence[Block]) -> Block:
    return {"type": "overflow", "action_id": "more", "options": [_as_option(one) for one in buttons]}


def _as_option(element: Block) -> Block:
    """A button as an option of a menu, which says in its value which button it is: `bot/incoming.py` reads it."""
    return {"text": element["text"], "value": f"{element['action_id']} {element.get('value', '')}".rstrip()}


def button(label: str, action: str, value: Any = None, *, style: str | None = None, confirm: Block | None = None) -> Block:
    """A button that calls the route `action`. Buttons of one route in one message are told apart by the suffix of their action id."""
    element: Block = {"type": "button", "text": plain(label), "action_id": action}
    if value is not None:
        element["value"] = _JSON.encode(value)
    if style:
        element["style"] = style
    return element | {"confirm": confirm} if confirm else element


def confirm(title: str, text: str, yes: str) -> Block:
    """The question before what can't be undone; it names the thing, and its consequence."""
    return {"title": plain(title, 100), "text": plain(text, 300), "confirm": plain(yes, 30), "deny": plain("Cancel", 30)}


def option(label: str, value: str, *, description: str | None = None) -> Block:
    """One choice of a select."""
    made: Block = {"text": plain(label), "value": value[:75]}
    return made | {"description": plain(description)} if description else made


def select(action: str, options: Sequence[Block], *, chosen: str | None = None, placeholder: str = "Choose") -> Block:
    """A list to choose from."""
    element: Block = {"type": "static_select", "action_id": action, "options": list(options)[:100], "placeholder": plain(placeholder, 150)}
    initial = next((one for one in options if one["value"] == chosen), None)
    return element | {"initial_option": initial} if initial else element


def search(action: str, *, chosen: Block | None = None, placeholder: str = "Type a name, serial or code", several: bool = False) -> Block:
    """A field that suggests while somebody types; the route `action` answers with the suggestions."""
    element: Block = {
        "type": "multi_external_select" if several else "external_select",
        "action_id": action,
        "min_query_length": 0,
        "placeholder": plain(placeholder, 150),
    }
    if chosen:
        element |= {"initial_options": [chosen]} if several else {"initial_option": chosen}
    return element


def text_input(
    action: str, *, initial: str | None = None, multiline: bool = False, most: int = 500, placeholder: str | None = None
) -> Block:
    """A field for words."""
    element: Block = {"type": "plain_text_input", "action_id": action, "multiline": multiline, "max_length": most}
    if initial:
        element["initial_value"] = clipped(initial, most)
    return element | {"placeholder": plain(placeholder, 150)} if placeholder else element


def files_input(action: str, *, most: int = 5) -> Block:
    """A field for photos and files of any kind."""
    return {"type": "file_input", "action_id": action, "max_files": most}


def link(address: str, words: str) -> str:
    """Stored words that lead to an address, for mrkdwn; nothing in the address ends the link."""
    kept = address.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C").replace(" ", "%20")
    return f"<{kept}|{said(words)}>"


def field(
    name: str, label: str, element: Block, *, hint: str | None = None, optional: bool = False, tells: bool = False, version: str = ""
) -> Block:
    """A labelled input of a form; its block id is the attribute of the form's model. `tells`: a change is sent at once.

    `version` gives the field another identity, so that Slack forgets what was typed in it.
    """
    block: Block = {
        "type": "input",
        "block_id": f"{name}.{version}" if version else name,
        "label": plain(label, 200),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, 200)
    return block | {"dispatch_action": True} if tells else block


def modal(
    callback: str, title: str, blocks: list[Block], *, submit: str | None = None, carried: Any = None, close: str = "Cancel"
) -> Block:
    """A form, or with no `submit` a page to read. `carried` travels with it and comes back when it is sent."""
    view: Block = {"type": "modal", "callback_id": callback, "title": plain(title, 24), "close": plain(close, 24), "blocks": blocks[:100]}
    if submit:
        view["submit"] = plain(submit, 24)
    if carried is not None:
        view["private_metadata"] = _JSON.encode(carried)
    return view
