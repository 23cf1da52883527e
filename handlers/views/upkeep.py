"""Upkeep: what was done to an asset and when again, what is due by now, and the forms that plan it and close it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from handlers.dates import say_day
from handlers.routes import Reply
from handlers.views import attaching, naming, paging
from handlers.views.parts import Block, actions, button, confirm, context, field, header, modal, option, said, section, select, text_input
from handlers.views.pickers import day as day_picker
from handlers.views.repairs import ended, quoted
from models.attachments import Attachment
from models.maintenance import Interval, MaintenanceRecord, MaintenanceState, UpkeepSchedule
from models.quantities import said_money
from models.schedules import Upcoming
from models.wording import many

#: A message lists so many things; the rest is counted.
MOST_LISTED = 12


class Past(NamedTuple):
    """One record in people's words."""

    record: MaintenanceRecord
    by: str
    closed_by: str
    #: Where it was repaired, and by which schedule it was serviced.
    place: str
    schedule: str
    files: Sequence[Attachment] = ()
    #: What custom fields say of it: names, and values that were escaped.
    known: Sequence[tuple[str, str]] = ()


class Page(NamedTuple):
    """The upkeep of one asset: what is to come, what was, and what all of it has cost."""

    name: str
    asset_id: int
    #: What is worth knowing of its value and warranty, as lines.
    facts: Sequence[str]
    upcoming: Sequence[Upcoming]
    past: Sequence[Past]
    total: int
    costs: Sequence[tuple[int, str]]
    #: Whether whoever reads it may take it out of use for good.
    may_retire: bool = False
    #: It is retired: nothing of it is reported or planned any more.
    retired: bool = False


def every(schedule: UpkeepSchedule) -> str:
    """ "every 6 months", "every day", "after 20 uses"."""
    if schedule.unit is Interval.USES:
        return f"after {many(schedule.every, 'use')}"
    unit = str(schedule.unit).removesuffix("s")
    return f"every {unit}" if schedule.every == 1 else f"every {schedule.every:,} {unit}s"


def when(one: Upcoming, today: date) -> str:
    """ "due Mon 30 Nov", "*3 days late*, due Tue 24 Nov", "18 of 20 uses"."""
    if one.due_on is None:
        uses = f"{one.uses:,} of {many(one.schedule.every, 'use')}"
        return f"*due*, {uses}" if one.is_due(today) else uses
    late = (today - one.due_on).days
    day = f"due {say_day(one.due_on, today=today)}"
    return f"*{many(late, 'day')} late*, {day}" if late > 0 else f"*due today*, {day}" if not late else day


def page(shown: Page, *, first: int, today: date, may: bool) -> Reply:
    """The upkeep of an asset: when what is due, and what was done, the newest first."""
    blocks = [header(f"Upkeep of {shown.name}"), *([section("\n".join(shown.facts))] if shown.facts else [])]
    for number, one in enumerate(shown.upcoming if not first else ()):
        line = f"{_sign(one, today)} *{said(one.schedule.name)}*, {every(one.schedule)}: {when(one, today)}"
        done = button("Done", f"serviced.open:{number}", {"s": one.schedule.id, "a": one.asset_id})
        blocks.append(section(line, accessory=done if may else None))
    if not shown.past:
        blocks.append(context("Nothing was reported, repaired or serviced yet."))
    if shown.costs:
        cost = " and ".join(said_money(minor, currency) for minor, currency in shown.costs)
        blocks.append(context(f"{many(shown.total, 'record')}. All of it has cost {cost}."))
    blocks += [section(_past_in_full(one, today)) for one in shown.past]
    buttons = [
        button("Report", "report.open", {"a": shown.asset_id}) if not shown.retired else None,
        button("Plan upkeep", "upkeep.plan", {"a": shown.asset_id}) if may and not shown.retired else None,
        button("Value and warranty", "value.open", {"a": shown.asset_id}) if may else None,
        button("Retire", "retire.open", {"a": shown.asset_id}) if shown.may_retire else None,
    ]
    blocks += [
        *([actions(*buttons)] if any(buttons) else []),
        *paging.pager("upkeep.page", {"a": shown.asset_id}, first=first, shown=len(shown.past), total=shown.total),
    ]
    return Reply(f"{many(shown.total, 'record')} of the upkeep of {said(shown.name)}.", blocks)


def _sign(one: Upcoming, today: date) -> str:
    return naming.LATE if one.is_due(today) else naming.LOW if one.is_soon(today) else naming.AVAILABLE


def _past_in_full(one: Past, today: date) -> str:
    return " · ".join(filter(None, [_past(one, today), *(f"{said(name)}: {value}" for name, value in one.known), naming.files(one.files)]))


def _past(one: Past, today: date) -> str:
    record = one.record
    if record.schedule_id is not None:
        return f"{naming.WELL} {_day(record.done_on, today)} · *{said(one.schedule)}*: {ended(record)} · {said(one.closed_by)}"
    wrong = quoted(record.problem) if record.problem else "to be repaired"
    where = f", at {said(one.place)}" if one.place else ""
    if record.state is MaintenanceState.CLOSED:
        return f"{naming.WELL} {_day(record.done_on, today)} · {wrong}{where}: {ended(record)} · {said(one.closed_by)}"
    return f"{naming.REPORTED} {record.state} · {wrong}{where} · {said(one.by)}"


def _day(day: date | None, today: date) -> str:
    return say_day(day, today=today) if day else "ended"


def due(found: Sequence[Upcoming], *, first: int, today: date) -> Reply:
    """A page of what is due, or soon, the longest waiting first."""
    if not found:
        text = "Nothing is due. Plan what is done again and again with `/checkout schedule` and the name of an asset, item or category."
        return Reply(text, [section(text)])
    shown = found[first : first + paging.PAGE]
    counted = paging.counted(first, len(shown), len(found))
    head = f"{len(found):,} due or soon{f', {counted}' if counted else ''}"
    lines = [section(_line(one, today), accessory=_done(one, number)) for number, one in enumerate(shown)]
    return Reply(f"{head}.", [header(head), *lines, *paging.pager("upkeep.due", {}, first=first, shown=len(shown), total=len(found))])


def _line(one: Upcoming, today: date) -> str:
    name = naming.asset(one.name, one.serial)
    return f"{_sign(one, today)} {name} · *{said(one.schedule.name)}*, {when(one, today)} · {said(one.location)}"


def _done(one: Upcoming, number: int) -> Block:
    return button("Done", f"serviced.open:{number}", {"s": one.schedule.id, "a": one.asset_id})


def reminder(schedule: UpkeepSchedule, found: Sequence[Upcoming], *, today: date, superseded: bool) -> Reply:
    """Keepers are told what is to be done; when nothing is any more, the line that says so."""
    name = said(schedule.name)
    if superseded:
        return _only(f"A newer reminder of {name} follows below.")
    if not schedule.active:
        return _only(f"{name} is not done any more.")
    if not found:
        return _only(f"{naming.WELL} {name} is done.")
    now = sum(one.is_due(today) for one in found)
    soon = len(found) - now
    parts = [
        f"{now:,} {'thing is' if now == 1 else 'things are'} due" if now else "",
        _soon(soon, more=bool(now)) if soon else "",
    ]
    text = f"{naming.LATE if now else naming.LOW} {name}: {' and '.join(filter(None, parts))}."
    lines = [section(_line(one, today), accessory=_done(one, number)) for number, one in enumerate(found[:MOST_LISTED])]
    more = [context(f"And {len(found) - MOST_LISTED:,} more: `/checkout upkeep` shows them all.")] if len(found) > MOST_LISTED else []
    return Reply(text, [section(text), *lines, *more])


def _soon(count: int, *, more: bool) -> str:
    """ "2 more soon", "1 thing is due soon"."""
    return f"{count:,} more soon" if more else f"{count:,} {'thing is' if count == 1 else 'things are'} due soon"


def _so_many(ahead: int, schedule: UpkeepSchedule) -> str:
    unit = "use" if schedule.unit is Interval.USES else "day"
    return f"{ahead:,} {unit}{'' if ahead == 1 else 's'}"


def schedules(found: Sequence[tuple[UpkeepSchedule, str]], *, first: int, total: int, today: date, may: bool) -> Reply:
    """A page of what is done again and again, each with what it is done to."""
    if not total:
        text = "Nothing is planned. Say `/checkout schedule` and the name of an asset, item or category."
        return Reply(text, [section(text)])
    head = many(total, "schedule")
    lines = []
    for number, (one, of) in enumerate(found):
        ahead = f", told {_so_many(one.ahead, one)} ahead" if one.ahead else ""
        begins = f", from {say_day(one.first_on, today=today)}" if one.first_on > today and one.unit is not Interval.USES else ""
        sure = confirm(f"Stop {one.name[:60]}?", "It is not due any more. What was done stays known.", "Stop")
        stop = button("Stop", f"upkeep.stop:{number}", {"s": one.id}, confirm=sure) if may else None
        lines.append(section(f"*{said(one.name)}* · {said(of)} · {every(one)}{begins}{ahead}", accessory=stop))
    pager = paging.pager("upkeep.schedules", {}, first=first, shown=len(found), total=total)
    return Reply(f"{head}.", [header(head), *lines, *pager])


def plan_form(of: str, *, carried: Any) -> Block:
    """Asks what is done to something again and again."""
    units = [option("Days", Interval.DAYS), option("Months", Interval.MONTHS), option("Uses: times checked out", Interval.USES)]
    ahead = text_input("upkeep.ahead", initial="14", most=4)
    blocks = [
        context(f"What is done to {of} again and again?"),
        field("name", "What", text_input("upkeep.name", most=80, placeholder="Calibration")),
        field("every", "Every", text_input("upkeep.every", most=6, placeholder="12")),
        field("unit", "Counted in", select("upkeep.unit", units, chosen=Interval.MONTHS)),
        field("first_on", "For the first time on", day_picker("upkeep.first_on"), optional=True, hint="Else one interval from now."),
        field("ahead", "Told ahead", ahead, optional=True, hint="So many days, or uses, before it is due keepers are told."),
    ]
    return modal("upkeep.add", "Plan upkeep", blocks, submit="Plan", carried=carried)


def done_form(one: Upcoming, today: date, *, done_on: date, next_on: date | None, currency: str, carried: Any) -> Block:
    """Asks how it went, and when it is due again."""
    name = naming.asset(one.name, one.serial)
    last = f" Last time on {say_day(one.last_on, today=today)}." if one.last_on else ""
    again = field("next_on", "Due again on", day_picker("serviced.next_on", chosen=next_on), optional=True)
    blocks = [
        context(f"*{said(one.schedule.name)}* of {name}, {every(one.schedule)}: {when(one, today)}.{last}"),
        field("note", "Outcome", text_input("serviced.note", multiline=True, most=1000, placeholder="Passed"), optional=True),
        field("cost", f"Cost, in {currency}", text_input("serviced.cost", most=20, placeholder="120.00"), optional=True),
        field("done_on", "Done on", day_picker("serviced.done_on", chosen=done_on), optional=True),
        *([again] if one.schedule.unit is not Interval.USES else []),
        attaching.asked(),
    ]
    return modal("serviced.send", "Done", blocks, submit="Done", carried=carried)


def _only(text: str) -> Reply:
    return Reply(text, [context(text)])
