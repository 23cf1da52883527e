"""Figures with a picture: their answer in words, with the picture and the file that go with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlmodel import Session

from handlers.routes import Attached, Offer, Reply
from handlers.views import answers, paging
from handlers.views.parts import Block, button, clipped, code, context, header, said, section
from models import bars as drawing
from models.bars import Bar, Bars

T = TypeVar("T")
Cells = Sequence[str | int | None]

#: Screen readers hear so many characters of a picture.
LONGEST_SUMMARY = 900


@dataclass(frozen=True, slots=True)
class Figures(Generic[T]):
    """What one question about figures comes to. `page` reads rows: so many from the first, or all of them."""

    title: str
    headline: str
    unit: str
    bars: Sequence[Bar]
    total: int
    page: Callable[[int, int | None], Sequence[T]]
    line: Callable[[T], str]
    heads: Sequence[str]
    cells: Callable[[T], Cells]
    #: What all bars are a part of, where they are.
    whole: int | None = None
    #: What the figures leave out, and how they are reckoned, in a line.
    note: str = ""

    def table(self, most: int) -> list[Cells]:
        """So many rows, for a file."""
        return [self.cells(row) for row in self.page(0, most)]


def follows(title: str, *, later: Callable[[Session], Reply]) -> Reply:
    """Says that the figures come."""
    text = f"{said(title)}: the figures follow."
    return Reply(text, [section(text)], later=later)


def told(found: Figures[Any], *, first: int, carried: Mapping[str, Any]) -> Reply:
    """A page of the figures in words; the first one comes with the picture."""
    rows = found.page(first, paging.PAGE)
    pages = paging.counted(first, len(rows), found.total)
    blocks: list[Block] = [header(found.title), section(said(found.headline))]
    blocks += [section("\n".join(found.line(row) for row in rows))] if rows else []
    picture = "The picture is in our direct messages." if found.bars and not first else ""
    small = " ".join(filter(None, (f"{pages}." if pages else "", picture, found.note)))
    blocks += [context(small)] if small else []
    if rows:
        whole = button("As CSV", "figures.file", carried)
        blocks += paging.pager("figures.page", carried, first=first, shown=len(rows), total=found.total, whole=whole)
    return Reply(f"{said(found.title)}. {said(found.headline)}", blocks, attached=_picture(found) if picture else None)


def _picture(found: Figures[Any]) -> Attached:
    shown = Bars(found.title, found.unit, found.bars, found.whole)
    each = "; ".join(f"{bar.name}: {bar.label}" for bar in found.bars[: drawing.MOST])
    words = clipped(f"{found.title}. {found.headline} {each}.", LONGEST_SUMMARY)
    return Attached("figures.png", words, lambda: drawing.picture(shown))


def sent(file: Attached) -> Reply:
    """Says what has come."""
    text = f"{said(file.title)}: {code(file.file_name)} is in our direct messages."
    return Reply(text, [section(text)], attached=file)


def menu(offers: Sequence[tuple[str, Offer]], *, token: Callable[[], str]) -> Reply:
    """What there is to choose from, each with a button."""
    shown = [section(what, accessory=answers.offered(offer, number, token=token)) for number, (what, offer) in enumerate(offers)]
    return Reply("Figures, each with a picture. Choose one.", [header("Figures"), *shown])


def titled(what: str, *, of: str | None, when: str) -> str:
    """ "Days lent of days owned, Cameras, from Thu 27 Aug to Wed 25 Nov"."""
    return ", ".join(filter(None, (what, of, when)))


def listed(rows: Sequence[T]) -> Callable[[int, int | None], Sequence[T]]:
    """Pages of rows that are all read."""
    return lambda first, most: rows[first : None if most is None else first + most]
