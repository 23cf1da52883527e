"""Whatever it is made of and whatever lies there: the answer and the building agree, and a build that is undone leaves all as it was."""

from collections import defaultdict
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models import audit, building, production, register, stock
from models.levels import LEVELS
from models.locations import LocationKind
from models.lot_register import LotSaid
from models.lots import LOT_LEVELS
from models.production import Feasibility
from models.quantities import ONE, whole
from models.refusals import Shortage
from models.undo import undo
from tests.models.test_properties import EXAMPLES
from tests.world import World, fresh_database, open_world

Picture = tuple[list[tuple[int, ...]], list[tuple[int, ...]]]

#: Of each component how many go in, what is spoilt on the way, and whether something stands in for it.
LINE = st.tuples(st.integers(1, 4), st.sampled_from([0, 2.5, 10]), st.booleans())
LINES = st.lists(LINE, min_size=6, max_size=6)
#: How many lie in the warehouse, and how many on its shelf.
LYING = st.tuples(st.integers(0, 60), st.integers(0, 30))
STOCK = st.fixed_dictionaries(dict.fromkeys(("bolt", "zinc bolt", "beam", "old beam", "frame"), LYING))


def furnish(w: World, lines: list[tuple[int, float, bool]], lying: dict[str, tuple[int, int]], *, kept: int, in_lots: bool) -> None:
    """A widget of frames, bolts and beams, and a frame of bolts and beams, of which there are some in lots, a bad one among them."""
    store = w.location("Warehouse")
    shelf = register.add_location(w.session, w.act(), name="Shelf", kind=LocationKind.WAREHOUSE, parent=store)
    w.in_lots("beam", "old beam", *(["Widget"] if in_lots else []))
    for name, there in lying.items():
        for place, quantity in zip((store, shelf), there, strict=True):
            lot = LotSaid(f"{name} {place.id}", date(2027, 1, place.id)) if "beam" in name else None
            if quantity:
                stock.receive(w.session, w.act(), variant=w.variant(name), quantity=whole(quantity), target=place, lot=lot)
    w.receive(50, "beam", "gone off", expires="2026-11-22")
    others = {"bolt": "zinc bolt", "beam": "old beam", "frame": "bolt"}
    named = ("bolt", "beam", "frame", "bolt", "beam", "zinc bolt")
    said = [
        f"{quantity} {name}; scrap {scrap} %{f'; or {others[name]}' if other and name in others else ''}"
        for name, (quantity, scrap, other) in zip(named, lines, strict=True)
    ]
    w.bill("frame", *said[:2])
    w.bill("Widget", *said[2:])
    if kept and lying["bolt"][0] >= kept:
        w.reserve(f"{kept} bolt in Warehouse", job="job 7")


def picture(w: World) -> Picture:
    """What lies where, kept or free, and in which lot."""
    levels = w.session.connection().execute(select(LEVELS).where((LEVELS.c.quantity != 0) | (LEVELS.c.reserved != 0)))
    lots = w.session.connection().execute(select(LOT_LEVELS).where(LOT_LEVELS.c.quantity != 0))
    there = [(row.variant_id, row.location_id, row.quantity, row.lotted, row.reserved) for row in levels]
    return sorted(there), sorted((row.lot_id, row.location_id, row.quantity) for row in lots)


def asks(w: World, quantity: int) -> Feasibility:
    return production.feasibility(w.session, w.act(), variant=w.variant("Widget"), quantity=quantity, location=w.location("Warehouse"))


def builds(w: World, quantity: int, lot: LotSaid | None) -> building.Built:
    said = {"variant": w.variant("Widget"), "quantity": quantity, "location": w.location("Warehouse"), "lot": lot}
    return building.build(w.session, w.act(), **said)  # type: ignore[arg-type]


def went_in(built: building.Built) -> dict[int, int]:
    found = defaultdict[int, int](int)
    for line in built.went_in:
        found[line.variant_id] += line.quantity
    return found


@settings(max_examples=EXAMPLES or 25)
@given(lines=LINES, lying=STOCK, kept=st.integers(0, 20), in_lots=st.booleans(), quantity=st.integers(1, 9))
def test_what_is_answered_is_what_can_be_built_and_undoing_that_leaves_every_level_as_before(
    lines: list[tuple[int, float, bool]], lying: dict[str, tuple[int, int]], kept: int, in_lots: bool, quantity: int
) -> None:
    database = fresh_database()
    with open_world(database) as w:
        furnish(w, lines, lying, kept=kept, in_lots=in_lots)
        before, lot = picture(w), LotSaid("W-1") if in_lots else None
        at_most = asks(w, whole(quantity)).most
        for number in (whole(quantity), at_most, at_most + ONE):
            if not number:
                continue
            asked = asks(w, number)
            assert picture(w) == before
            assert asked.run.covered is (number <= at_most)
            if asked.run.covered:
                built = builds(w, number, lot)
                assert went_in(built) == asked.run.takes
                assert w.on_hand("Widget", "Warehouse") == number // ONE
                undo(w.session, w.act(), entry_id=built.posted.id)
            else:
                with pytest.raises(Shortage):
                    builds(w, number, lot)
            assert picture(w) == before
        assert audit.problems(w.session) == []
    database.close()
