"""People in the sandbox, for story tests: `ana.types("/stock M8 bolt")`, `ben.presses("Approve")`, `ana.sees("210 on hand")`.

They go through the same door as the page. Everything waits for what it needs, and no longer.
"""

import base64
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from bot.sandbox.server import RunningServer
from tests import handles
from tests.door import PATIENCE, Door, Gone
from tests.sandbox.rendering import CHOSEN, Element, Json, options_of, plain_value

Found = TypeVar("Found")


@dataclass(frozen=True)
class Form:
    """The modal on top: its words, what is filled in by label, and what stands in red."""

    title: str
    text: str
    values: dict[str, Any]
    errors: dict[str, str]
    problem: str | None


@dataclass(frozen=True)
class Sight:
    """One thing that a person sees: a message, a view, and where it stands."""

    where: Json
    source: Json
    text: str
    order: str


class Person:
    """Someone at the keyboard. What they do returns when the bot has acked it, so that the next line can ask what they see."""

    def __init__(self, server: RunningServer, name: str, settles: Callable[[], None]) -> None:
        self.door = Door(server.port)
        self.id = next(person.id for person in server.sandbox.workspace.people.values() if person.name == name)
        self.name = name
        self._workspace = server.sandbox.workspace
        self._settles = settles
        self.problem: str | None = None
        #: The message whose thread is open beside the conversation.
        self._thread: Json | None = None

    # What they do

    def types(self, text: str, channel: str = "general") -> Self:
        """Types into a channel (by name), into the direct messages with the bot ("bot") or with somebody (by handle)."""
        return self._does("say", channel=self._channel(channel), text=handles.with_mentions(self._workspace, text))

    def says(self, text: str, to: str = "bot", thread_ts: str | None = None) -> Self:
        """Says something to the bot, to somebody or in a channel; `thread_ts` answers in a thread."""
        return self._does("say", channel=self._channel(to), text=handles.with_mentions(self._workspace, text), thread_ts=thread_ts)

    def presses(self, label: str, on: str | None = None, *, times: int = 1) -> Self:
        """Presses a button, or an option of a menu, by its label or action id.

        It is looked for in the open modal, else in the newest message that has it, else in Home.
        `on` picks the message, and among several such buttons in it the one beside these words. Several `times` it is the same button,
        whatever has become of it since the first.
        """
        modal = self._modal()
        if modal is not None and on is None and modal.get("submit") and modal["submit"]["text"] == label:
            return self.submits()
        sight, element = self._find(label, on, {"button", "workflow_button", "overflow"})
        value = {"selected_option": element.option} if element.option else {}
        self._acts_on(sight, element, value)
        for _ in range(times - 1):
            with suppress(Gone):
                self._acts_on(sight, element, value)
        return self

    def chooses(self, label: str, option: Any, on: str | None = None) -> Self:
        """Chooses from a select, menu, picker or set of boxes in a message, in Home or in the open modal."""
        sight, element = self._find(label, on, set(CHOSEN))
        return self._gives(sight, element, self._value(sight, element, option))

    def suggests(self, label: str, typed: str, on: str | None = None) -> list[str]:
        """Types into a search-as-you-type select; the options offered."""
        sight, element = self._find(label, on, {"external_select", "multi_external_select"})
        return [option["text"]["text"] for option in self._suggested(sight, element, typed)]

    def fills(self, values: Mapping[str, Any]) -> Self:
        """Fills fields of the open modal, named by label or block id, with words, dates, options by their text, handles or lists."""
        for label, value in values.items():
            self._open_modal()
            sight, element = self._find(label, None, None, in_form=True)
            self._gives(sight, element, self._value(sight, element, value))
        return self

    def submits(self) -> Self:
        """Submits the open modal; what Slack or the bot refuses stands in `form()` and can be seen."""
        return self._does("submit", view_id=self._open_modal()["id"], values={})

    def closes(self, *, everything: bool = False) -> Self:
        """Cancels the open modal, or with `everything` closes all of them by the x."""
        return self._does("close", view_id=self._open_modal()["id"], clear=everything)

    def opens_home(self) -> Self:
        """Looks at the app's Home, which is told to the bot."""
        self.door.get("home", **{"as": self.id})
        return self

    def opens_thread(self, on: str) -> Self:
        """Opens the thread of the newest message with those words: its replies are in view as well from now on."""
        self._thread = self._sight_of(on).where
        return self

    def runs(self, shortcut: str, on: str | None = None) -> Self:
        """Runs a shortcut by name or callback id; a message shortcut on the newest message with the words `on`."""
        known = self._state()["shortcuts"]
        found = next((entry for entry in known if shortcut in {entry["name"], entry["callback_id"]}), None)
        assert found is not None, f"There is no shortcut {shortcut!r}, only {[entry['name'] for entry in known]}."
        place = {} if on is None else self._sight_of(on).where
        return self._does("shortcut", callback_id=found["callback_id"], **place)

    def edits(self, old: str, new: str) -> Self:
        """Changes what they said: the newest message of theirs with the old words."""
        sight = self._sight_of(old)
        return self._does("edit", **sight.where, text=handles.with_mentions(self._workspace, new))

    def invites(self, name: str, to: str) -> Self:
        """Brings somebody, oneself or the bot ("bot") into a channel."""
        user = self._channel(name) if name == "bot" else self._user(name)
        return self._does("invite", channel=self._channel(to), user=user)

    def uploads(self, name: str, content: bytes, to: str = "bot", text: str = "") -> Self:
        """Sends a file into a conversation."""
        coded = base64.b64encode(content).decode()
        return self._does("upload", channel=self._channel(to), name=name, content_base64=coded, text=text)

    def uploads_together(self, files: Mapping[str, bytes], to: str = "bot") -> Self:
        """Sends several files in one message."""
        return self._does("say", channel=self._channel(to), text="", files=[self._hands_in(*file) for file in files.items()])

    # What they see

    def sees(self, text: str) -> str:
        """Waits until the words are to be seen somewhere; the whole message or view that has them."""
        return self._waits_for(lambda screen: next(self._with_words(text, screen), None), f"does not see {text!r}").text

    def sees_no(self, text: str) -> None:
        """Waits until the words are nowhere to be seen, which they mostly are at once."""
        self._waits_for(lambda screen: not any(self._with_words(text, screen)) or None, f"sees {text!r}")

    def last(self) -> str:
        """The newest message that this person sees from the bot or Slack, in any conversation, ephemeral or not."""
        messages = [sight for sight in self._sights(self._screen()) if "channel" in sight.where and "bot_id" in sight.source]
        assert messages, f"{self.name} sees no message of the bot."
        return messages[-1].text

    def home(self) -> str:
        """The words of the Home as it was last published, without looking anew."""
        view = self._screen()["home"]
        assert view is not None, f"{self.name} has no Home yet."
        return handles.reader(self._workspace).view(view)

    def form(self) -> Form:
        """The modal on top, once one is open."""
        self._open_modal()
        screen = self._screen()
        view = screen["stack"][-1]
        reader = handles.reader(self._workspace)
        state = view["state"]["values"]
        values = {
            element.label: plain_value(state[element.block_id][element.action_id])
            for element in reader.elements(view["blocks"])
            if element.action_id in state.get(element.block_id, {})
        }
        return Form(view["title"]["text"], reader.view(view), values, screen["errors"], screen["problem"])

    def has_form(self) -> bool:
        """Whether a modal is open at this moment."""
        return self._modal() is not None

    def pings(self) -> int:
        """How many unread messages call this person by name or call everybody."""
        return sum(channel["mentions"] for channel in self._state()["channels"])

    # How

    def _does(self, act: str, **asked: Any) -> Self:
        given = {key: value for key, value in asked.items() if value is not None}
        answer = self.door.post(act, {"as": self.id, **given})
        self.problem = answer.get("problem")
        return self

    def _acts_on(self, sight: Sight, element: Element, value: Json) -> Self:
        name = {"block_id": element.block_id, "action_id": element.action_id, "element_type": element.type}
        return self._does("press", where=sight.where, **name, **value)

    def _gives(self, sight: Sight, element: Element, value: Json) -> Self:
        if element.dispatches:
            return self._acts_on(sight, element, value)
        kept = {"type": element.type, **value}
        return self._does("input", **sight.where, block_id=element.block_id, action_id=element.action_id, value=kept)

    def _value(self, sight: Sight, element: Element, value: Any) -> Json:
        """What a person means, as the value that this kind of element takes."""
        meant: dict[str, Callable[[Any], Any]] = {
            "selected_option": lambda choice: self._option(sight, element, choice),
            "selected_options": lambda choices: [self._option(sight, element, one) for one in _listed(choices)],
            "selected_user": self._user,
            "selected_users": lambda names: [self._user(name) for name in _listed(names)],
            "selected_channel": self._channel,
            "selected_conversation": self._channel,
            "selected_date_time": int,
            "files": lambda contents: [self._hands_in(name, content) for name, content in contents.items()],
        }
        key = CHOSEN.get(element.type, "value")
        return {key: None if value is None else meant.get(key, str)(value)}

    def _option(self, sight: Sight, element: Element, choice: Any) -> Json:
        """The option with these words; for a search-as-you-type select ("bol", "M8 bolt") types the one and chooses the other."""
        typed, wanted = choice if isinstance(choice, tuple) else (str(choice), str(choice))
        searched = element.type.endswith("external_select")
        options = self._suggested(sight, element, typed) if searched else options_of(element.definition)
        for fits in (str.__eq__, str.__contains__):
            found = [option for option in options if fits(option["text"]["text"], wanted) or option["value"] == wanted]
            if len(found) == 1:
                return found[0]
        offered = [option["text"]["text"] for option in options]
        raise AssertionError(f"{element.label!r} does not offer {wanted!r} to {self.name}, or more than once: {offered}")

    def _suggested(self, sight: Sight, element: Element, typed: str) -> list[Json]:
        name = {"block_id": element.block_id, "action_id": element.action_id}
        return options_of(self.door.post("suggest", {"as": self.id, "where": sight.where, **name, "value": typed}))

    def _hands_in(self, name: str, content: bytes) -> str:
        coded = base64.b64encode(content).decode()
        return str(self.door.post("upload", {"as": self.id, "name": name, "content_base64": coded})["file"]["id"])

    def _find(self, label: str, on: str | None, types: set[str] | None, *, in_form: bool = False) -> tuple[Sight, Element]:
        """The newest thing of that name; waits for it, since forms open a moment after the ack."""

        def stands(screen: Json) -> tuple[Sight, Element] | None:
            sights = self._sights(screen)
            for sight in reversed(sights[-1:] if in_form else sights):
                named = [element for element in self._elements(sight) if element.is_called(label)]
                found = [element for element in named if types is None or element.type in types]
                if found and (on is None or on in sight.text):
                    beside = [element for element in found if on is not None and on in element.near]
                    return sight, (beside or found)[0]
            return None

        return self._waits_for(stands, f"finds no {label!r}{f' on {on!r}' if on else ''}")

    def _sight_of(self, text: str) -> Sight:
        """The newest message with those words."""

        def stands(screen: Json) -> Sight | None:
            return next((sight for sight in self._with_words(text, screen) if "channel" in sight.where), None)

        return self._waits_for(stands, f"sees no message with {text!r}")

    def _with_words(self, text: str, screen: Json) -> Iterator[Sight]:
        """What has these words, the newest first."""
        return (sight for sight in reversed(self._sights(screen)) if text in sight.text)

    def _waits_for(self, found: Callable[[Json], Found | None], missing: str) -> Found:
        """What is found on the screen, as soon as it is there."""
        deadline = time.monotonic() + PATIENCE
        screen = self._screen()
        while (it := found(screen)) is None:
            left = deadline - time.monotonic()
            assert left > 0, f"{self.name} {missing}. They see:\n{self._shown(screen)}"
            screen = self._screen(after=screen["revision"], seconds=left)
        return it

    def _elements(self, sight: Sight) -> Iterator[Element]:
        return handles.reader(self._workspace).elements(sight.source.get("blocks", []))

    def _sights(self, screen: Json) -> list[Sight]:
        """Everything in view: Home, then messages from old to new, then the modal on top."""
        reader = handles.reader(self._workspace)
        messages = [
            Sight({"channel": channel, "ts": message["ts"]}, message, reader.message(message), message["ts"])
            for channel, conversation in screen["conversations"].items()
            for message in conversation["messages"] + conversation["ephemerals"]
        ]
        if self._thread is not None:
            replies = self.door.get("thread", **{"as": self.id}, **self._thread)["messages"][1:]
            place = {"channel": self._thread["channel"]}
            messages += [Sight(place | {"ts": one["ts"]}, one, reader.message(one), one["ts"]) for one in replies]
        messages.sort(key=lambda sight: sight.order)
        home = screen["home"]
        first = [Sight({"view_id": home["id"]}, home, reader.view(home), "")] if home else []
        top = screen["stack"][-1:]
        red = "\n".join([*screen["errors"].values(), *filter(None, [screen["problem"]])])
        return first + messages + [Sight({"view_id": view["id"]}, view, f"{reader.view(view)}\n{red}", "") for view in top]

    def _shown(self, screen: Json) -> str:
        return "\n---\n".join(sight.text for sight in self._sights(screen)[-12:])

    def _screen(self, **query: Any) -> Json:
        """What is in view: at first when the bot has sent what it owes, later, with `after`, as soon as that changes."""
        if not query:
            self._settles()
        return self.door.get("screen", **{"as": self.id}, **query)

    def _state(self) -> Json:
        return self.door.get("state", **{"as": self.id})

    def _modal(self) -> Json | None:
        stack = self._screen()["stack"]
        return stack[-1] if stack else None

    def _open_modal(self) -> Json:
        return dict(self._waits_for(lambda screen: screen["stack"][-1] if screen["stack"] else None, "has no form open"))

    def _channel(self, name: str) -> str:
        return handles.conversation(self._workspace, name)

    def _user(self, name: str) -> str:
        return handles.user(self._workspace, name)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, set)) else [value]
