"""The peer's own sample files, where they are: `make peer-files QUARTERMASTER_PEER_FILES=DIR`."""

import os
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models import checkouts, finding, importing, members
from models.assets import ASSETS
from models.entries import ENTRIES
from models.locations import LOCATIONS, LocationKind
from models.members import MEMBERS
from tests.world import World

FILES = Path(os.environ.get("QUARTERMASTER_PEER_FILES", ""))
NAMES = ("users", "locations", "models", "assets", "accessories", "consumables", "components")


def imported(world: World, name: str) -> bool:
    content = (FILES / f"{name}-sample.csv").read_bytes()
    plan = importing.plan(world.session, name=name, content=content)
    assert plan.problems == []
    assert len(plan.steps) == len(set(plan.steps)) > 0
    return importing.carry_out(world.session, world.act(), plan) is not None


@pytest.mark.parametrize("name", NAMES)
def test_each_file_is_imported_alone_and_once(a_world: World, name: str) -> None:
    assert imported(a_world, name)
    assert not imported(a_world, name)


@pytest.mark.parametrize("order", [NAMES, tuple(reversed(NAMES))])
def test_all_files_are_imported_in_any_order(a_world: World, order: tuple[str, ...]) -> None:
    assert [imported(a_world, name) for name in order] == [True] * len(NAMES)
    assert [imported(a_world, name) for name in order] == [False] * len(NAMES)
    assert a_world.session.scalar(select(func.count()).select_from(ENTRIES)) == len(NAMES)


def test_everything_in_them_is_there_afterwards(a_world: World) -> None:
    for name in NAMES:
        imported(a_world, name)
    session = a_world.session
    assert session.scalar(select(func.count()).select_from(ASSETS)) == 22
    assert session.scalar(select(func.count()).where(MEMBERS.c.username.is_not(None))) == 109  # 100 users, and 9 more hold something
    airdrie = select(LOCATIONS.c.name).where(LOCATIONS.c.name.startswith("Airdrie"), LOCATIONS.c.kind == LocationKind.WAREHOUSE)
    assert len(session.scalars(airdrie).all()) == 2
    gage = members.named(session, "Gage McCrackem")[0]
    assert [held.serial for held in checkouts.open_of(session, gage.location_id or 0)] == ["WBH-2841795"]
    excavator = finding.asset(session, "NNH-3656031")  # checked out to where it lies
    assert checkouts.open_for_asset(session, excavator.id) is None
    assert a_world.on_hand("RTX 4080", "Austin") == 10
