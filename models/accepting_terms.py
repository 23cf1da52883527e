"""Accepting terms: whoever is handed something under terms is asked, and accepts or declines. They have it either way: it is gone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Select, func, literal_column, select
from sqlmodel import Session

from models import acceptances, ledger, lending_terms, locations, members, notices
from models.acceptances import ACCEPTANCES, Acceptance, AcceptanceState
from models.assets import ASSETS
from models.catalog import ITEMS, VARIANTS
from models.changes import changed
from models.checkouts import CHECKOUTS
from models.entries import EntryKind, last_of_each
from models.ledger import Act, Posted
from models.locations import LOCATIONS, Location
from models.members import Member, Permission, Role, require
from models.notices import NoticeKind
from models.refusals import Conflict, NotAllowed, Refusal
from models.times import next_working_moment, said_time
from models.workspace import workspace

#: Who has not answered is asked again after so long, so often; then the keepers are told.
PATIENCE = timedelta(days=3)
REMINDERS = 3
#: A keeper does not ask again before so long has passed.
PAUSE = timedelta(days=1)
#: How many acceptances are looked at in one transaction.
BATCH = 100


class UnderTerms(NamedTuple):
    """Something that was handed out under terms, as people speak of it, with its checkout as that stands now."""

    entry_id: int
    checkout_id: int
    terms_id: int
    state: AcceptanceState
    answered_at: datetime | None
    asked_at: datetime
    asked: int
    #: The asset's own name, else the variant's; `serial` tells assets of one name apart.
    what: str
    serial: str | None
    #: How much of it is out; nothing once it is back.
    quantity: int
    unit: str
    holder_id: int
    holder: str
    source_id: int
    out_at: datetime
    due_at: datetime | None
    due_zone: str | None
    #: The entry that answered it last, or took that back: what somebody saw of it before that is another state of it.
    answer_id: int | None

    @property
    def out(self) -> bool:
        """Whether there is still something to accept it for."""
        return self.quantity > 0


#: In the words of its index, which SQLite does not recognise by a parameter.
_UNACCEPTED = ACCEPTANCES.c.state != literal_column(f"'{AcceptanceState.ACCEPTED}'")
_NAMED: Select[Any] = (
    select(
        ACCEPTANCES.c.entry_id,
        ACCEPTANCES.c.checkout_id,
        ACCEPTANCES.c.terms_id,
        ACCEPTANCES.c.state,
        ACCEPTANCES.c.answered_at,
        ACCEPTANCES.c.asked_at,
        ACCEPTANCES.c.asked,
        func.coalesce(ASSETS.c.name, VARIANTS.c.name),
        ASSETS.c.serial,
        CHECKOUTS.c.quantity,
        ITEMS.c.unit,
        CHECKOUTS.c.holder_id,
        LOCATIONS.c.name,
        CHECKOUTS.c.source_id,
        CHECKOUTS.c.out_at,
        CHECKOUTS.c.due_at,
        CHECKOUTS.c.due_zone,
        last_of_each(ACCEPTANCES),
    )
    .select_from(ACCEPTANCES)
    .join(CHECKOUTS, CHECKOUTS.c.id == ACCEPTANCES.c.checkout_id)
    .join(VARIANTS, VARIANTS.c.id == CHECKOUTS.c.variant_id)
    .join(ITEMS, ITEMS.c.id == VARIANTS.c.item_id)
    .join(LOCATIONS, LOCATIONS.c.id == CHECKOUTS.c.holder_id)
    .outerjoin(ASSETS, ASSETS.c.id == ACCEPTANCES.c.asset_id)
    .order_by(ACCEPTANCES.c.entry_id, ACCEPTANCES.c.id)
)


def of_entry(session: Session, entry_id: int) -> list[UnderTerms]:
    """What that entry has handed out under terms."""
    return _those(session, _NAMED.where(ACCEPTANCES.c.entry_id == entry_id))


def unaccepted(session: Session, *, at: Location | None = None) -> list[UnderTerms]:
    """What is out and not accepted, the longest out first; with `at`, what left that location or one below it."""
    query = _NAMED.where(_UNACCEPTED, CHECKOUTS.c.closed_at.is_(None))
    if at is not None:
        below = select(LOCATIONS.c.id).where(LOCATIONS.c.path.startswith(at.path, autoescape=True))
        query = query.where(CHECKOUTS.c.source_id.in_(below.correlate(None)))
    return _those(session, query)


def _those(session: Session, query: Select[Any]) -> list[UnderTerms]:
    return [UnderTerms(*row) for row in session.connection().execute(query)]


def ask(session: Session, posted: Posted) -> bool:
    """Whoever was handed something under terms is asked to accept them, in one message for all of an entry. Says whether anybody was.

    Nobody is asked for what went to a location that is not a person.
    """
    terms = {variant_id: lending_terms.of_variant(session, variant_id) for variant_id in {line.variant_id for line in posted.lines}}
    under = {variant_id: one.id for variant_id, one in terms.items() if one is not None}
    holder = members.at_location(session, posted.lines[0].target_id) if under else None
    if holder is None:
        return False
    began = [change.id for change in posted.changes if change.table == CHECKOUTS.name and change.after.get("closed_at", 0) is None]
    query = select(CHECKOUTS.c.id, CHECKOUTS.c.variant_id, CHECKOUTS.c.asset_id).where(CHECKOUTS.c.id.in_(began))
    rows = session.connection().execute(query.where(CHECKOUTS.c.variant_id.in_(under)).order_by(CHECKOUTS.c.id)).all()
    now = posted.recorded_at
    for row in rows:
        kept = {"checkout_id": row.id, "asset_id": row.asset_id, "terms_id": under[row.variant_id]}
        session.add(Acceptance(entry_id=posted.id, asked_at=now, review_at=now + PATIENCE, **kept))
    session.flush()
    if rows:
        _owe(session, posted.id, holder, number=1, now=now)
    return bool(rows)


def accept(session: Session, act: Act, *, entry_id: int) -> Posted:
    """The holder accepts the terms of all that an entry handed them and that is still out. The hash of each text enters the ledger."""
    standing = _to_answer(session, act, entry_id, but=AcceptanceState.ACCEPTED)
    changes = [
        changed(one, state=AcceptanceState.ACCEPTED, text_hash=lending_terms.get(session, one.terms_id).text_hash, answered_at=act.now)
        for one in standing
    ]
    return ledger.post(session, act, EntryKind.ACCEPTED_TERMS, changed=changes)


def decline(session: Session, act: Act, *, entry_id: int) -> Posted:
    """The holder does not accept them. It stays with them until it is brought back; its keepers are told."""
    standing = _to_answer(session, act, entry_id, but=AcceptanceState.DECLINED)
    waiting = [one for one in standing if one.state is AcceptanceState.WAITING]
    if not waiting:
        raise Conflict(f"You accepted these terms on {said_time(_answered_at(standing), act.by.time_zone)}. Undo that, or bring it back.")
    changes = [changed(one, state=AcceptanceState.DECLINED, answered_at=act.now) for one in waiting]
    posted = ledger.post(session, act, EntryKind.DECLINED_TERMS, changed=changes)
    _tell_keepers(session, entry_id, key=f"unaccepted:entry {posted.id}", now=posted.recorded_at)
    return posted


def _to_answer(session: Session, act: Act, entry_id: int, *, but: AcceptanceState) -> list[Acceptance]:
    """What of an entry is still out, to be answered by its holder. Refuses where nothing is, and what is answered like that already."""
    require(act.by, Permission.CHECK_OUT)
    known = of_entry(session, entry_id)
    if known[0].holder_id != act.by.location_id:
        raise NotAllowed(f"These terms are for {known[0].holder} to answer: nobody does that for another.")
    out = {one.checkout_id for one in known if one.out}
    if not out:
        raise Conflict("All of it has come back since: there is nothing to answer any more.")
    standing = [one for one in acceptances.of_entry(session, entry_id) if one.checkout_id in out]
    if all(one.state is but for one in standing):
        raise Conflict(f"You have {but} these terms already, on {said_time(_answered_at(standing), act.by.time_zone)}.")
    return [one for one in standing if one.state is not but]


def _answered_at(answered: Sequence[Acceptance]) -> datetime:
    return max(one.answered_at for one in answered if one.answered_at is not None)


def remind(session: Session, act: Act, *, entry_id: int) -> Member:
    """A keeper of where it left asks its holder again. Refuses where nothing waits, and who was asked just now."""
    waiting = [one for one in of_entry(session, entry_id) if one.out and one.state is not AcceptanceState.ACCEPTED]
    if not waiting:
        raise Conflict("Nothing of that waits to be accepted any more.")
    require(act.by, Permission.LEND, at=locations.get(session, waiting[0].source_id))
    holder = members.at_location(session, waiting[0].holder_id)
    if holder is None or not notices.directly(holder):
        raise Refusal(f'{waiting[0].holder} can\'t be asked in Slack. What they do not accept comes back with "Bring back".')
    if act.now < waiting[0].asked_at + PAUSE:
        asked = said_time(waiting[0].asked_at, act.by.time_zone)
        raise Conflict(f"{waiting[0].holder} was asked on {asked}. Ask again a day after that.")
    _ask_again(session, entry_id, holder, now=act.now)
    return holder


def review(session: Session, now: datetime) -> bool:
    """Looks at terms that nobody has answered, or that have changed, and says whether there may be more of them.

    Their holder is asked again, and after the last time the keepers are told, once. A second replica changes nothing.
    """
    query = select(ACCEPTANCES.c.entry_id).where(ACCEPTANCES.c.review_at <= now).order_by(ACCEPTANCES.c.entry_id).limit(BATCH)
    found = list(session.connection().execute(query).scalars())
    for entry_id, _ in groupby(found):
        _review(session, entry_id, now)
    session.flush()
    return len(found) == BATCH


def _review(session: Session, entry_id: int, now: datetime) -> None:
    waiting = [one for one in of_entry(session, entry_id) if one.out and one.state is AcceptanceState.WAITING]
    rows = acceptances.of_entry(session, entry_id)
    holder = members.at_location(session, waiting[0].holder_id) if waiting else None
    later = _asked_next(session, waiting[0].asked_at, holder) if waiting else None
    for one in rows:
        one.review_at = later
    if later is None or later > now:
        return
    if holder is not None and notices.directly(holder) and waiting[0].asked <= REMINDERS:
        _ask_again(session, entry_id, holder, now=now)
        return
    for one in rows:
        one.review_at = None
    _tell_keepers(session, entry_id, key=f"unaccepted:entry {entry_id}:late", now=now)


def _asked_next(session: Session, asked_at: datetime, holder: Member | None) -> datetime:
    """When who has not answered is asked again, or the keepers are told: while people are at work."""
    zone = (holder.time_zone if holder is not None else None) or workspace(session).time_zone
    return next_working_moment(asked_at + PATIENCE, zone)


def _ask_again(session: Session, entry_id: int, holder: Member, *, now: datetime) -> None:
    rows = acceptances.of_entry(session, entry_id)
    number = max(one.asked for one in rows) + 1
    for one in rows:
        one.asked, one.asked_at, one.review_at = number, now, now + PATIENCE
    session.flush()
    _owe(session, entry_id, holder, number=number, now=now)


def _owe(session: Session, entry_id: int, holder: Member, *, number: int, now: datetime) -> None:
    notices.owe_stage(
        session,
        NoticeKind.TERMS,
        key=f"terms:entry {entry_id}:{number}",
        subject="entries",
        subject_id=entry_id,
        receivers=notices.directly(holder),
        now=now,
        told=str(number),
    )


def _tell_keepers(session: Session, entry_id: int, *, key: str, now: datetime) -> None:
    """The keepers of where it left hear that it is not accepted; what they heard of it before shrinks to a line."""
    for source_id in dict.fromkeys(one.source_id for one in of_entry(session, entry_id) if one.out):
        notices.owe_stage(
            session,
            NoticeKind.UNACCEPTED,
            key=key,
            subject="entries",
            subject_id=entry_id,
            receivers=notices.audience(session, Role.KEEPER, at=locations.get(session, source_id)),
            now=now,
            told=key,
        )
