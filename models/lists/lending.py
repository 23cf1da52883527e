"""Lists of lending: what is out, booked, waited for and offered, and under what terms."""

from typing import Any

from sqlalchemy import Select, case, exists, or_, select

from models.acceptances import ACCEPTANCES
from models.bookings import BOOKINGS
from models.catalog import CATEGORIES
from models.checkouts import CHECKOUTS
from models.entries import ENTRIES
from models.hand_overs import HAND_OVERS, HandOverState
from models.kits import KIT_PARTS, KITS
from models.lending_terms import LENDING_TERMS
from models.lists.described import of_thing
from models.locations import LOCATIONS
from models.members import MEMBERS
from models.then import Then
from models.waits import WAITS


def checkouts(then: Then) -> Select[Any]:
    """What is out, the earliest due first."""
    own, holder, source = then(CHECKOUTS).c, then(LOCATIONS, "holder").c, then(LOCATIONS, "source").c
    return (
        of_thing(then, CHECKOUTS, own.quantity, holder.name.label("holder"), source.name.label("from"), own.out_at.label("out since"))
        .add_columns(own.due_at.label("due"), own.purpose)
        .join(then(LOCATIONS, "holder"), holder.id == own.holder_id)
        .join(then(LOCATIONS, "source"), source.id == own.source_id)
        .where(own.closed_at.is_(None))
        .order_by(own.due_at.is_(None), own.due_at, own.out_at, own.id)
    )


def bookings(then: Then) -> Select[Any]:
    """What is still to be picked up."""
    own, holder = then(BOOKINGS).c, then(LOCATIONS, "holder").c
    return (
        of_thing(then, BOOKINGS, own.quantity, holder.name.label("holder"), own.from_at.label("from"), own.until_at.label("until"))
        .add_columns(own.purpose)
        .join(then(LOCATIONS, "holder"), holder.id == own.holder_id)
        .where(own.closed_at.is_(None))
        .order_by(own.from_at, own.id)
    )


def waiting(then: Then) -> Select[Any]:
    """Who is in line for what, and until when it is held for them."""
    own, holder = then(WAITS).c, then(LOCATIONS, "holder").c
    query = of_thing(then, WAITS, None, holder.name.label("holder"), own.joined_at.label("since"), own.claim_by_at.label("held until"))
    query = query.join(then(LOCATIONS, "holder"), holder.id == own.holder_id).where(own.closed_at.is_(None))
    return query.order_by(own.variant_id, own.joined_at, own.id)


def offers(then: Then) -> Select[Any]:
    """What somebody offers to hand over who still has it, and has no answer yet."""
    own, out, giver, receiver = then(HAND_OVERS).c, then(CHECKOUTS).c, then(LOCATIONS, "giver").c, then(MEMBERS, "receiver").c
    return (
        of_thing(then, HAND_OVERS, None, giver.name.label("from"), receiver.name.label("to"), own.until_at.label("until"))
        .join(then(LOCATIONS, "giver"), giver.id == own.giver_id)
        .join(then(MEMBERS, "receiver"), receiver.id == own.receiver_id)
        .outerjoin(then(CHECKOUTS), out.id == own.checkout_id)
        .where(own.state == HandOverState.OFFERED, out.closed_at.is_(None))
        .order_by(own.until_at, own.id)
    )


def kits(then: Then) -> Select[Any]:
    """What belongs to which kit."""
    own, kit = then(KIT_PARTS).c, then(KITS).c
    query = of_thing(then, KIT_PARTS, own.quantity, kit.name.label("kit")).join(then(KITS), kit.id == own.kit_id)
    return query.where(own.active, kit.archived_at.is_(None)).order_by(kit.name_key, own.position, own.id)


def terms(then: Then) -> Select[Any]:
    """Every version of every category's terms, and which of them holds."""
    own, category, by = LENDING_TERMS.c, then(CATEGORIES).c, then(MEMBERS, "by").c
    holds = case((category.terms_id == own.id, "yes"), else_="").label("holds")
    query = select(category.name.label("category"), own.version, holds, own.set_at.label("set"), by.name.label("by"))
    query = query.add_columns(own.text_hash.label("sha-256"), own.text)
    query = query.join(then(CATEGORIES), category.id == own.category_id).join(then(MEMBERS, "by"), by.id == own.by_id)
    if then.at is not None:
        query = query.where(own.set_at <= then.at)
    return query.order_by(category.name_key, own.version)


def acceptances(then: Then) -> Select[Any]:
    """What was handed out under terms, and what its holder said to them."""
    own, out, holder = then(ACCEPTANCES).c, then(CHECKOUTS).c, then(LOCATIONS, "holder").c
    under, category, later = LENDING_TERMS.c, then(CATEGORIES).c, ENTRIES.alias("later")
    query = (
        of_thing(then, CHECKOUTS, None, holder.name.label("holder"), out.out_at.label("out since"), category.name.label("terms"))
        .add_columns(under.version, own.state, own.answered_at.label("answered"))
        .join(then(ACCEPTANCES), own.checkout_id == out.id)
        .join(then(LOCATIONS, "holder"), holder.id == out.holder_id)
        .join(LENDING_TERMS, under.id == own.terms_id)
        .join(then(CATEGORIES), category.id == under.category_id)
        .where(~exists().where(later.c.reverses_id == own.entry_id))
        .order_by(out.id)
    )
    if then.at is None:
        return query
    happened = exists().where(ENTRIES.c.id == own.entry_id, ENTRIES.c.happened_at <= then.at)
    return query.where(happened, or_(out.closed_at.is_(None), out.closed_at <= then.at))
