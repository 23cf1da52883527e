"""The file object as Slack gives it out."""

import mimetypes
from pathlib import PurePath
from urllib.parse import quote

from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace import JSON

mimetypes.add_type("image/heic", ".heic")  # some machines don't know it


def file_object(sandbox: Sandbox, file_id: str, *, name: str, user: str, size: int, title: str = "") -> JSON:
    """A new file's details; its type is told by its name."""
    address = f"{sandbox.url}files/{file_id}/{quote(PurePath(name).name)}"
    now = int(sandbox.workspace.now())
    return {
        "id": file_id,
        "created": now,
        "timestamp": now,
        "name": name,
        "title": title or name,
        "mimetype": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "filetype": PurePath(name).suffix.lstrip(".") or "binary",
        "user": user,
        "size": size,
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "url_private": address,
        "url_private_download": address,
        "permalink": f"{sandbox.url}people/file/{file_id}",  # the page that shows it to people, not to bots
        "channels": [],
        "groups": [],
        "ims": [],
        "shares": {},
        "file_access": "visible",
    }
