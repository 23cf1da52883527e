"""What each of the figures says: in a sentence, in bars, line by line and in a file."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from handlers.dates import say_day
from handlers.views import naming
from handlers.views.due import Reader
from handlers.views.figures import Figures, listed
from handlers.views.parts import said
from models.bars import Bar
from models.checkouts import Held
from models.diary import Window
from models.figures import Borrowed, Idle, IdleOf, Returns, Used
from models.quantities import plain_money, plain_number, said_money
from models.times import local_day, zone
from models.valuation import Valuation, Valued
from models.wording import many

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def period(during: Window, reader: Reader) -> str:
    """ "from Thu 27 Aug to Wed 25 Nov": the last day is one of them."""
    today = local_day(reader.now, reader.zone)
    first, last = (local_day(at, reader.zone) for at in (during.start, during.end - timedelta(microseconds=1)))
    return f"from {say_day(first, today=today)} to {say_day(last, today=today)}"


def used(title: str, found: Sequence[Used]) -> Figures[Used]:
    """How much of the time that assets were owned they were lent."""
    owned, lent = (sum((getattr(one, what) for one in found), timedelta()) for what in ("owned", "lent"))
    assets = sum(one.assets for one in found)
    headline = (
        f"{many(assets, 'asset')}: lent {_days(lent)} of {_days(owned)} owned, {_percent(lent, owned)}."
        if owned
        else "No asset was owned then."
    )
    return Figures(
        title,
        headline,
        "Of the days owned, the share lent",
        [Bar(one.item, _share(one.lent, one.owned), _percent(one.lent, one.owned)) for one in found],
        len(found),
        listed(found),
        lambda one: (
            f"*{_percent(one.lent, one.owned)}* {said(one.item)}: {_days(one.lent)} of {_days(one.owned)}, {many(one.assets, 'asset')}"
        ),
        ("item", "assets", "days lent", "days owned", "percent"),
        lambda one: [one.item, one.assets, _plain_days(one.lent), _plain_days(one.owned), _tenths(_share(one.lent, one.owned) * 100)],
        whole=1,
        note="Only what has a serial is in it.",
    )


def idle(
    title: str, days: int, found: Sequence[IdleOf], page: Callable[[int, int | None], Sequence[Idle]], reader: Reader
) -> Figures[Idle]:
    """What lies in stores and nobody borrows."""
    total, owned = sum(one.idle for one in found), sum(one.owned for one in found)
    lie = "lies" if total == 1 else "lie"
    headline = (
        f"{many(total, 'asset')} {lie} idle; of the same items {owned:,} {'is' if owned == 1 else 'are'} owned."
        if total
        else f"Nothing has lain idle for {_days_of(days)}."
    )
    return Figures(
        title,
        headline,
        "assets idle, of those owned",
        [Bar(one.item, one.idle, f"{one.idle:,} of {one.owned:,}") for one in found],
        total,
        page,
        lambda one: f"{naming.asset(one.name, one.serial)} · {said(one.location)} · {_since(one, reader)}",
        ("item", "name", "serial", "location", "idle since", "ever lent", "cost", "currency"),
        lambda one: [
            one.item,
            one.name,
            one.serial,
            one.location,
            _when(one.since_at, reader),
            "yes" if one.lent else "no",
            plain_money(one.cost_minor, one.currency or "") if one.cost_minor is not None else "",
            one.currency if one.cost_minor is not None else "",
        ],
    )


def _since(one: Idle, reader: Reader) -> str:
    since = day(one.since_at, reader)
    return f"last back on {since}" if one.lent else f"never lent, here since {since}"


def valued(title: str, found: Valuation, *, currency: str) -> Figures[Valued]:
    """What each category is worth: bars in the workspace's currency, as amounts of two are never added up."""
    sums: dict[str, int] = {}
    for one in found.each:
        sums[one.currency] = sums.get(one.currency, 0) + one.together
    worth = " and ".join(said_money(minor, which) for which, minor in sorted(sums.items()))
    lacks = [
        *([f"{many(found.unknown_assets, 'asset')} whose cost or days nobody knows"] if found.unknown_assets else []),
        *([f"{many(found.unknown_things, 'kind')} of stock without a cost"] if found.unknown_things else []),
    ]
    return Figures(
        title,
        f"Worth {worth} together." if sums else "Nothing there has a price.",
        f"{currency}: assets on the books, and stock at what it costs",
        [Bar(_category(one), one.together, said_money(one.together, currency)) for one in found.each if one.currency == currency],
        len(found.each),
        listed(found.each),
        lambda one: f"*{said_money(one.together, one.currency)}* {said(_category(one))}: {_parts(one)}",
        ("category", "currency", "assets", "stock", "together"),
        lambda one: [_category(one), one.currency, *(plain_money(minor, one.currency) for minor in (one.assets, one.stock, one.together))],
        note=f"Left out: {' and '.join(lacks)}." if lacks else "",
    )


def _category(one: Valued) -> str:
    return one.category or "No category"


def _parts(one: Valued) -> str:
    parts = [(one.assets, "assets"), (one.stock, "stock")]
    return " and ".join(f"{what} {said_money(minor, one.currency)}" for minor, what in parts if minor) or "nothing"


def borrowed(title: str, found: Sequence[Borrowed], reader: Reader) -> Figures[Borrowed]:
    """What is borrowed most."""
    times = sum(one.times for one in found)
    headline = f"{many(times, 'checkout')} of {many(len(found), 'item')}. " if times else "Nothing was borrowed then."
    headline += f"The most: {found[0].item}, {_times(found[0].times)}." if times else ""
    return Figures(
        title,
        headline,
        "checkouts",
        [Bar(one.item, one.times, _times(one.times)) for one in found],
        len(found),
        listed(found),
        lambda one: f"*{_times(one.times)}* {said(one.item)}, by {many(one.holders, 'holder')}, last on {day(one.last_at, reader)}",
        ("item", "checkouts", "holders", "last on"),
        lambda one: [one.item, one.times, one.holders, _when(one.last_at, reader)],
        note="What is handed over counts once for each who had it.",
    )


def late(title: str, found: Sequence[Returns]) -> Figures[Returns]:
    """Who returned late, and how late."""
    ended, were_late = sum(one.ended for one in found), sum(one.late for one in found)
    by = [one for one in found if one.late]
    headline = (
        f"{were_late:,} of {many(ended, 'return')} with a due time came late." if ended else "Nothing with a due time came back then."
    )
    return Figures(
        title,
        headline,
        "late returns, of all with a due time",
        [Bar(one.name, one.late, f"{one.late:,} of {one.ended:,}") for one in by],
        len(found),
        listed(found),
        lambda one: f"{said(one.name)}: *{one.late:,}* of {one.ended:,} late{_by_how_much(one)}",
        ("person", "returns", "late", "days late together", "days late at most"),
        lambda one: [one.name, one.ended, one.late, _plain_days(one.together), _plain_days(one.longest)],
        note="What is still out is not in it: `/checkout overdue` lists that.",
    )


def _by_how_much(one: Returns) -> str:
    if not one.late:
        return ""
    return f", by {_long(one.together)}" if one.late == 1 else f", by {_long(one.together)} together, {_long(one.longest)} at most"


#: From which lateness on, and what it is called.
_HOW_LATE = (
    (timedelta(), "less than a day"),
    (DAY, "1 to 3 days"),
    (3 * DAY, "3 to 7 days"),
    (7 * DAY, "7 to 30 days"),
    (30 * DAY, "30 days or more"),
)


def overdue(title: str, found: Sequence[Held], reader: Reader) -> Figures[Held]:
    """What is late now, and by how much."""
    ages = [reader.now - one.due_at for one in found if one.due_at is not None]
    ends = [*(start for start, _ in _HOW_LATE[1:]), timedelta.max]
    counts = [(name, sum(start <= age < end for age in ages)) for (start, name), end in zip(_HOW_LATE, ends, strict=True)]
    headline = (
        f"{many(len(found), 'checkout')} {'is' if len(found) == 1 else 'are'} late, the worst by {_long(max(ages))}."
        if ages
        else "Nothing is late."
    )
    return Figures(
        title,
        headline,
        "checkouts, by how late they are",
        [Bar(name, count, f"{count:,}") for name, count in counts] if ages else [],
        len(found),
        listed(found),
        lambda one: f"{naming.LATE} {said(one.holder)}: {naming.held(one)}, {reader.held(one)}",
        ("what", "serial", "quantity", "unit", "holder", "from", "out since", "due", "days late", "purpose"),
        lambda one: [
            one.what,
            one.serial,
            plain_number(one.quantity),
            one.unit,
            one.holder,
            one.source,
            _when(one.out_at, reader),
            _when(one.due_at, reader) if one.due_at else "",
            _plain_days(reader.now - one.due_at) if one.due_at else "",
            one.purpose,
        ],
    )


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def _days_of(count: int) -> str:
    return many(count, "day")


def _rounded(exact: Fraction) -> int:
    """To the nearest, a half up."""
    return int((2 * exact + 1) // 2)


def _tenths(exact: Fraction) -> str:
    """A number with one decimal, where it has one: "1,041.5", "12"."""
    whole, tenth = divmod(_rounded(exact * 10), 10)
    return f"{whole:,}.{tenth}" if tenth else f"{whole:,}"


def _share(part: timedelta, of: timedelta) -> Fraction:
    return Fraction(_micros(part), _micros(of))


def _micros(length: timedelta) -> int:
    """A length in microseconds."""
    return length // timedelta(microseconds=1)


def _percent(part: timedelta, of: timedelta) -> str:
    return f"{_tenths(_share(part, of) * 100)} %"


def _plain_days(length: timedelta) -> str:
    """Days as a spreadsheet reads them."""
    return _tenths(_share(length, DAY)).replace(",", "")


def _days(length: timedelta) -> str:
    """ "1 day", "41.5 days"."""
    told = _tenths(_share(length, DAY))
    return f"{told} {'day' if told == '1' else 'days'}"


def _long(length: timedelta) -> str:
    """How long, in days, below a day in hours, and below an hour in minutes that have begun: "2.5 days", "3 hours", "1 minute"."""
    if length >= DAY:
        return _days(length)
    if length < HOUR:
        return many(-(-length // timedelta(minutes=1)), "minute")
    hours = _tenths(_share(length, HOUR))
    return f"{hours} {'hour' if hours == '1' else 'hours'}"


def day(at: datetime, reader: Reader) -> str:
    """The day of a time, for a reader."""
    return say_day(local_day(at, reader.zone), today=local_day(reader.now, reader.zone))


def _when(at: datetime, reader: Reader) -> str:
    return at.astimezone(zone(reader.zone)).isoformat(sep=" ", timespec="minutes")
