"""Opening what a program needs: settings, the database, the connection to Slack. What is wrong is said in one line, with what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.logs import bolt_is_silent
from bot.settings import Settings
from models.database import Database

if TYPE_CHECKING:
    from bot.running import RunningBot

_TOKENS = (
    ("slack_bot_token", "SLACK_BOT_TOKEN", "xoxb-", "the bot token"),
    ("slack_app_token", "SLACK_APP_TOKEN", "xapp-", "the app-level token"),
)
_REFUSED = {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type", "no_permission"}


class Trouble(Exception):  # noqa: N818 - told to whoever starts the program
    """Something that whoever starts the program has to put right. The text is one line that says what."""


def read_settings() -> Settings:
    """The settings from the environment and `.env`. Raises Trouble that names the one that is wrong."""
    try:
        return Settings()
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = str(first["loc"][0])
        reason = first["msg"].removeprefix("Value error, ")
        raise Trouble(f"The setting {name.upper()} is wrong: {reason}.") from None


@contextmanager
def opened(settings: Settings, *, may_make: bool = False) -> Iterator[Database]:
    """The database, at this program's schema. With `may_make` one that is not there is made, and an older one brought up to date.

    Raises Trouble where there is none, it can't be read, or it is newer than this program.
    """
    database = _database(settings.database_url, may_make=may_make)
    try:
        with _said_simply(database):
            _bring_up_to_date(database, may_make=may_make)
            yield database
    finally:
        database.close()


def require_new(settings: Settings) -> Path:
    """Where the database will be. Raises Trouble where there is one already, or anything else."""
    database = _database(settings.database_url, may_make=True)
    database.close()
    path = Path(database.url.database or "")
    if not path.name or path.name == ":memory:":
        raise Trouble("DATABASE_URL names no file. Write it like sqlite:///quartermaster.db.")
    if path.exists() and (not path.is_file() or path.stat().st_size):
        raise Trouble(f"There is {path} already, and what is restored takes nothing's place. Name a new file in DATABASE_URL.")
    return path


def require_tokens(settings: Settings) -> None:
    """Raises Trouble where a token is missing, or is not what it should be."""
    for field, name, prefix, what in _TOKENS:
        token = getattr(settings, field).get_secret_value()
        if not token.startswith(prefix):
            wrong = f"is not {what}" if token else "is not set"
            raise Trouble(f"{name} {wrong}. Set it to {what} of your Slack app (it starts with {prefix}), in the environment or in .env.")


def connect(settings: Settings, database: Database) -> "RunningBot":
    """Starts the bot and connects it to Slack. Raises Trouble where Slack refuses a token, or can't be reached."""
    from slack_sdk.errors import SlackApiError, SlackClientError

    from bot.running import WrongWorkspace, start

    try:
        with bolt_is_silent():
            return start(settings, database)
    except WrongWorkspace as other:
        raise Trouble(f"{other} Use that workspace's tokens, or another DATABASE_URL.") from None
    except SlackApiError as refused:
        raise Trouble(_refused(refused.response.get("error", ""), refused.response.get("needed"), str(refused.response.api_url))) from None
    except (SlackClientError, OSError) as silent:
        reason = getattr(silent, "reason", None) or silent
        raise Trouble(f"Slack can't be reached at {settings.slack_api_url} ({reason}). Check the network, and SLACK_API_URL.") from None


def _refused(error: str, needed: str | None, address: str) -> str:
    name = "SLACK_APP_TOKEN" if "apps.connections" in address else "SLACK_BOT_TOKEN"
    if error == "missing_scope":
        return f"The token in {name} lacks the scope {needed}. Install the app again from manifest.yml, and copy the new token."
    if error in _REFUSED:
        return f"Slack refuses the token in {name} ({error}). Copy it once more from the app's settings."
    return f"Slack refuses to connect ({error}). Try again in a minute."


def _database(url: str, *, may_make: bool) -> Database:
    try:
        database = Database(url) if url.startswith("sqlite:") else None
    except ArgumentError:
        database = None
    if database is None:
        raise Trouble("DATABASE_URL is no SQLite database. Write it like sqlite:///quartermaster.db.")
    path = database.url.database
    if path and path != ":memory:" and not may_make and not Path(path).exists():
        raise Trouble(f"There is no database at {path}. Check DATABASE_URL, or start the bot once: quartermaster run.")
    return database


def _bring_up_to_date(database: Database, *, may_make: bool) -> None:
    schema = database.schema()
    if schema == "newer":
        raise Trouble(f"The database {database.url.database} was written by a newer Quartermaster. Install that version, or a later one.")
    if schema == "current":
        return
    if not may_make:
        raise Trouble(f"The database {database.url.database} is older than this program. Bring it up to date: quartermaster migrate.")
    database.migrate()


@contextmanager
def _said_simply(database: Database) -> Iterator[None]:
    """What the database itself can't do is said in its own few words, without the statement that it could not do."""
    try:
        yield
    except DBAPIError as error:
        raise Trouble(
            f"The database {database.url.database} can't be used ({error.orig}). Check DATABASE_URL, the disk and its rights."
        ) from error
