"""Templates of typed commands. The one on a route is its documentation and its grammar at once.

    move {quantity} {item} from {source} to {target} [on {date}] [note {note}]

Literal words in front are the verb (or one of + - =); what follows is the head; then come clauses, each opened by one of CLAUSE_WORDS.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from handlers.typed import MENTION, NUMBER, SIGNS, Token, quoted, tokenise

#: The words that may open a clause. `render` quotes a name that has one of them.
CLAUSE_WORDS = frozenset(
    {
        "anyway",
        "as",
        "at",
        "below",
        "category",
        "cost",
        "expires",
        "for",
        "from",
        "lot",
        "made",
        "note",
        "on",
        "to",
        "until",
        "using",
        "without",
        "x",
    }
)

#: The slot of free words behind a name: what is in quotes, else everything behind the first word.
WORDS = "problem"

_PIECE = re.compile(r"(?P<open>\[)|(?P<close>\])|\{(?P<slot>\w+)\}|(?P<sign>[-+=@])|(?P<word>[^\s{}\[\]@+=-][^\s{}\[\]]*)")

#: The words that open a question or a request, and are no verb typed wrong.
_ASKING = frozenset({"how", "please", "what", "whats", "what's", "when", "where", "why"})

#: What help calls a slot.
_HUMAN = {
    "source": "location",
    "target": "location",
    "holder": "member or location",
    "giver": "member or location",
    "low": "quantity",
    "high": "quantity",
    "assets": "serials",
    "asset": "serial",
    "things": "serials, kit or item",
    "without": "parts",
    "start": "date",
    "end": "date",
    "variant": "item",
    "until": "date",
    "copies": "n",
    "position": "n",
    "look": "bars, qr, png, svg or pdf",
    "labelled": "things",
    "listed": "list",
    "purpose": "job or customer",
    "job": "job or customer",
    "lot_code": "lot",
    "cost": "amount",
    "day": "date",
    "schedule": "what",
    "using": "lots",
    "expires": "date",
    "made": "date",
    "verb": "topic or verb",
    "query": "field and what it says",
}


class Clause(NamedTuple):
    """One clause of a template: the word that opens it, what follows, and whether it must be said."""

    word: str
    slot: str
    required: bool


@dataclass(frozen=True, eq=False, slots=True)
class Template:
    """One kind of sentence. `verbs` are the words or the sign that open it, the usual one first; a bare template has none."""

    text: str
    verbs: tuple[str, ...]
    head: tuple[str, ...]
    head_required: bool
    clauses: tuple[Clause, ...]
    #: The words that open its clauses.
    reserved: frozenset[str]

    @property
    def slots(self) -> tuple[str, ...]:
        """Everything that can be said in it, the head first."""
        return (*self.head, *(clause.slot for clause in self.clauses))

    @property
    def usage(self) -> str:
        """The template as help shows it, with words a person knows in place of its slots."""
        said = re.sub(r"\{(note|wanted|problem)\}", '"…"', self.text)
        return re.sub(r"\{(\w+)\}", lambda slot: f"{{{_HUMAN.get(slot[1], slot[1])}}}", said)


class Grammar:
    """The templates of one command, found by their first word."""

    def __init__(self, templates: Iterable[Template]) -> None:
        #: A head that wants a number is the more exact one, so it is read first.
        ordered = sorted(templates, key=lambda template: template.head[:1] != ("quantity",))
        self.bare = [template for template in ordered if not template.verbs]
        self.verbs = sorted({verb for template in ordered for verb in template.verbs})
        self._by_verb: dict[tuple[str, ...], list[Template]] = {}
        for template in ordered:
            for verb in template.verbs:
                self._by_verb.setdefault(tuple(verb.split()), []).append(template)
        self._longest = max((len(verb) for verb in self._by_verb), default=0)

    def opening(self, text: str) -> tuple[list[Template], list[Token]]:
        """The templates of the verb that opens a sentence, and the words after it; without a known verb the bare ones and all words."""
        stripped = text.lstrip()
        sign = SIGNS.get(stripped[:1], "")
        if (sign,) in self._by_verb:
            # "--5" is what some keyboards make of a dash.
            return self._by_verb[(sign,)], tokenise(text, len(text) - len(stripped.lstrip(stripped[:1])))
        tokens = tokenise(text)
        for length in range(min(self._longest, len(tokens)), 0, -1):
            verb = tuple(token.word for token in tokens[:length])
            if verb in self._by_verb:
                return self._by_verb[verb], tokens[length:]
        return self.bare, tokens

    def beside(self, template: Template) -> list[Template]:
        """All templates that open with a verb of this one, and so are what a sentence may mean that opens with it."""
        return [one for verb in template.verbs for one in self._by_verb[tuple(verb.split())]] or self.bare

    def stands_alone(self, verb: str) -> bool:
        """Whether a verb is a whole sentence by itself."""
        return any(
            not template.head_required and not any(clause.required for clause in template.clauses)
            for template in self._by_verb[tuple(verb.split())]
        )

    def nearest(self, text: str) -> tuple[str, ...]:
        """The verbs that begin with the first word of a text, else those that look most like it, best first."""
        first = (text.casefold().split(maxsplit=1) or [""])[0]
        if first in _ASKING:
            return ()
        begun = tuple(verb for verb in self.verbs if first and verb.startswith(f"{first} "))
        alike = 0.7 if len(first) > 3 else 0.6  # two letters swapped are a third of a short word
        return begun[:5] or (tuple(get_close_matches(first, self.verbs, n=3, cutoff=alike)) if len(first) > 2 else ())


def compile_template(text: str, *, aliases: tuple[str, ...] = ()) -> Template:
    """The template of a route. Aliases are other verbs for the same ("borrow" for "out"). ValueError for what this grammar cannot read."""
    verb, head, clauses = "", list[str](), list[Clause]()
    optional, head_required, word = False, True, ""
    for piece in _PIECE.finditer(text):
        kind, said = str(piece.lastgroup), piece[0]
        if kind in ("open", "close"):
            optional = kind == "open"
        elif kind != "slot":
            word = "at" if said == "@" else said
            if not head and not optional and not clauses:
                verb, word = f"{verb} {word}".strip(), ""
        elif word:
            clauses.append(Clause(word, piece["slot"], not optional))
            word = ""
        else:
            head.append(piece["slot"])
            head_required = not optional
    verbs, reserved = (verb, *aliases) if verb else (), frozenset(clause.word for clause in clauses)
    template = Template(text, verbs, tuple(head), head_required and bool(head), tuple(clauses), reserved)
    _require_readable(template, dangling=word)
    return template


def _require_readable(template: Template, *, dangling: str) -> None:
    if dangling or not template.reserved <= CLAUSE_WORDS or len(template.reserved) < len(template.clauses):
        raise ValueError(f"each clause needs its own word, one of {sorted(CLAUSE_WORDS)}, and a slot: {template.text}")
    if len(template.head) > 2 or (len(template.head) == 2 and template.head[0] != "quantity" and template.head[1] != WORDS):
        raise ValueError(f"only a quantity, and a name from words, can be told from the slot after it: {template.text}")


def render(template: Template, slots: Mapping[str, str], *, whole: bool = False) -> str:
    """The sentence that reads back as these slots. A slot that is not given leaves its clause out.

    `whole` keeps the words of a name behind a number together, so that none of them is read as what the number counts.
    """
    verb = template.verbs[0] if template.verbs else ""
    head = [_said_in_head(template, slot, slots, whole=whole) for slot in template.head if slots.get(slot)]
    clauses = [f"{clause.word} {_said(clause.slot, slots[clause.slot])}" for clause in template.clauses if slots.get(clause.slot)]
    sentence = " ".join([*head, *clauses])
    return verb + sentence if verb in SIGNS else f"{verb} {sentence}".strip()


def _said_in_head(template: Template, slot: str, slots: Mapping[str, str], *, whole: bool) -> str:
    value = slots[slot]
    if WORDS in template.head:
        return quoted(value) if slot == WORDS or len(tokenise(value)) > 1 else _said(slot, value)
    if slot == "quantity":
        return value
    if whole or " " in slots.get("quantity", ""):  # behind a unit only quotes tell where the name begins
        return quoted(value)
    looks_like_more = not template.verbs or MENTION.search(value) or (NUMBER.match(value) and len(tokenise(value)) > 1)
    return quoted(value) if looks_like_more else _said(slot, value)


def _said(slot: str, value: str) -> str:
    holds_mention = MENTION.search(value) and not MENTION.fullmatch(value)
    if slot == "note" or holds_mention or '"' in value or value != " ".join(value.split()):
        return quoted(value)
    return quoted(value) if any(token.word in CLAUSE_WORDS for token in tokenise(value)) else value
