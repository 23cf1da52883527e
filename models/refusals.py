"""The business's "no": a sentence for the person who asked, and the ways on."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One way on from a refusal: the same request again, with `field` said as `value`. `label` is what the button says."""

    label: str
    field: str
    value: str


class Refusal(Exception):  # noqa: N818 - a refusal is the business's word, and not an error of the program
    """A request that the rules refuse. The text is written as a storekeeper would say it; nothing has been changed.

    `field` names the argument that is wrong, so that a form can show the text under it. `choices` are ways on.
    """

    def __init__(self, text: str, *, field: str | None = None, choices: tuple[Choice, ...] = ()) -> None:
        super().__init__(text)
        self.text = text
        self.field = field
        self.choices = choices


class FieldProblems(Refusal):
    """A form with mistakes: a sentence for each field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()), field=next(iter(problems)))
        self.problems = dict(problems)


class NotFound(Refusal):
    """Nothing is called that; the choices are the nearest names."""


class UnknownUnit(NotFound):
    """An item does not come in that: the choices are what it does come in."""


class ByNumber(NotFound):
    """What is kept by number has no serial that could be meant."""

    def __init__(self, text: str, *, field: str | None = None, name: str = "") -> None:
        super().__init__(text, field=field)
        self.name = name


class Former(NotFound):
    """Nothing is called that any more: what was is archived, or has another name now."""


class Mistyped(NotFound):
    """A short code whose check letter is wrong: it is on nothing, and whatever is near to it is not what was meant."""


class Ambiguous(Refusal):
    """Several things are called that; the choices are the best of them, and none is guessed."""


class Shortage(Refusal):
    """A location of ours would go below zero."""


class Kept(Refusal):
    """What lies there is kept for somebody else: which variant where, and how much of it would have to be let go."""

    def __init__(
        self,
        text: str,
        *,
        field: str | None = None,
        choices: tuple[Choice, ...] = (),
        variant_id: int = 0,
        location_id: int = 0,
        missing: int = 0,
    ) -> None:
        super().__init__(text, field=field, choices=choices)
        self.variant_id = variant_id
        self.location_id = location_id
        self.missing = missing


class Expired(Refusal):
    """What is wanted is past its day. Whoever is told so may insist, with a reason."""


class Conflict(Refusal):
    """What the request builds on has changed since, or a later entry stands in its way."""


class Taken(Conflict):
    """It is promised to somebody else for that time."""


class NotAllowed(Refusal):
    """The member's roles do not cover this act, here."""


class NeedsApproval(Refusal):
    """Policy wants somebody else's yes first; the text is the policy's reason."""


class Busy(Refusal):
    """The ledger could not be had in time; nothing was changed and the same request may be sent again."""
