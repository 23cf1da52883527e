"""Lending terms: the form in which an admin says what is to be accepted for things of a category, and its versions to read."""

from typing import Any

from sqlmodel import Session

from handlers import seen
from handlers.checkout import reader
from handlers.forms import Form
from handlers.routes import Reply, Request, button, form
from handlers.views import lending_terms as views
from handlers.views import registered
from handlers.views.lending_terms import ABOVE, NOTHING, TEXT, Text, Version
from handlers.views.parts import said
from models import lending_terms, members, policies
from models.catalog import Category
from models.lending_terms import LendingTerms
from models.members import Permission
from models.refusals import Refusal


class LendingTermsForm(Form):
    """What is to be accepted, as it was filled in."""

    rule: str
    text: str = ""


@button("lending.open", needs=Permission.POLICIES)
def open_terms(request: Request, session: Session, *, value: Any) -> Reply:
    """Opens what a category says is to be accepted."""
    category = session.get_one(Category, value["category"])
    own, now = lending_terms.holding(session, category), lending_terms.inherited(session, category)
    rule = ABOVE if own is None else TEXT if own.text else NOTHING
    point = reader(request)
    told = [
        Version(one.id, one.version, members.get(session, one.by_id).name, point.time(one.set_at))
        for one in lending_terms.versions(session, category)
    ]
    shown = views.form(
        category.name,
        rule=rule,
        words=own.text if own is not None else None,
        holds=lending_terms.said(session, now) if now is not None else "nothing",
        versions=told,
        carried={**value, **seen.carried(request, session, category)},
    )
    return Reply(f"Terms of {category.name}.", form=shown)


@form("lending.set", needs=Permission.POLICIES, fields=LendingTermsForm)
def set_terms(request: Request, session: Session, *, fields: LendingTermsForm) -> Reply:
    """Sets what is to be accepted for things of a category."""
    category = session.get_one(Category, request.carried["id"])
    seen.require_unchanged(request, session, category)
    if fields.rule == TEXT and not fields.text:
        raise Refusal("Write the terms, or choose that nothing is to be accepted.", field="text")
    text = {ABOVE: None, NOTHING: ""}.get(fields.rule, fields.text)
    posted = policies.set_terms(session, request.act, category=category, text=text)
    now = lending_terms.inherited(session, category)
    what = f"To be accepted for {said(category.name)}: {said(lending_terms.said(session, now)) if now is not None else 'nothing'}."
    remains = "It holds for what is handed out from now on; what is out stays under the terms it went out under."
    return registered.done(what, remains, entry_id=posted.id)


@button("lending.version", needs=Permission.POLICIES)
def read_version(request: Request, session: Session, *, value: Any) -> Reply:  # noqa: ARG001
    """One version, word for word."""
    return Reply("", form=views.page([text_of(session, lending_terms.get(session, value["v"]))]))


def text_of(session: Session, terms: LendingTerms) -> Text:
    """A version as people read it."""
    return Text(lending_terms.said(session, terms), terms.text, terms.text_hash)
