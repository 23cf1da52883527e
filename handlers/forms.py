"""Forms: what was filled in, as the form's own model; what is wrong with it, field by field."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from models.refusals import FieldProblems, Refusal

Fields = TypeVar("Fields", bound="Form")


class Form(BaseModel):
    """What a form holds. Each attribute is named like the block id of its input; what was left empty keeps its default."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)


def fields_of(model: type[Fields], values: Mapping[str, Any]) -> Fields:
    """The filled-in form. Refuses one with mistakes, telling each under its field."""
    given = {name: value for name, value in values.items() if value not in (None, "", [])}
    try:
        return model.model_validate(given)
    except ValidationError as invalid:
        raise FieldProblems({str(problem["loc"][0]): _said(problem) for problem in invalid.errors()}) from None


def _said(problem: Any) -> str:
    if problem["type"] == "missing":
        return "Please fill this in."
    return str(problem["msg"]).removeprefix("Value error, ")


@contextmanager
def told_under(field_of: Mapping[str, str]) -> Iterator[None]:
    """A refusal names the argument of a verb; in here it is told under the field of the form that this argument came from."""
    try:
        yield
    except Refusal as refusal:
        refusal.field = field_of.get(refusal.field or "", refusal.field)
        raise
