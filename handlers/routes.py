"""Routes: which function answers which sentence, button, form or list of suggestions, and what it needs leave for.

A decorator only marks its function; `table_of()` gathers the marks of the topics into the one table that the bot looks things up in.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import ModuleType
from typing import Any

from sqlmodel import Session

from handlers.forms import Form
from handlers.templates import Grammar, Template, compile_template
from models.ledger import Act
from models.members import Permission

COMMANDS = ("/checkout", "/stock")
#: What is said in a direct message or after a mention, without a command: the verb decides.
UNSAID = ""

#: Routes that need no more than these only look: they read a snapshot, take no lock, and are never kept as handled.
LOOKING = frozenset({Permission.LOOK, Permission.SEE_OTHERS, Permission.SEE_LATENESS})


class Kind(StrEnum):
    """What Slack delivers to a route."""

    SENTENCE = "sentence"
    BUTTON = "button"
    FORM = "form"
    OPTIONS = "options"
    SHORTCUT = "shortcut"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Request:
    """One request of one member, as a handler sees it."""

    act: Act
    #: "/checkout" or "/stock", where a sentence was said or a form of that command is meant.
    command: str = ""
    #: Slack's id of the channel it came from; None in a form, and on Home.
    channel: str | None = None
    #: What a form that is open has in its fields, by block id; empty elsewhere.
    values: Mapping[str, Any] = field(default_factory=dict)
    #: What the form carries along (its private_metadata).
    carried: Mapping[str, Any] = field(default_factory=dict)
    #: Where a button stands: "message", "form" or "home".
    place: str = "message"
    #: All that can be asked, for help.
    table: "Table" = field(default_factory=lambda: table_of({}))


@dataclass(frozen=True, slots=True)
class Offer:
    """A way on, as a button that says a sentence."""

    label: str
    command: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Press:
    """A way on, as a button that calls a route: it opens a form, with what is known filled in."""

    label: str
    route: str
    value: Mapping[str, Any]


WayOn = Offer | Press


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that follows an answer, as a direct message. It is made when it is sent, so that no transaction waits for it."""

    file_name: str
    #: What it is or shows: its title, and what screen readers say of a picture.
    title: str
    make: Callable[..., bytes]
    #: How many pieces it is made of, where that takes a while: `make` then gets what it calls with the number that are done.
    pieces: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: `text` stands alone for notifications and screen readers, `blocks` is what is seen.

    `form` opens a form, or takes the place of the one that is open. `replace` puts the answer in place of the message with the button.
    `later` works out, with a session of its own, what takes longer than an answer may: this one only says that it comes.
    """

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    form: dict[str, Any] | None = None
    replace: bool = False
    attached: Attached | None = None
    later: Callable[[Session], "Reply"] | None = None

    @property
    def is_silent(self) -> bool:
        """Whether nothing is answered: a message that is drawn again tells."""
        return not self.text and self.form is None and self.later is None

    def kept(self) -> dict[str, Any]:
        """As it is stored with a handled request: a file is sent once, and not again with a repeated answer."""
        return {"text": self.text, "blocks": self.blocks, "form": self.form, "replace": self.replace}


Handler = Callable[..., Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """One way in: what it answers, what it needs, and the function that does."""

    kind: Kind
    #: The command for a sentence; "topic.verb" for everything else.
    name: str
    needs: Permission
    handler: Handler
    template: Template | None = None
    fields: type[Form] | None = None
    #: What help shows besides the template: one line, and examples that parse.
    does: str = ""
    examples: tuple[str, ...] = ()

    @property
    def looks(self) -> bool:
        """Whether it changes nothing."""
        return self.needs in LOOKING


def sentence(
    *commands: str, says: str, needs: Permission, does: str, examples: tuple[str, ...], aliases: tuple[str, ...] = ()
) -> Callable[[Handler], Handler]:
    """Answers a typed sentence of one or both commands. The template `says` is its grammar and its documentation."""

    def mark(handler: Handler) -> Handler:
        template = compile_template(says, aliases=aliases)
        for command in commands:
            _mark(handler, Route(Kind.SENTENCE, command, needs, handler, template=template, does=does, examples=examples))
        return handler

    return mark


def button(name: str, *, needs: Permission) -> Callable[[Handler], Handler]:
    """Answers a button, or a form's field that tells its changes. The handler gets the button's or the field's `value`."""
    return lambda handler: _mark(handler, Route(Kind.BUTTON, name, needs, handler))


def form(name: str, *, needs: Permission, fields: type[Form]) -> Callable[[Handler], Handler]:
    """Answers a form that was sent. The handler gets its `fields`; each attribute's name is the block id of its input."""
    return lambda handler: _mark(handler, Route(Kind.FORM, name, needs, handler, fields=fields))


def options(name: str, *, needs: Permission) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Answers what somebody types into a search-as-you-type field, with (label, value) pairs, at most twenty."""
    return lambda handler: _mark(handler, Route(Kind.OPTIONS, name, needs, handler))


def shortcut(name: str, *, needs: Permission) -> Callable[[Handler], Handler]:
    """Answers a shortcut of the Slack app, which opens a form. The handler gets the message's `text`."""
    return lambda handler: _mark(handler, Route(Kind.SHORTCUT, name, needs, handler))


def photo(name: str, *, needs: Permission) -> Callable[[Handler], Handler]:
    """Answers photos or other files, sent to the bot or pointed at by a shortcut. The handler gets `value`: what was read in them."""
    return lambda handler: _mark(handler, Route(Kind.PHOTO, name, needs, handler))


def _mark(handler: Handler, route: Route) -> Handler:
    handler.routes = [*getattr(handler, "routes", []), route]  # type: ignore[attr-defined]
    return handler


@dataclass(frozen=True, slots=True)
class Table:
    """All routes: by (kind, name), the grammar of each command, and what is said about each topic."""

    by_name: Mapping[tuple[Kind, str], Route]
    sentences: Mapping[str, tuple[Route, ...]]
    grammars: Mapping[str, Grammar]
    by_template: Mapping[tuple[str, Template], Route]
    topics: Mapping[str, frozenset[Template]]

    def find(self, kind: Kind, name: str) -> Route | None:
        """The route of that kind and name."""
        return self.by_name.get((kind, name))

    def sayable(self, command: str) -> list[Route]:
        """What can be said after a command, or without one in a direct message."""
        return [route for (said, _), route in self.by_template.items() if said == command]

    def about(self, topic: str, command: str) -> list[Route]:
        """What of that can be said about a topic."""
        return [route for route in self.sayable(command) if route.template in self.topics[topic]]


def table_of(topics: Mapping[str, Iterable[ModuleType]]) -> Table:
    """The one table of the routes marked in those modules, by topic. Two routes of one name are a mistake of the program."""
    marked = {topic: [*_marked(modules)] for topic, modules in topics.items()}
    routes = [route for own in marked.values() for route in own]
    spoken = {command: [route for route in routes if route.kind is Kind.SENTENCE and route.name == command] for command in COMMANDS}
    spoken[UNSAID] = list({route.template: route for command in COMMANDS for route in spoken[command]}.values())
    by_name: dict[tuple[Kind, str], Route] = {}
    for route in routes:
        if route.kind is not Kind.SENTENCE and by_name.setdefault((route.kind, route.name), route) is not route:
            raise ValueError(f"two routes answer the {route.kind} {route.name}")
    return Table(
        by_name=by_name,
        sentences={command: tuple(spoken[command]) for command in COMMANDS},
        grammars={command: Grammar([route.template for route in said if route.template]) for command, said in spoken.items()},
        by_template={(command, route.template): route for command, said in spoken.items() for route in said if route.template},
        topics={topic: frozenset(route.template for route in own if route.template) for topic, own in marked.items() if topic},
    )


def _marked(modules: Iterable[ModuleType]) -> Iterator[Route]:
    for module in modules:
        for member in vars(module).values():
            yield from getattr(member, "routes", [])
