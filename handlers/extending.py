"""Extending what is out: typed sentences, and the small form behind the Extend button."""

from datetime import date, datetime, time
from typing import Any

from sqlmodel import Session

from handlers import approving, called, dates
from handlers.by_serial import out_with
from handlers.checkin import meant, still_out
from handlers.checkout import reader, zone_of
from handlers.forms import Form
from handlers.routes import Reply, Request, button, form, sentence
from handlers.views import checkout as views
from handlers.views import naming
from models import asking, checkouts, outstanding, times
from models.approvals import ApprovalRequest
from models.assets import Asset
from models.catalog import Variant
from models.checkouts import Held
from models.locations import Location
from models.members import Permission
from models.times import DUE_TIME, Due

EXTEND = "extend {assets} until {until}"


class ExtendForm(Form):
    """Until when it stays out. The time is that of the location it left."""

    due: date
    due_time: time = DUE_TIME


@sentence(
    "/checkout",
    says=EXTEND,
    needs=Permission.CHECK_OUT,
    does="promises things back at a later time",
    examples=("extend SN-1042 until next friday", "extend SN-1042 for 3 days"),
)
def extend(request: Request, session: Session, *, assets: list[Asset], until: str) -> Reply:
    """Assets that are out become due later; policy may ask for somebody's yes first."""
    out = [held for asset in assets if (held := checkouts.open_for_asset(session, asset.id))]
    due = _longer(session, request, until, out)
    return extended_to(request, session, [called.asset(session, asset) for asset in assets], out, due=due, assets=assets)


@sentence(
    "/checkout",
    says="extend {quantity} {variant} [from {holder}] until {until}",
    needs=Permission.CHECK_OUT,
    does="promises so many of an item back at a later time",
    examples=("extend 2 hard hats until next friday",),
)
def extend_quantity(
    request: Request, session: Session, *, quantity: int, variant: Variant, until: str, holder: Location | None = None
) -> Reply:
    """So many of what is out become due later, the earliest due first; of what is known by its serial, all of it that is out."""
    if serials := out_with(request, session, variant, quantity, holder=holder, one=EXTEND, said={"until": until}):
        return extend(request, session, assets=serials, until=until)
    shares = outstanding.of_quantity(session, request.act, variant=variant, quantity=quantity, holder=holder)
    out = [held for checkout, _ in shares if (held := checkouts.held(session, checkout.id))]
    due = _longer(session, request, until, out)
    things = [called.amount(session, variant, quantity)]
    return extended_to(request, session, things, out, due=due, variant=variant, quantity=quantity, holder=holder)


@button("checkout.extend", needs=Permission.LOOK)
def ask_until(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Opens the form that asks until when."""
    held = still_out(request, session, value["checkout"])
    return Reply("", form=views.extend_form(held, reader(request), key=request.act.token()))


@form("checkout.extend", needs=Permission.CHECK_OUT, fields=ExtendForm)
def send_extension(request: Request, session: Session, *, fields: ExtendForm) -> Reply:
    """All of one checkout becomes due later."""
    held = still_out(request, session, request.carried["checkout"])
    due = times.due(datetime.combine(fields.due, fields.due_time), _zone(session, request, [held]))
    return extended_to(request, session, [naming.held(held)], [held], due=due, **meant(session, held))


def extended_to(request: Request, session: Session, things: list[str], out: list[Held], *, due: Due | None, **what: Any) -> Reply:
    """What is out stays out until then. `out` is how things stood before; the model refuses what is not out at all."""
    done = asking.ask_or_do(session, request.act, "extend", due=due, **what)
    if isinstance(done, ApprovalRequest):
        return approving.asked(request, session, done)
    point = reader(request)
    return views.extended(done, things, until=point.promised(due), before=[point.due(held.due_at, held.due_zone) for held in out])


def _longer(session: Session, request: Request, until: str, out: list[Held]) -> Due:
    return dates.longer(until, [held.due_at for held in out], request.act.now, _zone(session, request, out))


def _zone(session: Session, request: Request, out: list[Held]) -> str:
    """The zone in which it was promised, else that of where it left."""
    if not out:
        return request.act.by.time_zone
    return out[0].due_zone or zone_of(session, request, out[0].source_id)
