"""Furnishes the demonstration world: four months of a small firm's life, lived through verb by verb."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from bot import furnishing_bookings as bookings
from bot import furnishing_fields as own_fields
from bot import furnishing_kits as kits
from bot import furnishing_loans as loans
from bot import furnishing_terms as terms
from bot import furnishing_upkeep as upkeep
from bot import furnishing_works as works
from bot.demonstration import CONSUMABLES, EQUIPMENT, PACKS, PEOPLE, PLACES, REORDER, RETURNABLES, ROLES, SUPPLIERS, TERMS, USE
from bot.telling import Taking, Telling
from models import (
    attesting,
    catalog,
    editing,
    members,
    ordering,
    orders,
    people,
    policies,
    purchasing,
    register,
    reserving,
    roles,
    stock,
    suppliers,
    times,
    wants,
)
from models.catalog import ApprovalRule, Category, ItemKind, Variant
from models.checking_in import check_in
from models.checking_out import check_out
from models.database import Database
from models.ledger import Act
from models.locations import Location
from models.members import COMMAND_LINE, Standing
from models.orders import PurchaseOrder
from models.people import Profile
from models.quantities import ONE, whole
from models.receiving import Arrival, receive
from models.workspace import workspace


def furnish(database: Database, *, clock: Callable[[], datetime], token: Callable[[], str]) -> None:
    """Fills an empty database with four months of a small firm's life, the last of it an hour ago."""
    with database.transaction(timeout=30) as session:
        program = members.actor(session, COMMAND_LINE)
        workspace(session).currency = "EUR"
        told = Telling(session, Act(program, clock() - timedelta(days=122), token), clock())
        _settle_in(told)
        categories = _equip_all(told)
        loans.lend(told)
        _stock_up(told, categories)
        _know_suppliers(told)
        own_fields.define(told)
        works.stock_parts(told)
        upkeep.plan(told)
        _live_through_two_months(told)
        attesting.attest(session, told.on(1 / 24), place=None)


def _settle_in(told: Telling) -> None:
    """The people and the places."""
    session = told.session
    for person in PEOPLE:
        profile = Profile(person.id, person.real_name, person.email, person.tz, Standing.MEMBER)
        told.people[person.real_name] = people.meet(session, told.act, profile=profile)
    for name, kind, above, channel, zone in PLACES:
        parent = told.places.get(above) if above else None
        told.places[name] = register.add_location(session, told.act, name=name, kind=kind, parent=parent, channel=channel, time_zone=zone)
    for name, role, place in ROLES:
        roles.grant(session, told.act, member=told.people[name], role=role, location=told.places[place] if place else None)


def _equip_all(told: Telling) -> dict[str, Category]:
    """What is lent was there first; with the categories of everything, by name."""
    act, tables = told.on(120), (CONSUMABLES, RETURNABLES, EQUIPMENT)
    names = dict.fromkeys(row[0] for table in tables for row in _rows(table))
    categories = {name: register.add_category(told.session, act, name=name) for name in names}
    for of, name, attributes, cost, place, serials in _rows(EQUIPMENT):
        _equip(
            told, act, name, categories[of], attributes=_pairs(attributes), cost=cost, place=told.places[place], serials=_serials(serials)
        )
    return categories


def _stock_up(told: Telling, categories: dict[str, Category]) -> None:
    """The rest of the catalog, and the first deliveries."""
    act = told.on(60)
    for of, name, unit, cost, attributes, lying in _rows(CONSUMABLES):
        item = _item(told, act, name, ItemKind.CONSUMABLE, categories[of], unit=unit, cost=cost, variants=_each(attributes))
        _receive(told, act, item, lying, "Acme Fasteners")
    for of, name, unit, cost, lying in _rows(RETURNABLES):
        _receive(told, act, _item(told, act, name, ItemKind.RETURNABLE, categories[of], unit=unit, cost=cost), lying, "Acme Fasteners")
    for name, store, low, high in REORDER:
        where = told.places[store] if store else None
        purchasing.set_reorder_point(told.session, act, variant=told.variants[name], low=whole(low), high=whole(high), location=where)
    policies.set_approval(told.session, act, target=categories["Cameras"], rule=ApprovalRule.ABOVE, above_minor=400_000, above_days=14)
    thermal = catalog.item(told.session, told.variants["Thermal camera"].item_id)
    policies.set_approval(told.session, act, target=thermal, rule=ApprovalRule.ALWAYS)


def _know_suppliers(told: Telling) -> None:
    """Whom to ask, and what they sell at."""
    act = told.on(59)
    for name, contact, days in SUPPLIERS:
        editing.edit_location(told.session, act, told.places[name], contact=contact, lead_days=days)
    for item, supplier, number, pack, least, price, dearer in _rows(TERMS):
        start, _, less = dearer.partition(" ")
        suppliers.set_terms(
            told.session,
            act,
            variant=told.variants[item],
            supplier=told.places[supplier],
            part_number=number,
            pack=whole(int(pack)),
            minimum=whole(int(least)),
            prices=[(0, _cents(price)), *([(whole(int(start)), _cents(less))] if less else [])],
        )


def _cents(amount: str) -> int:
    return round(float(amount) * 100)


def _live_through_two_months(told: Telling) -> None:
    """What happened since: stock was used, things were lent, one is late, one is in repair, and the van runs low."""
    told.everyday = sorted(_everyday(), key=lambda one: -one.days_ago)
    session, places, variants = told.session, told.places, told.variants

    def take(days_ago: float, who: str, quantity: float, what: str, place: str) -> None:
        stock.take(session, told.on(days_ago, who), variant=variants[what], quantity=int(quantity * ONE), source=places[place])

    def order(days_ago: float, supplier: str, place: str, *wanted: tuple[str, int]) -> PurchaseOrder:
        act = told.on(days_ago)
        for what, quantity in wanted:
            draft, _ = ordering.add(
                session, act, variant=variants[what], quantity=whole(quantity), supplier=places[supplier], place=places[place]
            )
        ordering.order(session, act, order=draft)
        return draft

    def lend(days_ago: float, who: str, days: float | None, *serials: str, purpose: str | None = None) -> None:
        act = told.on(days_ago, who)
        due = (
            times.due((act.now + timedelta(days=days)).replace(hour=17, minute=0, second=0, microsecond=0, tzinfo=None), act.by.time_zone)
            if days
            else None
        )
        check_out(session, act, assets=told.assets(*serials), holder=told.person(who), due=due, purpose=purpose)

    lend(55, "Dee Okafor", 10, "SN-00483", purpose="Spring catalogue")
    take(48, "Ana Silva", 40, "M8 hex bolt", "Warehouse")
    check_in(session, told.on(44, "Dee Okafor"), assets=told.assets("SN-00483"), note="Lens cap missing")
    upkeep.repair_camera(told)
    lend(40, "Tom Ellis", None, "DR-31", "DR-32", purpose="Harbour site")
    lend(38, "Kim Berg", None, "DR-36", purpose="Workbench")
    lend(36, "Yuki Tanaka", None, "MB-1001")
    lend(36, "Dee Okafor", None, "MB-2001")
    take(30, "Ana Silva", 25, "M6 hex bolt", "Van 3")
    stock.move(session, told.on(28), variant=variants["M8 nut"], quantity=whole(30), source=places["Warehouse"], target=places["Van 3"])
    take(25, "Ana Silva", 60, "M8 nut", "Van 3")
    works.receive_resin(told)
    panel, customer = variants["LED panel, warm"], places["Riverside Homes"]
    stock.take(session, told.on(22), variant=panel, quantity=whole(6), source=places["Warehouse"], target=customer)
    works.build_lamps(told)
    upkeep.break_hammer(told)
    check_out(
        session,
        told.on(18, "Tom Ellis"),
        variant=variants["Hard hat"],
        quantity=whole(6),
        source=places["Warehouse"],
        holder=told.person("Tom Ellis"),
        purpose="Visitors",
    )
    take(15, "Ana Silva", 6.5, "Copper cable, 2.5 mm²", "Van 3")
    lend(12, "Dee Okafor", 8, "SN-00484", purpose="Trade fair")
    order(12, "Lumen IT", "IT room", ("Toner, black", 4))  # is four days late by now
    take(9, "Priya Nair", 2, "Toner, black", "IT room")
    stock.count(
        session, told.on(7), variant=variants["Contact cleaner"], quantity=whole(11), location=places["Shelf A"], note="Half-yearly count"
    )
    open_order = order(6, "Acme Fasteners", "Warehouse", ("M8 hex bolt", 1000), ("M8 nut", 500))
    lend(5, "Ana Silva", 9, "LL-02", purpose="Riverside Homes")
    _reserve(told)
    take(3, "Ana Silva", 8, "M8 hex bolt", "Van 3")
    kits.put_together(told)
    terms.hand_out(told)
    nuts = orders.line_for(session, open_order.id, variants["M8 nut"].id)
    assert nuts is not None
    receive(session, told.on(1.2), order=open_order, arrivals=[Arrival(nuts, whole(500))], target=places["Warehouse"])
    bookings.promise(told)
    take(1, "Ana Silva", 2, "Silicone, white", "Van 3")
    upkeep.report_drill(told)
    wants.ask(session, told.on(0.2, "Priya Nair"), wanted="a left-handed pair of tin snips")
    works.begin_counting(told)
    take(1 / 24, "Ana Silva", 5, "M8 washer", "Warehouse")


def _everyday() -> Iterator[Taking]:
    for what, place, who, weeks in _rows(USE):
        for week, quantity in enumerate(weeks.split()):
            if int(quantity):
                yield Taking(54 - 7 * week, what, place, who, int(quantity))


def _reserve(told: Telling) -> None:
    """A customer who has got panels before is to get more, and bolts are kept for a job until the day after tomorrow."""
    session, places, variants = told.session, told.places, told.variants
    panel, bolt, store = variants["LED panel, warm"], variants["M8 hex bolt"], places["Warehouse"]
    reserving.reserve(session, told.on(4), variant=panel, quantity=whole(12), location=store, purpose="Riverside Homes")
    act = told.on(3, "Tom Ellis")
    until = times.due((told.now + timedelta(days=2)).replace(hour=17, minute=0, second=0, microsecond=0, tzinfo=None), "Europe/Berlin")
    reserving.reserve(session, act, variant=bolt, quantity=whole(150), location=store, purpose="job 7", until=until)


def _rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def _item(
    told: Telling,
    act: Act,
    name: str,
    kind: ItemKind,
    category: Category,
    *,
    unit: str,
    cost: str,
    variants: list[dict[str, str]] | None = None,
) -> list[Variant]:
    made = register.add_item(
        told.session,
        act,
        name=name,
        kind=kind,
        unit=unit,
        fractions=unit in {"m", "l"},
        category=category,
        cost_minor=round(float(cost) * 100),
        variants=variants or [{}],
        comes_in=[(pack, whole(holds)) for pack, holds in PACKS.get(name, ())],
    )
    told.variants |= {variant.name: variant for variant in made}
    return made


def _receive(told: Telling, act: Act, variants: list[Variant], lying: str, supplier: str) -> None:
    for there in lying.split(","):
        place, _, quantity = there.strip().rpartition(" ")
        for variant in variants:
            stock.receive(
                told.session,
                act,
                variant=variant,
                quantity=int(float(quantity) * ONE),
                target=told.places[place],
                source=told.places[supplier],
            )


def _equip(
    told: Telling, act: Act, name: str, category: Category, *, attributes: dict[str, str], cost: str, place: Location, serials: list[str]
) -> None:
    known = next((variant for variant in told.variants.values() if variant.name == name or variant.name.startswith(f"{name}, ")), None)
    if known is None:
        variant = _item(told, act, name, ItemKind.SERIALISED, category, unit="each", cost=cost, variants=[attributes])[0]
    else:
        item = catalog.item(told.session, known.item_id)
        variant = register.add_variant(told.session, act, item=item, attributes=attributes, cost_minor=round(float(cost) * 100))
        told.variants[variant.name] = variant
    bought = (act.now - timedelta(days=340)).date()
    register.add_assets(
        told.session,
        act,
        variant=variant,
        serials=serials,
        target=place,
        source=told.places["Lumen IT"],
        purchased_on=bought,
        cost_minor=round(float(cost) * 100),
        replace_by_on=bought.replace(year=bought.year + 4, day=min(bought.day, 28)),
    )


def _each(attributes: str) -> list[dict[str, str]]:
    name, _, values = attributes.partition(":")
    return [{name.strip(): value.strip()} for value in values.split(",")] if values else [{}]


def _pairs(attributes: str) -> dict[str, str]:
    named = (pair.partition(":") for pair in attributes.split(";") if pair.strip())
    return {name.strip(): value.strip() for name, _, value in named}


def _serials(text: str) -> list[str]:
    found = []
    for part in text.split(","):
        if spanned := re.fullmatch(r"\s*(\D+)(\d+)\.\.(\d+)\s*", part):
            width = len(spanned[2])
            last = int(spanned[2][: width - len(spanned[3])] + spanned[3])
            found += [f"{spanned[1]}{number:0{width}d}" for number in range(int(spanned[2]), last + 1)]
        else:
            found.append(part.strip())
    return found
