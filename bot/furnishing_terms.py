"""The demonstration world's terms: IT things go out under them, one laptop's are accepted, and those of a phone wait."""

from bot.telling import Telling
from models import accepting_terms, catalog, policies
from models.catalog import Category
from models.checking_out import check_out

TERMS = """This device belongs to the firm and is lent to you for your work.
Keep it locked when you leave it, and install nothing that asks for an administrator.
What breaks or goes missing, you say the same day; nobody pays for an accident.
You bring it back with its charger when your work with it ends."""


def hand_out(told: Telling) -> None:
    """Kim writes the terms, Marek hands two devices out, and Yuki has accepted hers."""
    item = catalog.item(told.session, told.variants["iPhone 16"].item_id)
    category = told.session.get_one(Category, item.category_id)
    policies.set_terms(told.session, told.on(2.6), category=category, text=TERMS)
    for who, serial in (("Yuki Tanaka", "TP-3001"), ("Tom Ellis", "PH-41")):
        lent = check_out(told.session, told.on(2.5, "Marek Novák"), assets=told.assets(serial), holder=told.person(who))
        if who == "Yuki Tanaka":
            accepting_terms.accept(told.session, told.on(2.4, who), entry_id=lent.id)
