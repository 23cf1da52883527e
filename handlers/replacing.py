"""Replacing assets: which are to be, what each is worth on any day, and the form that says what it cost and for how long it is good."""

from datetime import date
from typing import Any

from sqlmodel import Session

from handlers import called, seen
from handlers.forms import Form, told_under
from handlers.item_form import cost as in_money
from handlers.routes import Reply, Request, button, form, sentence
from handlers.views import registered
from handlers.views import replacing as views
from models import assets, book_value, custody, editing, keeping_up, schedules
from models.assets import Asset, AssetState
from models.catalog import Category, ItemKind
from models.finding import Found, Thing
from models.lots import said_full
from models.maintenance import Interval
from models.members import Permission
from models.quantities import said_money
from models.refusals import Refusal
from models.times import local_day
from models.workspace import workspace

#: Nothing is good for longer, in months.
LONGEST_LIFE = 1_200


class ValueForm(Form):
    """What an asset cost, and until when it is under warranty and good."""

    purchased_on: date | None = None
    cost: str | None = None
    warranty_until_on: date | None = None
    replace_by_on: date | None = None
    life: str | None = None


@sentence(
    "/checkout",
    says="replacements",
    needs=Permission.LOOK,
    does="lists assets that are to be replaced in the next 60 days, the earliest first",
    examples=("replacements",),
)
def replacements(request: Request, session: Session) -> Reply:
    """What is to be replaced."""
    return _page(request, session, first=0)


@button("replace.page", needs=Permission.LOOK)
def turn_page(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Another page of it."""
    reply = _page(request, session, first=int(value["f"]))
    return Reply(reply.text, reply.blocks, replace=True)


def _page(request: Request, session: Session, *, first: int) -> Reply:
    return views.to_replace(keeping_up.to_replace(session, request.act.now), first=first, today=_today(request, session))


@sentence(
    "/checkout",
    says="value [{thing}] [on {day}]",
    needs=Permission.LOOK,
    does="says what an asset, an item, a category or everything is worth, today or on any day",
    examples=("value SN-1042", "value Canon R6 on 2027-12-31", "value"),
)
def value(request: Request, session: Session, *, thing: Thing | None = None, day: date | None = None) -> Reply:
    """The book value, in a straight line."""
    today = _today(request, session)
    day = day or today
    zone = workspace(session).time_zone
    match thing:
        case None:
            return views.value_of_all("All assets", book_value.of_all(session, None, day, zone), day, today)
        case Asset():
            state = custody.state_of(session, thing)
            gone = str(state) if state in (AssetState.LOST, AssetState.RETIRED) else ""
            return views.value_of_asset(called.asset(session, thing), thing, day, today, gone=gone)
        case Found() if thing.item.kind is not ItemKind.SERIALISED:
            raise Refusal(f"{thing.item.name} is kept by number. Only what is known by its serial has a book value.", field="thing")
        case Found():
            return views.value_of_all(thing.item.name, book_value.of_all(session, thing.item, day, zone), day, today)
        case Category():
            return views.value_of_all(thing.name, book_value.of_all(session, thing, day, zone), day, today)
        case _:
            raise Refusal("Only assets have a value: name one, an item or a category.", field="thing")


@button("value.open", needs=Permission.CATALOG)
def ask(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:
    """Opens the form of an asset's value and warranty."""
    asset, currency = assets.get(session, value["a"]), workspace(session).currency
    cost = said_money(asset.cost_minor, currency).split(" ")[0] if asset.cost_minor is not None else None
    filled = views.Filled(asset.purchased_on, cost, asset.warranty_until_on, asset.replace_by_on)
    carried = seen.carried(request, session, asset)
    return Reply("", form=views.form(called.asset(session, asset), filled, currency=currency, carried=carried))


@form("value.set", needs=Permission.CATALOG, fields=ValueForm)
def save(request: Request, session: Session, *, fields: ValueForm) -> Reply:
    """What is known of an asset's value is changed."""
    asset = assets.get(session, request.carried["id"])
    seen.require_unchanged(request, session, asset)
    with told_under({"cost_minor": "cost"}):
        posted = editing.edit_asset(
            session,
            request.act,
            asset,
            purchased_on=fields.purchased_on,
            cost_minor=in_money(session, fields.cost),
            warranty_until_on=fields.warranty_until_on,
            replace_by_on=_replaced_on(asset, fields),
        )
    lines = views.facts(asset, _today(request, session))
    return registered.done(f"Saved {called.asset(session, asset)}.", " · ".join(lines) or None, entry_id=posted.id)


def _replaced_on(asset: Asset, fields: ValueForm) -> date | None:
    """By when it is replaced: after its life, where that is said, in place of the day that was filled in already."""
    if not fields.life:
        return fields.replace_by_on
    after = _after_its_life(fields, fields.life)
    if fields.replace_by_on not in (None, asset.replace_by_on, after):
        raise Refusal(
            f"After that life it is replaced by {said_full(after)}, and Replace by says another day. Leave one out.", field="life"
        )
    return after


def _after_its_life(fields: ValueForm, life: str) -> date:
    if not (life.isascii() and life.isdigit() and len(life) <= len("1200") and 0 < int(life) <= LONGEST_LIFE):
        raise Refusal(f"I can't read {life} as a number of months. Write it like 48.", field="life")
    if fields.purchased_on is None:
        raise Refusal("Say when it was purchased: its life is counted from there.", field="purchased_on")
    return schedules.later(fields.purchased_on, int(life), Interval.MONTHS)


def _today(request: Request, session: Session) -> date:
    return local_day(request.act.now, workspace(session).time_zone)
