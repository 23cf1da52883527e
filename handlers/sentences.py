"""Reading typed commands: which template a sentence follows, and what stands in its slots.

A verb's clause words split its sentence, so names need no quotes and clauses come in any order. Where such a word may belong to a name
("USB-C to HDMI adapter"), there are several readings: who calls knows the names, and takes the one that resolves.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice, pairwise, product
from typing import NamedTuple

from handlers.blanks import EXAMPLES, MISSING
from handlers.clause_words import as_clauses, standing_for
from handlers.templates import CLAUSE_WORDS, WORDS, Clause, Grammar, Template, render
from handlers.typed import NUMBER, Token, unquoted
from handlers.views.parts import Marked, clipped, code, said
from models.packs import MOST_WORDS
from models.refusals import Refusal
from models.wording import listed

#: A number with its unit close behind it.
_GLUED = re.compile(r"[0-9][0-9.,]*(?=[^\W\d_])(?![xX×](?:\s|\Z))")

#: A sentence full of clause words has thousands of readings; the likeliest ones are enough.
MOST_READINGS = 64


class Reading(NamedTuple):
    """One way to understand a sentence. A plain reading lets every clause word open its clause; in the others some belong to a name.

    `repeated` is a clause word that the sentence has twice ("I read *to* twice"), or nothing. `in_units` are its slots once more for each
    way to take the first words of the name as what the number counts: "3" of "box M8 bolt" may be "3 box" of "M8 bolt".
    """

    template: Template
    slots: dict[str, str]
    plain: bool
    repeated: str | None
    in_units: tuple[dict[str, str], ...] = ()
    #: The slots filled by clauses that another word was taken to open; None where the sentence was read as it stands.
    loosely: tuple[str, ...] | None = None


class Misread(Refusal):
    """A sentence that no template fits: what was read, which slots it lacks, and the verbs nearest to one that is not known.

    `put_right` are sentences of these words that it fits, where only a clause word was missing: with that, and without what it opens.
    """

    def __init__(
        self,
        text: str,
        *,
        read: str = "",
        missing: tuple[str, ...] = (),
        nearest: tuple[str, ...] = (),
        put_right: tuple[str, ...] = (),
    ) -> None:
        super().__init__(text, field=missing[0] if missing else None)
        self.read = read
        self.missing = missing
        self.nearest = nearest
        self.put_right = put_right


class _Sentence(NamedTuple):
    """A sentence taken apart: the templates of its verb, the words after it, and the places of those that open a clause of any of them."""

    text: str
    templates: list[Template]
    tokens: list[Token]
    openers: list[int]
    #: The words that open a clause of any of the templates.
    reserved: frozenset[str]

    def counts(self) -> bool:
        """Whether it starts with a number and a name ("5 bolt") where its verb takes them: no serial is meant then."""
        head = self.tokens[: min(self.openers, default=len(self.tokens))]
        number = NUMBER.match(self.text, head[0].start) if head else None
        takes_numbers = any(template.head[:1] == ("quantity",) for template in self.templates)
        return number is not None and takes_numbers and head[-1].start >= number.end()

    def repeated(self) -> str | None:
        """The first clause word that is there twice."""
        words = [self.tokens[position].word for position in self.openers]
        return next((word for word in words if words.count(word) > 1), None)


def parse(text: str, grammar: Grammar, *, command: str = "") -> list[Reading]:
    """Every way to read a normalised sentence, the plain ones first; Misread where nothing fits.

    The caller resolves the names: the plain reading that resolves is used, else the one of the others that does; two ask. Where none does
    and none was plain, `misread` says why.
    """
    sentence = _take_apart(text, grammar)
    readings = [*_all_readings(sentence), *_loose_readings(sentence, grammar)]
    if not readings:
        raise misread(text, grammar, command=command)
    return sorted(readings, key=lambda reading: not reading.plain) if len(readings) > 1 else readings


def plainly(text: str, grammar: Grammar) -> list[Reading]:
    """Only its plain readings: mostly there is one, and nobody has to look for others."""
    return list(_all_readings(_take_apart(text, grammar), only_plain=True))


def _all_readings(sentence: _Sentence, *, only_plain: bool = False) -> Iterator[Reading]:
    counts, repeated = sentence.counts(), sentence.repeated()
    for template in sentence.templates:
        yield from _readings(template, sentence, counts, repeated, only_plain=only_plain)


def _loose_readings(sentence: _Sentence, grammar: Grammar) -> Iterator[Reading]:
    """The readings in which words stand for clause words that the verb has, and a number stands apart from its unit ("1.5m")."""
    text, templates, tokens, _, reserved = sentence
    if templates is grammar.bare:
        return
    apart = _GLUED.match(text, tokens[0].start) if tokens else None
    if apart is not None and not sentence.counts() and any(template.head[:1] == ("quantity",) for template in templates):
        again = _take_apart(f"{text[: apart.end()]} {text[apart.end() :]}", grammar)
        yield from (reading._replace(plain=False, loosely=()) for reading in _all_readings(again, only_plain=True))
        yield from _loose_readings(again, grammar)
    for changed, words in standing_for(tokens, reserved):
        again = _sentence(text, templates, changed, reserved)
        for template in templates:
            reading = next(_readings(template, again, again.counts(), None, only_plain=True), None)
            if reading is not None:
                filled = tuple(clause.slot for clause in template.clauses if clause.word in words)
                yield reading._replace(plain=False, loosely=filled)


def misread(text: str, grammar: Grammar, *, command: str = "") -> Misread:
    """What a sentence lacks, put as a refusal with an example that opens with `command`."""
    sentence = _take_apart(text, grammar)
    if not sentence.templates or sentence.templates is grammar.bare:
        return _unknown(text, grammar, command)
    best = min((_attempt(template, sentence) for template in sentence.templates), key=_Attempt.distance)
    read, problem = _problem(best, sentence)
    slots = best.slots | {slot: EXAMPLES.get(slot, slot) for slot in best.missing}
    put = {}
    if best.left_over and not _opens_clause(best.left_over):
        put = {clause.slot: best.left_over for clause in best.template.clauses[:1] if clause.slot not in slots}
    example = render(best.template, slots | put)
    told = Marked(f"I read *{_short(read)}*, but {problem}. Try {_as_code(command, example)}.")
    right = (example, render(best.template, slots)) if put and not best.missing and not best.foreign else ()
    return Misread(told, read=read, missing=tuple(best.missing), put_right=right)


def _take_apart(text: str, grammar: Grammar) -> _Sentence:
    templates, tokens = grammar.opening(text)
    reserved: frozenset[str] = frozenset().union(*(template.reserved for template in templates))
    return _sentence(text, templates, as_clauses(text, tokens, reserved), reserved)


def _sentence(text: str, templates: list[Template], tokens: list[Token], reserved: frozenset[str]) -> _Sentence:
    return _Sentence(text, templates, tokens, [position for position, token in enumerate(tokens) if token.word in reserved], reserved)


def _readings(
    template: Template, sentence: _Sentence, counts: bool, repeated: str | None, *, only_plain: bool = False
) -> Iterator[Reading]:
    """The readings of one template, most clause words first; of a word said twice the later one is likelier to open its clause."""
    text, _, tokens, openers, _ = sentence
    fits = template.head[:1] == ("quantity",) or not counts
    if only_plain and not fits:
        return
    for chosen in sorted(islice(_ways(template, tokens, openers), MOST_READINGS), key=len, reverse=True):
        plain = fits and _is_plain(chosen, tokens, openers)
        slots = _fill(template, text, tokens, chosen) if plain or not only_plain else None
        if slots is None:
            continue
        ways, sure = _with_units(template, slots, text, tokens[: min(chosen, default=len(tokens))])
        if sure:
            yield Reading(template, ways[-1], plain, repeated)
        if not (sure and only_plain):
            yield Reading(template, slots, plain and not sure, repeated, () if sure else ways)


def _with_units(template: Template, slots: dict[str, str], text: str, head: list[Token]) -> tuple[tuple[dict[str, str], ...], bool]:
    """Each way to take the first words behind a number as a unit; and whether the last one is sure, because quotes hold all of the name."""
    if len(template.head) < 2 or template.head[0] != "quantity" or not head:
        return (), False
    number = NUMBER.match(text, head[0].start)
    words = [token for token in head if number and token.start >= number.end()]
    ways = []
    for length in range(1, min(len(words), MOST_WORDS + 1)):
        last, name = words[length - 1], words[length:]
        if last.quoted or last.word in CLAUSE_WORDS or last.word in {",", "of"}:
            break
        if name[0].word == "of" and len(name) > 1:
            name = name[1:]
        quantity = f"{slots['quantity']} {text[words[0].start : last.end]}"
        if called := _value(text, name):
            ways.append(slots | {"quantity": quantity, template.head[1]: called})
        if called and len(name) == 1 and name[0].quoted:
            return tuple(ways), True
    return tuple(ways), False


def _ways(template: Template, tokens: list[Token], openers: list[int]) -> Iterator[dict[int, Clause]]:
    """Each way to let some of the clause words open a clause: the place of the word, with its clause."""
    choices: list[list[int | None]] = []
    for clause in template.clauses:
        places: list[int | None] = [position for position in reversed(openers) if tokens[position].word == clause.word]
        choices.append(places if clause.required else [*places, None])
    for way in product(*choices):
        yield {position: clause for position, clause in zip(way, template.clauses, strict=True) if position is not None}


def _is_plain(chosen: Mapping[int, Clause], tokens: list[Token], openers: list[int]) -> bool:
    """Whether every clause word opens its clause; behind an open `note` without quotes they may all belong to the note as well."""
    note = next((position for position, clause in chosen.items() if clause.word == "note"), None)
    if note is not None and not tokens[note + 1].quoted and note == max(chosen):
        openers = [position for position in openers if position <= note]
    return sorted(chosen) == openers


def _fill(template: Template, text: str, tokens: list[Token], chosen: Mapping[int, Clause]) -> dict[str, str] | None:
    """The slots of one way to read a sentence; None where something is empty or left over."""
    slots = _fill_head(template, text, tokens[: min(chosen, default=len(tokens))])
    if slots is None:
        return None
    slots |= _fill_clauses(text, tokens, chosen)
    return slots if all(slots.values()) else None


def _fill_clauses(text: str, tokens: list[Token], chosen: Mapping[int, Clause]) -> dict[str, str]:
    places = sorted(chosen)
    return {chosen[place].slot: _value(text, tokens[place + 1 : end]) for place, end in pairwise([*places, len(tokens)])}


def _fill_head(template: Template, text: str, tokens: list[Token]) -> dict[str, str] | None:
    if not template.head or not tokens:
        return {} if not tokens and not template.head_required else None
    if WORDS in template.head:
        return _fill_words(template.head[0], text, tokens)
    if template.head[0] != "quantity":
        return {template.head[0]: _value(text, tokens)}
    number = NUMBER.match(text, tokens[0].start)
    if number is None:
        return None
    rest = [token for token in tokens if token.start >= number.end()]
    if len(template.head) == 1:
        return None if rest else {"quantity": number[1]}
    return {"quantity": number[1], template.head[1]: _value(text, rest)}


def _fill_words(name: str, text: str, tokens: list[Token]) -> dict[str, str]:
    """A name and words about it: in quotes at the end, else everything behind the first word."""
    if len(tokens) == 1:
        return {name: _value(text, tokens)}
    if tokens[-1].quoted:
        return {name: _value(text, tokens[:-1]), WORDS: tokens[-1].text.strip()}
    return {name: _value(text, tokens[:1]), WORDS: text[tokens[1].start : tokens[-1].end]}


def _value(text: str, tokens: list[Token]) -> str:
    value = unquoted(text, tokens) if tokens else ""
    return value if value.strip() else ""


class _Attempt(NamedTuple):
    """How far one template got with a sentence that it does not fit."""

    template: Template
    slots: dict[str, str]
    missing: list[str]
    left_over: str
    foreign: list[str]
    counted_in_vain: bool

    def distance(self) -> tuple[bool, int, int]:
        return bool(self.left_over) or self.counted_in_vain, len(self.missing), len(self.foreign)


def _attempt(template: Template, sentence: _Sentence) -> _Attempt:
    """The sentence with each clause word opening its clause; what stands behind a word that this template does not have is dropped."""
    text, _, tokens, openers, _ = sentence
    last = {tokens[position].word: position for position in openers}
    known = {clause.word: clause for clause in template.clauses}
    foreign = [word for word in last if word not in known]
    chosen = {position: known.get(word, Clause(word, "", required=False)) for word, position in last.items()}
    head = tokens[: min(chosen, default=len(tokens))]
    slots = _fill_head(template, text, head)
    if slots is None:
        slots = {template.head[-1]: _value(text, head)} if template.head else {}
    slots |= _fill_clauses(text, tokens, chosen)
    slots.pop("", None)
    wanted = [*(template.head if template.head_required else ()), *(clause.slot for clause in template.clauses if clause.required)]
    missing = [slot for slot in dict.fromkeys([*wanted, *slots]) if not slots.get(slot)]
    left_over = "" if template.head else _value(text, head)
    return _Attempt(template, slots, missing, left_over, foreign, template.head[:1] != ("quantity",) and sentence.counts())


def _problem(best: _Attempt, sentence: _Sentence) -> tuple[str, str]:
    """What was read, and what is wrong with it: the gravest of its faults."""
    if best.left_over:
        return best.template.verbs[0], f"not *{_short(best.left_over)}*"
    if best.missing:
        questions = {clause.slot: MISSING[clause.word] for clause in best.template.clauses if clause.word in MISSING}
        return sentence.text, f"not {listed([questions.get(slot) or MISSING.get(slot, f'the {slot}') for slot in best.missing])}"
    if best.foreign:
        return sentence.text, f"*{said(best.foreign[0])}* has no place there; put quotes around a name that contains it"
    return sentence.text, f"*{said(sentence.repeated() or 'it')}* stands there twice; put quotes around a name that contains it"


def _opens_clause(text: str) -> bool:
    return text.partition(" ")[0].casefold() in CLAUSE_WORDS


def _unknown(text: str, grammar: Grammar, command: str) -> Misread:
    nearest = grammar.nearest(text)
    way_on = f"Did you mean {_as_code(command, nearest[0])}?" if nearest else f"Try {_as_code(command, 'help')}."
    fact = f"I don't know *{_short(text)}*." if text.strip() else "There is nothing to read."
    return Misread(Marked(f"{fact} {way_on}"), nearest=nearest)


def _as_code(command: str, sentence: str) -> str:
    return code(" ".join(filter(None, [command, sentence.replace("`", "'")])))


def _short(text: str) -> str:
    return said(clipped(text, 200))
