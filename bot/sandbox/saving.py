"""The workspace survives a restart: everything but open forms and ephemeral messages, in one JSON file, with the uploads beside it."""

import asyncio
import json
import os
from dataclasses import asdict
from pathlib import Path

from bot.sandbox.workspace import JSON, Channel, Person, StoredFile, Workspace

VERSION = 1
SECONDS_OF_REST = 1.0


class Keeper:
    """Keeps the workspace in a file: a second after something changed, and when the server stops."""

    def __init__(self, workspace: Workspace, path: Path, *, url: str) -> None:
        self.workspace = workspace
        self.path = path
        self.url = url
        self._timer: asyncio.TimerHandle | None = None

    def watch(self) -> None:
        """From now on, in the running event loop, every change will be saved soon."""
        self.workspace.changes.on_change = self._soon

    def stop(self) -> None:
        """Saves for the last time."""
        self.workspace.changes.on_change = None
        if self._timer is not None:
            self._timer.cancel()
        save(self.workspace, self.path, url=self.url)

    def _soon(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SECONDS_OF_REST, self._now)

    def _now(self) -> None:
        self._timer = None
        save(self.workspace, self.path, url=self.url)


def save(workspace: Workspace, path: Path, *, url: str) -> None:
    """Writes the whole file anew and puts it in the old one's place at once, so that a crash leaves one of the two."""
    uploads = _uploads(path)
    for file_id, stored in workspace.files.items():
        if stored.completed and stored.content is not None and not (uploads / file_id).exists():
            uploads.mkdir(exist_ok=True)
            (uploads / file_id).write_bytes(stored.content)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(json.dumps({"version": VERSION, "url": url, **_kept(workspace)}), encoding="utf-8")
    os.replace(fresh, path)


def restore(workspace: Workspace, path: Path, *, url: str) -> None:
    """Brings the workspace to where the file left it; people and channels that the file does not know stay.

    `url` is where the server is now: addresses of files and messages in the old one's text are made to point there.
    Raises ValueError, naming the file, for what is no workspace file or of another version.
    """
    try:
        text = path.read_text(encoding="utf-8")
        kept = json.loads(text)
        kept = json.loads(text.replace(kept["url"], url))
        version = kept["version"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no workspace file ({error}). Move it away to start anew.") from None
    if version != VERSION:
        raise ValueError(f"{path} was written by another version of the sandbox. Move it away to start anew.")
    workspace.clock_offset = kept["clock_offset"]
    workspace.ids_given = kept["ids_given"]
    workspace.last_microsecond = kept["last_microsecond"]
    bot = workspace.app.bot_user_id  # described by the manifest, which may be a newer one
    workspace.people |= {person["id"]: Person(**person) for person in kept["people"] if person["id"] != bot}
    workspace.channels |= {channel["id"]: Channel(**channel) for channel in kept["channels"]}
    workspace.homes = kept["homes"]
    workspace.usergroups = kept["usergroups"]
    for details in kept["files"]:
        bytes_kept = _uploads(path) / details["id"]
        content = bytes_kept.read_bytes() if bytes_kept.exists() else None
        workspace.files[details["id"]] = StoredFile(details, content, completed=True)


def _kept(workspace: Workspace) -> JSON:
    return {
        "clock_offset": workspace.clock_offset,
        "ids_given": workspace.ids_given,
        "last_microsecond": workspace.last_microsecond,
        "people": [asdict(person) for person in workspace.people.values()],
        "channels": [_kept_channel(channel) for channel in workspace.channels.values()],
        "homes": workspace.homes,
        "usergroups": workspace.usergroups,
        "files": [stored.details for stored in workspace.files.values() if stored.completed],
    }


def _kept_channel(channel: Channel) -> JSON:
    return {key: value for key, value in vars(channel).items() if key != "ephemerals"}


def _uploads(path: Path) -> Path:
    return path.with_name(f"{path.name}.files")
