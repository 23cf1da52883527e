"""Tracing: whom a lot came from and who got it, through what was built of it, in pages and as a file."""

import csv
import io

import pytest

from models import building
from models.quantities import ONE
from tests.stories.conftest import Story


@pytest.fixture
def factory(story: Story) -> Story:
    """Bolts of B-1 from Acme went into frame F-1, that into bike K-1, of which Riverside has one and Ana one."""
    with story.world() as w:
        w.in_lots("bolt", "frame", "bike")
        w.receive(40, "bolt", "B-1", source="Acme")
        w.receive(40, "bolt", "B-2", source="=cmd|' /C calc'!A0")
        w.has("40 screw in Warehouse")
        w.bill("frame", "4 bolt", "1 screw")
        w.bill("bike", "2 frame")
        w.customer("Riverside")
    story.kim.types("/stock build 6 frame at Warehouse lot F-1 using B-1").sees("Built 6 frames")
    story.kim.types("/stock build 3 bike at Warehouse lot K-1").sees("Built 3 bikes")
    story.kim.types("/stock -1 bike at Warehouse to Riverside note order 77").sees("Took 1 bike")
    story.kim.types("/stock -1 bike at Warehouse to @ana").sees("Took 1 bike")
    return story


def test_a_trace_leads_both_ways_through_production(factory: Story) -> None:
    shown = factory.ana.types("/stock trace F-1").sees("Trace of lot F-1 of frame")
    for line in (
        "From Acme. Gone to Riverside and Ana Silva. Lies with Ana Silva and in Warehouse.",
        "› 24 bolts of lot B-1 built in, from Warehouse",
        "› 6 screws built in, from Warehouse",
        "› 40 bolts of lot B-1 received from Acme",
        "6 frames of lot F-1 built in, from Warehouse",
        "› 3 bikes of lot K-1 built at Warehouse",
        "› 1 bike of lot K-1 to Riverside",
        "› 1 bike of lot K-1 in Warehouse now",
        "› 1 bike of lot K-1 with Ana Silva now",
        "“order 77”",
    ):
        assert line in shown
    assert shown.index("What it came from") < shown.index("What became of it")


def test_two_builds_away_is_still_found(factory: Story) -> None:
    factory.ana.types("/stock trace lot B-1").sees("› › 1 bike of lot K-1 to Riverside")
    factory.ana.types("/stock trace K-1").sees("› › 40 bolts of lot B-1 received from Acme")


def test_the_whole_trace_comes_as_a_file_in_which_nothing_is_a_formula(factory: Story) -> None:
    factory.kim.types("/stock build 1 frame at Warehouse lot F-2 using B-2").sees("Built 1 frame")
    factory.ana.types("/stock trace F-2").presses("As a file").sees("The trace of lot F-2 of frame comes as a CSV file")
    factory.ana.sees("[file trace-F-2.csv")
    (file,) = [one for one in factory.office.server.sandbox.workspace.files.values() if one.content]
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[0][:6] == ["way", "builds between", "item", "lot or serial", "what", "quantity"]
    assert ["back", "1", "bolt", "B-2", "received from", "40", "each", "'=cmd|' /C calc'!A0"] in [row[:8] for row in rows]
    assert {len(row) for row in rows} == {13}


def test_a_long_trace_has_pages(factory: Story) -> None:
    with factory.world() as w:
        for _ in range(15):
            w.take(1, "bolt", "Warehouse")
    factory.ana.types("/stock trace B-1").sees("1–12 of")
    factory.ana.presses("Next").sees("13–2")


def test_from_its_card_a_lot_is_one_press_away_from_its_trace(factory: Story) -> None:
    factory.ana.types("/stock K-1").presses("Trace").sees("Trace of lot K-1 of bike")


def test_an_asset_is_traced_too(story: Story) -> None:
    with story.world() as w:
        w.in_lots("bolt")
        w.receive(40, "bolt", "B-1", source="Acme")
        w.has("Robot SN-9 in Warehouse")
        w.bill("Robot", "4 bolt")
        robot, place = w.variant("Robot"), w.location("Warehouse")
        building.build(w.session, w.act(), variant=robot, quantity=ONE, location=place, serials=["SN-1"])
    story.ana.types("/stock trace SN-1").sees("› 40 bolts of lot B-1 received from Acme")
    story.ana.types("/stock trace B-1").sees("› Robot SN-1 in Warehouse now")


def test_what_has_no_lots_cannot_be_traced_and_an_item_offers_its_lots(factory: Story) -> None:
    factory.ana.types("/stock trace Warehouse").sees("Only a lot or an asset can be traced.")
    factory.ana.types("/stock trace bike").sees("bike is traced lot by lot, or serial by serial. Name one.")
    factory.ana.presses("Lot K-1").sees("Trace of lot K-1 of bike")
    factory.ana.types("/stock trace Z-1").sees("I don't know anything called Z-1.")
