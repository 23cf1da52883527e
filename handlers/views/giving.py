"""What is given from person to person: the receiver's message with Accept and Refuse, and what the giver is told."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from handlers.routes import Reply
from handlers.views import answers, attaching, naming
from handlers.views.due import Reader
from handlers.views.parts import Block, actions, button, context, escaped, field, modal, said, search, section, text_input
from models.entries import EntryKind
from models.history import Happening
from models.ledger import Posted


class Offered(NamedTuple):
    """An offer in people's words."""

    entry_id: int
    #: The entry that offered or answered it last: answered, undone and answered again is another intent each time.
    last_id: int
    #: What of it can still be accepted, each with when it is due.
    things: Sequence[tuple[str, str]]
    #: What can't, because it is not with the giver any more.
    gone: Sequence[str]
    giver: str
    receiver: str
    until_at: datetime
    #: The entry that offered it, with what was said and shown of its condition.
    entry: Happening
    #: Why nothing of it can be accepted any more, where that is so.
    over: str = ""


def offered(entry: Posted, offer: Offered, reader: Reader, *, kit: str | None = None, besides: str = "") -> Reply:
    """The giver has offered something, perhaps all of a kit that they have; `besides` says what of it does not go along."""
    one, receiver = len(offer.things) == 1, said(offer.receiver)
    until = f"Until {'it is' if one else 'they are'} accepted {'it stays' if one else 'they stay'} with you"
    remains = f"{receiver} is asked. {until}; without an answer the offer ends {reader.time(offer.until_at)}."
    what = _all([name for name, _ in offer.things], kit)
    return answers.changed(f"Offered {what} to {receiver}.", " ".join(filter(None, (remains, besides))), entry=entry)


def _all(things: Sequence[str], kit: str | None) -> str:
    """The things, as parts of the kit that they are given as."""
    return naming.things(things) if kit is None else f"{said(kit)} ({naming.things(things)})"


def handed_over(
    entry: Posted,
    things: Sequence[str],
    *,
    givers: Sequence[str],
    receiver: str | None,
    told: Sequence[str],
    terms: str,
    kit: str | None = None,
    besides: str = "",
) -> Reply:
    """Something went from person to person. Without a `receiver` it went to whoever reads this. `terms` say who is asked to accept some."""
    whence = naming.things([said(giver) for giver in givers])
    line = f"Handed {_all(things, kit)} over from {whence} to {said(receiver) if receiver else 'you'}."
    heard = f"{naming.things([said(name) for name in told])} {'is' if len(told) == 1 else 'are'} told." if told else ""
    return answers.changed(line, " ".join(filter(None, (besides, heard, terms))), entry=entry)


def accepted(entry: Posted, offer: Offered, dues: Sequence[str], terms: tuple[str, Sequence[Block]]) -> Reply:
    """The receiver has it now; `dues` say until when."""
    what = naming.things([name for name, _ in offer.things])
    theirs = "It is" if len(offer.things) == 1 else "They are"
    remains = [f"{theirs} with you now{f', {naming.things(dues)}' if dues else ''}.", f"{said(offer.giver)} is told."]
    remains += [answers.noted(entry)] if entry.note else []
    remains += [terms[0]] if terms[0] else []
    return answers.changed(f"Accepted {what} from {said(offer.giver)}.", " ".join(remains), entry=entry, extra=terms[1])


def refused(entry: Posted, offer: Offered) -> Reply:
    """The receiver does not take it."""
    what = naming.things([name for name, _ in offer.things])
    stays = "It stays" if len(offer.things) == 1 else "They stay"
    remains = f"{stays} with {said(offer.giver)}, who is told. {answers.noted(entry)}".strip()
    return answers.changed(f"Refused {what} from {said(offer.giver)}.", remains, entry=entry)


def card(offer: Offered, reader: Reader) -> Reply:
    """The receiver's message, as the offer stands now; once it is over, the line that says how it ended."""
    if offer.over:
        return _line(escaped(offer.over))
    told = [f"{name}{f', {due}' if due else ''}" for name, due in offer.things]
    text = f"{naming.WAITING} {said(offer.giver)} offers you {naming.things(told)}."
    stays = "it stays" if len(offer.things) == 1 else "they stay"
    until = f"Until you accept {stays} with {said(offer.giver)}; without an answer the offer ends {reader.time(offer.until_at)}."
    blocks = [section(text)]
    blocks += attaching.noted(offer.entry)
    if offer.gone:
        blocks.append(context(f"Not offered any more: {naming.things(offer.gone)}."))
    return Reply(text, [*blocks, context(until), actions(*to_answer(offer))])


def to_answer(offer: Offered, *, style: str | None = "primary") -> list[Block]:
    """The receiver's buttons."""
    value = {"o": offer.entry_id, "s": offer.last_id}
    accepted = [button("Accept", "give.accept", value, style=style), button("Accept with a note", "give.note", value)]
    return [*accepted, button("Refuse", "give.refuse", value), button("Refuse with a note", "give.why", value)]


def to_hand_over(entry_id: int) -> Block:
    """The keeper's button, who does not wait for an answer."""
    return button("Hand over now", "give.force", {"o": entry_id})


def to_withdraw(entry_id: int) -> Block:
    """The giver's button: to take an offer back is to undo it."""
    return button("Withdraw", answers.UNDO, {"entry": entry_id})


def open_line(offer: Offered, reader: Reader) -> str:
    """What the asset's own card tells of it."""
    return f"{naming.WAITING} Offered to {said(offer.receiver)}, who can accept until {reader.time(offer.until_at)}."


def give_form(name: str, *, mine: bool, carried: dict[str, object], callback: str = "give.send") -> Block:
    """Asks to whom something is given."""
    whom = search("member.suggest", placeholder="Type a name")
    hint = "They are asked, and have it once they accept." if mine else "They have it at once, and both are told."
    note = text_input("give.note", multiline=True, most=300, placeholder="With both chargers")
    blocks = [context(name), field("holder", "To whom", whom, hint=hint), field("note", "Note", note, optional=True), attaching.asked()]
    return modal(callback, "Give", blocks, submit="Give", carried=carried)


def note_form(offer: Offered, *, carried: dict[str, object]) -> Block:
    """Asks in which condition something is accepted."""
    note = text_input("give.note", multiline=True, most=500, placeholder="The lens cap is missing")
    blocks = [
        context(f"{naming.things([name for name, _ in offer.things])} from {said(offer.giver)}"),
        field("note", "In which condition is it", note, hint="It is kept in the history, and the giver reads it."),
        attaching.asked(),
    ]
    return modal("give.receive", "Accept", blocks, submit="Accept", carried=carried)


def why_form(offer: Offered, *, carried: dict[str, object]) -> Block:
    """Asks why something is not accepted."""
    note = text_input("give.why", multiline=True, most=500, placeholder="The lens is scratched")
    blocks = [
        context(f"{naming.things([name for name, _ in offer.things])} from {said(offer.giver)}"),
        field("note", "Why not", note, hint="It is kept in the history, and the giver reads it."),
        attaching.asked(),
    ]
    return modal("give.return", "Refuse", blocks, submit="Refuse", carried=carried)


def told(entry: Happening, answered: Sequence[str], *, own: int | None) -> Reply:
    """One who gave or received something without doing it themself is told what became of it. `answered` moved nowhere.

    `own` is the reader's location.
    """
    things = [naming.moved(line) for line in entry.lines] or answered
    what = naming.things(things)
    if entry.undone_by_id:
        return _line(f"{said(entry.member)} took back what I told you of {what}.")
    noted = attaching.noted(entry)
    if entry.kind is EntryKind.OFFER_LAPSED:
        text = f"Nobody has answered your offer of {what}: {'it stays' if len(things) == 1 else 'they stay'} with you."
        return Reply(text, [section(text)])
    if entry.kind is EntryKind.LEFT:
        stays = "it stays" if len(things) == 1 else "they stay"
        text = f"{said(entry.on_behalf_of or 'Somebody')} has left, so your offer of {what} is over: {stays} with you."
        return Reply(text, [section(text)])
    if entry.kind is EntryKind.REFUSED:
        text = f"{said(entry.member)} did not accept {what}: {'it stays' if len(things) == 1 else 'they stay'} with you."
        return Reply(text, [section(text), *noted])
    if entry.lines and entry.lines[0].target == entry.member:
        text = f"{naming.WELL} {said(entry.member)} has accepted {what}. You do not have {'it' if len(things) == 1 else 'them'} any more."
        return Reply(text, [section(text), *noted])
    line = entry.lines[0]
    giver = "you" if line.source_id == own else said(line.source)
    receiver = "you" if line.target_id == own else said(line.target)
    text = f"{said(entry.member)} handed {what} over from {giver} to {receiver}."
    return Reply(text, [section(text), *noted])


def _line(text: str) -> Reply:
    return Reply(text, [context(text)])
