"""Would Slack take this message or view? The one Block Kit checker: the sandbox refuses by it, and the bot's views are tested with it."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from bot.sandbox.block_kit import ELEMENTS, MESSAGE_BLOCKS, MODALS_ONLY, SUGGESTIONS, VIEWS
from bot.sandbox.shapes import complaint, string

VIEW_BYTES = 250_000
VIEW_TOO_LARGE = complaint(f"must be less than {VIEW_BYTES + 1} bytes", "/view")
MARKDOWN_CHARACTERS = 12_000


def check_message(body: Mapping[str, Any]) -> list[str]:
    """Slack's complaints about a message's text and blocks, none if it would take them.

    The other arguments of the call (channel, metadata ...) are not looked at; an empty message passes, for that is an empty ack.
    """
    complaints: list[str] = []
    if body.get("text") is not None:
        complaints += string(10_000_000, at_least=0)(body["text"], "/text")
    if body.get("blocks") is not None:
        in_blocks = list(MESSAGE_BLOCKS(body["blocks"], "/blocks"))
        complaints += in_blocks or _across_blocks(body["blocks"], "/blocks", surface="message")
    return complaints


def check_view(view: Any) -> list[str]:
    """Slack's complaints about a modal or a Home view, none if it would take it. A view that is too large gets VIEW_TOO_LARGE alone."""
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES:
        return [VIEW_TOO_LARGE]
    complaints = list(VIEWS(view, "/view"))
    return complaints or list(_across_blocks(view["blocks"], "/view/blocks", surface=view["type"]))


def check_suggestions(reply: Any) -> list[str]:
    """Slack's complaints about the answer to what someone typed into an external select: options or option groups, 100 at most."""
    return list(SUGGESTIONS(reply, ""))


def fill_ids(blocks: Sequence[Mapping[str, Any]], *, fresh: Callable[[], str]) -> list[dict[str, Any]]:
    """A copy of the blocks with the ids that the sender left out, as Slack hands them back; `fresh` gives the next id to try."""
    filled = [deepcopy(dict(block)) for block in blocks]
    taken = {block["block_id"] for block in filled if "block_id" in block}
    taken |= {element["action_id"] for block in filled for _, element in _elements(block) if "action_id" in element}

    def unused() -> str:
        candidate = fresh()
        while candidate in taken:
            candidate = fresh()
        taken.add(candidate)
        return candidate

    for block in filled:
        if "block_id" not in block:
            block["block_id"] = unused()
        for _, element in _elements(block):
            if "action_id" not in element:
                element["action_id"] = unused()
    return filled


def _across_blocks(blocks: Sequence[Mapping[str, Any]], pointer: str, *, surface: str) -> Iterator[str]:
    """What can only be seen with all the blocks in hand: each is right by itself by now."""
    yield from _repeated_ids(blocks, pointer)
    yield from _out_of_place(blocks, pointer, surface=surface)
    if sum(block["type"] == "table" for block in blocks) > 1:
        yield complaint("only_one_table_allowed", pointer)
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MARKDOWN_CHARACTERS:
        yield complaint(f"must be less than {MARKDOWN_CHARACTERS + 1} characters", pointer)


def _repeated_ids(blocks: Sequence[Mapping[str, Any]], pointer: str) -> Iterator[str]:
    for name in _repeated(block["block_id"] for block in blocks if "block_id" in block):
        yield complaint(f"`block_id` must be unique: {name}", pointer)
    for position, block in enumerate(blocks):
        for name in _repeated(element["action_id"] for _, element in _elements(block) if "action_id" in element):
            yield complaint(f"`action_id` must be unique: {name}", f"{pointer}/{position}")


def _out_of_place(blocks: Sequence[Mapping[str, Any]], pointer: str, *, surface: str) -> Iterator[str]:
    focused = 0
    for position, block in enumerate(blocks):
        for path, element in _elements(block):
            where = f"{pointer}/{position}/{path}"
            focused += bool(element.get("focus_on_load"))
            if element["type"] in MODALS_ONLY and surface != "modal":
                yield complaint(f"unsupported type: {element['type']}", f"{where}/type")
            if "response_url_enabled" in element and (surface != "modal" or block["type"] != "input"):
                yield complaint("invalid additional property: response_url_enabled", where)
    if focused > 1:
        yield complaint("only one element may have focus_on_load", pointer)


def _elements(block: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The elements of a block that a person can act on, each with its path inside the block."""
    found = [(key, block[key]) for key in ("accessory", "element") if key in block]
    if block["type"] == "actions":
        found += [(f"elements/{position}", element) for position, element in enumerate(block["elements"])]
    for path, element in found:
        if element["type"] in ELEMENTS and element["type"] != "image":
            yield path, element


def _repeated(names: Iterator[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
