"""Widening a vocabulary: new words for a column whose CHECK lists them, without copying the table."""

import re

from alembic import op
from sqlalchemy import text


def widen(table: str, constraint: str, *words: str) -> None:
    """Lets the CHECK of that name take those words as well, behind the ones it has.

    SQLite can't alter a constraint, and copying the ledger would take its guards down. Changing the text that declares a CHECK is what
    its documentation gives for this case (ALTER TABLE, section 7): the rows on disk stay as they are.
    """
    connection = op.get_bind()
    declared = connection.execute(
        text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = :table"), {"table": table}
    ).scalar_one()
    more = "".join(f", '{word}'" for word in words)
    wider, found = re.subn(rf"(CONSTRAINT {constraint} CHECK \(\w+ IN \([^)]*)(\)\))", rf"\g<1>{more}\g<2>", declared)
    if found != 1:
        raise LookupError(f"no CHECK {constraint} with a list of words in {table}")
    version = connection.execute(text("PRAGMA schema_version")).scalar_one()
    connection.execute(text("PRAGMA writable_schema = ON"))
    connection.execute(
        text("UPDATE sqlite_schema SET sql = :wider WHERE type = 'table' AND name = :table"), {"wider": wider, "table": table}
    )
    connection.execute(text(f"PRAGMA schema_version = {version + 1}"))  # other connections read the schema again
    connection.execute(text("PRAGMA writable_schema = OFF"))
