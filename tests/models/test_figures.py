"""Figures are what one finds hour by hour in the ledger: days lent and owned, what lies idle, what is borrowed most, who returns late."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from models import audit, book_value, custody, editing, figures, locations, past, register, repairs, stock, valuation
from models.assets import ASSETS, Asset, AssetState, state
from models.catalog import Category, Item, ItemKind, Variant
from models.checking_in import check_in
from models.checking_out import check_out
from models.diary import Window
from models.handing_over import give, hand_over
from models.ledger import Posted
from models.locations import LOCATIONS, STORES, Location
from models.quantities import ONE, whole
from models.refusals import Refusal
from models.times import due, local_day
from models.undo import undo
from tests.world import MONDAY, World, fresh_database, open_world

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PEOPLE = ("Ana", "Ben", "Cleo")
SERIALS = {"SN-1": "Camera", "SN-2": "Camera", "SN-3": "Drill", "SN-4": "Lamp"}


@dataclass
class Loan:
    """What the test itself keeps of a checkout."""

    serial: str
    who: str
    start: datetime
    due: datetime | None
    end: datetime | None = None
    undone: bool = False

    def at(self, moment: datetime) -> bool:
        return not self.undone and self.start <= moment and (self.end is None or moment < self.end)


class Life:
    """Four assets and three people for some days, everything on the hour; what was lent is kept in a list besides."""

    def __init__(self, w: World, seed: int) -> None:
        self.w, self.chance, self.loans, self.can_undo = w, random.Random(seed), list[Loan](), list[tuple[Posted, Loan, bool]]()
        for serial, item in SERIALS.items():
            w.has(f"{item} {serial} in Warehouse")
            w.later(hours=self.chance.randint(0, 30))
        for one in PEOPLE:
            w.member(one)

    def goes_on(self, steps: int) -> None:
        for _ in range(steps):
            self.w.later(hours=self.chance.randint(1, 5))
            step = self.chance.choices((self._lend, self._ends, self._takes_back, self._moves), (6, 5, 2, 3))[0]
            try:
                step()
            except Refusal:
                continue

    def _open(self) -> dict[str, Loan]:
        return {one.serial: one for one in self.loans if one.at(self.w.now)}

    def _lend(self) -> None:
        serial, who = self.chance.choice(list(SERIALS)), self.chance.choice(PEOPLE)
        promised = due((self.w.now + self.chance.randint(1, 30) * HOUR).replace(tzinfo=None), "UTC") if self.chance.random() < 0.8 else None
        start = self.w.now - self.chance.choice((0, 0, 1)) * HOUR
        happened = {"due": promised, "happened_at": start if start < self.w.now else None}
        posted = check_out(self.w.session, self.w.act(who), assets=[self.w.asset(serial)], holder=self.w.person(who), **happened)  # type: ignore[arg-type]
        self.loans.append(Loan(serial, who, start, promised.at if promised else None))
        self.can_undo.append((posted, self.loans[-1], True))

    def _ends(self) -> None:
        if not self._open():
            return
        serial, loan = self.chance.choice(list(self._open().items()))
        asset, act = self.w.asset(serial), self.w.act(loan.who)
        match self.chance.randint(0, 4):
            case 0:
                custody.lost(self.w.session, act, asset=asset)
            case 1:
                other = next(one for one in PEOPLE if one != loan.who)
                offered = give(self.w.session, act, assets=[asset], holder=self.w.person(other))
                hand_over(self.w.session, self.w.act(), entry_id=offered.id)
                self.loans.append(Loan(serial, other, self.w.now, loan.due))
            case _:
                self.can_undo.append((check_in(self.w.session, act, assets=[asset]).posted, loan, False))
        loan.end = self.w.now

    def _takes_back(self) -> None:
        if not self.can_undo:
            return
        posted, loan, opened = self.can_undo.pop()
        undo(self.w.session, self.w.act(), entry_id=posted.id)
        if opened:
            loan.undone = True
        else:
            loan.end = None

    def _moves(self) -> None:
        asset = self.w.asset(self.chance.choice(list(SERIALS)))
        out = self._open().get(asset.serial)
        match custody.state_of(self.w.session, asset):
            case AssetState.LOST:
                custody.found(self.w.session, self.w.act(), asset=asset, target=self.w.location("Van 3"))
            case AssetState.IN_REPAIR:
                repairs.repaired(self.w.session, self.w.act(), asset=asset)
            case _ if self.chance.random() < 0.3:
                repairs.send_to_repair(self.w.session, self.w.act(), asset=asset, target=self.w.supplier("Lumen"))
            case _ if self.chance.random() < 0.1:
                custody.retire(self.w.session, self.w.act(), asset=asset)
            case _:
                custody.move_assets(self.w.session, self.w.act(), assets=[asset], target=self.w.location("Van 3"))
        if out is not None:
            out.end = self.w.now

    def kinds(self, at: datetime) -> dict[str, locations.LocationKind]:
        """Where each asset is at a time, found by folding the whole ledger."""
        kinds = {row.id: row.kind for row in self.w.session.execute(select(LOCATIONS.c.id, LOCATIONS.c.kind))}
        serials = {row.id: row.serial for row in self.w.session.execute(select(ASSETS.c.id, ASSETS.c.serial))}
        return {serials[one]: kinds[place] for one, place in past.as_of(self.w.session, at).places.items()}


@pytest.fixture(scope="module", params=range(3))
def life(request: pytest.FixtureRequest) -> Iterator[Life]:
    """A different life for each seed, which is only read."""
    database = fresh_database()
    with open_world(database) as w:
        lived = Life(w, request.param)
        lived.goes_on(70)
        yield lived
        assert audit.problems(w.session) == []
    database.close()


def windows(life: Life) -> list[Window]:
    end = life.w.now
    return [Window(MONDAY - DAY, end), Window(end - 4 * DAY, end - DAY), Window(end - 50 * HOUR, end)]


def test_the_days_lent_and_owned_are_those_counted_hour_by_hour(life: Life) -> None:
    for window in windows(life):
        owned, lent, those = Counter[str](), Counter[str](), defaultdict[str, set[str]](set)
        for hour in range((window.end - window.start) // HOUR):
            at = window.start + hour * HOUR
            for serial, kind in life.kinds(at).items():
                if state(kind) not in {AssetState.LOST, AssetState.RETIRED}:
                    owned[SERIALS[serial]] += 1
                    those[SERIALS[serial]].add(serial)
            lent.update(SERIALS[one.serial] for one in life.loans if one.at(at))
        found = figures.used(life.w.session, window)
        assert {one.item: (one.assets, one.owned, one.lent) for one in found} == {
            item: (len(those[item]), owned[item] * HOUR, lent[item] * HOUR) for item in owned
        }


def test_what_lies_idle_is_what_lay_in_a_store_and_was_not_lent_that_long(life: Life) -> None:
    first = {"SN-1": MONDAY}
    for serial in SERIALS:
        first[serial] = custody.custody(life.w.session, life.w.asset(serial))[-1].happened_at
    for at in (life.w.now, life.w.now - 2 * DAY, life.w.now - 5 * DAY):
        kinds, idle = life.kinds(at), dict[str, datetime]()
        for serial, kind in kinds.items():
            loans = [one for one in life.loans if one.serial == serial and not one.undone and one.start <= at]
            since = max((one.end for one in loans if one.end is not None and one.end <= at), default=first[serial])
            if kind in STORES and not any(one.at(at) for one in loans) and at - since >= DAY:
                idle[serial] = since
        found = figures.idle(life.w.session, at, days=1)
        assert {one.serial: one.since_at for one in found} == idle
        assert {one.item: one.idle for one in figures.idle_by_item(life.w.session, at, days=1)} == Counter(SERIALS[one] for one in idle)
        assert [one.serial for one in figures.idle(life.w.session, at, days=1, first=1, most=1)] == [one.serial for one in found[1:2]]


def test_each_checkout_that_was_not_undone_counts_once(life: Life) -> None:
    for window in windows(life):
        began = [one for one in life.loans if not one.undone and window.start <= one.start < window.end]
        found = figures.borrowed(life.w.session, window)
        assert {one.item: one.times for one in found} == Counter(SERIALS[one.serial] for one in began)
        assert [one.times for one in found] == sorted((one.times for one in found), reverse=True)
        assert {one.item: one.holders for one in found} == {
            item: len({one.who for one in began if SERIALS[one.serial] == item}) for item in {SERIALS[one.serial] for one in began}
        }


def test_who_returned_late_and_by_how_much(life: Life) -> None:
    for window in windows(life):
        lateness = defaultdict[str, list[timedelta]](list)
        for one in life.loans:
            if not one.undone and one.due and one.end and window.start <= one.end < window.end:
                lateness[one.who].append(max(one.end - one.due, timedelta()))
        found = figures.returns(life.w.session, window)
        assert {one.name: (one.ended, one.late, one.together, one.longest) for one in found} == {
            who: (len(by), sum(one > timedelta() for one in by), sum(by, timedelta()), max(by)) for who, by in lateness.items()
        }


def test_what_comes_back_at_its_due_time_is_in_time_and_of_another_store_does_not_count(world: Callable[..., World]) -> None:
    w = world("Camera SN-1 in Warehouse", "Camera SN-2 in Van 3", "Camera SN-3 in Warehouse")
    w.lend("SN-1", "SN-2", due=due(datetime(2026, 11, 23, 17), "UTC"))  # noqa: DTZ001 - a local time
    w.lend("SN-3")
    w.later(hours=8)
    w.bring_back("SN-1", by="Ana")
    w.later(hours=1)
    w.bring_back("SN-2", by="Ana")
    w.bring_back("SN-3", by="Ana")
    window = Window(MONDAY, w.now + HOUR)
    assert [one[2:] for one in figures.returns(w.session, window)] == [(2, 1, HOUR, HOUR)]
    assert [one[2:4] for one in figures.returns(w.session, window, at=w.location("Warehouse"))] == [(1, 0)]
    assert figures.returns(w.session, Window(MONDAY, w.now - HOUR)) == []


def test_figures_of_a_category_are_of_what_is_in_it_and_below(world: Callable[..., World]) -> None:
    w = world("Camera SN-1 in Warehouse", "Drill SN-2 in Warehouse")
    top = register.add_category(w.session, w.act(), name="Things")
    below = register.add_category(w.session, w.act(), name="Photo", parent=top)
    editing.edit_item(w.session, w.act(), item_of(w, "Camera"), category=below)
    w.lend("SN-1", "SN-2")
    w.later(days=100)
    w.bring_back("SN-2", by="Ana")
    w.later(days=50)
    window = Window(MONDAY, w.now)
    for asked, cameras, drills in ((None, 1, 1), (top, 1, 0), (below, 1, 0)):
        names = ["Camera"] * cameras + ["Drill"] * drills
        assert [one.item for one in figures.used(w.session, window, category=asked)] == names
        assert [one.item for one in figures.borrowed(w.session, window, category=asked)] == names
        assert [one.item for one in figures.idle_by_item(w.session, w.now, days=50, category=asked)] == ["Drill"] * drills
        assert len(valuation.by_category(w.session, w.now, day=local_day(w.now, "UTC"), zone="UTC", category=asked).each) == 0


def item_of(w: World, name: str) -> Item:
    return w.session.get_one(Item, w.variant(name).item_id)


def test_a_million_assets_would_not_be_too_many_to_add_up(world: Callable[..., World]) -> None:
    w = world("Camera SN-1 in Warehouse")
    assert figures.used(w.session, Window(MONDAY, MONDAY + 100_000 * DAY))[0].owned == 100_000 * DAY


@pytest.mark.parametrize("seed", range(3))
def test_the_value_of_a_category_is_that_of_each_asset_and_of_all_that_lay_there(a_world: World, seed: int) -> None:
    w, chance = a_world, random.Random(seed)
    made = [register.add_category(w.session, w.act(), name=name) for name in ("Photo", "Tools")]
    for number in range(6):
        kind = list(ItemKind)[number % 3]
        cost = chance.choice((None, 1, 333, 99_999))
        of = chance.choice((*made, None))
        said = {"kind": kind, "category": of, "cost_minor": cost, "fractions": kind is ItemKind.CONSUMABLE, "unit": "m"}
        (variant,) = register.add_item(w.session, w.act(), name=f"Thing {number}", **said)  # type: ignore[arg-type]
        for lying in range(3):
            w.later(hours=chance.randint(1, 40))
            target = w.location(chance.choice(("Warehouse", "Van 3")))
            if kind is ItemKind.SERIALISED:
                _buy(w, chance, variant, f"SN-{number}-{lying}", target)
            else:
                quantity = chance.randint(1, 9 * ONE) if kind is ItemKind.CONSUMABLE else whole(chance.randint(1, 9))
                stock.receive(w.session, w.act(), variant=variant, quantity=quantity, target=target)
                stock.scrap(w.session, w.act(), variant=variant, quantity=quantity if lying == 1 else whole(1), source=target)
    for at in (w.now, w.now - 2 * DAY, MONDAY - DAY):
        found = valuation.by_category(w.session, at, day=local_day(at, "UTC"), zone="UTC")
        assert {(one.category, one.currency): (one.assets, one.stock) for one in found.each} == _worth(w, at)


def _buy(w: World, chance: random.Random, variant: Variant, serial: str, target: Location) -> None:
    bought = local_day(w.now, "UTC") - timedelta(days=chance.randint(0, 30))
    terms = {"purchased_on": bought, "cost_minor": chance.choice((None, 10_001, 4_444)), "replace_by_on": bought + timedelta(days=333)}
    register.add_assets(w.session, w.act(), variant=variant, serials=[serial], target=target, **terms)  # type: ignore[arg-type]
    if chance.random() < 0.4:
        w.later(hours=30)
        custody.lost(w.session, w.act(), asset=w.asset(serial))
        w.later(hours=30)
        custody.found(w.session, w.act(), asset=w.asset(serial), target=target)
    if chance.random() < 0.5:
        custody.retire(w.session, w.act(), asset=w.asset(serial))


def _worth(w: World, at: datetime) -> dict[tuple[str | None, str], tuple[int, int]]:
    """Thing by thing, as a storekeeper with a pencil would."""
    day, names = local_day(at, "UTC"), {None: None} | {row.id: row.name for row in w.session.scalars(select(Category))}
    picture, ending = past.as_of(w.session, at), past.as_of(w.session, at.replace(hour=23, minute=59))
    gone = {AssetState.LOST, AssetState.RETIRED}
    assets, lies = Counter[tuple[str | None, str]](), defaultdict[tuple[str | None, str], Fraction](Fraction)
    for asset in w.session.scalars(select(Asset)):
        place = ending.places.get(asset.id)
        known = asset.cost_minor is not None and asset.purchased_on is not None and asset.purchased_on <= day
        if known and (place is None or state(locations.get(w.session, place).kind) not in gone):
            variant = w.session.get_one(Variant, asset.variant_id)
            of = names[w.session.get_one(Item, variant.item_id).category_id]
            assets[of, asset.currency or ""] += book_value.of_asset(asset, day) or 0
    for (variant_id, place), quantity in picture.stock.items():
        variant = w.session.get_one(Variant, variant_id)
        item = w.session.get_one(Item, variant.item_id)
        if locations.get(w.session, place).ours and item.kind is not ItemKind.SERIALISED and variant.cost_minor is not None:
            lies[names[item.category_id], variant.currency or ""] += Fraction(quantity, ONE) * variant.cost_minor
    return {one: (assets[one], int((2 * lies[one] + 1) // 2)) for one in {*assets, *lies}}
