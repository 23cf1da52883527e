"""The session of a request: it keeps what it has read, and makes objects of whole rows at a third of what the ORM takes for it."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, event, inspect
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.attributes import instance_state
from sqlmodel import Session, SQLModel

T = TypeVar("T", bound=SQLModel)


class Keeping(Session):
    """A session on one connection that holds on to every row it has read: a request asks for the same few again and again."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, expire_on_commit=False)
        self._only = connection
        self.held: list[object] = []

    def connection(self, *arguments: Any, **options: Any) -> Connection:
        """The connection, at once where no savepoint has to begin first: else asking for it costs as much as a small read."""
        return super().connection(*arguments, **options) if self.in_nested_transaction() else self._only

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        """A row by its id: one that is held is given without more ado, since none is ever deleted."""
        known = None if options else self.identity_map.get((entity, (ident,), None))
        return super().get(entity, ident, **options) if known is None else known


@event.listens_for(Keeping, "loaded_as_persistent")
def _hold(session: Keeping, row: object) -> None:
    session.held.append(row)


def objects(session: Session, kind: type[T], query: Executable, values: Mapping[str, Any]) -> list[T]:
    """The objects of all rows that a query of one whole table finds."""
    session.flush()
    return [whole(session, kind, row) for row in session.connection().execute(query, values).all()]


def whole(session: Session, kind: type[T], row: Sequence[Any]) -> T:
    """The object of one row: all columns of its table, its id first. One that the session has already is given as it is there."""
    key = (kind, (row[0],), None)
    known: T | None = session.identity_map.get(key)
    if known is not None:
        return known
    mapper, names = _columns(kind)
    made: T = mapper.class_manager.new_instance()
    made.__dict__.update(zip(names, row, strict=True))
    state = instance_state(made)
    state.key, state.session_id = key, session.hash_key
    session.identity_map.add(state)
    assert isinstance(session, Keeping)
    session.held.append(made)
    return made


@cache
def _columns(kind: type[SQLModel]) -> tuple[Mapper[Any], list[str]]:
    mapper = inspect(kind)
    return mapper, mapper.columns.keys()
