"""Typed commands are read as meant, or refused with what is missing; printing and reading are inverse."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.sentences import Misread, Reading, misread, parse
from handlers.templates import Grammar, Template, compile_template, render
from handlers.typed import SIGNS, normalise

MOVE = compile_template("move {quantity} {item} from {source} to {target} [on {date}] [note {note}]")
MOVE_ASSETS = compile_template("move {assets} to {target}")
LOOK = compile_template("{item} [on {date}]")
AT = compile_template("at {location} [on {date}]")
RECEIVE = compile_template("+{quantity} {item} [at {location}] [from {source}] [on {date}] [note {note}]")
TAKE = compile_template("-{quantity} {item} [at {location}] [to {target}] [on {date}] [note {note}]")
COUNT = compile_template("={quantity} {item} at {location} [on {date}]")
LOW = compile_template("low [at {location}]")
REORDER = compile_template("reorder {item} [at {location}] below {low} [to {high}]")
OUT = compile_template("out {assets} [to {holder}] [until {date}] [note {note}]", aliases=("borrow", "check out"))
OUT_SOME = compile_template("out {quantity} {item} [from {source}] [to {holder}] [until {date}]", aliases=("borrow", "check out"))
NEW_ITEM = compile_template("new item")
HELP = compile_template("help [{verb}]")
TEMPLATES = [MOVE, MOVE_ASSETS, LOOK, AT, RECEIVE, TAKE, COUNT, LOW, REORDER, OUT, OUT_SOME, NEW_ITEM, HELP]
GRAMMAR = Grammar(TEMPLATES)
VERBS_ONLY = Grammar([MOVE, LOW])


def read(text: str) -> Reading:
    return parse(normalise(text), GRAMMAR)[0]


def gap(text: str, grammar: Grammar = GRAMMAR) -> Misread:
    return misread(normalise(text), grammar, command="/stock")


@pytest.mark.parametrize(
    ("typed", "template", "slots"),
    [
        ("move 5 M8 bolt from Warehouse to Van 3", MOVE, {"quantity": "5", "item": "M8 bolt", "source": "Warehouse", "target": "Van 3"}),
        ("MOVE 5 M8 bolt To Van 3 From Warehouse", MOVE, {"quantity": "5", "item": "M8 bolt", "source": "Warehouse", "target": "Van 3"}),
        ("move SN-1, SN-3..5 to Van 3", MOVE_ASSETS, {"assets": "SN-1, SN-3..5", "target": "Van 3"}),
        ("M8 bolt", LOOK, {"item": "M8 bolt"}),
        ("M8 bolt on 12 May", LOOK, {"item": "M8 bolt", "date": "12 May"}),
        ('"move"', LOOK, {"item": "move"}),
        ("@van 3 on 12 May", AT, {"location": "van 3", "date": "12 May"}),
        (
            "+1,200 M8 bolt @warehouse from Acme",
            RECEIVE,
            {"quantity": "1,200", "item": "M8 bolt", "location": "warehouse", "source": "Acme"},
        ),
        ("— 2 laptop", TAKE, {"quantity": "2", "item": "laptop"}),
        ("-3x laptop", TAKE, {"quantity": "3", "item": "laptop"}),
        ("--3 laptop", TAKE, {"quantity": "3", "item": "laptop"}),
        ("-2.5 hose to <@U2|bo>", TAKE, {"quantity": "2.5", "item": "hose", "target": "<@U2>"}),
        ('-1 13" monitor @"Van to 3"', TAKE, {"quantity": "1", "item": '13" monitor', "location": "Van to 3"}),
        ("=47 m3 at van", COUNT, {"quantity": "47", "item": "m3", "location": "van"}),
        ("low", LOW, {}),
        ("low @van", LOW, {"location": "van"}),
        ("reorder m3 below 20 to 50 at van", REORDER, {"item": "m3", "location": "van", "low": "20", "high": "50"}),
        ("check out SN-1 until fri", OUT, {"assets": "SN-1", "date": "fri"}),
        ("out SN-1 <@U2> until fri", OUT, {"assets": "SN-1", "holder": "<@U2>", "date": "fri"}),
        ("out 2 hard hat from <@U2>", OUT_SOME, {"quantity": "2", "item": "hard hat", "source": "<@U2>"}),
        ("out SN-1 <@U2> <@U3>", OUT, {"assets": "SN-1 <@U2> <@U3>"}),
        ("out 2 hard hat <@U2>", OUT_SOME, {"quantity": "2", "item": "hard hat", "holder": "<@U2>"}),
        ("out 1042", OUT, {"assets": "1042"}),
        ('out "SN 1", "SN 2" note "until the end" to Bo', OUT, {"assets": '"SN 1", "SN 2"', "note": "until the end", "holder": "Bo"}),
        ("out SN-1 for 3 days", OUT, {"assets": "SN-1", "date": "for 3 days"}),
        ("out SN-1 for a couple of days to Bo", OUT, {"assets": "SN-1", "holder": "Bo", "date": "for a couple of days"}),
        ("out SN-1 to Bo by 3 weeks note for 2 days", OUT, {"assets": "SN-1", "holder": "Bo", "date": "by 3 weeks", "note": "for 2 days"}),
        ("out 2 hard hat until fri for 3 days", OUT_SOME, {"quantity": "2", "item": "hard hat", "date": "fri for 3 days"}),
        ("new item", NEW_ITEM, {}),
        ("help", HELP, {}),
        ("help move", HELP, {"verb": "move"}),
    ],
)
def test_a_sentence_is_read_as_meant(typed: str, template: Template, slots: dict[str, str]) -> None:
    reading = read(typed)
    assert (reading.template, reading.slots, reading.plain) == (template, slots, True)


def items(text: str) -> list[str]:
    return [reading.slots["item"] for reading in parse(text, GRAMMAR) if reading.template is MOVE]


def test_a_clause_word_may_belong_to_a_name() -> None:
    assert items("move 2 USB-C to HDMI adapter from A to B") == ["USB-C to HDMI adapter", "USB-C"]
    assert items("move 2 salt from the earth from pantry to van") == ["salt from the earth", "salt"]


def test_a_reading_tells_the_word_that_was_said_twice() -> None:
    (reading, *_) = parse("move 2 salt from the earth from pantry to van", GRAMMAR)
    assert (reading.repeated, reading.plain) == ("from", False)


def test_the_plain_reading_comes_before_those_with_clause_words_in_names() -> None:
    readings = parse("-2 bolt at van", GRAMMAR)
    assert [(reading.plain, reading.slots["item"]) for reading in readings] == [(True, "bolt"), (False, "bolt at van")]


def test_behind_an_open_note_both_readings_are_plain_so_that_nobody_guesses() -> None:
    plain = [reading.slots for reading in parse("out SN-1 note give to Ana", GRAMMAR) if reading.plain]
    assert plain == [{"assets": "SN-1", "note": "give", "holder": "Ana"}, {"assets": "SN-1", "note": "give to Ana"}]


def test_a_quoted_note_ends_where_its_quote_does() -> None:
    plain = [reading.slots for reading in parse('out SN-1 note "give" to Ana', GRAMMAR) if reading.plain]
    assert plain == [{"assets": "SN-1", "note": "give", "holder": "Ana"}]


def loosely(text: str) -> list[tuple[dict[str, str], tuple[str, ...]]]:
    readings = parse(normalise(text), GRAMMAR)
    return [(reading.slots, reading.loosely) for reading in readings if reading.loosely is not None and not reading.plain]


@pytest.mark.parametrize(
    ("typed", "slots", "filled"),
    [
        ("-5 bolt from van 3", {"quantity": "5", "item": "bolt", "location": "van 3"}, ("location",)),
        ("+5 bolt into van 3", {"quantity": "5", "item": "bolt", "location": "van 3"}, ("location",)),
        ("low in van 3", {"location": "van 3"}, ("location",)),
        ("out SN-1 till fri", {"assets": "SN-1", "date": "fri"}, ("date",)),
        ("out SN-1 for job 7", {"assets": "SN-1", "note": "job 7"}, ("note",)),
        ("out SN-1 for job 7 for 3 days", {"assets": "SN-1", "note": "job 7", "date": "for 3 days"}, ("note",)),
        ("-1.5m hose at van 3", {"quantity": "1.5", "item": "m hose", "location": "van 3"}, ()),
    ],
)
def test_a_word_may_stand_for_one_that_opens_a_clause(typed: str, slots: dict[str, str], filled: tuple[str, ...]) -> None:
    assert (slots, filled) in loosely(typed)


@pytest.mark.parametrize(
    "typed", ["move 5 bolt from A to B", "-5 bolt at van 3", "bolt in van 3", '-5 "bolt from van 3"', "out SN-1 for 3 days"]
)
def test_words_that_the_verb_has_and_bare_names_are_read_as_they_stand(typed: str) -> None:
    assert loosely(typed) == []


def units(text: str) -> list[tuple[str, str]]:
    readings = [reading for reading in parse(normalise(text), GRAMMAR) if reading.plain]
    return [(slots["quantity"], slots["item"]) for reading in readings for slots in reading.in_units]


@pytest.mark.parametrize(
    ("typed", "ways"),
    [
        ("-3 boxes M8 bolt", [("3 boxes", "M8 bolt"), ("3 boxes M8", "bolt")]),
        ("-3 boxes of M8", [("3 boxes", "M8")]),
        ("-3 bolt", []),
        ('-3 "box M8"', []),
        ("-3 a b c d e", [("3 a", "b c d e"), ("3 a b", "c d e"), ("3 a b c", "d e")]),
        ("move 2.5 m hose from A to B", [("2.5 m", "hose")]),
        ("-3 bolt, nut", [("3 bolt", ", nut")]),
        ("out 3 hard hat until fri", [("3 hard", "hat")]),
        ("hard hat", []),
    ],
)
def test_the_first_words_behind_a_number_may_be_what_it_counts(typed: str, ways: list[tuple[str, str]]) -> None:
    assert units(typed) == ways


@pytest.mark.parametrize("typed", ['-3 box "M8 bolt"', '-3 box of "M8 bolt"'])
def test_quotes_behind_a_unit_hold_all_of_the_name(typed: str) -> None:
    readings = [(reading.plain, reading.slots["quantity"], reading.slots["item"]) for reading in parse(typed, GRAMMAR)]
    assert readings[0] == (True, "3 box", "M8 bolt")
    assert readings[1][:2] == (False, "3")
    assert units(typed) == []


def test_a_name_that_is_printed_whole_has_no_unit_in_it() -> None:
    printed = render(TAKE, {"quantity": "3", "item": "box M8"}, whole=True)
    assert printed == '-3 "box M8"'
    assert units(printed) == []


@pytest.mark.parametrize(
    ("typed", "missing", "text"),
    [
        (
            "move 5 M8 bolt from Warehouse",
            ("target",),
            "I read *move 5 M8 bolt from Warehouse*, but not where to. Try `/stock move 5 M8 bolt from Warehouse to Van 3`.",
        ),
        ("move 5 bolt from to van", ("source",), "I read *move 5 bolt from to van*, but not where from."),
        ("-M8 bolt", ("quantity",), "I read *-M8 bolt*, but not how many. Try `/stock -5 M8 bolt`."),
        ("=5 bolt", ("location",), "Try `/stock =5 bolt at Warehouse`."),
        ("out", ("assets",), "I read *out*, but not which ones."),
        ("out SN-1 until", ("date",), "but not until when. Try `/stock out SN-1 until friday`."),
        ("reorder m3 at van", ("low",), "but not below how many."),
        ("low van", (), "I read *low*, but not *van*. Try `/stock low at van`."),
        ("move 5 bolt to van", ("source",), "I read *move 5 bolt to van*, but not where from."),
        ("low on friday", (), "I read *low*, but not *on friday*. Try `/stock low`."),
        (
            "move SN-1 from A to B",
            (),
            "but *from* has no place there; put quotes around a name that contains it. Try `/stock move SN-1 to B`.",
        ),
        (
            "move 2 salt from the earth from A to B",
            (),
            "but *from* stands there twice; put quotes around a name that contains it. Try `/stock move 2",
        ),
        ("new item bolt", (), "I read *new item*, but not *bolt*. Try `/stock new item`."),
    ],
)
def test_a_sentence_with_a_gap_says_what_was_read_and_what_is_missing(typed: str, missing: tuple[str, ...], text: str) -> None:
    problem = gap(typed)
    assert text in problem.text
    assert problem.missing == missing


@pytest.mark.parametrize("typed", ["", "out", "low van", "-M8 bolt", "new item bolt", "=5 bolt"])
def test_a_sentence_that_no_template_fits_is_refused(typed: str) -> None:
    with pytest.raises(Misread):
        parse(typed, GRAMMAR)


@pytest.mark.parametrize("typed", ["move 5 bolt to van", "move SN-1 from A to B", "out SN-1 until"])
def test_a_sentence_that_only_odd_names_could_save_has_no_plain_reading(typed: str) -> None:
    assert not any(reading.plain for reading in parse(typed, GRAMMAR))


def test_the_example_of_a_misread_sentence_can_be_read() -> None:
    example_sentence = gap("move 5 bolt to van").text.split("`/stock ")[1].rstrip("`.")
    assert read(example_sentence).template is MOVE


def test_an_unknown_verb_is_told_the_nearest_one() -> None:
    assert gap("mvoe 5 bolts", VERBS_ONLY).text == "I don't know *mvoe 5 bolts*. Did you mean `/stock move`?"
    assert gap("mvoe 5 bolts", VERBS_ONLY).nearest == ("move",)
    assert gap("xyzzy", VERBS_ONLY).text == "I don't know *xyzzy*. Try `/stock help`."
    assert GRAMMAR.nearest("boorow x") == ("borrow",)
    assert gap("new").text == "I don't know *new*. Did you mean `/stock new item`?"


def test_nothing_at_all_is_not_a_sentence() -> None:
    assert gap("", GRAMMAR).text == "There is nothing to read. Try `/stock help`."


def test_usage_is_the_template_in_words_that_people_know() -> None:
    assert MOVE.usage == 'move {quantity} {item} from {location} to {location} [on {date}] [note "…"]'


@pytest.mark.parametrize("text", ["move {item} {place}", "move {item} by {date}", "move {item} to", "move {item} to {a} to {b}"])
def test_a_template_that_this_grammar_cannot_read_is_a_mistake_of_the_program(text: str) -> None:
    with pytest.raises(ValueError, match="move"):
        compile_template(text)


def test_a_sentence_of_clause_words_only_is_still_read_at_once() -> None:
    assert 0 < len(parse("-1 a" + " to b on c at d note e" * 200, GRAMMAR)) <= 64


NAMES = st.one_of(
    st.text(min_size=1).filter(str.strip),
    st.lists(
        st.sampled_from(
            ["to", "from", "at", "on", "note", "below", "until", "@van", "3", "<@U2>", "move", "new", "item", '"', '13"', "a,", ",", "-"]
        ),
        min_size=1,
    ).map(" ".join),
)
NUMBERS = st.from_regex(r"[0-9]{1,3}(,[0-9]{3})?(\.[0-9])?", fullmatch=True)
UNITS = st.lists(st.sampled_from(["box", "inner", "m", "6-pack", "new", "move", "3"]), min_size=1, max_size=3).map(" ".join)
AMOUNTS = st.one_of(NUMBERS, st.tuples(NUMBERS, UNITS).map(" ".join))


@st.composite
def commands(draw: st.DrawFn) -> tuple[Template, dict[str, str]]:
    template = draw(st.sampled_from(TEMPLATES))
    required = [*(template.head if template.head_required else ()), *(clause.slot for clause in template.clauses if clause.required)]
    optional = {*template.head, *(clause.slot for clause in template.clauses)} - set(required)
    chosen = [*required, *draw(st.lists(st.sampled_from(sorted(optional)), unique=True) if optional else st.just([]))]
    return template, {slot: draw(AMOUNTS if slot == "quantity" else NAMES) for slot in chosen}


@given(commands())
@example((OUT, {"assets": "2 laptop"}))
@example((TAKE, {"quantity": "1", "item": "<@U2>"}))
@example((MOVE_ASSETS, {"assets": "1,042", "target": "3"}))
@example((AT, {"location": '"Van 3"'}))
@example((OUT, {"assets": "SN-1", "date": "fri <@U2>"}))
@example((LOOK, {"item": "-3 bolt"}))
@example((TAKE, {"quantity": "3 box", "item": "M8"}))
@example((TAKE, {"quantity": "3 box", "item": "of"}))
def test_a_printed_command_reads_back_as_itself(command: tuple[Template, dict[str, str]]) -> None:
    template, slots = command
    reading = parse(render(template, slots), GRAMMAR)[0]
    assert (reading.template, reading.slots, reading.plain) == (template, slots, True)


def test_a_printed_command_looks_like_a_typed_one() -> None:
    slots = {"quantity": "5", "item": "M8 bolt", "source": "Warehouse", "target": "Van to 3", "note": "site"}
    assert render(MOVE, slots) == 'move 5 M8 bolt from Warehouse to "Van to 3" note "site"'
    assert render(TAKE, {"quantity": "2", "item": "USB-C to HDMI"}) == '-2 "USB-C to HDMI"'


@given(st.one_of(st.text(), NAMES))
def test_no_text_is_read_as_an_act_whose_verb_was_not_typed(text: str) -> None:
    try:
        readings = parse(text, GRAMMAR)
    except Misread:
        return
    opening = text.casefold().replace("@", "at ").split()
    for verbs in {reading.template.verbs for reading in readings} - {()}:
        assert any(opening[: len(verb.split())] == verb.split() or SIGNS.get(text.lstrip()[:1]) == verb for verb in verbs)


@given(st.text())
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    sentence = normalise(text)
    assert gap(text).text
    try:
        assert parse(sentence, GRAMMAR)
    except Misread:
        return
