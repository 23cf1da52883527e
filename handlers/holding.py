"""What somebody holds, and what is late. Nothing here changes anything."""

from typing import Any

from sqlmodel import Session

from handlers import called
from handlers.checkout import reader
from handlers.routes import Offer, Reply, Request, button, sentence
from handlers.typed import quoted
from handlers.views import answers
from handlers.views import holding as views
from handlers.views.paging import PAGE
from handlers.views.parts import Block
from models import checkouts, contents, locations, members, waiting_for
from models.checkouts import Held
from models.locations import Location
from models.members import Actor, Member, Permission
from models.refusals import NotAllowed

#: So much stock that is not checked out is told of; beyond that the location's own card tells more.
MOST_STOCK = 10


@sentence(
    "/checkout",
    says="mine",
    needs=Permission.LOOK,
    does="lists what you hold, the earliest due first",
    examples=("mine",),
    aliases=("my things", "what do i have"),
)
def mine(request: Request, session: Session) -> Reply:
    """What whoever asks holds."""
    return of_member(request, session, members.get(session, request.act.by.id))


def of_member(request: Request, session: Session, member: Member) -> Reply:
    """What a member holds: for themself, and for keepers and admins."""
    if member.location_id is None:
        raise NotAllowed(f"{member.name} is a part of this program and holds nothing.")
    return _page(request, session, member, first=0)


@button("holding.page", needs=Permission.LOOK)
def turn_page(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Another page of what somebody holds."""
    reply = _page(request, session, members.get(session, value["member"]), first=int(value["f"]))
    return Reply(reply.text, reply.blocks, replace=True)


def _page(request: Request, session: Session, member: Member, *, first: int) -> Reply:
    own = member.id == request.act.by.id
    if not own and not request.act.by.may(Permission.SEE_OTHERS):
        raise NotAllowed(f"What {member.name} holds is for keepers and admins to see. Type `/checkout mine` for your own.")
    assert member.location_id is not None
    held = [one for group in checkouts.by_kit(checkouts.open_of(session, member.location_id)) for one in group]
    return views.held_by(
        None if own else member.name,
        held[first : first + PAGE],
        waits=waiting_for.counts(session, [(one.variant_id, one.asset_id) for one in held[first : first + PAGE]]),
        stock=_stock(session, member.location_id, held) if not first else [],
        first=first,
        total=len(held),
        carried={"member": member.id},
        reader=reader(request),
        ways_on=[] if own else _to_keepers(request, session, locations.get(session, member.location_id)),
    )


def _to_keepers(request: Request, session: Session, place: Location) -> list[Block]:
    """Sweep, and to ask whether it is right, for whoever settles what others hold."""
    if not request.act.by.may(Permission.MOVE):
        return []
    named = quoted(called.found_as(session, place))
    offers = [Offer("Ask whether it is right", "/checkout", f"attest {named}"), Offer("Sweep", "/checkout", f"sweep {named}")]
    return [answers.offered(offer, number, token=request.act.token) for number, offer in enumerate(offers)]


def _stock(session: Session, location_id: int, held: list[Held]) -> list[views.Kept]:
    """What lies with a person without being checked out: taken to be used, or put there."""
    owed: dict[int, int] = {}
    for one in held:
        owed[one.variant_id] = owed.get(one.variant_id, 0) + one.quantity
    lying = contents.lying_at(session, locations.get(session, location_id), first=0, most=MOST_STOCK)
    rest = [(one, one.quantity - owed.get(one.variant_id, 0)) for one in lying]
    return [views.Kept(one.name, one.unit, quantity) for one, quantity in rest if quantity > 0]


@sentence(
    "/checkout",
    says="overdue [at {location}]",
    needs=Permission.LOOK,
    does="lists what is late, the worst first: everybody's for keepers and admins, your own for you",
    examples=("overdue", "overdue at Warehouse"),
    aliases=("late",),
)
def overdue(request: Request, session: Session, *, location: Location | None = None) -> Reply:
    """What is late: all that one may see of it."""
    return _late(request, session, location, first=0)


@button("overdue.page", needs=Permission.LOOK)
def turn_overdue_page(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Another page of what is late."""
    at = locations.get(session, value["at"]) if value["at"] else None
    reply = _late(request, session, at, first=int(value["f"]))
    return Reply(reply.text, reply.blocks, replace=True)


def _late(request: Request, session: Session, at: Location | None, *, first: int) -> Reply:
    by, now = request.act.by, request.act.now
    if _sees_all(by, at):
        late = checkouts.overdue(session, now, at=at, first=first, most=PAGE)
        total = checkouts.count_overdue(session, now, at=at)
    else:
        all_late = late_for(request, session, at)
        late, total = all_late[first : first + PAGE], len(all_late)
    return views.overdue(
        late,
        first=first,
        total=total,
        at=at.name if at else None,
        whose=_whose(by, at),
        carried={"at": at.id if at else None},
        reader=reader(request),
    )


def _whose(by: Actor, at: Location | None) -> views.Whose:
    if not by.may(Permission.SEE_OTHERS):
        return views.Whose.YOURS
    return views.Whose.EVERYBODYS if _sees_all(by, at) else views.Whose.IN_YOUR_STORES


def _sees_all(by: Actor, at: Location | None) -> bool:
    return by.everywhere(Permission.SEE_OTHERS) if at is None else by.may(Permission.SEE_OTHERS, at=at)


def late_for(request: Request, session: Session, at: Location | None) -> list[Held]:
    """What is late of what one may see, the worst first: everything, or one's own and for a keeper of some places what left those."""
    by = request.act.by
    late, seen = checkouts.overdue(session, request.act.now, at=at), by.may(Permission.SEE_OTHERS)
    if _sees_all(by, at):
        return late
    return [one for one in late if one.holder_id == by.location_id or (seen and _keeps(session, by, one))]


def _keeps(session: Session, by: Actor, held: Held) -> bool:
    return by.may(Permission.SEE_OTHERS, at=locations.get(session, held.source_id))
