"""A name alone only looks: whatever it is the name of, its card is shown. Nothing here changes anything."""

from typing import Any

from sqlmodel import Session

from handlers import asset_card, holding, item_card, kit_card, location_card, lot_card, order_card
from handlers.dates import Moment
from handlers.item_card import rule_said
from handlers.routes import Offer, Reply, Request, button, sentence
from handlers.typed import quoted
from handlers.views import answers, paging
from handlers.views import items as item_views
from handlers.views.parts import Block
from handlers.views.week import calendar_button
from models import contents, lending_terms, members
from models.assets import Asset
from models.catalog import Category
from models.catalog_names import Found
from models.finding import Thing
from models.kits import Kit
from models.locations import Location
from models.lots import Lot
from models.members import Member, Permission
from models.orders import PurchaseOrder


@sentence(
    "/stock",
    "/checkout",
    says="{thing} [on {date}]",
    needs=Permission.LOOK,
    does="shows an item, asset, kit, lot, location, person, category or order; with a date, as it stood then",
    examples=("M8 hex bolt", "SN-1042", "Van 3 on 12 May"),
)
def look(request: Request, session: Session, *, thing: Thing, date: Moment | None = None) -> Reply:  # noqa: PLR0911 - one card a kind
    """The card of whatever goes by that name."""
    match thing:
        case Asset():
            return asset_card.card(request, session, thing, date=date)
        case Found():
            return item_card.card(request, session, thing, date=date)
        case Location():
            return at(request, session, location=thing, date=date)
        case Member():
            return holding.of_member(request, session, thing)
        case Lot():
            return lot_card.card(request, session, lot=thing, date=date)
        case Category():
            return _category(request, session, thing, first=0)
        case PurchaseOrder():
            return order_card.card(request, session, thing)
        case Kit():
            return kit_card.card(request, session, thing)


@sentence(
    "/stock",
    says="at {location} [on {date}]",
    needs=Permission.LOOK,
    does="shows what lies in a location; with a date, what lay there then",
    examples=("at Van 3", "at Warehouse on 12 May"),
)
def at(request: Request, session: Session, *, location: Location, date: Moment | None = None) -> Reply:
    """What lies in a location; of a person, what they hold."""
    person = members.at_location(session, location.id)
    if person is not None and date is None:
        return holding.of_member(request, session, person)
    if person is not None and person.id != request.act.by.id:
        members.require(request.act.by, Permission.SEE_OTHERS)
    return location_card.card(request, session, location, date=date)


@button("category.page", needs=Permission.LOOK)
def category_page(request: Request, session: Session, *, value: Any) -> Reply:
    """Another page of what hangs on a category."""
    reply = _category(request, session, session.get_one(Category, value["c"]), first=int(value["f"]))
    return Reply(reply.text, reply.blocks, replace=True)


def _category(request: Request, session: Session, category: Category, *, first: int) -> Reply:
    terms = lending_terms.inherited(session, category)
    card = item_views.CategoryCard(
        id=category.id,
        name=category.name,
        path=contents.path_of(session, category),
        approval=rule_said(session, category),
        terms=lending_terms.said(session, terms) if terms is not None else "nothing",
        below=contents.categories_below(session, category),
        items=contents.items_in(session, category, first=first, most=paging.PAGE),
        first=first,
        total=contents.count_items_in(session, category),
    )
    return item_views.category(card, _category_buttons(request, category))


def _category_buttons(request: Request, category: Category) -> list[Block]:
    shown = [calendar_button({"c": category.id})]
    if request.act.by.may(Permission.CATALOG):
        edit = Offer("Edit", "/stock", f"edit {quoted(f'category {category.name}')}")
        shown.append(answers.offered(edit, 0, token=request.act.token))
    return shown
