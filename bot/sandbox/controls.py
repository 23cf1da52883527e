"""The hand of fate: the clock, the faults, and what happens to people."""

import asyncio
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox import events
from bot.sandbox.acts import OK, actor
from bot.sandbox.refused import Refused
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace import JSON, Person, Workspace

NEXT_WORKING_DAY = "next working day 9:00"
LONGEST_LEAP = 400 * 24 * 3600
SATURDAY = 5
CHANGEABLE = {"deleted", "tz", "is_restricted", "is_ultra_restricted", "is_admin", "real_name", "title", "email"}


async def clock(sandbox: Sandbox, asked: Mapping[str, Any]) -> JSON:
    """Moves the clock forward, delivers what is due by it, and waits until the bot's own tick is done."""
    workspace = sandbox.workspace
    if asked.get("to") == NEXT_WORKING_DAY:
        seconds = _until_working_day(workspace, actor(sandbox, asked))
    else:
        seconds = float(asked.get("forward") or 0)
    if not 0 < seconds <= LONGEST_LEAP:
        raise Refused("The clock moves forward only, by 400 days at most.")
    workspace.move_clock(seconds)
    sandbox.sockets.deliver_due()
    await asyncio.to_thread(sandbox.on_clock_moved)
    return {**OK, "clock": {"now": workspace.now(), "offset": workspace.clock_offset}}


async def fault(sandbox: Sandbox, asked: Mapping[str, Any]) -> JSON:
    """Switches a fault; `cut_socket` and `disconnect` happen at once and leave nothing switched on."""
    name, value = str(asked.get("name", "")), asked.get("value")
    if name == "cut_socket":
        sandbox.sockets.cut()
    elif name == "disconnect":
        await sandbox.sockets.disconnect(str(value or "refresh_requested"))
    else:
        try:
            sandbox.faults.switch(name, value, method=str(asked.get("method") or ""))
        except KeyError:
            raise Refused(f"There is no fault {name!r}.") from None
    return OK


async def profile(sandbox: Sandbox, asked: Mapping[str, Any]) -> JSON:
    """Changes somebody's profile; the bot hears of it as user_change."""
    person = sandbox.workspace.people.get(str(asked.get("user", "")))
    if person is None:
        raise Refused("There is nobody of that id.")
    changes = dict(asked.get("changes") or {})
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise Refused(f"A profile has no {', '.join(sorted(unknown))} to change.")
    _check_zone(changes.get("tz", person.tz))
    for name, value in changes.items():
        setattr(person, name, value)
    sandbox.workspace.changes.tell("state")
    await events.person_changed(sandbox, person, kind="user_change")
    return OK


async def join(sandbox: Sandbox, asked: Mapping[str, Any]) -> JSON:
    """Somebody new joins the workspace and its public channels; the bot hears of it as team_join."""
    workspace = sandbox.workspace
    known = {field.name for field in fields(Person)}
    described = {key: value for key, value in asked.items() if key in known}
    name = str(described.get("name", ""))
    if not name or any(person.name == name for person in workspace.people.values()):
        raise Refused("A new person needs a handle that nobody has.")
    _check_zone(described.get("tz", "UTC"))
    described |= {"id": described.get("id") or workspace.fresh_id("U"), "real_name": described.get("real_name") or name}
    person = Person(**described)
    workspace.people[person.id] = person
    for channel in workspace.channels.values():
        if channel.kind == "channel":
            channel.members.append(person.id)
    workspace.changes.tell("state")
    await events.person_changed(sandbox, person, kind="team_join")
    return {**OK, "user": person.id}


def _until_working_day(workspace: Workspace, person: Person) -> float:
    """Seconds to 9:00 on the person's next working day, Monday to Friday; today's if it is not nine yet."""
    here = datetime.fromtimestamp(workspace.now(), UTC).astimezone(ZoneInfo(person.tz))
    morning = datetime.combine(here.date(), time(9), here.tzinfo)
    while morning <= here or morning.weekday() >= SATURDAY:
        morning = datetime.combine(morning.date() + timedelta(days=1), time(9), here.tzinfo)
    return morning.timestamp() - workspace.now()


def _check_zone(tz: str) -> None:
    try:
        ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError):
        raise Refused(f"There is no time zone {tz!r}.") from None
