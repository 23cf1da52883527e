"""What is answered when an asset went another way than out and back, and the small form that asks where it is now."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from handlers.routes import Reply
from handlers.views import answers, attaching, naming
from handlers.views.due import Reader
from handlers.views.parts import Block, actions, button, code, context, field, modal, option, said, search, section, select, text_input
from models.assets import Asset, AssetState
from models.checkouts import Held
from models.entries import EntryKind
from models.history import Happening
from models.ledger import Posted


class Was(NamedTuple):
    """How an asset stood before it went: its name, where it was, and the checkout that it was out on."""

    name: str
    location: str
    checkout: Held | None

    def ended(self, reader: Reader) -> str:
        """What became of its checkout."""
        return f"The checkout to {said(self.checkout.holder)}, {reader.held(self.checkout)}, has ended." if self.checkout else ""


def moved(
    entry: Posted,
    before: Sequence[Was],
    target: str,
    state: AssetState,
    *,
    unkept: str,
    reader: Reader,
    kit: str | None = None,
    besides: str = "",
) -> Reply:
    """Assets went from where each was to one location, perhaps as all of a kit; `besides` says what of it did not go along.

    `unkept` says whom that lets down, as in all of these.
    """
    whence = naming.things(list(dict.fromkeys(said(was.location) for was in before)))
    names = naming.things([was.name for was in before])
    line = f"Moved {names if kit is None else f'{said(kit)} ({names})'} from {whence} to {said(target)}."
    stands = f"{'It is' if len(before) == 1 else 'They are'} {state} there."
    remains = " ".join(filter(None, [stands, *(was.ended(reader) for was in before[:3]), besides, unkept]))
    return answers.changed(line, remains, entry=entry)


def lost(entry: Posted, was: Was, serial: str, *, unkept: str, reader: Reader) -> Reply:
    """An asset is nowhere to be found."""
    last = "" if was.checkout else f"It was last in {said(was.location)}."
    way_back = f"When it turns up: {code(f'/checkout found {serial} at …')}"
    return answers.changed(
        f"{was.name} is marked as lost.", " ".join(filter(None, (last, was.ended(reader), unkept, way_back))), entry=entry
    )


def lost_some(entry: Posted, amount: str, *, still: str, back: str, many: bool) -> Reply:
    """So much of something, named already, is lost by whoever had it; `still` says what they have yet, `back` how it comes back."""
    way_back = f"When {'they turn' if many else 'it turns'} up: {code(back)}"
    remains = " ".join(filter(None, (still, answers.noted(entry), way_back)))
    return answers.changed(f"{amount} {'are' if many else 'is'} marked as lost.", remains, entry=entry)


def found(entry: Posted, name: str, target: str, state: AssetState) -> Reply:
    """A lost asset has turned up."""
    return answers.changed(f"{name} was found and is in {said(target)} now.", f"It is {state} there.", entry=entry)


_RETIRED = {EntryKind.SOLD: "Sold {}{}", EntryKind.DONATED: "Gave {} away{}"}


def with_finder(entry: Posted, name: str) -> Reply:
    """Whoever found a lost asset has it."""
    return answers.changed(f"{name} is found and with you.", "Its keepers are told: they say where it goes.", entry=entry)


def found_by(entry: Happening, name: str, asset: Asset) -> Reply:
    """Keepers are told who has found a lost asset; they say where it goes."""
    if entry.undone_by_id:
        text = f"{said(entry.member)} took it back: {name} is still lost."
        return Reply(text, [context(text)])
    text = f"{naming.WELL} {said(entry.member)} has found {name}, which was lost, and has it."
    return Reply(text, [section(text), actions(button("Move", "asset.place", {"asset": asset.id}, style="primary"))])


def retired(entry: Posted, was: Was, to: str | None, *, unkept: str, reader: Reader) -> Reply:
    """An asset is used no more: scrapped, sold or given away."""
    remains = f"It left {said(was.location)} and counts no more. Its history stays."
    what = _RETIRED.get(entry.kind, "Retired {}{}").format(was.name, f" to {said(to)}" if to else "")
    return answers.changed(f"{what}.", " ".join(filter(None, (remains, was.ended(reader), unkept))), entry=entry)


def retire_form(was: Was, *, carried: Any) -> Block:
    """Asks in which way an asset leaves for good."""
    ways = [option("Scrapped", EntryKind.RETIRED), option("Sold", EntryKind.SOLD), option("Donated", EntryKind.DONATED)]
    customer = search("customer.suggest", placeholder="Type a customer")
    blocks = [
        context(f"{was.name}, in {said(was.location)}. It is used no more; its history stays."),
        field("how", "What becomes of it", select("retire.how", ways, chosen=EntryKind.RETIRED)),
        field("target", "To whom", customer, hint="Of what is sold or donated, where that is a known customer.", optional=True),
        field("note", "Why, or for how much", text_input("retire.note", multiline=True, most=300), optional=True),
        attaching.asked("Proof: photos and files"),
    ]
    return modal("retire.send", "Retire", blocks, submit="Retire", carried=carried)


def place_form(was: Was, asset_id: int, state: AssetState, *, key: str) -> Block:
    """Asks where an asset is now."""
    found_again = state is AssetState.LOST
    blocks = [
        context(f"{was.name} is {state}." if found_again else f"{was.name} is {state}, in {said(was.location)}."),
        field("target", "Where is it now" if found_again else "Where to", search("location.suggest", placeholder="Type a location")),
        field("note", "Note", text_input("note", most=300), optional=True),
    ]
    verb = "Found" if found_again else "Move"
    return modal("asset.place", verb, blocks, submit=verb, carried={"k": key, "asset": asset_id})
