"""Alembic's entry: migrations run on the connection that `Database.migrate()` hands in."""

from alembic import context
from sqlmodel import SQLModel

connection = context.config.attributes["connection"]
# All steps in one transaction, which also reads where to begin: a second program that starts on the same file waits, and finds it done.
context.configure(connection=connection, target_metadata=SQLModel.metadata, transactional_ddl=True)  # SQLite's is, whatever Alembic thinks
with context.begin_transaction():
    context.run_migrations()
