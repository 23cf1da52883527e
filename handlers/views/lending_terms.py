"""Lending terms: the form in which a category says them, and the texts to read."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from handlers.views import naming
from handlers.views.parts import Block, button, code, context, field, modal, option, plain, said, section, select, text_input
from models.lending_terms import LONGEST_TEXT

#: What a category can say.
ABOVE, NOTHING, TEXT = "above", "nothing", "text"
_RULES = {ABOVE: "As the category above says", NOTHING: "Nothing", TEXT: "The terms below"}


class Text(NamedTuple):
    """A version of terms, as people read it."""

    #: "Cameras, version 3".
    name: str
    words: str
    text_hash: str
    #: What it is to be accepted for, named already.
    things: Sequence[str] = ()


class Version(NamedTuple):
    """A version in the list of a category's own, with who wrote it and when."""

    terms_id: int
    number: int
    by: str
    at: str


def form(name: str, *, rule: str, words: str | None, holds: str, versions: Sequence[Version], carried: Any) -> Block:
    """What whoever is handed something of a category is to accept. `holds` is what they are asked now."""
    blocks = [
        context(f"What does whoever is handed something of {said(name)} have to accept? Now: {said(holds)}."),
        field("rule", "To be accepted", select("lending.rule", [option(label, value) for value, label in _RULES.items()], chosen=rule)),
        field(
            "text",
            "Terms",
            text_input("lending.text", initial=words, multiline=True, most=LONGEST_TEXT, placeholder="Bring it back clean and charged."),
            optional=True,
            hint="Another text is a new version, for what is handed out from then on. What was accepted before is kept.",
        ),
        *(_version(one) for one in versions),
    ]
    return modal("lending.set", "Terms", blocks, submit="Save", carried=carried)


def _version(one: Version) -> Block:
    read = button("Read", f"lending.version:{one.terms_id}", {"v": one.terms_id})
    return section(f"Version {one.number}, {said(one.by)}, {one.at}", accessory=read)


def words(text: Text) -> Block:
    """The very words: nothing in them formats, pings or links."""
    return {"type": "section", "text": plain(text.words or "Nothing is to be accepted.", LONGEST_TEXT)}


def page(texts: Sequence[Text], *, to_accept: Any = None) -> Block:
    """Terms to read, with the hash by which an acceptance knows them; with `to_accept`, which travels along, to accept them as well."""
    blocks = list[Block]()
    for one in texts:
        things = f" for {naming.things(one.things)}" if one.things else ""
        blocks += [section(f"*Terms of {said(one.name)}*{things}"), words(one), context(f"SHA-256 of this text: {code(one.text_hash)}")]
    if to_accept is None:
        return modal("page.read", "Terms", blocks, close="Close")
    return modal("lending.accept", "Terms", blocks, submit="Accept", carried=to_accept)
