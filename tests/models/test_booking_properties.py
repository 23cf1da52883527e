"""Whatever is booked, cancelled, lent and brought back: nothing is promised twice, and what can be had is what trying everything out says.

Times are whole hours from a Monday morning on; an hour is free or not.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise, product
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from models import audit, availability, booking
from models.bookings import BOOKINGS, Booking
from models.checking_in import check_in
from models.checkouts import CHECKOUTS
from models.diary import FOREVER, Diary, Span, Why, Window
from models.entries import ENTRIES, Entry, EntryKind
from models.quantities import ONE
from models.refusals import Refusal, Taken
from models.times import Due
from models.undo import undo
from tests.world import MONDAY, World, fresh_database, open_world

HOURS = 12
SERIALS = ("SN-1", "SN-2", "SN-3")
hours = st.tuples(st.integers(0, HOURS - 2), st.integers(1, 5)).map(lambda said: (said[0], min(said[0] + said[1], HOURS)))
assets = st.integers(0, len(SERIALS) - 1)
acts = st.one_of(
    st.tuples(st.just("book"), assets, hours),
    st.tuples(st.just("book any"), st.integers(1, 3), hours),
    st.tuples(st.just("book hats"), st.integers(1, 4), hours),
    st.tuples(st.just("cancel"), st.integers(0, 5), st.none()),
    st.tuples(st.just("lend"), assets, hours),
    st.tuples(st.just("return"), assets, st.none()),
    st.tuples(st.just("undo"), st.integers(0, 2), st.none()),
)


def at(hour: int) -> datetime:
    return MONDAY + timedelta(hours=hour)


def window(said: tuple[int, int]) -> Window:
    return Window(at(said[0]), at(said[1]))


def can_all_be_had(lanes: Sequence[Sequence[Window]], wanted: Sequence[Window]) -> bool:
    """Tries out every way to give each of the wanted times a lane."""
    for way in product(range(len(lanes)), repeat=len(wanted)):
        given_away = [[*lane, *(want for want, number in zip(wanted, way, strict=True) if number == one)] for one, lane in enumerate(lanes)]
        if all(is_apart(lane) for lane in given_away):
            return True
    return False


def is_apart(windows: Sequence[Window]) -> bool:
    ordered = sorted(windows)
    return all(one.end <= other.start for one, other in pairwise(ordered))


@given(
    fixed=st.lists(st.tuples(assets, hours), max_size=5),
    booked=st.lists(st.tuples(hours, st.integers(1, 2)), max_size=3),
    wish=hours,
    asset=st.one_of(st.none(), assets),
    gone=st.sets(assets, max_size=1),
)
@example(fixed=[(0, (5, 6)), (1, (8, 9)), (2, (0, 12))], booked=[((0, 4), 1), ((1, 5), 1)], wish=(4, 8), asset=None, gone=set())
@settings(max_examples=400, deadline=None, derandomize=True)
def test_what_can_be_had_is_what_trying_everything_out_says(
    fixed: list[tuple[int, tuple[int, int]]],
    booked: list[tuple[tuple[int, int], int]],
    wish: tuple[int, int],
    asset: int | None,
    gone: set[int],
) -> None:
    spans = [Span(Why.BOOKED, number, one, ONE, window(said), 1, "Ana") for number, (one, said) in enumerate(fixed)]
    lanes = [[span.window for span in spans if span.asset_id == one] for one in range(3) if one not in gone]
    spans += [Span(Why.BOOKED, 100 + number, None, units * ONE, window(said), 1, "Ana") for number, (said, units) in enumerate(booked)]
    wanted = [window(said) for said, units in booked for _ in range(units)]
    if not all(is_apart(lane) for lane in lanes) or not can_all_be_had(lanes, wanted):
        return  # nobody could have booked that
    diary = Diary(MONDAY, True, len(lanes) * ONE, timedelta(0), spans, frozenset(gone))
    if asset is None:
        most = max(units for units in range(4) if can_all_be_had(lanes, [*wanted, *[window(wish)] * units]))
        assert diary.free(*window(wish), most=3 * ONE) == most * ONE
        return
    kept = [one for one in range(3) if one not in gone]
    with_it = [[*lane, window(wish)] if one == asset else lane for one, lane in zip(kept, lanes, strict=True)]
    can = asset not in gone and all(is_apart(lane) for lane in with_it) and can_all_be_had(with_it, wanted)
    assert diary.free(*window(wish), asset_id=asset) == (ONE if can else 0)


@given(
    booked=st.lists(st.tuples(hours, st.integers(1, 3)), max_size=6),
    wish=hours,
    capacity=st.integers(0, 8),
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_what_can_be_had_of_what_is_counted_is_what_is_left_in_the_fullest_hour(
    booked: list[tuple[tuple[int, int], int]], wish: tuple[int, int], capacity: int
) -> None:
    spans = [Span(Why.BOOKED, number, None, units * ONE, window(said), 1, "Ana") for number, (said, units) in enumerate(booked)]
    fullest = max(sum(units for (start, end), units in booked if start <= hour < end) for hour in range(*wish))
    diary = Diary(MONDAY, False, capacity * ONE, timedelta(0), spans)
    assert diary.free(*window(wish), most=9 * ONE) == max(capacity - fullest, 0) * ONE


def promised(w: World, variant_id: int) -> Iterator[tuple[int | None, int, Window]]:
    """Every open booking and checkout, as the tables have it."""
    for row in w.session.connection().execute(select(BOOKINGS).where(BOOKINGS.c.variant_id == variant_id, BOOKINGS.c.closed_at.is_(None))):
        yield row.asset_id, row.quantity // ONE, Window(row.from_at, row.free_at)
    for row in w.session.connection().execute(
        select(CHECKOUTS).where(CHECKOUTS.c.variant_id == variant_id, CHECKOUTS.c.closed_at.is_(None))
    ):
        yield row.asset_id, row.quantity // ONE, Window(row.out_at, row.due_at or FOREVER)


def can_be_kept(w: World, more: Sequence[tuple[int | None, int, Window]] = ()) -> bool:
    """Whether every promise about the cameras, and more of them, can be kept, by trying everything out."""
    everything = [*promised(w, w.variant("Canon R6").id), *more]
    lanes = [[one for asset_id, _, one in everything if asset_id == w.asset(serial).id] for serial in SERIALS]
    wanted = [one for asset_id, units, one in everything if asset_id is None for _ in range(units)]
    return all(is_apart(lane) for lane in lanes) and len(wanted) <= 6 and can_all_be_had(lanes, wanted)


def does(w: World, act: str, which: int, when: tuple[int, int] | None) -> None:
    """Somebody tries that. What they book is refused only where it could not be kept, and never where it could."""
    said: dict[str, Any] = {"holder": w.person("Ana"), "zone": "UTC"}
    if when is not None:
        said |= {"start": at(when[0]), "end": at(when[1])}
    more: list[tuple[int | None, int, Window]] = []
    try:
        match act:
            case "book":
                more = [(w.asset(SERIALS[which]).id, 1, window(when or (0, 1)))]
                could = can_be_kept(w, more)
                booking.book(w.session, w.act("Ana"), chosen=[w.asset(SERIALS[which])], **said)
                assert could
            case "book any":
                more = [(None, which, window(when or (0, 1)))]
                could = can_be_kept(w, more)
                booking.book(w.session, w.act("Ana"), variant=w.variant("Canon R6"), quantity=which * ONE, **said)
                assert could
            case "book hats":
                hats = w.variant("hard hat")
                free = availability.diary_of(w.session, hats, now=w.now).free(said["start"], said["end"], most=9 * ONE)
                could = free >= which * ONE
                booking.book(w.session, w.act("Ana"), variant=hats, quantity=which * ONE, **said)
                assert could
            case "cancel":
                found = w.session.scalars(select(Booking).where(BOOKINGS.c.closed_at.is_(None))).all()
                booking.cancel(w.session, w.act(), bookings=found[which : which + 1]) if which < len(found) else None
            case "lend":
                local = at((when or (0, 1))[1])
                w.lend(SERIALS[which], to="Ben", due=Due(local.replace(tzinfo=None), "UTC", local))
            case "return":
                check_in(w.session, w.act(), assets=[w.asset(SERIALS[which])])
            case "undo":
                last = w.session.scalars(select(func.max(ENTRIES.c.id))).one() - which
                if w.session.get_one(Entry, last).kind is not EntryKind.CHECKED_IN:  # it may be out after all, whoever was promised what
                    undo(w.session, w.act(), entry_id=last)
    except Taken:
        assert act in {"lend", "undo"} or not could, (act, which, when)
    except Refusal:
        pass


@given(st.lists(acts, max_size=14))
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_nothing_is_promised_twice_and_whatever_could_be_kept_is_booked(told: list[tuple[str, int, tuple[int, int] | None]]) -> None:
    database = fresh_database()
    with open_world(database) as w:
        w.has(*(f"Canon R6 {serial} in Warehouse" for serial in SERIALS), "4 returnable hard hat in Warehouse")
        for act in told:
            does(w, *act)
            assert can_be_kept(w), act
            w.later(minutes=1)
        assert audit.problems(w.session) == []
    database.close()
