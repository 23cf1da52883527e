"""Builds a small world in words, for tests: `world("200 M8 bolt in Warehouse", "Canon R6 SN-1 in Warehouse")`."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session

from models import catalog, ledger, levels, locations, lot_register, lots, members, ordering, register, reserving, search, stock, times
from models import orders as purchase_orders
from models.assets import ASSETS, Asset
from models.bill_editing import Goes, set_bill
from models.bills import PERCENT
from models.catalog import ITEMS, ApprovalRule, Item, ItemKind, Variant, variants_of
from models.checking_in import check_in
from models.checking_out import check_out
from models.columns import key_of
from models.database import Database
from models.editing import edit_item
from models.ledger import Act, Posted
from models.locations import LOCATIONS, Location, LocationKind
from models.lot_register import LotSaid
from models.lots import LOT_LEVELS, Lot
from models.members import Grant, Member, Role
from models.orders import PurchaseOrder
from models.policies import set_approval
from models.purchasing import set_reorder_point
from models.quantities import ONE, whole
from models.receiving import Arrival, receive
from models.times import Due

#: Where every test begins: a Monday morning.
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)

_KINDS = {"van": LocationKind.VAN, "site": LocationKind.SITE, "workshop": LocationKind.WORKSHOP}
_STOCK = re.compile(r"(?P<quantity>[\d.]+) (?P<returnable>returnable )?(?P<item>.+) in (?P<location>.+)")
_ASSET = re.compile(r"(?P<item>.+) (?P<serial>SN-\S+) in (?P<location>.+)")


@cache
def _template() -> tuple[sqlite3.Connection, Engine]:
    """A migrated, empty database, and an engine on it: copying it takes a millisecond, migrating forty."""
    database = Database("sqlite://")
    database.migrate()
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    with database.engine.connect() as connection:
        connection.connection.dbapi_connection.backup(copy)  # type: ignore[union-attr]
    return copy, database.engine


def opened(url: str) -> Database:
    """That database. A statement is compiled once for all of them: each for itself would take half of the time that the tests take."""
    _, compiling = _template()
    database = Database(url)
    database.engine.dialect, database.engine._compiled_cache = compiling.dialect, compiling._compiled_cache
    return database


def fresh_database(url: str = "sqlite://") -> Database:
    """An empty database at this program's schema."""
    copy, _ = _template()
    database = opened(url)
    with database.engine.connect() as connection:
        copy.backup(connection.connection.dbapi_connection)  # type: ignore[arg-type]
    return database


@dataclass
class World:
    """One session on a small world, with a clock that the test moves."""

    session: Session
    now: datetime = MONDAY
    tokens: Iterator[int] = field(default_factory=lambda: count(1))
    #: Who does what the test leaves unsaid; has every role that it takes.
    keeper: str = "Kim"
    _met: dict[str, Member] = field(default_factory=dict)

    def act(self, name: str | None = None, *, key: str | None = None, request_id: int | None = None) -> Act:
        """That member (by default the keeper) doing something now."""
        by = members.actor(self.session, self.member(name or self.keeper).id)
        return Act(by, self.now, lambda: f"token-{next(self.tokens)}", key, request_id)

    def grant(self, slack_user_id: str, *roles: Role) -> None:
        """Gives roles everywhere to somebody whom Slack knows."""
        member = members.actor_by_slack_id(self.session, slack_user_id)
        assert member is not None, slack_user_id
        self.session.add_all(Grant(member_id=member.id, role=role) for role in roles)
        self.session.flush()

    def later(self, **by: float) -> None:
        """Moves the clock forward by a timedelta's arguments."""
        self.now += timedelta(**by)

    def member(self, name: str, *roles: Role) -> Member:
        """The member of that name, who is met when first named; `roles` are granted everywhere."""
        member = self._met.get(name)
        if member is None or member not in self.session or member.name != name or member.archived_at is not None:
            found = members.named(self.session, name)
            member = self._met[name] = found[0] if found else self._meet(name)
        for role in roles:
            self.session.add(Grant(member_id=member.id, role=role))
        self.session.flush()
        return member

    def _meet(self, name: str) -> Member:
        place = Location(name=name, name_key=key_of(name), kind=LocationKind.PERSON)
        self.session.add(place)
        self.session.flush()
        place.path = f"/{place.id}/"
        member = Member(
            name=name, name_key=key_of(name), slack_user_id=f"U{name.upper()}", time_zone="UTC", location_id=place.id, seen_at=self.now
        )
        self.session.add(member)
        self.session.flush()
        search.remember(self.session, [(search.Findable.MEMBER, member.id, name)])
        return member

    def person(self, name: str) -> Location:
        """The location that the member of that name is."""
        return locations.get(self.session, self.member(name).location_id or 0)

    def lend(self, *serials: str, to: str = "Ana", by: str | None = None, due: Due | None = None) -> Posted:
        """Assets are checked out to a member: by themself, unless said."""
        chosen = [self.asset(serial) for serial in serials]
        return check_out(self.session, self.act(by or to), assets=chosen, holder=self.person(to), due=due)

    def location(self, name: str) -> Location:
        """The location of that name; one that is new is a van, site or workshop by its first word, else a warehouse."""
        query = select(Location).where(LOCATIONS.c.name_key == key_of(name), LOCATIONS.c.archived_at.is_(None))
        found = self.session.scalars(query).first()
        if found is not None:
            return found
        kind = _KINDS.get(name.split(maxsplit=1)[0].lower(), LocationKind.WAREHOUSE)
        return register.add_location(self.session, self.act(), name=name, kind=kind)

    def drafts(self, *wanted: str, supplier: str = "Acme") -> PurchaseOrder:
        """Puts "200 M8 bolt" on the supplier's draft."""
        for sentence in wanted:
            quantity, _, item = sentence.partition(" ")
            draft, _ = ordering.add(
                self.session, self.act(), variant=self.variant(item), quantity=whole(int(quantity)), supplier=self.supplier(supplier)
            )
        return draft

    def orders(self, *wanted: str, supplier: str = "Acme") -> PurchaseOrder:
        """The same, ordered."""
        draft = self.drafts(*wanted, supplier=supplier)
        ordering.order(self.session, self.act(), order=draft)
        return draft

    def receives(self, order: PurchaseOrder, *come: str, at: str = "Warehouse", by: str | None = None) -> Posted:
        """So much of it comes: "50 M8 bolt"."""
        arrivals = []
        for sentence in come:
            quantity, _, item = sentence.partition(" ")
            line = purchase_orders.line_for(self.session, order.id, self.variant(item).id)
            assert line is not None, item
            arrivals.append(Arrival(line, whole(int(quantity))))
        return receive(self.session, self.act(by), order=order, arrivals=arrivals, target=self.location(at))

    def variant(self, name: str, kind: ItemKind = ItemKind.CONSUMABLE) -> Variant:
        """The item of that name and its first variant, added when first named."""
        item = self.session.scalars(select(Item).where(ITEMS.c.name_key == key_of(name))).first()
        if item is not None:
            return variants_of(self.session, item.id)[0]
        return register.add_item(self.session, self.act(), name=name, kind=kind)[0]

    def asset(self, serial: str) -> Asset:
        """The asset with that serial."""
        return self.session.scalars(select(Asset).where(ASSETS.c.serial_key == key_of(serial))).one()

    def has(self, *sentences: str) -> "World":
        """Adds what they say is there: "200 M8 bolt in Warehouse", "20 returnable hard hat in Van 3", "Canon R6 SN-1 in Warehouse"."""
        for sentence in sentences:
            if asset := _ASSET.fullmatch(sentence):
                variant = self.variant(asset["item"], ItemKind.SERIALISED)
                register.add_assets(
                    self.session, self.act(), variant=variant, serials=[asset["serial"]], target=self.location(asset["location"])
                )
            elif said := _STOCK.fullmatch(sentence):
                quantity = int(float(said["quantity"]) * ONE)
                variant = self.variant(said["item"], ItemKind.RETURNABLE if said["returnable"] else ItemKind.CONSUMABLE)
                stock.receive(self.session, self.act(), variant=variant, quantity=quantity, target=self.location(said["location"]))
            else:
                raise ValueError(f"I can't build {sentence!r}")
        return self

    def reorder(self, item: str, location: str | None, *, low: float, high: float | None = None) -> None:
        """Sets a reorder point, in stock units; without a location over all of them."""
        where = self.location(location) if location else None
        target = int(high * ONE) if high is not None else None
        set_reorder_point(self.session, self.act(), variant=self.variant(item), low=int(low * ONE), high=target, location=where)

    def in_lots(self, *items: str) -> None:
        """From now on those items are tracked by lots."""
        for name in items:
            edit_item(self.session, self.act(), catalog.item(self.session, self.variant(name).item_id), lot_tracked=True)

    def receive(
        self, quantity: int, item: str, lot: str, location: str = "Warehouse", *, expires: str | None = None, source: str | None = None
    ) -> Lot:
        """So many come in with a lot, which may expire on a day ("2026-12-03") and come from a supplier."""
        variant, supplier = self.variant(item), self.supplier(source) if source else None
        named = LotSaid(lot, date.fromisoformat(expires) if expires else None)
        where = self.location(location)
        stock.receive(self.session, self.act(), variant=variant, quantity=whole(quantity), target=where, source=supplier, lot=named)
        return self.lot(lot)

    def take(self, quantity: int, item: str, location: str, *, to: Location | None = None, job: str | None = None) -> Posted:
        """So many are used up, or handed to somebody."""
        said = {"variant": self.variant(item), "quantity": whole(quantity), "source": self.location(location)}
        return stock.take(self.session, self.act(), target=to, job=job, **said)

    def quarantine(self, lot: str) -> None:
        """A lot is not given out until somebody releases it."""
        lot_register.quarantine(self.session, self.act(), self.lot(lot))

    def lot(self, code: str) -> Lot:
        """The lot with that code."""
        (found,) = lots.called(self.session, code)
        return found

    def supplier(self, name: str = "Acme") -> Location:
        """The supplier of that name."""
        return self._outside(name, LocationKind.SUPPLIER)

    def customer(self, name: str) -> Location:
        """The customer of that name."""
        return self._outside(name, LocationKind.CUSTOMER)

    def _outside(self, name: str, kind: LocationKind) -> Location:
        found = self.session.scalars(select(Location).where(LOCATIONS.c.name_key == key_of(name))).first()
        return found or register.add_location(self.session, self.act(), name=name, kind=kind)

    def left(self, lot: str, location: str) -> float:
        """How much of a lot lies, or has gone, there."""
        query = select(LOT_LEVELS.c.quantity).where(LOT_LEVELS.c.lot_id == self.lot(lot).id)
        kinds = {kind: locations.outside(self.session, kind).id for kind in LocationKind if str(kind) == location}
        place = next(iter(kinds.values())) if kinds else self.location(location).id
        return (self.session.execute(query.where(LOT_LEVELS.c.location_id == place)).scalar() or 0) / ONE

    def always_ask(self, item: str) -> None:
        """Makes every taking and lending of an item need approval."""
        set_approval(self.session, self.act(), target=catalog.item(self.session, self.variant(item).item_id), rule=ApprovalRule.ALWAYS)

    def hands_out(self, what: str, *, to: str, until: str | None = None, zone: str = "UTC") -> None:
        """Somebody checks out "SN-1" or "2 hard hat" from Warehouse, until that local time."""
        when = times.due(datetime.fromisoformat(until), zone) if until else None
        holder = locations.get(self.session, self.member(to).location_id or 0)
        check_out(self.session, self.act(to), **self._named(what, source=self.location("Warehouse")), holder=holder, due=when)

    def reserve(self, what: str, *, job: str, by: str | None = None, until: Due | None = None) -> Posted:
        """Somebody, by default the keeper, keeps "8 M8 bolt in Warehouse" for a job or customer."""
        said = _STOCK.fullmatch(what)
        assert said is not None, what
        quantity, location = int(float(said["quantity"]) * ONE), self.location(said["location"])
        kept = {"variant": self.variant(said["item"]), "quantity": quantity, "location": location}
        return reserving.reserve(self.session, self.act(by), **kept, purpose=job, until=until)

    def bring_back(self, what: str, *, by: str) -> None:
        """Checks in "SN-1" or "2 hard hat", by its holder."""
        check_in(self.session, self.act(by), **self._named(what))

    def _named(self, what: str, **counted: Location) -> dict[str, Any]:
        if what.startswith("SN-"):
            return {"assets": [self.asset(what)]}
        quantity, _, item = what.partition(" ")
        return {"variant": self.variant(item), "quantity": int(float(quantity) * ONE), **counted}

    def bill(self, made: str, *lines: str) -> None:
        """Says what a thing is made of: "4 M8 bolt", "4 M8 bolt; scrap 2 %; or M8 bolt zinc"."""
        set_bill(self.session, self.act(), variant=self.variant(made), goes=[self._goes(line) for line in lines])

    def _goes(self, line: str) -> Goes:
        first, *more = (part.strip() for part in line.split(";"))
        quantity, _, name = first.partition(" ")
        scrap = next((round(float(part.split()[1]) * PERCENT) for part in more if part.startswith("scrap")), 0)
        others = tuple(self.variant(part.removeprefix("or ")) for part in more if part.startswith("or "))
        return Goes(self.variant(name), int(float(quantity) * ONE), scrap, others)

    def on_hand(self, item: str, location: str) -> float:
        """How many lie there now, in stock units."""
        return levels.on_hand(self.session, self.variant(item).id, self.location(location).id) / ONE


def due(local: str, zone: str = "UTC") -> Due:
    """The promise to bring something back at that local time: `due("2026-11-27 17:00")`."""
    return times.due(datetime.fromisoformat(local), zone)


@contextmanager
def open_world(database: Database) -> Iterator[World]:
    """A world in one transaction, in which Kim has every role."""
    with database.transaction() as session:
        world = World(session)
        world.member("Kim", Role.KEEPER, Role.APPROVER, Role.ADMIN)
        yield world


__all__ = ["MONDAY", "World", "fresh_database", "ledger", "open_world", "opened", "whole"]
