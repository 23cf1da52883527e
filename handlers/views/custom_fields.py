"""Custom fields: their inputs in the forms of things, what they say on cards, and the list and the form of the fields themselves."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from handlers.routes import Reply
from handlers.views import pickers
from handlers.views.parts import (
    Block,
    actions,
    button,
    confirm,
    context,
    field,
    fields,
    header,
    modal,
    option,
    plain,
    said,
    search,
    section,
    select,
    text_input,
)
from models.custom_fields import About, CustomField, FieldKind, SeenBy, input_of
from models.custom_kinds import LONGEST_TEXT, PATTERN_HELP
from models.wording import many

#: What an input holds, as (what it shows, what it sends).
Filled = Sequence[tuple[str, str]]

_PLACEHOLDER = {FieldKind.WHOLE: "1200", FieldKind.DECIMAL: "12.5", FieldKind.MONEY: "1,292.94", FieldKind.LINK: "https://"}


def asked(one: CustomField, filled: Filled, *, currency: str) -> Block:
    """The input of a form that asks for what a field says of a thing."""
    hint = " ".join(filter(None, (one.help, f"Written like {one.pattern}: {PATTERN_HELP}." if one.pattern else "")))
    label = f"{one.name}, in {currency}" if one.kind is FieldKind.MONEY else one.name
    return field(input_of(one), label, _element(one, filled), hint=hint or None, optional=not one.required)


def _element(one: CustomField, filled: Filled) -> Block:  # noqa: PLR0911 - one a kind
    first = filled[0] if filled else None
    match one.kind:
        case FieldKind.DATE:
            element: Block = {"type": "datepicker", "action_id": "custom.day", "placeholder": plain("Pick a day")}
            return element | {"initial_date": first[1]} if first else element
        case FieldKind.YES_NO:
            return select("custom.choice", [option("Yes", "yes"), option("No", "no")], chosen=first[1] if first else None)
        case FieldKind.CHOICE:
            return select("custom.choice", _choices(one, filled), chosen=first[1] if first else None)
        case FieldKind.CHOICES:
            return pickers.several("custom.choices", _choices(one, filled), chosen=[value for _, value in filled])
        case FieldKind.PERSON:
            return search("member.suggest", chosen=option(*first) if first else None, placeholder="Type a name")
        case FieldKind.LOCATION:
            return search("location.suggest", chosen=option(*first) if first else None, placeholder="Type a location")
        case _:
            known = first[1] if first else None
            return text_input("custom.value", initial=known, most=LONGEST_TEXT, placeholder=_PLACEHOLDER.get(one.kind))


def _choices(one: CustomField, filled: Filled) -> list[Block]:
    """What can be chosen; what was chosen stays, although it is not offered any more."""
    return [option(choice, choice) for choice in dict.fromkeys([*one.choices, *(value for _, value in filled)])]


def put_in(form: Block, inputs: Sequence[Block]) -> Block:
    """A form that also asks for custom fields, behind what it asks of itself."""
    return form | {"blocks": [*form["blocks"], *inputs]}


def told(kind: FieldKind, words: str) -> str:
    """What a field says, for mrkdwn. An address can be followed: whoever defined the field wants that."""
    if kind is FieldKind.LINK:
        return f"<{words.replace('&', '&amp;').replace('<', '%3C').replace('>', '%3E').replace('|', '%7C')}>"
    return said(words)


def put_on(card: Reply, facts: Sequence[tuple[str, str]]) -> Reply:
    """A card that also tells what custom fields say, behind its own facts. The values are escaped."""
    if not facts:
        return card
    shown = [fields(*((said(label), value) for label, value in facts[first : first + 10])) for first in range(0, len(facts), 10)]
    own = [number for number, block in enumerate(card.blocks) if "fields" in block]
    place = own[-1] + 1 if own else min(2, len(card.blocks))
    return replace(card, blocks=[*card.blocks[:place], *shown, *card.blocks[place:]])


class Shown(NamedTuple):
    """A field in the list of them."""

    id: int
    name: str
    about: About
    kind: FieldKind
    category: str | None
    #: What else holds of it, in words.
    terms: Sequence[str]


def listed(shown: Sequence[Shown], *, total: int, pager: Sequence[Block], first: int) -> Reply:
    """The fields that are defined, with the buttons that change them."""
    add = actions(button("Add field", "field.new", style="primary"))
    if not total:
        text = "No custom field is defined yet. One says of things what you want to know besides: a colour, a day of calibration."
        return Reply(text, [section(text), add])
    head = many(total, "custom field")
    page = f"{first + 1:,}–{first + len(shown):,} of {total:,}" if total > len(shown) else ""
    lines = [section(_line(one), accessory=button("Edit", f"field.open:{one.id}", {"f": one.id})) for one in shown]
    return Reply(f"{head}.", [header(head), *([context(page)] if page else []), *lines, *pager, add])


def _line(one: Shown) -> str:
    where = f" in {said(one.category)}" if one.category else ""
    more = f" · {said(', '.join(one.terms))}" if one.terms else ""
    return f"*{said(one.name)}* · {one.kind}, of {one.about}{where}{more}"


class FoundLine(NamedTuple):
    """Something that was found: what it is called, and what which field says of it. All but the field's name is escaped."""

    name: str
    field: str
    words: str
    show: Block | None


def found(query: str, lines: Sequence[FoundLine], *, total: int, first: int, pager: Sequence[Block]) -> Reply:
    """What custom fields say something of, by what they say."""
    if not total:
        text = f"Nothing is found where {said(query)}."
        return Reply(text, [section(text)])
    head = f"{total:,} found: {query}"
    page = f"{first + 1:,}–{first + len(lines):,} of {total:,}" if total > len(lines) else ""
    rows = [section(f"{one.name} · {said(one.field)}: *{one.words}*", accessory=one.show) for one in lines]
    return Reply(f"{said(head)}.", [header(head), *([context(page)] if page else []), *rows, *pager])


_ABOUT = {
    About.ASSET: ("Assets", "What is known of each serial"),
    About.ITEM: ("Items", "What is known of all of a kind"),
    About.LOT: ("Lots", "What is known of a batch"),
    About.LOCATION: ("Locations", "What is known of a place"),
    About.CHECKOUT: ("Checkouts", "Asked whenever something is lent"),
    About.ENTRY: ("Entries", "Asked whenever stock is taken, received or moved"),
    About.MAINTENANCE: ("Upkeep", "Asked whenever something was repaired or serviced"),
}
_KINDS = {
    FieldKind.TEXT: "Text",
    FieldKind.WHOLE: "Whole number",
    FieldKind.DECIMAL: "Decimal number",
    FieldKind.MONEY: "Money",
    FieldKind.DATE: "Date",
    FieldKind.YES_NO: "Yes or no",
    FieldKind.CHOICE: "Choice",
    FieldKind.CHOICES: "Several choices",
    FieldKind.PERSON: "Person",
    FieldKind.LOCATION: "Location",
    FieldKind.LINK: "Web address",
}
_SEEN_BY = {SeenBy.EVERYONE: "Everyone", SeenBy.KEEPERS: "Keepers only", SeenBy.ADMINS: "Admins only"}
REQUIRED, UNIQUE = "required", "unique"


class FieldFilled(NamedTuple):
    """What is filled in of a field."""

    about: About = About.ASSET
    kind: FieldKind = FieldKind.TEXT
    name: str | None = None
    category: str | None = None
    choices: str | None = None
    pattern: str | None = None
    remind_days: str | None = None
    preset: str | None = None
    help: str | None = None
    seen_by: SeenBy = SeenBy.EVERYONE
    rules: Sequence[str] = ()


def form(filled: FieldFilled, *, archive: Block | None, remindable: bool, unique: bool, in_categories: bool, carried: Any) -> Block:
    """The form of a field: a new one says what it is about and its kind; one that is there has the button that archives it."""
    name = text_input("field.name", initial=filled.name, most=60, placeholder="Calibrated until")
    if archive is None:
        abouts = [option(label, about, description=what) for about, (label, what) in _ABOUT.items()]
        kinds = [option(label, kind) for kind, label in _KINDS.items()]
        first = [
            field("name", "Name", name),
            field("about", "Of", select("field.about", abouts, chosen=filled.about), tells=True),
            field("kind", "Kind", select("field.kind", kinds, chosen=filled.kind), tells=True),
        ]
        callback, title, submit = "field.add", "New field", "Add"
    else:
        what = f"{_KINDS[filled.kind]}, of {filled.about}. Another kind is another field."
        first = [actions(archive), field("name", "Name", name), context(what)]
        callback, title, submit = "field.edit", "Edit field", "Save"
    more = [*_of_its_kind(filled, remindable=remindable, in_categories=in_categories), *_rules(filled, unique=unique)]
    return modal(callback, title, [*first, *more], submit=submit, carried=carried)


def archive_button(field_id: int, name: str, used: int) -> Block:
    """Takes a field out of use."""
    keeps = f" It says something of {used:,} of them: that is kept." if used else ""
    question = confirm(f"Archive {name}?", f"Nobody is asked for {name} any more, and no card shows it.{keeps} You can undo it.", "Archive")
    return button("Archive", "field.archive", {"f": field_id}, style="danger", confirm=question)


def _of_its_kind(filled: FieldFilled, *, remindable: bool, in_categories: bool) -> list[Block]:
    shown = list[Block]()
    if in_categories:
        chosen = option(filled.category, filled.category) if filled.category else None
        element = search("category.suggest", chosen=chosen, placeholder="Type a category")
        hint = "It holds for what is in it, or below it. Left empty: for everything."
        shown.append(field("category", "Category", element, optional=True, hint=hint))
    if filled.kind in {FieldKind.CHOICE, FieldKind.CHOICES}:
        choices = text_input("field.choices", initial=filled.choices, multiline=True, most=3000, placeholder="red\nblue")
        shown.append(field("choices", "Choices", choices, hint="One a line. One that is taken out stays where it was chosen."))
    if filled.kind is FieldKind.TEXT:
        pattern = text_input("field.pattern", initial=filled.pattern, most=60, placeholder="@@-####")
        shown.append(field("pattern", "Pattern", pattern, optional=True, hint=f"{PATTERN_HELP}."))
    if remindable:
        days = text_input("field.remind", initial=filled.remind_days, most=3, placeholder="14")
        shown.append(field("remind_days", "Remind so many days before", days, optional=True, hint="Left empty, nobody is reminded."))
    return shown


def _rules(filled: FieldFilled, *, unique: bool) -> list[Block]:
    rules = [option("It must be filled in", REQUIRED), *([option("No two may say the same", UNIQUE)] if unique else [])]
    sights = [option(label, seen_by) for seen_by, label in _SEEN_BY.items()]
    preset = text_input("field.preset", initial=filled.preset, most=LONGEST_TEXT)
    several = " Several with ; between them." if filled.kind is FieldKind.CHOICES else ""
    return [
        field("preset", "Default", preset, optional=True, hint=f"What a new one says unless somebody says otherwise.{several}"),
        field(
            "help",
            "Help",
            text_input("field.help", initial=filled.help, most=150),
            optional=True,
            hint="Stands below the input, as this does.",
        ),
        field("seen_by", "Who may see it", select("field.seen", sights, chosen=filled.seen_by)),
        field("rules", "Rules", pickers.boxes("field.rules", rules, ticked=filled.rules), optional=True),
    ]
