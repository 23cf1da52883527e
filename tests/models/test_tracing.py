"""What tracing promises: whatever was built of a lot is found from it, whatever it was built of is found from that, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import audit, ledger, locations, lot_register, lots, register, stock, tracing
from models.assets import Asset
from models.caches import Line
from models.catalog import ItemKind
from models.entries import EntryKind
from models.ledger import Posted
from models.locations import LocationKind
from models.lot_register import LotSaid
from models.quantities import ONE, whole
from models.refusals import Refusal
from models.register import bring_to_life
from models.tracing import Node, Trace, What
from models.undo import undo
from tests.world import World, fresh_database, open_world

Build = Callable[..., World]


def build(w: World, uses: dict[str, int], makes: str, quantity: int = 1, *, item: str = "frame") -> Posted:
    """One entry that consumes so much of those lots and makes a lot of an item, or of a lot that is known already more."""
    production, place = locations.outside(w.session, LocationKind.PRODUCTION).id, w.location("Warehouse").id
    used = [Line(w.lot(code).variant_id, whole(each), place, production, lot_id=w.lot(code).id) for code, each in uses.items()]
    lot_id, changed = lot_register.into(w.session, w.act(), w.variant(item), LotSaid(makes), source=None, on=w.now.date())
    made = Line(w.variant(item).id, whole(quantity), production, place, lot_id=lot_id)
    return ledger.post(w.session, w.act(), EntryKind.BUILT, lines=[*used, made], changed=changed)


def traced(w: World, code: str) -> Trace:
    return tracing.trace(w.session, Node(lot_id=w.lot(code).id))


def told(w: World, code: str) -> tuple[list[str], list[str]]:
    """Both ways, a short line each."""
    both = traced(w, code)
    back, forward = ([f"{s.level} {s.code} {s.quantity // ONE} {s.what} {s.place}" for s in way] for way in both)
    return back, forward


@pytest.fixture
def workshop(world: Build) -> World:
    """Bolts in lots B-1 (Acme) and B-2 (Bolts Ltd); 4 of B-1 and 2 of B-2 in frame F-1, which went into bike K-1, of which one is sold."""
    w = world()
    w.in_lots("bolt", "frame", "bike")
    w.receive(20, "bolt", "B-1", source="Acme")
    w.receive(20, "bolt", "B-2", source="Bolts Ltd")
    build(w, {"B-1": 4, "B-2": 2}, "F-1", 2)
    build(w, {"F-1": 2}, "K-1", 2, item="bike")
    w.take(1, "bike", "Warehouse", to=w.customer("Riverside"))
    return w


def test_backwards_a_trace_leads_to_the_suppliers_through_every_level(workshop: World) -> None:
    back, _ = told(workshop, "K-1")
    assert back == [
        "1 F-1 2 built in from Warehouse",
        "2 B-1 20 received from Acme",
        "2 B-2 20 received from Bolts Ltd",
        "2 B-1 4 built in from Warehouse",
        "2 B-2 2 built in from Warehouse",
    ]


def test_forwards_a_trace_leads_to_whoever_got_it_through_every_level(workshop: World) -> None:
    _, forward = told(workshop, "B-1")
    assert forward == [
        "0 B-1 4 built in from Warehouse",
        "0 B-1 16 lies in Warehouse",
        "1 F-1 2 built at Warehouse",
        "1 F-1 2 built in from Warehouse",
        "2 K-1 2 built at Warehouse",
        "2 K-1 1 went to Riverside",
        "2 K-1 1 lies in Warehouse",
    ]


def test_a_trace_names_people_sites_and_what_was_used_scrapped_and_came_back(world: Build) -> None:
    w = world()
    w.in_lots("milk")
    w.receive(20, "milk", "L-1")
    w.member("Ana")
    w.take(3, "milk", "Warehouse", to=w.person("Ana"))
    w.take(2, "milk", "Warehouse", to=w.location("Site North"))
    w.take(1, "milk", "Warehouse")
    stock.move(
        w.session,
        w.act(),
        variant=w.variant("milk"),
        quantity=ONE,
        source=w.person("Ana"),
        target=w.location("Warehouse"),
    )
    stock.scrap(w.session, w.act(), variant=w.variant("milk"), quantity=ONE, source=w.location("Warehouse"))
    _, forward = told(w, "L-1")
    assert forward == [
        "0 L-1 3 went to Ana",
        "0 L-1 2 went to Site North",
        "0 L-1 1 went to Used",
        "0 L-1 1 came back from Ana",
        "0 L-1 1 went to Scrap",
        "0 L-1 14 lies in Warehouse",
        "0 L-1 2 lies in Ana",
        "0 L-1 2 lies in Site North",
    ]


def test_what_only_moved_between_stores_is_no_line(world: Build) -> None:
    w = world()
    w.in_lots("milk")
    w.receive(2, "milk", "L-1")
    stock.move(w.session, w.act(), variant=w.variant("milk"), quantity=whole(2), source=w.location("Warehouse"), target=w.location("Van 3"))
    assert told(w, "L-1")[1] == ["0 L-1 2 lies in Van 3"]


def test_a_trace_says_for_which_job_it_was_taken(world: Build) -> None:
    w = world()
    w.in_lots("milk")
    w.receive(2, "milk", "L-1")
    w.take(1, "milk", "Warehouse", job="job 7")
    assert [(step.note, step.member) for step in traced(w, "L-1").forward if step.what is What.WENT] == [("for job 7", "Kim")]


def test_an_undone_build_links_nothing(workshop: World) -> None:
    undone = build(workshop, {"B-2": 1}, "F-9")
    undo(workshop.session, workshop.act(), entry_id=undone.id)
    forward = tracing.made_from(workshop.session, Node(lot_id=workshop.lot("B-2").id))
    assert {node.lot_id for node in forward} == {workshop.lot(code).id for code in ("B-2", "F-1", "K-1")}


def test_what_was_built_of_itself_is_told_once(workshop: World) -> None:
    build(workshop, {"K-1": 1}, "K-1", 1, item="bike")
    assert tracing.made_from(workshop.session, Node(lot_id=workshop.lot("K-1").id)) == {Node(lot_id=workshop.lot("K-1").id): 0}


def build_robot(w: World, lot: str) -> Asset:
    """Makes Robot SN-1 of one of that lot."""
    w.variant("Robot", ItemKind.SERIALISED)
    production, place = locations.outside(w.session, LocationKind.PRODUCTION), w.location("Warehouse")
    (robot,) = register.born_assets(w.session, w.act(), w.variant("Robot"), ["SN-1"], source=production)
    lines = [
        Line(w.lot(lot).variant_id, ONE, place.id, production.id, lot_id=w.lot(lot).id),
        Line(w.variant("Robot").id, ONE, production.id, place.id, robot.id),
    ]
    ledger.post(w.session, w.act(), EntryKind.BUILT, lines=lines, changed=[bring_to_life(robot)])
    return robot


def test_assets_are_links_like_lots(workshop: World) -> None:
    w = workshop
    robot = Node(asset_id=build_robot(w, "B-1").id)
    assert robot in tracing.made_from(w.session, Node(lot_id=w.lot("B-1").id))
    assert Node(lot_id=w.lot("B-1").id) in tracing.made_of(w.session, robot)
    lies = [step for step in traced(w, "B-1").forward if step.node == robot and step.what is What.LIES]
    assert [(step.code, step.place) for step in lies] == [("SN-1", "Warehouse")]


def test_components_of_no_lot_are_named_and_lead_no_further(workshop: World) -> None:
    w = workshop
    w.has("9 nut in Warehouse")
    production, place = locations.outside(w.session, LocationKind.PRODUCTION).id, w.location("Warehouse").id
    lines = [
        Line(w.variant("nut").id, whole(3), place, production),
        Line(w.variant("bolt").id, ONE, place, production, lot_id=w.lot("B-1").id),
        Line(w.variant("nut").id, ONE, production, place),
    ]
    ledger.post(w.session, w.act(), EntryKind.BUILT, lines=lines)
    assert "1  1 built at Warehouse" in told(w, "B-1")[1]


# The two ways are inverse, whatever was built and undone


@dataclass
class Shop:
    """A workshop at random: lots that came, builds of them, and undos; and beside it the same as plain pairs."""

    world: World
    codes: list[str] = field(default_factory=list)
    #: (entry, consumed, made)
    builds: list[tuple[int, set[str], str]] = field(default_factory=list)
    undone: set[int] = field(default_factory=set)

    def receives(self) -> None:
        code = f"L-{len(self.codes)}"
        self.world.receive(9, "frame", code)
        self.codes.append(code)

    def makes(self, uses: list[int], again: int | None) -> None:
        """Of some lots a new one, or more of one that there is: then even in a circle."""
        known = [code for code in self.codes if lots.called(self.world.session, code)]
        used = {known[number % len(known)] for number in uses}
        code = f"L-{len(self.codes)}" if again is None else known[again % len(known)]
        posted = build(self.world, dict.fromkeys(used, 1), code, 3)
        self.builds.append((posted.id, used, code))
        if code not in self.codes:
            self.codes.append(code)

    def undoes(self, number: int) -> None:
        entry, _, _ = self.builds[number % len(self.builds)]
        undo(self.world.session, self.world.act(), entry_id=entry)
        self.undone.add(entry)

    def made_from(self, code: str) -> set[str]:
        """Said plainly: whatever some build that stands made of it, and whatever was made of that."""
        found, before = {code}, set[str]()
        while found != before:
            before = set(found)
            found |= {made for entry, used, made in self.builds if entry not in self.undone and used & found}
        return found


ACTS = st.one_of(
    st.just(("receives",)),
    st.tuples(st.just("makes"), st.lists(st.integers(0, 20), min_size=1, max_size=3), st.none() | st.none() | st.integers(0, 20)),
    st.tuples(st.just("makes"), st.lists(st.integers(0, 20), min_size=1, max_size=3), st.none()),
    st.tuples(st.just("undoes"), st.integers(0, 20)),
)


@settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ACTS, min_size=4, max_size=18))
def test_what_was_made_from_a_lot_is_what_leads_back_to_it_whatever_was_built_and_undone(acts: list[tuple[object, ...]]) -> None:
    database = fresh_database()
    with open_world(database) as w:
        w.in_lots("frame")
        shop = Shop(w)
        shop.receives()
        for act, *said in acts:
            try:
                with w.session.begin_nested():
                    getattr(shop, str(act))(*said)
            except (Refusal, ZeroDivisionError):
                w.session.expire_all()
        known = {code: Node(lot_id=w.lot(code).id) for code in shop.codes if lots.called(w.session, code)}
        forward = {code: set(tracing.made_from(w.session, node)) for code, node in known.items()}
        back = {code: set(tracing.made_of(w.session, node)) for code, node in known.items()}
        for one, node in known.items():
            assert forward[one] == {known[code] for code in shop.made_from(one) if code in known}
            for other, target in known.items():
                assert (target in forward[one]) == (node in back[other])
        assert audit.problems(w.session) == []
    database.close()
