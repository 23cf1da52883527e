"""Bookings as a file that calendars take in (iCalendar, RFC 5545)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from handlers.views.naming import plain_held
from models.booked import Booked

#: A line has at most so many octets; a longer one goes on in the next, behind a space.
LONGEST_LINE = 75


def calendar_file(shown: Sequence[Booked], *, now: datetime) -> bytes:
    """One event for each booking. Its name stays the same, so that a file that is taken in again changes nothing."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Quartermaster//Bookings//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for one in shown:
        lines += _event(one, now)
    folded = [part for line in [*lines, "END:VCALENDAR"] for part in _folded(line)]
    return "".join(f"{line}\r\n" for line in folded).encode()


def _event(one: Booked, now: datetime) -> list[str]:
    what = one.what if one.kit_id is not None else plain_held(one)
    return [
        "BEGIN:VEVENT",
        f"UID:booking-{one.id}@quartermaster",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(one.from_at)}",
        f"DTEND:{_utc(one.until_at)}",
        f"SUMMARY:{_text(f'{what}: {one.holder}')}",
        *([f"DESCRIPTION:{_text(one.purpose)}"] if one.purpose else []),
        "END:VEVENT",
    ]


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """Words as a value: what would part it is marked, on one line."""
    plain = " ".join(words.split())
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> list[str]:
    """A long line in parts, none of which splits a character."""
    parts, size = [""], 0
    for letter in line:
        wide = len(letter.encode())
        if size + wide > LONGEST_LINE:
            parts.append(" ")
            size = 1
        parts[-1] += letter
        size += wide
    return parts


def file_name(what: str) -> str:
    """What the file is called, from words that may hold any character."""
    plain = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in what)
    return f"{plain}.ics"
