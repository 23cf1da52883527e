"""What is handed out under terms: its holder's message with Accept and Decline, the keepers' card, the list, and the receipt at the end."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from handlers.routes import Reply
from handlers.views import answers, naming, paging
from handlers.views.due import Reader
from handlers.views.holding import return_button, terms_button
from handlers.views.lending_terms import Text, words
from handlers.views.parts import Block, actions, button, context, header, said, section
from models.acceptances import AcceptanceState
from models.accepting_terms import UnderTerms
from models.checkouts import Held
from models.history import Happening
from models.ledger import Posted
from models.moved_lines import Moved
from models.wording import counted, many

#: Texts that are longer together are read on a page of their own, and accepted there.
SHORT = 600
#: A message has so many buttons to bring something back; the rest is on the list.
MOST_BROUGHT_BACK = 5


class Asked(NamedTuple):
    """What an entry handed out under terms, as it stands now."""

    entry: Happening
    things: Sequence[UnderTerms]
    #: The terms of what can still be answered; of all of it, where nothing can.
    texts: Sequence[Text]
    #: What is still out and not accepted, with the buttons that end it.
    held: Sequence[Held]

    @property
    def holder(self) -> str:
        """Who has it, or had it."""
        return self.things[0].holder

    @property
    def open(self) -> list[UnderTerms]:
        """What is out and not accepted."""
        return [one for one in self.things if one.out and one.state is not AcceptanceState.ACCEPTED]

    @property
    def accepted(self) -> list[UnderTerms]:
        """What was accepted, back by now or not."""
        return [one for one in self.things if one.state is AcceptanceState.ACCEPTED]

    @property
    def rest(self) -> list[str]:
        """What went out by the same entry without terms."""
        under = {one.serial or one.what for one in self.things}
        return [naming.moved(line) for line in self.entry.lines if (line.serial or line.variant) not in under]

    @property
    def terms(self) -> str:
        """ "the terms of Cameras, version 3"."""
        return f"the terms of {naming.things([said(one.name) for one in self.texts])}"


def named(one: UnderTerms) -> str:
    """What was handed out: an asset, or "5 hard hats"; once all of them are back, "hard hat"."""
    if one.serial:
        return naming.asset(one.what, one.serial)
    return said(counted(one.quantity, one.what, one.unit) if one.out else one.what)


def _things(those: Sequence[UnderTerms]) -> str:
    return naming.things([named(one) for one in those])


def card(asked: Asked, reader: Reader, *, number: int, superseded: bool) -> Reply:
    """The holder's message, as things stand now; `number` says how often they were asked with it."""
    if superseded:
        return _line("The same terms are in a newer message below.")
    if asked.entry.undone_by_id:
        return _line(f"{said(asked.entry.member)} took it back: {_things(asked.things)} did not go out to you after all.")
    if not asked.open:
        return _over(asked, reader)
    if all(one.state is AcceptanceState.DECLINED for one in asked.open):
        it = "it" if len(asked.open) == 1 else "them"
        text = f"{naming.BLOCKED} You declined {asked.terms} for {_things(asked.open)}. Bring {it} back, or accept after all."
        return Reply(text, [section(text), *_to_bring_back(asked, _read_button(asked, "Accept after all"), own=True)])
    text = _question(asked, reader, number)
    blocks = [section(text)]
    if number == 1 and asked.rest:
        blocks.append(context(f"Without terms: {naming.things(asked.rest)}."))
    if left := [one for one in asked.things if not one.out]:
        blocks.append(context(f"Back already: {_things(left)}."))
    value = {"e": asked.entry.id, "s": max(one.answer_id or 0 for one in asked.things)}
    decline = button("Decline", "lending.decline", value)
    if sum(len(one.words) for one in asked.texts) > SHORT:
        return Reply(text, [*blocks, actions(_read_button(asked, "Read and accept", style="primary"), decline)])
    for one in asked.texts:
        things = f" for {naming.things(one.things)}" if len(asked.texts) > 1 else ""
        blocks += [section(f"*Terms of {said(one.name)}*{things}"), words(one)]
    return Reply(text, [*blocks, actions(button("Accept", "lending.accept", value, style="primary"), decline)])


def _question(asked: Asked, reader: Reader, number: int) -> str:
    entry, open_now = asked.entry, asked.open
    theirs = "its" if len(open_now) == 1 else "their"
    if number > 1:
        is_out = "is" if len(open_now) == 1 else "are"
        since = reader.time(open_now[0].out_at)
        return f"{naming.WAITING} {_things(open_now)} {is_out} with you since {since}: {theirs} terms are not accepted yet."
    dues = naming.things(list(dict.fromkeys(reader.due(one.due_at, one.due_zone) for one in open_now)))
    came = "You have" if entry.member == asked.holder else f"{said(entry.member)} gave you"
    return f"{naming.WAITING} {came} {_things(open_now)}, {dues}. Please accept {theirs} terms."


def _over(asked: Asked, reader: Reader) -> Reply:
    """How it ended: accepted, or back before it was."""
    accepted = asked.accepted
    if not accepted:
        theirs = "its" if len(asked.things) == 1 else "their"
        return _line(f"{_things(asked.things)} came back before {theirs} terms were accepted: there is nothing to answer any more.")
    when = reader.time(max(one.answered_at for one in accepted if one.answered_at))
    text = f"{naming.WELL} You accepted {asked.terms} for {_things(accepted)} on {when}."
    return Reply(text, [section(text), actions(_read_button(asked, "Read"))])


def _read_button(asked: Asked, label: str, *, style: str | None = None) -> Block:
    return button(label, "lending.read", {"c": asked.things[0].checkout_id}, style=style)


def remind_button(entry_id: int, asked: int) -> Block:
    """The keeper's button: the holder is asked again. How often they were is a part of the intent."""
    return button("Remind", f"lending.remind:{entry_id}", {"e": entry_id, "n": asked})


def answered(entry: Posted, asked: Asked, *, accepted: bool) -> Reply:
    """The holder has accepted or declined."""
    things = [one for one in asked.things if one.out]
    if accepted:
        remains = "What you accepted stays in my message to you, to be read again."
        return answers.changed(f"Accepted {asked.terms} for {_things(things)}.", remains, entry=entry)
    stays = "It stays" if len(things) == 1 else "They stay"
    remains = f"{stays} with you until brought back; the keepers are told."
    return answers.changed(f"Declined {asked.terms} for {_things(things)}.", remains, entry=entry)


def reminded(holder: str) -> Reply:
    """A keeper has asked somebody again."""
    text = f"{said(holder)} is asked again."
    return Reply(text, [section(text), context("The message comes in their working hours.")])


def unaccepted_card(asked: Asked, *, zone: str, superseded: bool) -> Reply:
    """What keepers hear: declined, or not answered for long; once it is accepted or back, the line that says so."""
    if superseded:
        return _line("A newer message about the same terms follows below.")
    if not asked.open:
        if accepted := [one for one in asked.things if one.out]:
            return _line(f"{naming.WELL} {said(asked.holder)} has accepted {asked.terms} for {_things(accepted)}.")
        return _line(f"{naming.WELL} {_things(asked.things)} {'is' if len(asked.things) == 1 else 'are'} back.")
    declined = all(one.state is AcceptanceState.DECLINED for one in asked.open)
    since = naming.anywhere(asked.open[0].out_at, zone)
    answered = "declined" if declined else "has not answered"
    text = f"{naming.BLOCKED if declined else naming.WAITING} {said(asked.holder)} {answered} {asked.terms} for {_things(asked.open)}."
    told = f"Out since {since}, asked {_times(asked.open[0].asked)}. `/checkout unaccepted` lists all that is not accepted."
    remind = remind_button(asked.entry.id, asked.open[0].asked)
    return Reply(text, [section(text), context(told), *_to_bring_back(asked, remind, own=False)])


def _to_bring_back(asked: Asked, other: Block, *, own: bool) -> list[Block]:
    """The way back of what is not accepted: one button in a row with the other, of several one beside each."""
    if len(asked.held) == 1:
        return [actions(return_button(asked.held[0], own=own), other)]
    shown = [section(naming.held(one), accessory=return_button(one, own=own)) for one in asked.held[:MOST_BROUGHT_BACK]]
    return [*shown, actions(other)]


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


class Page(NamedTuple):
    """A page of what is not accepted: the things of each entry, whether they are the reader's own, and whether they may ask again."""

    groups: Sequence[tuple[Sequence[UnderTerms], bool, bool]]
    first: int
    total: int
    at: str | None
    #: Whether only what the reader holds themself is listed.
    own: bool
    carried: Mapping[str, Any]


def unaccepted(page: Page, reader: Reader) -> Reply:
    """What is out and not accepted, the longest out first."""
    where = f" from {page.at}" if page.at else ""
    if not page.total:
        text = f"{naming.WELL} Nothing{' of yours' if page.own else ''} is out{f' {said(where)}' if where else ''} with terms not accepted."
        return Reply(text, [section(text)])
    pages = paging.counted(page.first, len(page.groups), page.total)
    head = f"{many(page.total, 'checkout')}{where} with terms not accepted"
    blocks: list[Block] = [header(head + (f" ({pages})" if pages else "")), *(_group(*group, reader) for group in page.groups)]
    blocks += paging.pager("lending.page", page.carried, first=page.first, shown=len(page.groups), total=page.total)
    return Reply(f"{said(head)}.", blocks)


def _group(things: Sequence[UnderTerms], mine: bool, may_ask: bool, reader: Reader) -> Block:
    first = things[0]
    declined = all(one.state is AcceptanceState.DECLINED for one in things)
    sign, stands = (naming.BLOCKED, "declined") if declined else (naming.WAITING, f"asked {_times(first.asked)}")
    text = f"{sign} {'You have' if mine else f'{said(first.holder)} has'} {_things(things)} since {reader.time(first.out_at)}, {stands}."
    way_on = terms_button(first.checkout_id) if mine else remind_button(first.entry_id, first.asked) if may_ask else None
    return section(text, accessory=way_on)


def asked_line(things: int, holder: str | None) -> str:
    """What the answer to a checkout adds; without a `holder` it went to whoever reads this."""
    terms = "its terms" if things == 1 else "their terms"
    return f"{said(holder)} is asked to accept {terms}." if holder else f"Please accept {terms}."


def receipt(entry: Happening, lines: Sequence[Moved], reader: Reader, *, own: bool) -> Reply:
    """Whoever had something under terms keeps what came back of it, when, who recorded it and in which condition."""
    things = naming.things([naming.moved(line) for line in lines])
    more = f" and {lines[0].of - len(lines):,} more" if lines[0].of > len(lines) else ""
    if entry.undone_by_id:
        return _line(f"{said(entry.member)} took the return back: {things}{more} {_is(lines)} still checked out to you.")
    targets = naming.things([said(name) for name in dict.fromkeys(line.target for line in lines)])
    text = f"{naming.WELL} Receipt: {things}{more} went back from you to {targets} on {reader.time(entry.happened_at)}."
    condition = f"In which condition: “{said(entry.note)}”" if entry.note else "Nothing was noted of the condition."
    return Reply(text, [section(text), context(f"Recorded by {'you' if own else said(entry.member)}. {condition}")])


def _is(lines: Sequence[Moved]) -> str:
    return "is" if lines[0].of == 1 else "are"


def _line(text: str) -> Reply:
    return Reply(text, [context(text)])
