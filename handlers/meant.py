"""What somebody may have meant whose sentence opens with no verb, or names nothing: other sentences, to be pressed."""

import re

from sqlmodel import Session

from handlers.date_words import lasts, says_when
from handlers.routes import COMMANDS, Offer, Request, Table
from handlers.sentences import Misread, Reading, parse
from handlers.templates import render
from handlers.typed import NUMBER, tokenise
from models import finding

#: A button carries a sentence up to this length.
LONGEST_CARRIED = 1_500
#: So many words may come before the verb ("could you please move"); codes are looked for among so many.
MOST_BEFORE, MOST_CODES = 4, 3
#: A day is said in so many words: "next friday 9:00".
MOST_OF_A_DAY = 3
#: What is most often done with so many of something.
_COUNTING = ("-", "+", "=", "move ", "out ", "return ")
_SIGN_BEHIND = re.compile(r"(?P<name>.+?) (?P<sign>[-+=]) ?(?P<number>[0-9][0-9.,]*)(?P<rest> .*)?")


def to_say(command: str, sentence: str) -> Offer:
    """The button that says a sentence, which is its label."""
    return Offer(f"{command} {sentence}".strip(), command, sentence)


def said_otherwise(table: Table, command: str, text: str) -> list[str]:
    """Sentences with the same words that can be read.

    They begin with a verb that stands further on ("I lost SN-1") or at the end ("SN-1 return", "bolts +5"), or with one that looks like the
    first word ("mvoe 5 M8 bolt to Van 3").
    """
    words = text.split(" ")
    if len(words) < 2 or len(text) > LONGEST_CARRIED:
        return []
    nearest, rest = table.grammars[command].nearest(text), " ".join(words[1:])
    behind = _SIGN_BEHIND.fullmatch(text)
    tried = [f"{behind['sign']}{behind['number']} {behind['name']}{behind['rest'] or ''}"] if behind else []
    number = next((place for place, word in enumerate(words) if NUMBER.fullmatch(word)), len(words))
    tried += [" ".join(words[begin:]) for begin in range(1, min(MOST_BEFORE + 1, number))]
    tried.append(f"{words[-1]} {' '.join(words[:-1])}")
    read = [one for one in tried if _opens_with_a_verb(table, command, one)][:1]
    return list(dict.fromkeys([*read, *(said for verb in nearest if _read(table, command, said := f"{verb} {rest}"))]))


def counting(table: Table, request: Request, command: str, text: str) -> list[Offer]:
    """So many of something, and no verb that says what happens to them ("5 bolts to Van 3", "put 5 bolts in Van 3"): what may be done."""
    words = text.split(" ")
    begin = next((place for place, word in enumerate(words[: MOST_BEFORE + 1]) if NUMBER.fullmatch(word)), None)
    if begin is None or len(text) > LONGEST_CARRIED or lasts(f"for {' '.join(words[begin : begin + 2])}"):
        return []
    so_many = " ".join(words[begin:])
    read = [(verb, reading.template) for verb in _COUNTING for reading in _read(table, command, f"{verb}{so_many}")]
    counted = [(verb, template) for verb, template in read if template.head[:1] == ("quantity",)]
    may = [verb for verb, template in counted if request.act.by.may(table.by_template[command, template].needs)]
    return [to_say(command, f"{verb}{so_many}") for verb in dict.fromkeys(may)]


def longer_verb(table: Table, command: str, text: str) -> list[str]:
    """The sentence with the longer verbs that begin with its own, so far as that can be read ("count Van 3" as "count at Van 3")."""
    first, _, rest = text.partition(" ")
    if not rest or len(text) > LONGEST_CARRIED or " at " in text:
        return []
    verbs = [verb for verb in table.grammars[command].verbs if verb.startswith(f"{first.casefold()} ")]
    return [said for verb in verbs if _read(table, command, said := f"{verb} {rest}")]


def said_there(table: Table, command: str, text: str) -> Offer | None:
    """The same sentence after the other command, where it opens with a verb of that one."""
    if command not in COMMANDS or len(text) > LONGEST_CARRIED:
        return None
    (other,) = (one for one in COMMANDS if one != command)
    return to_say(other, text) if _opens_with_a_verb(table, other, text) else None


def codes_in(session: Session, command: str, text: str) -> list[Offer]:
    """What is named in a sentence by its code: its card."""
    words = [token.text for token in tokenise(text) if len(token.text) > 2 and any(letter.isdigit() for letter in token.text)]
    return [to_say(command, word) for word in dict.fromkeys(words[:MOST_CODES]) if word != text and finding.by_code(session, word)]


def by_number(table: Table, command: str, readings: list[Reading], name: str) -> Offer:
    """A name without a number, of what is kept by number: the same with one of it, where its verb takes a number, else its card."""
    for template, said in ((reading.template, reading.slots) for reading in readings if reading.template.verbs):
        for other in (one for known, one in table.by_template if known == command and template.verbs[0] in one.verbs):
            if len(other.head) == 2 and other.head[0] == "quantity":
                clauses = {slot: text for slot, text in said.items() if slot in other.slots}
                one_of_it = render(other, {**clauses, "quantity": "1", other.head[1]: name})
                if _read(table, command, one_of_it):
                    return to_say(command, one_of_it)
    return to_say(command, name)


def until_then(table: Table, command: str, text: str) -> list[str]:
    """A day at the end, with nothing that says it is one ("extend SN-1 friday"): the sentence that lasts until then."""
    words = text.split(" ")
    tried = [(" ".join(words[:-length]), " ".join(words[-length:])) for length in range(min(MOST_OF_A_DAY, len(words) - 2), 0, -1)]
    said = [f"{what} until {when}" for what, when in tried if len(text) <= LONGEST_CARRIED and says_when(when)]
    return [one for one in said if any(reading.plain and "until" in reading.slots for reading in _read(table, command, one))][:1]


def with_the_rest_noted(session: Session, command: str, readings: list[Reading]) -> list[Offer]:
    """A serial with words behind it ("return SN-1 lens scratched"): the sentence that notes them."""
    offered = []
    for template, said in ((reading.template, reading.slots) for reading in readings):
        slot = template.head[0] if template.head else ""
        code, _, rest = said.get(slot, "").partition(" ")
        notes = "note" in template.slots and "note" not in said
        if slot in {"asset", "assets"} and notes and rest and "," not in rest and finding.by_code(session, code):
            offered.append(to_say(command, render(template, {**said, slot: code, "note": rest})))
    return offered


def _opens_with_a_verb(table: Table, command: str, text: str) -> bool:
    return any(reading.template.verbs for reading in _read(table, command, text))


def _read(table: Table, command: str, text: str) -> list[Reading]:
    """The ways to read a sentence; none where it can't be read."""
    try:
        return parse(text, table.grammars[command])
    except Misread:
        return []
