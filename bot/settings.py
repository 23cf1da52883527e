"""Everything that can be set from outside, read in one place from the environment or a `.env` file."""

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """The settings of one running bot. Tokens are secrets: they print as stars wherever they may end up."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, populate_by_name=True)

    slack_bot_token: SecretStr = Field(default=SecretStr(""), description="The bot token of the Slack app (starts with xoxb-).")
    slack_app_token: SecretStr = Field(default=SecretStr(""), description="The app-level token with connections:write (starts with xapp-).")
    slack_api_url: str = Field(default="https://slack.com/api/", description="Any server that speaks Slack's API; must end in a slash.")
    database_url: str = Field(default="sqlite:///quartermaster.db", description="The database; a SQLite file by default.")
    channel: str | None = Field(
        default=None,
        alias="QUARTERMASTER_CHANNEL",
        description="Slack id of the channel for reminders and approval cards, unless a location names its own."
        " Unset: they go to approvers and keepers directly.",
    )
    ledger_channel: str | None = Field(
        default=None,
        alias="QUARTERMASTER_LEDGER_CHANNEL",
        description="Slack id of a channel where the ledger's head is written once a day, so that it shows when the database is rewritten."
        " Unset: nowhere.",
    )
    admins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), alias="QUARTERMASTER_ADMINS", description="Slack user ids who are made admins at start, separated by commas."
    )
    time_zone: str = Field(
        default="UTC", alias="QUARTERMASTER_TIMEZONE", description="IANA zone where neither person nor location has one."
    )
    currency: str = Field(default="USD", alias="QUARTERMASTER_CURRENCY", description="ISO 4217 code of the currency of all costs.")
    tick_seconds: float = Field(
        default=15, alias="QUARTERMASTER_TICK_SECONDS", gt=0, description="How often the bot looks for what is due."
    )
    log: str = Field(default="INFO", alias="QUARTERMASTER_LOG", description="How much is logged: DEBUG, INFO, WARNING or ERROR.")

    @field_validator("admins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("slack_api_url")
    @classmethod
    def _end_in_slash(cls, value: str) -> str:
        return value if value.endswith("/") else value + "/"

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError) as unknown:
            raise ValueError(f"{value} is not a time zone; use a name such as Europe/Berlin") from unknown
        return value

    @field_validator("currency")
    @classmethod
    def _currency_code(cls, value: str) -> str:
        if not (len(value) == 3 and value.isascii() and value.isalpha()):
            raise ValueError(f"{value} is not a currency; use a code such as EUR")
        return value.upper()

    @field_validator("log")
    @classmethod
    def _log_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError(f"{value} is not a log level; use DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @classmethod
    def environment_names(cls) -> dict[str, str]:
        """The name of each setting in the environment, and what it is for."""
        return {info.alias or name.upper(): info.description or "" for name, info in cls.model_fields.items()}
