"""Photos and files that forms take: kept is which they are, and the files stay with Slack."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pydantic import Field
from sqlmodel import Session

from handlers.forms import Form
from handlers.routes import Reply, Request
from handlers.views import attaching as views
from handlers.views.due import Reader
from models import history
from models.attachments import File
from models.outbox import Leased
from models.workspace import workspace

#: What is kept of a file's name and kind.
LONGEST_NAME, LONGEST_LINK = 120, 400


class Sent(Form):
    """One file of a form, as Slack describes it."""

    id: str = Field(min_length=1, max_length=100)
    name: str | None = None
    mimetype: str | None = None
    permalink: str | None = None


def adding(request: Request, files: Sequence[Sent]) -> Request:
    """The request, its act adding the files of its form to what it does."""
    return replace(request, act=replace(request.act, files=[_file(one) for one in files]))


def _file(sent: Sent) -> File:
    link = sent.permalink or ""
    known = link.startswith(("https://", "http://")) and len(link) <= LONGEST_LINK
    return File(sent.id, (sent.name or "file")[:LONGEST_NAME], (sent.mimetype or "")[:LONGEST_NAME], link if known else None)


def card_of(session: Session, notice: Leased, now: datetime) -> Reply:
    """The files of something that was done, for keepers."""
    (entry,) = history.of_entries(session, [notice.subject_id])
    return views.card(entry, Reader(now, notice.time_zone or workspace(session).time_zone))
