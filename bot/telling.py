"""Telling the demonstration world's story: who acts when, and everything that was named so far."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from models import locations, members, stock
from models.assets import ASSETS, Asset
from models.catalog import Variant
from models.columns import key_of
from models.ledger import Act
from models.locations import Location
from models.members import Member
from models.quantities import whole


class Taking(NamedTuple):
    """Somebody takes so many of something somewhere, so many days ago."""

    days_ago: int
    what: str
    place: str
    who: str
    quantity: int


@dataclass
class Telling:
    """The story so far: the session, who acts when, and everything by its name."""

    session: Session
    act: Act
    now: datetime
    places: dict[str, Location] = field(default_factory=dict)
    variants: dict[str, Variant] = field(default_factory=dict)
    people: dict[str, Member] = field(default_factory=dict)
    #: What is taken every week, and is still to come, the next one first.
    everyday: list[Taking] = field(default_factory=list)

    def on(self, days_ago: float, name: str = "Kim Berg") -> Act:
        """Somebody acting so many days ago, after everything of every week that was before."""
        while self.everyday and self.everyday[0].days_ago > days_ago:
            one = self.everyday.pop(0)
            act = self._on(one.days_ago, one.who)
            stock.take(self.session, act, variant=self.variants[one.what], quantity=whole(one.quantity), source=self.places[one.place])
        return self._on(days_ago, name)

    def _on(self, days_ago: float, name: str) -> Act:
        """Somebody acting so many days ago, during the day; what happened today happened just now."""
        day = self.now - timedelta(days=days_ago)
        at = max(day.replace(hour=9, minute=12) if days_ago >= 1 else day, self.act.now + timedelta(minutes=7))
        self.act = replace(self.act, now=at)
        return Act(members.actor(self.session, self.people[name].id), at, self.act.token)

    def person(self, name: str) -> Location:
        """The location that somebody is."""
        return locations.get(self.session, self.people[name].location_id or 0)

    def assets(self, *serials: str) -> list[Asset]:
        """The assets with those serials."""
        return [self.session.scalars(select(Asset).where(ASSETS.c.serial_key == key_of(serial))).one() for serial in serials]
