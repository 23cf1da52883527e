"""What is promised in the demonstration world: a week of cameras with bookings in it, and two who wait for a laptop."""

from datetime import datetime, time, timedelta

from bot.telling import Telling
from models import booking, catalog, policies, times, waiting
from models.catalog import Category
from models.quantities import ONE, whole

#: Where it all leaves.
ZONE = "Europe/Berlin"
#: Who, how many days from today at what hour, until how many days from today at what hour, and what: a serial, or how many of an item.
BOOKINGS = """
Dee Okafor  | 1 9 | 2 17 | SN-00483    | Product shots
Tom Ellis   | 3 8 | 4 12 | SN-00483    | Progress at the harbour
Marek Novák | 1 9 | 1 17 | SN-00501    | Town hall
Dee Okafor  | 2 9 | 6 17 | 2 Canon R6  | Trade fair
Yuki Tanaka | 2 9 | 3 17 | 1 Tripod    | First shoot
Ana Silva   | 4 7 | 5 17 | 8 Hard hat  | Site visit
"""


def promise(told: Telling) -> None:
    """Bookings of the next days, with an hour between two of a camera; and a line for the laptop that Dee has."""
    act = told.on(1.1)
    cameras = told.session.get_one(Category, catalog.item(told.session, told.variants["Canon R6"].item_id).category_id)
    policies.set_booking_rules(told.session, act, category=cameras, buffer_minutes=60, no_show_minutes=120)
    for row in BOOKINGS.strip().splitlines():
        _book(told, row)
    laptop = told.assets("MB-2001")[0]
    variant = catalog.variant(told.session, laptop.variant_id)
    for who in ("Yuki Tanaka", "Tom Ellis"):
        waiting.queue(told.session, told.on(1.1, who), variant=variant, asset=laptop, holder=told.person(who))


def _book(told: Telling, row: str) -> None:
    who, begins, ends, what, why = (part.strip() for part in row.split("|"))
    act, number = told.on(1.1, who), what.partition(" ")[0]
    counted = number.isdecimal()
    booking.book(
        told.session,
        act,
        chosen=[] if counted else told.assets(what),
        variant=told.variants[what.partition(" ")[2]] if counted else None,
        quantity=whole(int(number)) if counted else ONE,
        holder=told.person(who),
        start=_at(told, begins),
        end=_at(told, ends),
        zone=ZONE,
        purpose=why,
    )


def _at(told: Telling, said: str) -> datetime:
    """So many days from today at that hour of the warehouse."""
    days, hour = map(int, said.split())
    return times.in_zone(datetime.combine(times.local_day(told.now, ZONE) + timedelta(days=days), time(hour)), ZONE)
