"""Labels to print: one as a picture, several on sheets or tape as PDF, sent to whoever asks."""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlmodel import Session

from handlers import called
from handlers.forms import Form, told_under
from handlers.routes import Attached, Offer, Reply, Request, button, form, sentence
from handlers.spreadsheet import file_name
from handlers.typed import expand_serials, quoted
from handlers.views import labels as views
from models import finding, label_sheets, labels, lot_names
from models.assets import Asset
from models.catalog import Category
from models.catalog_names import Found
from models.finding import Thing
from models.kits import Kit
from models.label_sheets import SHEETS, SINGLE, Sheet
from models.labelling import labels_for
from models.labels import Label
from models.locations import Location
from models.lots import Lot
from models.members import Permission
from models.refusals import Choice, Refusal

#: From so many labels on, their maker is told how far they are.
MANY = 100
MOST_COPIES = 500
#: A button carries the names of things up to this length.
LONGEST_CARRIED = 1_500


class Look(NamedTuple):
    """How labels are to look: bars or QR codes, and what file they come in; an empty one is told by how many they are."""

    qr: bool = False
    file: str = ""


class PrintForm(Form):
    """What the form that prints labels was filled with."""

    sheet: str
    position: str = "1"
    copies: str = "1"
    look: str = "bars"


@sentence(
    "/stock",
    says="label {labelled} [x {copies}] [on {sheet}] [from {position}] [as {look}]",
    needs=Permission.CATALOG,
    does="sends you labels to print: one as a picture, several as PDF on a sheet or tape, of a list or a whole category",
    examples=("label SN-1042", "label Van 3 x 4 on L7160 from 5", "label SN-130..134 on 24mm", "label SN-1042 as qr svg"),
)
def label(
    request: Request,
    session: Session,
    *,
    labelled: list[Thing],
    copies: str = "1",
    sheet: str | None = None,
    position: str = "1",
    look: str = "",
) -> Reply:
    """Labels to print. What has no code of its own shows its short code as bars, too."""
    wanted = _look(look)
    chosen = labels_for(session, labelled, copies=_number(copies, "copies", most=MOST_COPIES))
    if wanted.file == "pdf" or sheet or len(chosen) > 1 or position != "1":
        on = label_sheets.find(sheet) if sheet else SHEETS[0]
        return _sheets(chosen, on, start=_number(position, "position", most=on.places), look=wanted, said=sheet is not None)
    return _single(request, session, labelled, chosen[0], wanted)


@button("label.print", needs=Permission.CATALOG)
def ask_how(request: Request, session: Session, *, value: dict[str, Any]) -> Reply:  # noqa: ARG001
    """Opens the form that asks for a sheet, how many, and where on the first sheet they begin."""
    return Reply("", form=views.form(SHEETS, carried={"k": request.act.token(), "of": value["of"]}))


@form("label.print", needs=Permission.CATALOG, fields=PrintForm)
def send_how(request: Request, session: Session, *, fields: PrintForm) -> Reply:
    """The form was sent."""
    with told_under({"labelled": "sheet"}):
        things = [finding.thing(session, name, request.act.by, field="labelled") for name in expand_serials(request.carried["of"])]
        chosen = {"copies": fields.copies, "sheet": fields.sheet, "position": fields.position, "look": fields.look}
        return label(request, session, labelled=things, **chosen)


def _single(request: Request, session: Session, things: Sequence[Thing], one: Label, look: Look) -> Reply:
    """One label as a picture, with the ways to have it otherwise."""
    kind = look.file or "png"
    make = labels.svg if kind == "svg" else labels.png
    picture = Attached(
        file_name("label", one.code, kind), f"Label of {one.title}: {one.code}", lambda: make(one, SINGLE.width, SINGLE.height, qr=look.qr)
    )
    name = _named(session, things)
    others = [
        Offer(said, "/stock", f"label {name} as {words}")
        for said, words, shown in (("As SVG", "svg", kind != "svg"), ("As QR code", "qr", not look.qr))
        if shown
    ]
    return views.single(one, others if name else [], name, attached=picture, token=request.act.token)


def _sheets(chosen: Sequence[Label], sheet: Sheet, *, start: int, look: Look, said: bool) -> Reply:
    if look.file in {"png", "svg"}:
        raise Refusal("A picture holds one label. Several, and those on a sheet, come as PDF.", field="look")
    make = partial(labels.pdf, chosen, sheet, start=start, qr=look.qr)
    pieces = len(chosen) if len(chosen) >= MANY else 0
    file = Attached(file_name("labels", sheet.name, "pdf"), views.counted(chosen, sheet), make, pieces=pieces)
    pages = -(-(len(chosen) + start - 1) // sheet.places)
    return views.sheets(chosen, sheet, pages=pages, start=start, chosen=said, attached=file)


def _look(text: str) -> Look:
    """ "qr svg", "pdf", "bars": in any order."""
    words = set(text.casefold().replace(",", " ").split())
    files, shapes = words & {"png", "svg", "pdf"}, words & {"qr", "bars"}
    if words - files - shapes or len(files) > 1 or len(shapes) > 1:
        ways = tuple(Choice(f"As {one}", "look", one) for one in ("bars", "qr", "svg", "pdf"))
        raise Refusal(f"I can't print labels as {text}. I know bars or qr, and png, svg or pdf.", field="look", choices=ways)
    return Look("qr" in shapes, "".join(files))


def _number(text: str, field: str, *, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len("2000") and 1 <= int(text) <= most):
        what = "Say how many of each" if field == "copies" else "Say at which label of the sheet to begin"
        raise Refusal(f"{what} as a whole number from 1 to {most:,}; {text} is none.", field=field)
    return int(text)


def _named(session: Session, things: Sequence[Thing]) -> str:
    """Words that name those things again; none where they are too many for a button."""
    said = ", ".join(quoted(_found_as(session, one)) for one in things)
    return said if len(said) <= LONGEST_CARRIED else ""


def _found_as(session: Session, thing: Thing) -> str:  # noqa: PLR0911 - one a kind
    match thing:
        case Asset():
            return thing.serial
        case Found():
            return thing.variants[0].sku if len(thing.variants) == 1 else thing.item.name
        case Location():
            return called.found_as(session, thing)
        case Lot():
            return f"lot {lot_names.found_as(session, thing)}"
        case Category():
            return f"category {thing.name}"
        case Kit():
            return f"kit {thing.name}"
        case _:
            return thing.name
