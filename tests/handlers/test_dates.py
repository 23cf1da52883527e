"""Dates in words are read in the person's zone, echoed in full, and never guessed."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from handlers.date_words import lasts
from handlers.dates import AmbiguousDate, Due, due, longer, past, say_day, say_due, say_late
from models.refusals import Refusal
from models.times import in_zone

BERLIN = "Europe/Berlin"
ZONES = [BERLIN, "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC"]
#: Wednesday 25 November 2026, 10:00 in Berlin.
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def local(text: str, now: datetime = NOW) -> str:
    return f"{due(text, now, BERLIN).local:%a %Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("fri", "Fri 2026-11-27 17:00"),
        ("Friday 5pm", "Fri 2026-11-27 17:00"),
        ("fri at 9", "Fri 2026-11-27 09:00"),
        ("9:30 fri", "Fri 2026-11-27 09:30"),
        ("monday morning", "Mon 2026-11-30 09:00"),
        ("next wed", "Wed 2026-12-02 17:00"),
        ("today", "Wed 2026-11-25 17:00"),
        ("tomorrow 12am", "Thu 2026-11-26 00:00"),
        ("17:00", "Wed 2026-11-25 17:00"),
        ("9:00", "Thu 2026-11-26 09:00"),
        ("10:00", "Thu 2026-11-26 10:00"),
        ("in 3 days", "Sat 2026-11-28 17:00"),
        ("3d", "Sat 2026-11-28 17:00"),
        ("2w 9:00", "Wed 2026-12-09 09:00"),
        ("in 2 hours", "Wed 2026-11-25 12:00"),
        ("27 Nov", "Fri 2026-11-27 17:00"),
        ("november 27th, 8:15", "Fri 2026-11-27 08:15"),
        ("the 12th of may", "Wed 2027-05-12 17:00"),
        ("29 feb", "Tue 2028-02-29 17:00"),
        ("2026-12-01", "Tue 2026-12-01 17:00"),
        ("2026-12-01T08:00", "Tue 2026-12-01 08:00"),
        ("13/04", "Tue 2027-04-13 17:00"),
        ("04/13", "Tue 2027-04-13 17:00"),
        ("04/04", "Sun 2027-04-04 17:00"),
        ("1.12.", "Tue 2026-12-01 17:00"),
        ("Fri 27 Nov, 17:00 UTC", "Fri 2026-11-27 18:00"),
        ("in a month", "Fri 2026-12-25 17:00"),
        ("in an hour", "Wed 2026-11-25 11:00"),
        ("the day after tomorrow", "Fri 2026-11-27 17:00"),
        ("for 3 days", "Sat 2026-11-28 17:00"),
        ("for a week", "Wed 2026-12-02 17:00"),
        ("for 2 weeks", "Wed 2026-12-09 17:00"),
        ("for an hour", "Wed 2026-11-25 11:00"),
        ("for a couple of days", "Fri 2026-11-27 17:00"),
        ("for 2 months", "Mon 2027-01-25 17:00"),
        ("for the weekend", "Mon 2026-11-30 09:00"),
        ("for tonight", "Thu 2026-11-26 09:00"),
        ("for half an hour", "Wed 2026-11-25 10:30"),
        ("end of day", "Wed 2026-11-25 17:00"),
    ],
)
def test_a_due_date_is_what_a_colleague_would_understand(said: str, meant: str) -> None:
    assert local(said) == meant


def test_friday_said_on_a_friday_is_today_until_five_and_then_next_week() -> None:
    before, after = datetime(2026, 11, 27, 15, 59, tzinfo=UTC), datetime(2026, 11, 27, 16, tzinfo=UTC)
    assert local("friday", before) == "Fri 2026-11-27 17:00"
    assert local("friday", after) == "Fri 2026-12-04 17:00"
    assert local("friday 18:00", after) == "Fri 2026-11-27 18:00"


def test_a_due_date_keeps_its_zone_and_knows_its_moment() -> None:
    five = datetime(2026, 11, 27, 22, tzinfo=UTC)
    assert due("fri", NOW, "America/New_York") == Due(five.replace(hour=17, tzinfo=None), "America/New_York", five)


def test_today_is_the_day_of_the_zone() -> None:
    late_evening = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    assert due("today", late_evening, BERLIN).local.day == 26
    assert due("tomorrow", late_evening, "UTC").local.day == 26


def test_a_time_that_the_clocks_skip_is_as_much_later() -> None:
    spring = due("28 March 2027 2:30", NOW, BERLIN)
    assert (spring.local.hour, spring.local.minute, spring.at) == (3, 30, datetime(2027, 3, 28, 1, 30, tzinfo=UTC))


def test_a_time_that_comes_twice_is_the_first() -> None:
    assert due("31 Oct 2027 2:30", NOW, BERLIN).at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_hours_are_counted_through_a_change_of_the_clocks() -> None:
    night = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    assert due("in 2 hours", night, BERLIN).at == night + timedelta(hours=2)


@pytest.mark.parametrize("said", ["yesterday", "24 Nov 2026", "last friday", "today 9:59", "2 days ago", "2026-11-25 10:00"])
def test_a_due_date_in_the_past_is_refused(said: str) -> None:
    with pytest.raises(Refusal, match=r"is past\. Say a later time") as refused:
        due(said, NOW, BERLIN)
    assert refused.value.field == "date"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "xyz",
        "5",
        "1042",
        "fri 9",
        "03 04 2026",
        "may",
        "25:00",
        "13pm",
        "at 25",
        "3m",
        "27.11",
        "9999-12-31",
        "in 9999 weeks",
        "5 bolts",
        "17:00 18:00",
    ],
)
def test_what_cannot_be_read_is_refused_with_examples(said: str) -> None:
    with pytest.raises(Refusal, match=r"Try fri, tomorrow 17:00, in 3 days or 27 Nov\."):
        due(said, NOW, BERLIN)


@pytest.mark.parametrize(("said", "words"), [("31 nov", "There is no 31 Nov 2026"), ("2026-13-01", "There is no 1 in month 13 2026")])
def test_a_day_that_does_not_exist_is_refused(said: str, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        due(said, NOW, BERLIN)


def test_a_weekday_that_does_not_fit_its_date_is_refused() -> None:
    with pytest.raises(Refusal, match="Fri 27 Nov 2026 is not a Monday"):
        due("Mon 27 Nov", NOW, BERLIN)


@pytest.mark.parametrize(
    ("said", "choices"),
    [
        ("03/04", {"Sat 3 Apr 2027": "2027-04-03", "Thu 4 Mar 2027": "2027-03-04"}),
        ("3-4-28 9:00", {"Mon 3 Apr 2028 09:00": "2028-04-03 09:00", "Sat 4 Mar 2028 09:00": "2028-03-04 09:00"}),
        ("1 / 12 / 2026", {"Tue 1 Dec 2026": "2026-12-01", "Mon 12 Jan 2026": "2026-01-12"}),
    ],
)
def test_a_date_that_means_two_days_asks_with_both(said: str, choices: dict[str, str]) -> None:
    with pytest.raises(AmbiguousDate) as asked:
        due(said, NOW, BERLIN)
    assert {choice.label: choice.value for choice in asked.value.choices} == choices
    assert {choice.field for choice in asked.value.choices} == {"date"}


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("12 May", date(2026, 5, 12)),
        ("on 12 May", date(2026, 5, 12)),
        ("26 Nov", date(2025, 11, 26)),
        ("29 feb", date(2024, 2, 29)),
        ("yesterday", date(2026, 11, 24)),
        ("mon", date(2026, 11, 23)),
        ("wed", date(2026, 11, 25)),
        ("last wed", date(2026, 11, 18)),
        ("3 days ago", date(2026, 11, 22)),
        ("a week ago", date(2026, 11, 18)),
    ],
)
def test_a_day_gone_is_the_latest_one_that_fits_and_whole(said: str, day: date) -> None:
    moment = past(said, NOW, BERLIN)
    assert moment.start.astimezone(ZoneInfo(BERLIN)).isoformat()[:19] == f"{day}T00:00:00"
    assert moment.whole_day


def test_a_local_day_has_the_hours_that_it_really_has() -> None:
    autumn, spring = past("25 Oct 2026", NOW, BERLIN), past("29 March 2026", NOW, BERLIN)
    assert (autumn.end - autumn.start, spring.end - spring.start) == (timedelta(hours=25), timedelta(hours=23))


def test_what_happened_today_happened_now_and_on_another_day_at_noon() -> None:
    assert past("today", NOW, BERLIN).at == NOW
    assert past("yesterday", NOW, BERLIN).at == datetime(2026, 11, 24, 11, tzinfo=UTC)


def test_a_time_that_is_said_is_that_minute() -> None:
    moment = past("mon 14:30", NOW, BERLIN)
    assert (moment.start, moment.at, moment.whole_day) == (moment.at, datetime(2026, 11, 23, 13, 30, tzinfo=UTC), False)
    assert moment.end - moment.start == timedelta(minutes=1)


def test_a_weekdays_hour_that_has_not_come_yet_was_last_week() -> None:
    assert past("wed 12:00", NOW, BERLIN).at == datetime(2026, 11, 18, 11, tzinfo=UTC)


@pytest.mark.parametrize("said", ["tomorrow", "27 Nov 2026", "today 10:01", "in 2 days", "next friday"])
def test_what_is_still_to_come_has_not_happened(said: str) -> None:
    with pytest.raises(Refusal, match="is still to come"):
        past(said, NOW, BERLIN)


def said(at: datetime, reader_zone: str = BERLIN) -> str:
    return say_due(at, BERLIN, now=NOW, reader_zone=reader_zone)


def test_a_due_time_is_said_in_its_zone_and_names_it_to_a_reader_elsewhere() -> None:
    friday = datetime(2026, 11, 27, 16, tzinfo=UTC)
    assert said(friday) == "Fri 27 Nov, 17:00"
    assert said(friday, "Europe/Paris") == "Fri 27 Nov, 17:00"
    assert said(friday, "America/New_York") == "Fri 27 Nov, 17:00 CET"
    assert say_due(friday, "America/Sao_Paulo", now=NOW, reader_zone="UTC") == "Fri 27 Nov, 13:00 UTC-03"


def test_another_year_is_said() -> None:
    assert said(datetime(2027, 11, 26, 16, tzinfo=UTC)) == "Fri 26 Nov 2027, 17:00"
    assert say_day(date(2025, 11, 26), today=date(2026, 11, 26)) == "Wed 26 Nov 2025"
    assert say_day(date(2026, 5, 12), today=date(2026, 11, 26)) == "Tue 12 May"


@pytest.mark.parametrize(
    ("late", "words"),
    [
        (timedelta(days=3), "3 days late"),
        (timedelta(days=2, hours=17), "3 days late"),
        (timedelta(days=1), "1 day late"),
        (timedelta(hours=16, minutes=10), "16 hours late"),
        (timedelta(hours=1), "1 hour late"),
        (timedelta(minutes=1), "1 minute late"),
        (timedelta(seconds=59), "due now"),
        (timedelta(days=-1), "due now"),
    ],
)
def test_lateness_is_said_in_one_unit(late: timedelta, words: str) -> None:
    assert say_late(NOW, NOW + late) == words


MINUTES = st.datetimes(datetime(2026, 11, 26), datetime(2036, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0))  # noqa: DTZ001


@given(MINUTES, st.sampled_from(ZONES))
def test_an_echoed_due_time_reads_back_as_itself(there: datetime, zone: str) -> None:
    at = in_zone(there, zone)
    assume(at > NOW)
    assert due(say_due(at, zone, now=NOW, reader_zone=zone), NOW, zone).at == at


@given(st.dates(date(1990, 1, 1), date(2026, 11, 24)), st.sampled_from(ZONES))
def test_an_echoed_day_gone_reads_back_as_itself(day: date, zone: str) -> None:
    moment = past(say_day(day, today=date(2026, 11, 25)), NOW, zone)
    assert moment.at.astimezone(ZoneInfo(zone)).date() == day


WORDS = [
    "in",
    "3",
    "days",
    "weeks",
    "fri",
    "next",
    "last",
    "12",
    "may",
    "0",
    "17:00",
    "pm",
    "at",
    "ago",
    "/",
    "-",
    "99999",
    "of",
    "year",
    "utc",
    "now",
    "feb",
    "31",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS)).map(" ".join)))
@example("9999999999 years ago")
@example("1 jan 0000")
@example("now utc+14:00")
def test_any_words_are_read_or_refused(text: str) -> None:
    for read in (due, past):
        try:
            moment = read(text, NOW, BERLIN)
        except Refusal:
            continue
        assert (moment.at > NOW) == (read is due)


def test_the_library_is_loaded_only_for_words_that_are_not_common() -> None:
    program = (
        "import sys; from datetime import UTC, datetime; from handlers.dates import due;"
        "due('fri 9:00', datetime(2026, 11, 25, tzinfo=UTC), 'UTC'); print('dateparser' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


@pytest.mark.parametrize("said", ["for 3 days", "for a week", "For an hour", "for the weekend", "for a few days", "by 2 weeks"])
def test_how_long_something_lasts_is_told_from_what_it_is_for(said: str) -> None:
    assert lasts(said)


@pytest.mark.parametrize("said", ["for job 7", "for Ana", "3 days", "by friday", "for 3 days of work", "for the open day", "for friday"])
def test_what_something_is_for_is_no_time(said: str) -> None:
    assert not lasts(said)


def test_a_slip_in_the_name_of_a_day_is_offered() -> None:
    with pytest.raises(Refusal) as refused:
        due("tommorow", NOW, BERLIN)
    assert [choice.value for choice in refused.value.choices] == ["tomorrow"]


def test_a_few_days_are_not_guessed() -> None:
    with pytest.raises(Refusal, match=r"I can't read for a few days as a date. Try fri"):
        due("for a few days", NOW, BERLIN)


def test_longer_by_so_many_days_counts_from_the_last_due_date_and_of_what_is_late_from_now() -> None:
    monday = due("mon", NOW, BERLIN).at
    late = NOW - timedelta(days=3)
    assert [f"{longer(said, [late, monday], NOW, BERLIN).local:%a %d}" for said in ("for 3 days", "by 3 days", "in 7 days")] == [
        "Thu 03",
        "Thu 03",
        "Wed 02",
    ]
    assert longer("for 3 days", [late, None], NOW, BERLIN) == due("in 3 days", NOW, BERLIN)
