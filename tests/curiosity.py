"""Somebody who says everything, presses every button and fills in every form that comes their way, and keeps what they were shown."""

import base64
import json
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.running import FOLLOWERS, RunningBot
from tests.person import Person
from tests.sandbox.rendering import CHOSEN, Element, Json, Reader, options_of

#: Buttons of one route that carry the same sort of value are one: so many of them are pressed.
ENOUGH = 2
#: While a form is open, so many of its buttons are pressed, and it is sent so often, mended where it was refused.
PRESSES, TRIES = 5, 3

_READER = Reader({})


@dataclass(frozen=True)
class Shown:
    """A message or view of the bot's that somebody saw, and what led to it, for whoever has to mend it."""

    surface: Json
    after: str

    @property
    def elements(self) -> list[Element]:
        """Everything in it that can be pressed, chosen or filled in."""
        return _elements(self.surface)


@dataclass
class Curious:
    """A person at the sandbox's door who tries everything. `words` is what they write into an empty field."""

    person: Person
    bot: RunningBot
    words: str
    #: Lets the bot look for what is due and owed.
    beats: Callable[[], None]
    #: Everything that they were shown, in order.
    shown: list[Shown] = field(default_factory=list)
    #: What the sandbox told them had failed.
    problems: list[str] = field(default_factory=list)
    #: How often each sort of button was pressed.
    pressed: Counter[str] = field(default_factory=Counter)
    _seen: set[str] = field(default_factory=set)
    _waiting: deque[tuple[Json, Element, str]] = field(default_factory=deque)
    #: What was done last, and how often the form that is open was pressed in and sent.
    _after: str = ""
    _presses: int = 0
    _tries: int = 0
    #: Files are being dropped: each act may have work done by another thread.
    _drops: bool = False

    def says(self, text: str, *, channel: str = "CGENERAL") -> None:
        """Says something in a channel, or with its id to the bot, and follows up whatever is shown."""
        self._does("say", text, channel=channel, text=text)
        self._follows_up()

    def photographs(self, content: bytes, name: str) -> None:
        """Drops a photo in the direct messages with the bot, and follows up whatever is shown."""
        coded = base64.b64encode(content).decode()
        self._does("upload", name, channel=self.bot.wiring.client.auth_test()["user_id"], name=f"{name}.jpg", content_base64=coded)
        self._follows_up()

    def drops(self, content: bytes, name: str) -> None:
        """Drops a file to be imported in the direct messages with the bot, and follows up whatever is shown."""
        self._drops = True
        coded = base64.b64encode(content).decode()
        self._does("upload", name, channel=self.bot.wiring.client.auth_test()["user_id"], name=name, content_base64=coded)
        self._follows_up()
        self._drops = False

    def sees(self, why: str) -> None:
        """Follows up whatever has come by itself."""
        self._after = why
        self._follows_up()

    def runs(self, shortcut: str) -> None:
        """Runs a shortcut on the newest message in the channel."""
        ts = self._screen()["conversations"]["CGENERAL"]["messages"][-1]["ts"]
        self._does("shortcut", shortcut, callback_id=shortcut, channel="CGENERAL", ts=ts)
        self._follows_up()

    def _follows_up(self) -> None:
        """Until nothing is new: deals with the form that is open, else presses the next button there is."""
        while True:
            screen = self._screen()
            for where, surface in _surfaces(screen):
                self._takes_in(where, surface)
            if screen["stack"]:
                self._goes_on_with(screen["stack"][-1], screen["errors"])
            elif self._waiting:
                where, element, self._after = self._waiting.popleft()
                if self._is_new(element) and any(stands == where and element in _elements(it) for stands, it in _surfaces(screen)):
                    self._tries_out(where, element)
            else:
                return

    def _takes_in(self, where: Json, surface: Json) -> None:
        looks = json.dumps([where, surface.get("blocks"), surface.get("text")], sort_keys=True)
        if looks in self._seen:
            return
        self._seen.add(looks)
        self.shown.append(Shown(surface, self._after))
        if "title" not in surface:  # a form's buttons are pressed while it is open
            self._waiting += [(where, element, self._after) for element in _elements(surface) if self._is_new(element)]

    def _is_new(self, element: Element) -> bool:
        return not element.is_input and self.pressed[_sort_of(element)] < ENOUGH

    def _goes_on_with(self, view: Json, errors: Mapping[str, str]) -> None:
        """Presses something in the form, else fills it in and sends it, else closes it."""
        where = {"view_id": view["id"]}
        fresh = [element for element in _elements(view) if self._is_new(element)]
        if fresh and self._presses < PRESSES:
            self._presses += 1
            self._tries_out(where, min(fresh, key=lambda element: self.pressed[_sort_of(element)]))
        elif view.get("submit") and self._tries < TRIES:
            self._tries += 1
            self._fills_in(view, errors)
        else:
            self._presses = self._tries = 0
            self._does("close", self._after, view_id=view["id"], clear=True)

    def _fills_in(self, view: Json, errors: Mapping[str, str]) -> None:
        """Fills empty fields, and those in red with something else; what appears meanwhile waits for the next time. Then sends it."""
        label = f"{self._after} > {view['title']['text']}"
        where = {"view_id": view["id"]}
        for element in _elements(view):
            if element.is_input and (element.block_id in errors or not _is_filled(view, element)):
                self._gives(where, element, self._value(where, element, "7" if errors else self.words))
                view = self._screen()["stack"][-1]
        if view.get("submit"):
            self._does("submit", label, view_id=view["id"], values={})

    def _tries_out(self, where: Json, element: Element) -> None:
        self.pressed[_sort_of(element)] += 1
        value = {"selected_option": element.option} if element.option else {}
        if element.type in CHOSEN and element.option is None:
            value = self._value(where, element, self.words)
        if value is not None:
            self._acts(where, element, value)

    def _value(self, where: Json, element: Element, words: str) -> Json | None:
        """Something that this kind of field takes; None where it offers nothing."""
        key = CHOSEN.get(element.type, "value")
        if key == "value":
            return {key: "7" if element.type == "number_input" else words[: element.definition.get("max_length", 500)]}
        if key in _GIVEN:
            return {key: _GIVEN[key]}
        if key == "files":
            sent = self._asks("upload", element.action_id, name=words, content_base64="QQ==")
            return {key: [sent["file"]["id"]]}
        options = self._suggested(where, element) if element.type.endswith("external_select") else options_of(element.definition)
        if not options:
            return None
        return {key: options[-1:]} if key == "selected_options" else {key: options[-1]}

    def _suggested(self, where: Json, element: Element) -> list[Json]:
        name = {"block_id": element.block_id, "action_id": element.action_id}
        return options_of(self._asks("suggest", element.action_id, where=where, **name, value=""))

    def _gives(self, where: Json, element: Element, value: Json | None) -> None:
        if value is None:
            return
        if element.dispatches:
            self._acts(where, element, value)
        else:
            kept = {"type": element.type, **value}
            self._asks("input", self._after, **where, block_id=element.block_id, action_id=element.action_id, value=kept)

    def _acts(self, where: Json, element: Element, value: Json) -> None:
        name = {"block_id": element.block_id, "action_id": element.action_id, "element_type": element.type}
        self._does("press", f"{self._after} > {element.label or element.action_id}", where=where, **name, **value)

    def _does(self, act: str, label: str, **asked: Any) -> None:
        self._after = label
        self._asks(act, label, **asked)
        self._settles()

    def _asks(self, act: str, label: str, **asked: Any) -> Json:
        answer = self.person.door.post(act, {"as": self.person.id, **asked})
        if answer.get("problem"):
            self.problems.append(f"{label}: {answer['problem']}")
        return answer

    def _settles(self) -> None:
        """Waits until what follows an answer is done (then each of the bot's followers is free at once), and what it made due is sent."""
        self.bot.wiring.scanner.submit(bool).result(timeout=60)
        all_free = threading.Barrier(FOLLOWERS)
        for waiting in [self.bot.wiring.after.submit(all_free.wait) for _ in range(FOLLOWERS)]:
            waiting.result(timeout=30)
        self.bot.wiring.reckoner.submit(bool).result(timeout=60)
        self.beats()
        if self._drops:  # what waits was set to work at by that beat, and the next one tells how it went
            self.bot.wiring.scanner.submit(bool).result(timeout=60)
            self.beats()

    def _screen(self) -> Json:
        return self.person.door.get("screen", **{"as": self.person.id})


#: What is chosen where there are no options to choose from.
_GIVEN: Json = {
    "selected_user": "UANA",
    "selected_users": ["UANA"],
    "selected_channel": "CSTORES",
    "selected_conversation": "CSTORES",
    "selected_date": "2026-12-24",
    "selected_time": "10:00",
    "selected_date_time": 1_800_000_000,
}


def _elements(surface: Json) -> list[Element]:
    found = _READER.elements(surface.get("blocks", []))
    return [element for element in found if element.type != "overflow" or element.option]


def _is_filled(view: Json, element: Element) -> bool:
    held = view.get("state", {}).get("values", {}).get(element.block_id, {}).get(element.action_id, {})
    return any(part not in (None, "", []) for key, part in held.items() if key != "type")


def _surfaces(screen: Json) -> Iterator[tuple[Json, Json]]:
    """The bot's messages, its Home, and the form on top, each with where it stands."""
    for channel, conversation in screen["conversations"].items():
        for message in conversation["messages"] + conversation["ephemerals"]:
            if "bot_id" in message:
                yield {"channel": channel, "ts": message["ts"]}, message
    for view in [screen["home"], *screen["stack"][-1:]]:
        if view:
            yield {"view_id": view["id"]}, view


def _sort_of(element: Element) -> str:
    """What tells one button from another: its route, and what its value is made of; for a sentence, its verb."""
    route = element.route.partition(":")[0]
    value = json.loads(element.value or "null")
    if isinstance(value, dict) and "t" in value:
        return f"{route} {value['c']} {' '.join(str(value['t']).split()[:1])}"
    return f"{route} {sorted(value) if isinstance(value, dict) else ''}"


def texts(surface: Any, *, formatted: bool) -> Iterable[str]:
    """The texts of a message or view that Slack formats (mrkdwn, and a message's own text), or those that it shows as they are."""
    if isinstance(surface, list):
        for part in surface:
            yield from texts(part, formatted=formatted)
    elif isinstance(surface, dict):
        if surface.get("type") in {"mrkdwn", "plain_text"}:
            if (surface["type"] == "mrkdwn") is formatted:
                yield surface["text"]
            return
        if formatted and isinstance(surface.get("text"), str):
            yield surface["text"]
        for part in surface.values():
            yield from texts(part, formatted=formatted)
