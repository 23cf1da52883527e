"""App Home: mine, what waits for me, what is wrong in my stores, and for admins who may do what."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from handlers.views import kits, naming
from handlers.views.admin import attestation_said, service_said
from handlers.views.booking import cancel_button, what, when
from handlers.views.counting import CountCard, lines
from handlers.views.due import Reader
from handlers.views.holding import extend_button, give_button, return_button, terms_button
from handlers.views.parts import Block, actions, button, context, divider, header, said, section
from handlers.views.requests import Asked, decide, withdraw
from handlers.views.reserving import line, release_button
from models.booked import Booked
from models.checkouts import Held, by_kit
from models.members import Role
from models.purchasing import Low
from models.quantities import said_number
from models.reserved import Reserved
from models.times import said_day
from models.wording import counted, many

#: Home shows so many of each list; the sentence beside it shows all.
MOST = 8


class Granted(NamedTuple):
    """Somebody's role: where, or everywhere."""

    member_id: int
    member: str
    role: Role
    location_id: int | None
    location: str | None


class LateOrder(NamedTuple):
    """A purchase order that should have come, and since when."""

    name: str
    supplier: str
    since: date


class Stores(NamedTuple):
    """What is wrong in the stores, as keepers see it."""

    low: Sequence[Low]
    late: Sequence[Held]
    #: How many are late in all; `late` has the worst of them.
    late_count: int
    late_orders: Sequence[LateOrder]


class Home(NamedTuple):
    """Everything that one member's Home shows. What their roles don't cover is None."""

    now: datetime
    zone: str
    mine: Sequence[Held]
    #: What lapses first first, and one more than is shown where there are more.
    reserved: Sequence[Reserved]
    #: What is booked for them, the earliest first, and one more than is shown where there are more.
    booked: Sequence[Booked]
    asked: Sequence[Asked]
    waiting: Sequence[Asked] | None
    #: Counts that are open: to be counted, or decided about.
    counts: Sequence[CountCard]
    stores: Stores | None
    granted: Sequence[Granted] | None
    #: The workspace's policy for counts, in words; for admins.
    count_policy: str = ""
    #: The same for orders.
    order_policy: str = ""
    #: With which chance, in percent, a suggested reorder point lets stock last until the delivery.
    service_level: int = 95
    #: Every how many days members are asked whether what they have is right.
    attest_days: int | None = None
    #: Fresh for each Home that is drawn: what is revoked, granted and revoked again is another intent each time.
    key: str = ""


def home(shown: Home) -> dict[str, Any]:
    """The whole Home tab."""
    blocks = [
        *_to_accept(shown),
        *_mine(shown),
        *_reserved(shown),
        *_booked(shown),
        *_asked(shown.asked),
        *(_waiting(shown.waiting) if shown.waiting is not None else []),
        *_counts(shown.counts),
        *(_stores(shown.stores, shown) if shown.stores is not None else []),
        *(_roles(shown.granted, shown) if shown.granted is not None else []),
    ]
    return {"type": "home", "callback_id": "home", "blocks": blocks[:100]}


def _to_accept(shown: Home) -> list[Block]:
    """What one holds whose terms are not accepted; all that one entry handed out is accepted together."""
    waiting = [one for one in shown.mine if one.terms]
    if not waiting:
        return []
    reader = Reader(shown.now, shown.zone)
    shown_now = [
        section(f"{naming.WAITING} {naming.held(one)}, {reader.held(one)}", accessory=terms_button(one.id)) for one in waiting[:MOST]
    ]
    more = [context("`/checkout unaccepted` shows all.")] if len(waiting) > MOST else []
    return [header("What I am to accept"), *shown_now, *more, divider()]


def _mine(shown: Home) -> list[Block]:
    blocks: list[Block] = [header("What I hold")]
    if not shown.mine:
        blocks.append(section("Nothing is checked out to you. What you borrow appears here, with its due date."))
    groups = by_kit(shown.mine)
    for group in groups[:MOST]:
        one = group[0]
        due = Reader(shown.now, shown.zone).held(one)
        named = kits.whole(one.kit, [naming.held(part) for part in group]) if one.kit is not None else naming.held(one)
        blocks.append(section(f"{naming.out_sign(one, now=shown.now)} {named}, {due}"))
        if one.kit_id is not None:
            blocks.append(actions(kits.return_button("Return", one.kit_id, group), kits.partly_button(one.kit_id, group)))
        else:
            give = give_button(one.asset_id) if one.asset_id is not None else None
            blocks.append(actions(return_button(one, own=True), extend_button(one), give))
    if len(groups) > MOST:
        blocks.append(context(f"{MOST} of {len(groups)}. `/checkout mine` shows all."))
    blocks.append(actions(button("Check something out", "checkout.out", {}, style="primary")))
    return blocks


def _reserved(shown: Home) -> list[Block]:
    if not shown.reserved:
        return []
    reader = Reader(shown.now, shown.zone)
    blocks: list[Block] = [divider(), header("What I reserved")]
    blocks += [section(line(one, reader, by=False), accessory=release_button(one)) for one in shown.reserved[:MOST]]
    return [*blocks, context("`/stock reserved` shows all.")] if len(shown.reserved) > MOST else blocks


def _booked(shown: Home) -> list[Block]:
    if not shown.booked:
        return []
    reader = Reader(shown.now, shown.zone)
    blocks: list[Block] = [divider(), header("What I booked")]
    blocks += [section(f"{naming.WAITING} {what(one)} {when(one, reader)}", accessory=cancel_button(one)) for one in shown.booked[:MOST]]
    return [*blocks, context("`/checkout bookings` shows all.")] if len(shown.booked) > MOST else blocks


def _asked(requests: Sequence[Asked]) -> list[Block]:
    if not requests:
        return []
    blocks: list[Block] = [divider(), header("What I asked for")]
    for one in requests[:MOST]:
        blocks += [
            section(f"{naming.WAITING} {one.what[:1].upper()}{one.what[1:]}"),
            context(said(one.reason)),
            actions(withdraw(one)),
        ]
    return blocks


def _waiting(requests: Sequence[Asked]) -> list[Block]:
    blocks: list[Block] = [divider(), header("Waiting for me")]
    if not requests:
        return [*blocks, section("Nothing waits for your decision. Requests appear here with Approve and Deny.")]
    for one in requests[:MOST]:
        facts = " · ".join(f"{label} {value}" for label, value in one.facts)
        blocks += [section(f"*{said(one.requester)}* asks to {one.what}"), *([context(facts)] if facts else []), actions(*decide(one))]
    if len(requests) > MOST:
        blocks.append(context(f"{MOST} of {len(requests)}; the rest follows when these are decided."))
    return blocks


def _counts(counts: Sequence[CountCard]) -> list[Block]:
    if not counts:
        return []
    blocks: list[Block] = [divider(), header("Counts")]
    for one in counts[:MOST]:
        label, route = ("Decide", "stocktake.differences") if one.complete else ("Count", "stocktake.count")
        told = f"{naming.WAITING} {said(one.name)}: {one.agreed:,} of {lines(one.lines)} counted"
        blocks.append(section(told, accessory=button(label, f"{route}:{one.id}", {"c": one.id})))
    return [*blocks, context("`/stock counts` shows all.")] if len(counts) > MOST else blocks


def _stores(stores: Stores, shown: Home) -> list[Block]:
    blocks: list[Block] = [divider(), header("My stores")]
    if not stores.low and not stores.late and not stores.late_orders:
        return [*blocks, section(f"{naming.AVAILABLE} Nothing is low and nothing is late.")]
    if stores.low:
        lines = [_low(one) for one in stores.low[:MOST]]
        blocks += [section("\n".join([f"*{len(stores.low):,} running low*", *lines])), context("`/stock low` shows all.")]
    if stores.late:
        lines = [
            f"{naming.LATE} {naming.held(one)}, {said(one.holder)}, {naming.due(one, now=shown.now, reader_zone=shown.zone)}"
            for one in stores.late[:MOST]
        ]
        blocks += [section("\n".join([f"*{stores.late_count:,} late*", *lines])), context("`/checkout overdue` shows all.")]
    if stores.late_orders:
        count = len(stores.late_orders)
        orders = [_late_order(one) for one in stores.late_orders[:MOST]]
        head = f"*{many(count, 'order')} late*"
        blocks += [section("\n".join([head, *orders])), context("`/stock orders late` shows all.")]
    return blocks


def _late_order(one: LateOrder) -> str:
    return f"{naming.LATE} {one.name} from {said(one.supplier)}, expected {said_day(one.since)}"


def _low(one: Low) -> str:
    where = f"in {said(one.location)}" if one.location else "in all"
    return f"{naming.LOW} {said(counted(one.on_hand, one.name, one.unit))} left {where}, reorder point {said_number(one.low)}"


_SETTABLE = (
    ("Count policy", "policy.count"),
    ("Order policy", "policy.order"),
    ("Service level", "policy.service"),
    ("Attestation", "policy.attest"),
)


def _roles(granted: Sequence[Granted], shown: Home) -> list[Block]:
    blocks: list[Block] = [divider(), header("Roles and policies")]
    admins = sum(one.role is Role.ADMIN for one in granted)
    for number, one in enumerate(granted[:20]):
        where = f"at {said(one.location)}" if one.location else "everywhere"
        value = {"member": one.member_id, "role": one.role, "location": one.location_id, "k": f"{shown.key}:{number}"}
        revoke = None if one.role is Role.ADMIN and admins == 1 else button("Revoke", f"role.revoke:{number}", value)
        blocks.append(section(f"{said(one.member)} is {one.role} {where}", accessory=revoke))
    if len(granted) > 20:
        blocks.append(context(f"20 of {len(granted)} roles."))
    rules = f"Counts: {shown.count_policy} Orders: {shown.order_policy}"
    blocks.append(context(f"{rules} Approval of items is set on their category or on the item itself."))
    blocks.append(context(f"{service_said(shown.service_level)}\n{attestation_said(shown.attest_days)}"))
    policies = [button(label, route, {}) for label, route in _SETTABLE]
    blocks.append(actions(button("Grant a role", "role.grant", {}), *policies))
    return blocks
