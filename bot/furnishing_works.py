"""The demonstration world's small works: a lamp in two levels, from lots of two suppliers, some of it with a customer already."""

from datetime import timedelta
from typing import Any

from bot.telling import Telling
from models import dealing, editing, lot_register, lots, purchasing, register, stock, stocktaking
from models.bill_editing import Goes, set_bill
from models.bills import PERCENT
from models.building import build
from models.catalog import ItemKind
from models.lot_register import LotSaid
from models.quantities import ONE, whole
from models.stocktaking import Said

#: Name, unit, unit cost, whether it is tracked by lots, and how many lie in the warehouse from the start.
PARTS = """
M5 machine screw  | each | 0.05 |      | 3520
Housing shell     | each | 1.90 |      | 620
Rubber gasket     | each | 0.22 |      | 1400
Silicone gasket   | each | 0.41 |      | 300
LED insert        | each | 6.40 |      | 590
Epoxy resin       | kg   | 8.20 | lots | 0
Lamp housing      | each |      | lots | 0
Site lamp         | each |      | lots | 0
"""


def stock_parts(told: Telling) -> None:
    """What the lamp is made of, and its bill in two levels. 3,400 screws will be left: a run of 500 lamps takes 2,000 of them."""
    session, act, store = told.session, told.act, told.places["Warehouse"]
    category = register.add_category(session, act, name="Lamp works")
    for line in PARTS.strip().splitlines():
        name, unit, cost, tracked, lying = (cell.strip() for cell in line.split("|"))
        (made,) = register.add_item(
            session,
            act,
            name=name,
            kind=ItemKind.CONSUMABLE,
            unit=unit,
            fractions=unit == "kg",
            lot_tracked=bool(tracked),
            category=category,
            cost_minor=round(float(cost) * 100) if cost else None,
        )
        told.variants[name] = made
        if lying != "0":
            source = told.places["Acme Fasteners"]
            stock.receive(session, act, variant=made, quantity=whole(int(lying)), target=store, source=source)
    purchasing.set_reorder_point(session, act, variant=told.variants["M5 machine screw"], low=whole(1000), high=whole(3000), location=store)
    gaskets = ("Rubber gasket", 2 * ONE, 0, "Silicone gasket")
    _bill(told, "Lamp housing", ("Housing shell", ONE, 200), gaskets, ("Epoxy resin", ONE // 20, 0))
    _bill(told, "Site lamp", ("Lamp housing", ONE, 0), ("M5 machine screw", 4 * ONE, 0), ("LED insert", ONE, 0))


def _bill(told: Telling, made: str, *lines: tuple[Any, ...]) -> None:
    """What it is made of: of each component its name, how much, what is spoilt, and what may stand in."""
    goes = []
    for name, quantity, scrap, *others in lines:
        goes.append(Goes(told.variants[name], quantity, scrap * PERCENT // 100, tuple(told.variants[other] for other in others)))
    set_bill(told.session, told.act, variant=told.variants[made], goes=goes)


def receive_resin(told: Telling) -> None:
    """Resin comes in from two suppliers: the older lot expires within the month, and one smells odd."""
    _resin(told, 25, "Acme Fasteners", "E-2207", 12, expires_in=24)
    _resin(told, 24, "Lumen IT", "LR-88", 24, expires_in=200)
    _resin(told, 23, "Lumen IT", "LR-89", 3, expires_in=210)
    odd = lots.of_variant(told.session, told.variants["Epoxy resin"].id, "LR-89")
    assert odd is not None
    lot_register.quarantine(told.session, told.on(23), odd, note="Smells odd")


def _resin(told: Telling, days_ago: float, supplier: str, code: str, kilos: int, *, expires_in: int) -> None:
    lot = LotSaid(code, expires_on=(told.now + timedelta(days=expires_in)).date())
    stock.receive(
        told.session,
        told.on(days_ago),
        variant=told.variants["Epoxy resin"],
        quantity=whole(kilos),
        target=told.places["Warehouse"],
        source=told.places[supplier],
        lot=lot,
    )


def begin_counting(told: Telling) -> None:
    """What lies in the IT room is counted: Kim has counted the toner, one fewer than the ledger has, and Marek is to look again."""
    session, room = told.session, told.places["IT room"]
    editing.edit_location(session, told.on(0.15), room, count_a_days=90, count_b_days=180, count_c_days=365)
    count, _ = stocktaking.open_count(session, told.on(0.15), room)
    act = told.on(0.1)
    dealt = dealing.deal(session, act, count)
    found = [Said(line.id, line.held - (ONE if line.variant == "Toner, black" else 0), 0) for line in dealt if line.serial is None]
    stocktaking.tally(session, act, count, found)
    dealing.give_back(session, act, count)


def build_lamps(told: Telling) -> None:
    """Housings, then lamps of them, of which a customer has some by now: trace any of their lots."""
    _build(told, 22, "Lamp housing", 60, "H-31")
    _build(told, 21, "Site lamp", 30, "SL-7")
    store, customer = told.places["Warehouse"], told.places["Riverside Homes"]
    stock.take(told.session, told.on(20), variant=told.variants["Site lamp"], quantity=whole(12), source=store, target=customer)


def _build(told: Telling, days_ago: float, what: str, quantity: int, lot: str) -> None:
    store = told.places["Warehouse"]
    build(told.session, told.on(days_ago), variant=told.variants[what], quantity=whole(quantity), location=store, lot=LotSaid(lot))
