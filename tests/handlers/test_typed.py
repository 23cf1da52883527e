"""What phones and Slack do to a sentence is undone; quantities and serials are read exactly or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.typed import MOST_CHARACTERS, expand_serials, normalise, parse_measure, parse_quantity, quoted, tokenise, unquoted
from models.quantities import ONE, said_number
from models.refusals import Refusal


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("move 5\u00a0bolts  from\tA", "move 5 bolts from A"),
        ("note \u201con the  left\u201d", 'note "on the  left"'),
        ("Ana\u2019s  van", "Ana's van"),
        ("\u20142 laptop", "-2 laptop"),
        ("\u22122 laptop", "-2 laptop"),
        ("USB\u2013C \u2013 5", "USB\u2013C \u2013 5"),
        ("SN\u200b-1\ufeff", "SN-1"),
        ("out SN-1 <@U1|ana>", "out SN-1 <@U1>"),
        ("at <#C1|van>", "at <#C1>"),
        ("note see <https://example.com/a|example.com>", "note see example.com"),
        ("note <https://example.com/a>", "note https://example.com/a"),
        ("note <mailto:ana@example.com|ana@example.com>", "note ana@example.com"),
        ("nuts &amp; bolts &lt;5 &amp;amp;", "nuts & bolts <5 &amp;"),
        ("low\nat  van ", "low at van"),
    ],
)
def test_a_sentence_is_read_as_a_keyboard_would_have_it(typed: str, plain: str) -> None:
    assert normalise(typed) == plain


def test_a_mention_that_was_typed_by_hand_keeps_its_brackets() -> None:
    assert normalise("&lt;@U1|ana&gt;") == "<@U1|ana>"


def test_a_sentence_may_not_be_endless() -> None:
    with pytest.raises(Refusal, match="4,001 characters"):
        normalise("x" * (MOST_CHARACTERS + 1))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ('13" monitor', ['13"', "monitor"]),
        ('"13"" monitor" x', ['13" monitor', "x"]),
        ('"Monitor 13"" at', ['Monitor 13"', "at"]),
        ('a"b c"', ['a"b', 'c"']),
        ('"never closed', ['"never', "closed"]),
        ("SN-1,SN-2", ["SN-1", ",", "SN-2"]),
        ('"SN 1","SN 2"', ["SN 1", ",", "SN 2"]),
        ('@"Van to 3"', ["@", "Van to 3"]),
        ("ana@example.com @ van", ["ana@example.com", "@", "van"]),
    ],
)
def test_a_quote_opens_at_a_words_start_and_closes_at_its_end(typed: str, words: list[str]) -> None:
    assert [token.text for token in tokenise(typed)] == words


def test_an_at_sign_means_at_only_before_a_name() -> None:
    assert [token.word for token in tokenise("@van a@b @ c")] == ["at", "van", "a@b", "@", "c"]


@given(st.text())
def test_a_quoted_name_reads_back_as_itself(name: str) -> None:
    assert unquoted(quoted(name), tokenise(quoted(name))) == name


def test_thousands_of_open_quotes_are_read_in_the_blink_of_an_eye() -> None:
    assert len(tokenise('"a ' * 1000)) == 1000


@pytest.mark.parametrize(
    ("typed", "millionths"),
    [
        ("5", 5 * ONE),
        ("1,200", 1200 * ONE),
        ("2.5", 2_500_000),
        (".5", 500_000),
        ("0.000001", 1),
        ("1.200", 1_200_000),
        ("0", 0),
        ("007", 7 * ONE),
    ],
)
def test_a_quantity_is_exact(typed: str, millionths: int) -> None:
    assert parse_quantity(typed) == millionths


@pytest.mark.parametrize(
    "typed", ["", ".", "1,5", "1.200,5", "1,20,000", "12,00", "1e3", "1_000", "-1", "+1", "\u0663", "½", "1 000", "0x1", "0.0000001", "5 m"]
)
def test_what_is_not_a_quantity_or_could_mean_two_is_refused(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_quantity(typed)
    assert refused.value.field == "quantity"


def test_a_quantity_fits_a_signed_64_bit_number() -> None:
    assert parse_quantity("9,000,000,000,000.999999") < 2**63
    for typed in ("9000000000001", "9" * 5000):
        with pytest.raises(Refusal, match="the most is 9,000,000,000,000"):
            parse_quantity(typed)


@given(st.integers(0, 9_000_000_000_000 * ONE))
def test_a_printed_quantity_reads_back(millionths: int) -> None:
    assert parse_quantity(said_number(millionths)) == millionths


@pytest.mark.parametrize(
    ("typed", "number", "unit"),
    [
        ("5", 5, ""),
        ("3 boxes", 3, "boxes"),
        ("2.5m", 2.5, "m"),
        (".5 box", 0.5, "box"),
        ("1,200  inner  cartons ", 1200, "inner cartons"),
        ("3x", 3, ""),
        ("3x box", 3, "box"),
        ("2 6-packs", 2, "6-packs"),
    ],
)
def test_a_number_may_be_followed_by_what_it_counts(typed: str, number: float, unit: str) -> None:
    assert parse_measure(typed) == (int(number * ONE), unit)


@pytest.mark.parametrize("typed", ["", "box", "some boxes", "1.2.3 box", "1,5 box", "-1 box", "1e3", "½ box"])
def test_a_number_that_cannot_be_read_is_refused_with_its_unit(typed: str) -> None:
    if typed == "1e3":
        assert parse_measure(typed) == (ONE, "e3")
        return
    with pytest.raises(Refusal):
        parse_measure(typed)


@pytest.mark.parametrize(
    ("typed", "serials"),
    [
        ("SN-1042", ["SN-1042"]),
        ("SN-130..132, SN-200", ["SN-130", "SN-131", "SN-132", "SN-200"]),
        ("SN-098..101", ["SN-098", "SN-099", "SN-100", "SN-101"]),
        ("SN-130..sn-131", ["SN-130", "SN-131"]),
        ("SN-2024-8 ... 9", ["SN-2024-8", "SN-2024-9"]),
        ("7…8", ["7", "8"]),
        ("SN-1,SN-1, ,SN-1", ["SN-1"]),
        ('"SN 1..3", "a, b"', ["SN 1..3", "a, b"]),
        ("A..B", ["A..B"]),
        (",", []),
    ],
)
def test_a_list_of_serials_is_spelled_out(typed: str, serials: list[str]) -> None:
    assert expand_serials(typed) == serials


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("SN-1..101", "SN-1..101 is 101 at once; 100 are the most"),
        ("SN-1..999999999999999999", "100 are the most"),
        ("SN-1..100, TN-1", "more than 100 at once"),
        ("SN-134..130", "runs backwards"),
        ("SN-130..34", "runs backwards"),
        ("SN-1..TN-5", "the same letters"),
    ],
)
def test_a_range_that_is_too_long_or_unclear_is_refused(typed: str, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        expand_serials(typed)


def test_a_hundred_serials_are_allowed() -> None:
    assert len(expand_serials("SN-1..100")) == 100


@pytest.mark.parametrize(("typed", "ways"), [("1,5", ["1.5"]), ("0,25", ["0.25"]), ("1.000", ["1,000", "1"]), ("20.000", ["20,000", "20"])])
def test_numbers_as_other_languages_write_them_are_asked_about(typed: str, ways: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        parse_quantity(typed)
    assert [choice.value for choice in refused.value.choices] == ways
    assert all(parse_quantity(way) for way in ways)
