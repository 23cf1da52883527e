"""Reorder advice in words: how fast something is used, how long it lasts, what to set otherwise, and what a chart shows."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlmodel import Session

from handlers.routes import Reply
from handlers.views import naming, paging
from handlers.views.parts import Block, button, code, header, said, section
from models.advice import Advice, Suggestion
from models.consumption import Stocked
from models.demand import WEEK
from models.misfits import Misfit, Why
from models.quantities import ONE, said_number
from models.wording import many, measured

A_YEAR, A_MONTH = 365, 30


def cover(advice: Advice, unit: str) -> str:
    """How long it lasts and what is suggested: "4.3 each a day, lasts 12 days; suggested reorder point 20". Empty where little is known."""
    if advice.suggested is None:
        return ""
    point = f"suggested reorder point {said_number(advice.suggested.low)}"
    if not advice.per_week:
        return f"none used for half a year; {point}"
    return f"{_rate(advice.per_week, unit)}{_trend(advice)}, {_lasts(advice)}; {point}"


def _rate(per_week: int, unit: str) -> str:
    """A rate over the span in which there is at least one, to the tenth: "4.3 each a day", "2 m a month"."""
    for days, span in ((1, "a day"), (WEEK, "a week"), (A_MONTH, "a month")):
        quantity = max(round(per_week * days / WEEK, -5), ONE // 10)
        if quantity >= ONE or span == "a month":
            break
    return f"{said(measured(int(quantity), unit))} {span}"


def _trend(advice: Advice) -> str:
    if advice.trend is None:
        return ""
    return f" ({'up' if advice.trend > 0 else 'down'} {abs(advice.trend) * 100:.0f} % in the last months)"


def _lasts(advice: Advice) -> str:
    days = advice.cover_days or 0
    if days > A_YEAR:
        return "lasts over a year"
    if not advice.on_hand:
        return "none left"
    return "lasts less than a day" if not days else f"lasts {_days(days)}"


def _days(days: int) -> str:
    return many(days, "day")


def misfits(
    found: Sequence[Misfit],
    *,
    where: str | None,
    location_id: int | None,
    first: int,
    may_set: Callable[[Misfit], bool],
    token: Callable[[], str],
) -> Reply:
    """A page of the reorder points to set otherwise, each with the press that does it."""
    there = f" at {where}" if where else ""
    if not found:
        here = f" at {said(where)}" if where else ""
        text = f"Every reorder point{here} fits what is used, and nothing in use lacks one. What is new is judged after four weeks."
        return Reply(text, [section(text)])
    shown = found[first : first + paging.PAGE]
    page = paging.counted(first, len(shown), len(found))
    head = f"{len(found):,} reorder {'point' if len(found) == 1 else 'points'} to set{there}{f', {page}' if page else ''}"
    lines = [section(_line(one), accessory=_accept(one, token()) if may_set(one) else None) for one in shown]
    pager = paging.pager("advice.page", {"l": location_id}, first=first, shown=len(shown), total=len(found))
    return Reply(f"{said(head)}, the most urgent first.", [header(head), *lines, *pager])


def takes_a_moment(number: int, where: str | None, *, later: Callable[[Session], Reply]) -> Reply:
    """Says that so many things are judged, before the list is there."""
    there = f" at {said(where)}" if where else ""
    text = f"Looking at how {number:,} things{there} were used. The list follows in a moment."
    return Reply(text, [section(text)], later=later)


def _line(one: Misfit) -> str:
    where = f"in {said(one.location)}" if one.location else "in all locations"
    at = f"at {said_number(one.low)}" if one.low is not None else "none set"
    target = f", up to {said_number(one.suggested.high)}" if one.suggested.high is not None else ""
    suggested = f"suggested *{said_number(one.suggested.low)}*{target}"
    sign = naming.PLENTY if one.why is Why.TOO_HIGH else naming.LOW
    return f"{sign} {said(one.name)} {code(one.sku)} {where} · {at}, {suggested}\n{_why(one)}"


def _why(one: Misfit) -> str:
    """What is wrong, in a few words."""
    if not one.advice.per_week:
        return "Too high: none used for half a year."
    wrong = "No reorder point" if one.why is Why.MISSING else one.why.capitalize()
    used = f"{_rate(one.advice.per_week, one.unit)}{_trend(one.advice)}, {_lasts(one.advice)}"
    return f"{wrong}: {used}, a delivery takes {_days(one.advice.lead_days)}."


def _accept(one: Misfit, key: str) -> Block:
    value = {"v": one.at.variant_id, "l": one.at.location_id, "was": one.low, **one.suggested._asdict(), "k": key}
    return button("Accept", f"advice.accept:{one.at.variant_id}-{one.at.location_id or 0}", value)


def chart_button(at: Stocked) -> Block:
    """The button that sends the picture of a stock."""
    return button("Chart", "advice.chart", {"v": at.variant_id, "l": at.location_id})


class Charted(NamedTuple):
    """What a chart shows, for who can't see it. Quantities in millionths of the unit."""

    name: str
    location: str | None
    unit: str
    left: Sequence[int]
    low: int | None
    suggested: Suggestion | None

    @property
    def title(self) -> str:
        """What it is a chart of."""
        return f"{self.name} in {self.location or 'all locations'}"

    @property
    def summary(self) -> str:
        """What can be read from it, in a sentence."""
        most, least = max(self.left), min(self.left)
        none = f"no reorder point is set{'' if self.location else ' over all of them'}"
        point = f"the reorder point is {said_number(self.low)}" if self.low is not None else none
        suggested = f", suggested is {said_number(self.suggested.low)}" if self.suggested is not None else ""
        stock = f"{measured(self.left[-1], self.unit)} now, between {said_number(least)} and {said_number(most)}"
        span = _days(len(self.left)) if len(self.left) > 1 else "day"
        return f"{self.title} over the last {span}: {stock}; {point}{suggested}."


def charted(shown: Charted) -> Reply:
    """Says in words what the picture will show."""
    text = f"{said(shown.summary)} The chart comes as a picture in our direct messages."
    return Reply(text, [section(text)])
