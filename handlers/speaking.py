"""From a typed sentence to the one route that answers it, its names resolved; a refusal gets its ways on as sentences to press."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlmodel import Session

from handlers import slots
from handlers.meant import (
    LONGEST_CARRIED,
    by_number,
    codes_in,
    counting,
    longer_verb,
    said_otherwise,
    said_there,
    to_say,
    until_then,
    with_the_rest_noted,
)
from handlers.routes import COMMANDS, UNSAID, Offer, Press, Reply, Request, Route, Table, WayOn
from handlers.sentences import Misread, Reading, misread, parse, plainly
from handlers.templates import render
from handlers.typed import normalise
from handlers.views.parts import Marked, clipped, said
from handlers.ways_on import fills_in, releases
from models import finding, packs
from models.members import require, telling_whom_to_ask
from models.refusals import Ambiguous, ByNumber, Choice, Expired, Former, Mistyped, NotFound, Refusal, UnknownUnit


class Sentence(NamedTuple):
    """What somebody said, taken apart: the command (none in a direct message), the words, and the ways to read them.

    Where some of them are plain, the others are looked for only when none of those resolves.
    """

    command: str
    text: str
    readings: list[Reading]


#: Which list shows what could stand in a slot that a sentence lacks, and what could be meant by a verb alone.
_LISTED = {"order": "orders", "kit": "kits", "return": "mine", "extend": "mine", "give": "mine", "lost": "mine", "cancel": "bookings"}

#: A reading, and what its slots hold.
Meaning = tuple[Reading, Mapping[str, Any]]


class Declined(Refusal):
    """A refusal of a sentence, with the buttons that would lead on; `more` says that its own choices are ways on besides."""

    def __init__(self, refusal: Refusal, offers: Sequence[WayOn], *, more: bool = False) -> None:
        super().__init__(refusal.text, field=refusal.field, choices=refusal.choices)
        self.refusal = refusal
        self.offers = list(offers)
        self.more = more


def heard(table: Table, command: str, text: str) -> Sentence:
    """Takes a sentence apart. In a direct message a leading "stock" or "checkout" is the command. Refuses what fits no template."""
    text = normalise(text)
    first, _, rest = text.partition(" ")
    if command == UNSAID and f"/{first.lower().lstrip('/')}" in COMMANDS and rest:
        command, text = f"/{first.lower().lstrip('/')}", rest
    try:
        grammar = table.grammars[command]
        return Sentence(command, text, plainly(text, grammar) or parse(text, grammar, command=command))
    except Misread as misreading:
        raise _unread(table, command, text, misreading) from misreading


def _unread(table: Table, command: str, text: str, misreading: Misread, *, besides: Sequence[WayOn] = ()) -> Declined:
    """What could not be read, with the verbs that look like its first word: in its place, alone where they stand so, else asked help for.

    Of what opens with no verb at all, help follows: somebody may be new here.
    """
    grammar = table.grammars[command]
    alone = [verb if grammar.stands_alone(verb) else f"help {verb}" for verb in misreading.nearest]
    asked = [said for said in misreading.put_right if len(said) <= LONGEST_CARRIED]
    asked += until_then(table, command, text) if "until" in misreading.missing else []
    asked += longer_verb(table, command, text) if "quantity" in misreading.missing else []
    asked += [] if misreading.read else said_otherwise(table, command, text)[:3]
    then = alone[: 4 - len(asked)]
    then += [_LISTED[word] for word in (*misreading.missing, text.casefold()) if _LISTED.get(word) in grammar.verbs]
    then += [] if misreading.read else ["help"]
    offers = [*(to_say(command, one) for one in asked), *besides, *(to_say(command, one) for one in then)]
    return Declined(misreading, offers[:5])


def only_looks(table: Table, sentence: Sentence) -> bool:
    """Whether no way to read the sentence changes anything."""
    templates = table.grammars[sentence.command].beside(sentence.readings[0].template)
    return all(table.by_template[sentence.command, template].looks for template in templates)


def say(table: Table, session: Session, request: Request, sentence: Sentence) -> Reply:
    """Carries out a sentence. Refuses one that names something unknown, or that can be meant in two ways."""
    reading, values = _the_one_reading(table, session, request, sentence)
    route: Route = table.by_template[sentence.command, reading.template]
    try:
        with telling_whom_to_ask(session):
            require(request.act.by, route.needs)
            asked = request if request.command == sentence.command else replace(request, command=sentence.command)
            return route.handler(asked, session, **values)
    except Declined as declined:
        if not declined.more:
            raise
        raise _declined(sentence.command, reading, declined.refusal, own=declined.offers) from declined
    except Refusal as refusal:
        led_on = _declined(sentence.command, reading, refusal)
        led_on.offers += releases(request, session, refusal)
        led_on.offers += fills_in(reading.template.verbs[0] if reading.template.verbs else "", values, refusal)
        raise led_on from refusal


def _the_one_reading(table: Table, session: Session, request: Request, sentence: Sentence) -> Meaning:
    """The reading whose names are all known; the plain readings come first, others only where none of those resolves."""
    first: Declined | None = None
    for among in _in_turn(table, sentence):
        resolved = []
        for reading in sorted(among, key=lambda one: "kit" in one.slots):  # most of what is named is none, and a refusal says so last
            meanings, refused = _meanings(session, request, sentence.command, reading)
            resolved += meanings
            if refused is not None and (first is None or _says_more(session, request, reading, refused, first)):
                first = refused
        if len(resolved) > 1:
            raise _two_ways(session, sentence.command, resolved)
        if resolved:
            return resolved[0]
    plain = [one for one in sentence.readings if one.plain] or [one for one in sentence.readings if one.loosely is not None]
    codes = list[WayOn]()
    if first is not None and _is_no_name(first, plain):
        _lead_on(table, request, sentence, first)
        codes += codes_in(session, sentence.command, sentence.text)
    if first is not None and isinstance(first.refusal, ByNumber):
        first.offers = [by_number(table, sentence.command, plain, first.refusal.name)]
    if first is not None and plain and not _may_be_a_verb(first, plain):
        until = [to_say(sentence.command, one) for one in until_then(table, sentence.command, sentence.text)]
        first.offers = [*until, *with_the_rest_noted(session, sentence.command, plain), *codes, *first.offers][:5]
        raise _nearest_kit(session, sentence.command, plain, first) or first
    misreading = misread(sentence.text, table.grammars[sentence.command], command=sentence.command)
    raise _unread(table, sentence.command, sentence.text, misreading, besides=codes)


def _in_turn(table: Table, sentence: Sentence) -> Iterator[list[Reading]]:
    """The readings as they are tried: the plain ones, those with a clause word in a name, those in which another word stands for one."""
    plain = [reading for reading in sentence.readings if reading.plain]
    yield plain
    others = parse(sentence.text, table.grammars[sentence.command]) if plain else sentence.readings
    yield [reading for reading in others if not reading.plain and reading.loosely is None]
    yield [reading for reading in others if reading.loosely is not None]


def _lead_on(table: Table, request: Request, sentence: Sentence, first: Declined) -> None:
    """Refuses a name that nothing is called, where the words may have been a sentence: with that, and what is near to the name."""
    command, text = sentence.command, sentence.text
    if (there := said_there(table, command, text)) is not None:
        raise Declined(Refusal(f"That is said after `{there.command}`."), [there, *first.offers][:5]) from first
    meant = said_otherwise(table, command, text)[:2]
    mistyped = table.grammars[command].nearest(text)
    if not (meant or mistyped) and (so_many := counting(table, request, command, text)):
        unsaid = Refusal(Marked(f"I read *{said(clipped(text, 200))}*, but not what happens with it."))
        raise Declined(unsaid, [*so_many[:4], *first.offers][:5]) from first
    if first.offers and meant:
        raise Declined(first.refusal, [*(to_say(command, one) for one in meant), *first.offers][:5]) from first


def _says_more(session: Session, request: Request, reading: Reading, refused: Declined, first: Declined) -> bool:
    """Whether a loose reading's refusal helps more than the first one: it alone leads on, or the names behind its words are known."""
    if not reading.loosely or not isinstance(first.refusal, NotFound):
        return False
    if bool(refused.offers) != bool(first.offers):
        return bool(refused.offers)
    try:
        slots.resolve(session, request, {slot: reading.slots[slot] for slot in reading.loosely})
    except Refusal as unclear:
        return not isinstance(unclear, NotFound)
    return True


def _nearest_kit(session: Session, command: str, plain: list[Reading], first: Declined) -> Declined | None:
    """Where nothing that is lent is called that, nor nearly: the refusal that offers the kits that look alike."""
    if first.offers or not isinstance(first.refusal, NotFound):
        return None
    for reading in (one for one in plain if "kit" in one.slots):
        try:
            finding.kit(session, reading.slots["kit"])
        except NotFound as unknown:
            return _declined(command, reading, unknown) if unknown.choices else None
    return None


def _meanings(session: Session, request: Request, command: str, reading: Reading) -> tuple[list[Meaning], Declined | None]:
    """What a reading can mean, or why nothing: the words behind its number may name the item, or begin with what is counted ("box").

    What is named exactly comes before what only has the words, as everywhere; two that are alike in that are both meant.
    """
    named, refused = _resolved(session, request, command, reading)
    if not reading.in_units:
        return named, refused
    known = packs.any_counted_in(session, [slots["quantity"].partition(" ")[2] for slots in reading.in_units])
    if named and not known:
        return named, None
    tried = [_resolved(session, request, command, reading._replace(slots=slots, in_units=())) for slots in reading.in_units]
    measured = [meaning for meanings, _ in tried for meaning in meanings]
    if not named:
        helps = next((why for _, why in tried if why and _knows_the_item(why, known=known)), None)
        return measured, helps if helps and refused and refused.field == "item" else refused
    found = [*(meaning for meaning in named if all(meaning[1] != values for _, values in measured)), *measured]
    several = next((why for _, why in tried if why and _knows_several(why)), None)
    if len(found) == 1 and (measured or not several):
        return found, None
    exact = [meaning for meaning in found if _is_named(session, meaning[0])]
    return exact or (found if measured else []), several


def _knows_the_item(refused: Declined, *, known: bool) -> bool:
    """Whether behind a unit an item was found, but not that unit of it, or not which one, or something else is wrong.

    That helps more than that nothing is called by a name with the unit in it.
    """
    no_such_unit = isinstance(refused.refusal, UnknownUnit) and (known or len(refused.choices) > 1)
    return no_such_unit or (known and (_knows_several(refused) or refused.field not in {"item", "quantity"}))


def _knows_several(refused: Declined) -> bool:
    return isinstance(refused.refusal, Ambiguous) and refused.field == "item"


def _is_named(session: Session, reading: Reading) -> bool:
    return bool(finding.items_named(session, reading.slots[reading.template.head[1]]))


def _resolved(session: Session, request: Request, command: str, reading: Reading) -> tuple[list[Meaning], Declined | None]:
    try:
        return [(reading, slots.resolve(session, request, reading.slots))], None
    except Refusal as refusal:
        return [], _declined(command, reading, refusal)


def _is_no_name(declined: Declined, plain: list[Reading]) -> bool:
    """A bare name that nothing is called, so far as that is sure."""
    unknown = isinstance(declined.refusal, NotFound) and not isinstance(declined.refusal, Former | Mistyped)
    return unknown and all(not reading.template.verbs for reading in plain)


def _may_be_a_verb(declined: Declined, plain: list[Reading]) -> bool:
    """A bare name that nothing is called, and nothing nearly: perhaps its first word was meant as a verb."""
    return _is_no_name(declined, plain) and not declined.refusal.choices


def _declined(command: str, reading: Reading, refusal: Refusal, *, own: Sequence[WayOn] = ()) -> Declined:
    """The refusal with its ways on: those that it has brought along, and the sentence said otherwise."""
    offers = [*own, *(_insisting(command, reading) if isinstance(refusal, Expired) else ())]
    required = {clause.slot for clause in reading.template.clauses if clause.required}
    sayable = [choice for choice in refusal.choices if choice.value or choice.field not in required]
    return Declined(refusal, [*offers, *(_offer(command, reading, choice) for choice in sayable)][:5])


def _insisting(command: str, reading: Reading) -> list[WayOn]:
    """What has expired may be used anyway: the button asks why, and says the same sentence with the reason."""
    said = render(reading.template, reading.slots)
    return [Press("Use it anyway", "lot.insist", {"c": command, "t": said})] if len(said) <= LONGEST_CARRIED else []


def _offer(command: str, reading: Reading, choice: Choice) -> Offer:
    said_there = reading.template.slots
    field = next((name for name in (choice.field, *slots.SAME_AS.get(choice.field, ())) if name in said_there), choice.field)
    return Offer(choice.label, command, render(reading.template, {**reading.slots, field: choice.value}))


def _two_ways(session: Session, command: str, meanings: list[Meaning]) -> Declined:
    """Asks which one is meant: as the sentences to say, or as so much of what, where they differ in what is counted."""
    sentences = [render(reading.template, reading.slots, whole=bool(reading.in_units)) for reading, _ in meanings[:5]]
    labels = [f"{command} {said}".strip() for said in sentences]
    if len({reading.template for reading, _ in meanings}) == 1 and any(" " in reading.slots.get("quantity", "") for reading, _ in meanings):
        amounts = [slots.so_much(session, values) for _, values in meanings[:5]]
        labels = amounts if len(set(amounts)) == len(amounts) else labels
    offers = [Offer(label, command, said) for label, said in zip(labels, sentences, strict=True)]
    return Declined(Refusal("That can be meant in more than one way. Which one?"), offers)
