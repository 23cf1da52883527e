"""What a session promises: a row is read once, one that was read whole is like any other, and a savepoint covers what Core writes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select
from sqlmodel import Session

from models import catalog, editing, finding, locations, sessions
from models.catalog import ITEMS, Item
from models.locations import LOCATIONS, Location
from tests.world import World

Build = Callable[..., World]


@contextmanager
def executed(session: Session) -> Iterator[list[Any]]:
    """The statements that are executed within."""
    statements: list[Any] = []

    def note(_connection: Any, statement: Any, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(session.connection(), "before_execute", note)
    yield statements
    event.remove(session.connection(), "before_execute", note)


def test_what_was_found_by_name_is_not_read_again_by_its_id(world: Build) -> None:
    w = world("5 M8 bolt in Warehouse")
    w.session.expunge_all()
    found = finding.variant(w.session, "M8 bolt")
    with executed(w.session) as statements:
        assert catalog.variant(w.session, found.id) is found
        assert catalog.item(w.session, found.item_id).name == "M8 bolt"
    assert statements == []


def test_what_was_read_by_id_is_what_is_found_by_name(world: Build) -> None:
    w = world("5 M8 bolt in Warehouse", "Canon R6 SN-1 in Warehouse")
    warehouse, camera = w.location("Warehouse"), w.asset("SN-1")
    assert finding.location(w.session, "warehouse", w.act().by) is warehouse
    assert finding.asset(w.session, "sn1") is camera


def test_a_row_read_whole_has_every_value_that_the_orm_would_give_it(world: Build) -> None:
    w = world("5 M8 bolt in Warehouse")
    w.session.expunge_all()
    [read] = sessions.objects(w.session, Item, select(ITEMS).where(ITEMS.c.name == "M8 bolt"), {})
    values = read.model_dump()
    w.session.expunge_all()
    assert w.session.get_one(Item, read.id).model_dump() == values


def test_what_was_found_by_name_says_what_holds_after_a_change(world: Build) -> None:
    w = world("5 M8 bolt in Warehouse")
    w.session.expunge_all()
    found = finding.location(w.session, "Warehouse", w.act().by)
    editing.edit_location(w.session, w.act(), found, name="Depot")
    assert found.name == "Depot"


def test_what_is_set_on_a_row_read_whole_is_written(world: Build) -> None:
    w = world("5 M8 bolt in Warehouse")
    w.session.expunge_all()
    finding.location(w.session, "Warehouse", w.act().by).channel = "CSTORES"
    w.session.flush()
    w.session.expunge_all()
    assert finding.location(w.session, "Warehouse", w.act().by).channel == "CSTORES"


def test_a_row_that_is_not_written_yet_is_found(world: Build) -> None:
    w = world()
    w.session.add(Location(name="Shed", name_key="shed", kind=locations.LocationKind.WAREHOUSE, path="/99/"))
    assert finding.location(w.session, "Shed", w.act().by).name == "Shed"


def test_what_core_writes_in_a_savepoint_goes_with_it(world: Build) -> None:
    w = world("5 M8 bolt in Warehouse")
    warehouse = w.location("Warehouse").id
    with w.session.begin_nested() as trial:
        w.session.connection().execute(LOCATIONS.update().where(LOCATIONS.c.id == warehouse).values(channel="CSTORES"))
        trial.rollback()
    channel = select(LOCATIONS.c.channel).where(LOCATIONS.c.id == warehouse)
    assert w.session.connection().execute(channel).scalar() is None
