"""Messages and views as the words that a person reads, and the things in them that can be pressed, chosen or filled in."""

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

ENTITY = re.compile(r"<([^<>]+)>")
MARKUP = (
    re.compile(r"```(.+?)```", re.DOTALL),
    re.compile(r"`([^`\n]+)`"),
    re.compile(r"(?<!\w)\*(\S(?:[^*\n]*\S)?)\*(?!\w)"),
    re.compile(r"(?<!\w)_(\S(?:[^_\n]*\S)?)_(?!\w)"),
    re.compile(r"(?<!\w)~(\S(?:[^~\n]*\S)?)~(?!\w)"),
)


#: Where the value of an element keeps what was chosen; the others have theirs in `value`.
CHOSEN = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "file_input": "files",
}


@dataclass(frozen=True)
class Element:
    """Something in a message or view that a person can act on. `label` is what stands on it or beside it."""

    block_id: str
    definition: Json
    label: str
    near: str
    is_input: bool = False
    dispatches: bool = True
    #: The option of a menu that it is.
    option: Json | None = None

    @property
    def action_id(self) -> str:
        return str(self.definition["action_id"])

    @property
    def type(self) -> str:
        return str(self.definition["type"])

    def is_called(self, name: str) -> bool:
        names = {self.label, self.action_id, self.block_id, *([self.route] if self.option else [])}
        return name.casefold() in {one.casefold() for one in names}

    @property
    def route(self) -> str:
        """What it calls; an option of a menu says so at the beginning of its value."""
        return str(self.option["value"]).partition(" ")[0] if self.option else self.action_id

    @property
    def value(self) -> str:
        """What it carries."""
        return str(self.option["value"]).partition(" ")[2] if self.option else str(self.definition.get("value", ""))


class Reader:
    """Reads what Slack would paint; `names` gives the handle or channel name behind an id."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def message(self, message: Mapping[str, Any]) -> str:
        """A message's words: its blocks where it has some, else its text, then the names of its files."""
        body = self.blocks(message["blocks"]) if message.get("blocks") else self.marked(message.get("text", ""))
        files = [f"[file {file['name']}]" for file in message.get("files", [])]
        return "\n".join([body, *files]).strip()

    def view(self, view: Mapping[str, Any]) -> str:
        """A modal's or a Home's words, the title first and the buttons of the frame last."""
        frame = [f"[{view[part]['text']}]" for part in ("close", "submit") if view.get(part)]
        title = [view["title"]["text"]] if view.get("title") else []
        return "\n".join([*title, self.blocks(view["blocks"]), *frame])

    def blocks(self, blocks: Sequence[Mapping[str, Any]]) -> str:
        return "\n".join(line for block in blocks for line in self._lines(block))

    def text(self, text: Mapping[str, Any] | None) -> str:
        """A text object: plain text stands as it is."""
        if not text:
            return ""
        return self.marked(text["text"]) if text["type"] == "mrkdwn" else str(text["text"])

    def marked(self, text: str) -> str:
        """Slack's markup as it reads once painted: mentions by name, dates by their fallback, no stars."""
        for markup in MARKUP:
            text = markup.sub(r"\1", text)
        return html.unescape(ENTITY.sub(self._entity, text))

    def elements(self, blocks: Sequence[Mapping[str, Any]]) -> Iterator[Element]:
        """Everything that can be pressed, chosen or filled in, from top to bottom."""
        above = ""
        for block in blocks:
            here = "\n".join(self._lines(block))
            near = f"{above}\n{here}"
            yield from self._elements(block, near)
            above = here

    def _elements(self, block: Mapping[str, Any], near: str) -> Iterator[Element]:
        if block["type"] == "input":
            label = self.text(block["label"])
            yield Element(block["block_id"], block["element"], label, near, is_input=True, dispatches=bool(block.get("dispatch_action")))
        found = [block["accessory"]] if block.get("accessory") else []
        if block["type"] == "actions":
            found += block["elements"]
        for definition in found:
            if "action_id" in definition:
                yield Element(block["block_id"], definition, self._label(definition), near)
            if definition["type"] == "overflow":
                for option in definition["options"]:
                    yield Element(block["block_id"], definition, self.text(option["text"]), near, option=option)

    def _label(self, definition: Mapping[str, Any]) -> str:
        return self.text(definition.get("text") or definition.get("placeholder"))

    def _lines(self, block: Mapping[str, Any]) -> list[str]:
        readers: dict[str, Callable[[Mapping[str, Any]], list[str]]] = {
            "section": self._section,
            "header": self._section,
            "context": self._context,
            "actions": lambda row: self._controls(row["elements"]),
            "input": self._input,
            "image": lambda image: [f"[image {image['alt_text']}]"],
            "table": lambda table: [" | ".join(self._rich(cell) for cell in row) for row in table["rows"]],
            "markdown": lambda markdown: [str(markdown["text"])],
            "rich_text": lambda rich: [self._rich(rich)],
            "divider": lambda _: [],
        }
        return readers[block["type"]](block)

    def _section(self, block: Mapping[str, Any]) -> list[str]:
        words = [self.text(block.get("text")), *(self.text(field) for field in block.get("fields", []))]
        return [*filter(None, words), *self._controls([block["accessory"]] if block.get("accessory") else [])]

    def _context(self, block: Mapping[str, Any]) -> list[str]:
        return [" ".join(self.text(part) if "text" in part else f"[image {part['alt_text']}]" for part in block["elements"])]

    def _input(self, block: Mapping[str, Any]) -> list[str]:
        return [self.text(block["label"]), *self._controls([block["element"]]), *filter(None, [self.text(block.get("hint"))])]

    def _controls(self, elements: Sequence[Mapping[str, Any]]) -> list[str]:
        lines = []
        for element in elements:
            if element["type"] == "image":
                lines.append(f"[image {element['alt_text']}]")
                continue
            lines += [f"[{label}]"] if (label := self._label(element)) else []
            lines += [f"  {self.text(option['text'])}" for option in options_of(element)]
        return lines

    def _rich(self, part: Mapping[str, Any]) -> str:
        if part["type"] == "user":
            return f"@{self.names.get(part['user_id'], part['user_id'])}"
        if "elements" in part:
            return "".join(self._rich(element) for element in part["elements"])
        return str(part.get("text", part.get("url", "")))

    def _entity(self, found: re.Match[str]) -> str:
        target, _, label = found[1].partition("|")
        if target.startswith(("@", "#")):
            return target[0] + (self.names.get(target[1:]) or label or target[1:])
        if target.startswith("!date"):
            return label
        if target.startswith("!"):
            return f"@{label or target[1:]}"
        return label or target


def options_of(element: Mapping[str, Any]) -> list[Json]:
    """The options of a select, its groups laid flat."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return list(element.get("options", [])) + grouped


def plain_value(value: Mapping[str, Any]) -> Any:
    """The bare value behind a state value: words, an option's text, ids."""
    bare = next((part for key, part in value.items() if key != "type"), None)
    if isinstance(bare, dict):
        return bare["text"]["text"] if "text" in bare else bare
    if isinstance(bare, list):
        return [one["text"]["text"] if isinstance(one, dict) and "text" in one else one for one in bare]
    return bare
