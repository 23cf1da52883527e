"""Kits by sentences and buttons: all of one goes out, comes back or is extended as one; what is missing stays with its holder."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlmodel import Session

from handlers import approving, called, checkin, dates, terms_owed
from handlers.booking import zone_for
from handlers.checkout import myself, promised, reader
from handlers.extending import extended_to
from handlers.forms import Form
from handlers.routes import Offer, Reply, Request, button, form, sentence
from handlers.speaking import Declined
from handlers.templates import compile_template, render
from handlers.typed import quoted
from handlers.views import checkout as views
from handlers.views import kits as kit_views
from handlers.views import naming
from models import asking, booked, catalog, checkouts, kit_lending, kits, locations
from models.approvals import ApprovalRequest
from models.booked import Which
from models.bookings import Booking
from models.checkouts import Held
from models.columns import key_of
from models.kit_lending import NotWhole
from models.kits import Kit, KitPart
from models.ledger import Posted
from models.locations import Location
from models.members import Permission
from models.refusals import Conflict, Refusal
from models.times import Due
from models.wording import either

OUT = "out {kit} [to {holder}] [until {until}] [without {without}] [note {note}]"
RETURN = "return {kit} [from {holder}] [to {target}] [without {without}] [note {note}]"


@sentence(
    "/checkout",
    says=OUT,
    needs=Permission.CHECK_OUT,
    does="checks out all of a kit as one, or all but some of its parts",
    examples=("out Interview kit until friday", "out Interview kit without SN-1042 until friday"),
    aliases=("borrow", "take", "give me"),
)
def out(
    request: Request,
    session: Session,
    *,
    kit: Kit,
    holder: Location | None = None,
    until: str | None = None,
    without: Sequence[str] = (),
    note: str | None = None,
) -> Reply:
    """All of a kit goes out; policy may ask for somebody's yes first."""
    those = [_Named(part.id, part.found_as, (part.what, part.sku), part.serial) for part in kits.parts_of(session, kit.id)]
    left_out = [session.get_one(KitPart, one) for one in _meant(kit, without, those)]
    due = promised(request, until, zone_for(session, request, kit))
    return lend_kit(request, session, kit, without=left_out, holder=holder or myself(request, session), due=due, purpose=note)


class _Named(NamedTuple):
    """What may be left out of a kit: by the word that tells it from the rest, else by a name that others may have as well."""

    id: int
    found_as: str
    names: tuple[str, ...]
    serial: str | None


def _meant(kit: Kit, words: Sequence[str], those: Sequence[_Named]) -> list[int]:
    """What those words name of a kit, each once. Refuses what is not in it, and the name of several of which one has a serial."""
    meant = list[int]()
    for word in words:
        key = key_of(word)
        called = [one for one in those if key_of(one.found_as) == key] or [one for one in those if key in map(key_of, one.names)]
        if not called:
            raise Refusal(f"{word} is nothing that could be left out of {kit.name}. Name its serial, or the item.", field="without")
        if len(called) > 1 and any(one.serial for one in called):
            which = either([one.found_as for one in called])
            raise Refusal(f"There are {len(called)} of {called[0].names[0]} in {kit.name}. Say which: {which}.", field="without")
        meant += [one.id for one in called]
    return list(dict.fromkeys(meant))


def lend_kit(
    request: Request,
    session: Session,
    kit: Kit,
    *,
    holder: Location,
    due: Due | None,
    purpose: str | None,
    without: Sequence[KitPart] = (),
) -> Reply:
    """Checks a kit out, or asks for it. Where a part is not to be had, the rest without it is a way on."""
    booked_until = None if due else _as_booked(session, request, kit, holder)
    arguments: dict[str, Any] = {"kit": kit, "without": list(without), "holder": holder, "due": due or booked_until, "purpose": purpose}
    try:
        done = asking.ask_or_do(session, request.act, "check_out_kit", **arguments)
    except NotWhole as lacks:
        raise Declined(lacks, _without_them(session, request, lacks, **arguments)) from lacks
    if isinstance(done, ApprovalRequest):
        return approving.asked(request, session, done)
    went = _went(session, done)
    other = None if holder.id == request.act.by.location_id else holder.name
    return views.out(
        done,
        [kit_views.whole(kit.name, [naming.held(one) for one in went])],
        [],
        sources=list(dict.fromkeys(one.source for one in went)),
        because=None,
        holder=other,
        until=reader(request).promised(due or booked_until) + (", as booked" if booked_until else ""),
        terms=terms_owed.by_entry(session, done, other),
    )


def _as_booked(session: Session, request: Request, kit: Kit, holder: Location) -> Due | None:
    """Until when it is booked for its holder, who picks it up now."""
    now = request.act.now
    mine = booked.those(session, Which(kit_id=kit.id, holder_id=holder.id))
    found = [one for one in mine if one.from_at <= now + booked.EARLY and one.until_at > now]
    return booked.due_of(session.get_one(Booking, found[0].id)) if found else None


def _without_them(
    session: Session,
    request: Request,
    lacks: NotWhole,
    *,
    kit: Kit,
    without: Sequence[KitPart],
    holder: Location,
    due: Due | None,
    purpose: str | None,
) -> list[Offer]:
    """To check out what is there."""
    if not lacks.rest:
        return []
    before = {part.id for part in without}
    named = [part.found_as for part in kits.parts_of(session, kit.id) if part.id in before] + [part.found_as for part in lacks.lacking]
    said_again = {
        "kit": f"kit {kit.name}",
        "holder": called.found_as(session, holder) if holder.id != request.act.by.location_id else "",
        "until": f"{due.local:%Y-%m-%d %H:%M}" if due else "",
        "without": ", ".join(quoted(name) if "," in name else name for name in named),
        "note": purpose or "",
    }
    label = "Check out without it" if len(lacks.lacking) == 1 else f"Check out without these {len(lacks.lacking)}"
    return [Offer(label, "/checkout", render(compile_template(OUT), said_again))]


def _went(session: Session, done: Posted) -> list[Held]:
    """What an entry has checked out."""
    opened = [one.id for one in done.changes if one.table == "checkouts" and one.after.get("closed_at", done) is None]
    return [held for one in opened if (held := checkouts.held(session, one)) is not None]


@sentence(
    "/checkout",
    says=RETURN,
    needs=Permission.CHECK_IN,
    does="brings all of a kit back, or all but what is missing: that stays with its holder until it is completed",
    examples=("return Interview kit", "return Interview kit without SN-1042", "complete Interview kit"),
    aliases=("in", "checkin", "check in", "bring back", "give back", "returned", "complete"),
)
def give_back(
    request: Request,
    session: Session,
    *,
    kit: Kit,
    holder: Location | None = None,
    target: Location | None = None,
    without: Sequence[str] = (),
    note: str | None = None,
) -> Reply:
    """What of a kit is with one holder comes back."""
    held = kit_lending.out_with(session, request.act, kit, holder)
    those = [_Named(one.id, one.serial or catalog.variant(session, one.variant_id).sku, (one.what,), one.serial) for one in held]
    return _returned(request, session, kit, held, missing=_meant(kit, without, those), target=target, note=note)


def _returned(
    request: Request,
    session: Session,
    kit: Kit,
    held: Sequence[Held],
    *,
    missing: Sequence[int],
    target: Location | None = None,
    note: str | None = None,
) -> Reply:
    """What is not missing comes back; the answer says what stays with whom, or that the kit is whole."""
    back, stays = [one for one in held if one.id not in missing], [one for one in held if one.id in missing]
    if not back:
        raise Conflict(f"Then nothing of {kit.name} comes back. If it is lost, say so of each serial.", field="without")
    done = kit_lending.check_in_kit(session, request.act, held=back, target=target, note=note)
    who = "you" if held[0].holder_id == request.act.by.location_id else held[0].holder
    point = reader(request)
    lacks = [f"{naming.held(one)} ({point.held(one)})" for one in stays]
    others = kit_lending.out_of(session, kit) if not stays else []
    told = kit_views.after_return(kit.name, who, lacks, elsewhere=list(dict.fromkeys(one.holder for one in others)))
    things = [kit_views.whole(kit.name, [naming.held(one) for one in back])]
    return checkin.returned(request, session, done, things, remains=told)


@button("kit.return", needs=Permission.CHECK_IN)
def press_return(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Return, or Complete: all that one holder has of a kit comes back."""
    kit = kits.get(session, value["kit"])
    held = kit_lending.out_with(session, request.act, kit, locations.get(session, value["holder"]))
    return _returned(request, session, kit, held, missing=[])


class PartlyForm(Form):
    """Which checkouts of a kit do not end, because their things are missing."""

    missing: list[int]
    note: str | None = None


@button("kit.partly", needs=Permission.CHECK_IN)
def ask_what_is_missing(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Something is missing: asks what."""
    kit = kits.get(session, value["kit"])
    held = kit_lending.out_with(session, request.act, kit, locations.get(session, value["holder"]))
    return Reply("", form=kit_views.partly(kit.name, held, carried={"k": request.act.token(), **value}))


@form("kit.partly", needs=Permission.CHECK_IN, fields=PartlyForm)
def return_partly(request: Request, session: Session, *, fields: PartlyForm) -> Reply:
    """The rest comes back."""
    kit = kits.get(session, request.carried["kit"])
    held = kit_lending.out_with(session, request.act, kit, locations.get(session, request.carried["holder"]))
    if len(held) <= len(set(fields.missing)):
        raise Refusal("Then nothing comes back. Leave out what is there.", field="missing")
    return _returned(request, session, kit, held, missing=fields.missing, note=fields.note)


@sentence(
    "/checkout",
    says="extend {kit} [from {holder}] until {until}",
    needs=Permission.CHECK_OUT,
    does="promises all that somebody has of a kit back at a later time",
    examples=("extend Interview kit until next friday",),
)
def extend(request: Request, session: Session, *, kit: Kit, until: str, holder: Location | None = None) -> Reply:
    """What of a kit is with one holder becomes due later."""
    held = kit_lending.out_with(session, request.act, kit, holder)
    due = dates.longer(until, [one.due_at for one in held], request.act.now, held[0].due_zone or zone_for(session, request, kit))
    rows = [checkouts.get(session, one.id) for one in held]
    return extended_to(request, session, [kit_views.whole(kit.name, [naming.held(one) for one in held])], held, due=due, lent=rows)
