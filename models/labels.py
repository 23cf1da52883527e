"""Labels to print: a code as bars or as a QR code, and what people read beside it; as PNG, SVG, or many on sheets as PDF.

A label is laid out once, in millimetres, and then drawn by whoever writes the file.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from html import escape
from io import BytesIO
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from models.catalog import Symbology
from models.label_sheets import Sheet

if TYPE_CHECKING:
    from fpdf import FPDF


class Label(NamedTuple):
    """What stands on a label: the code that is scanned, the name, the short code that is typed, and one more line."""

    code: str
    title: str
    typed: str = ""
    subtitle: str = ""
    symbology: Symbology = Symbology.CODE128


class Box(NamedTuple):
    """A black rectangle."""

    x: float
    y: float
    width: float
    height: float


class Line(NamedTuple):
    """A line of text, in the middle of `x`, standing on `y`; `size` is its height."""

    text: str
    x: float
    y: float
    size: float


Mark = Box | Line

#: Pictures have so many dots to the millimetre, and bars are whole dots wide: they stay as sharp as the printer.
DOTS = 600 / 25.4
#: The thinnest bar that office printers and phones manage, and one wide enough for any; in millimetres.
THIN, WIDE = 0.19, 0.5
MARGIN = 1.5
#: White beside bars and around a QR code, in widths of the thinnest bar.
QUIET, QUIET_QR = 10, 4
#: Letters of the font are so wide, and lines so high, for their size.
LETTER, LEADING = 0.602, 1.25
SMALLEST, LARGEST = 1.5, 4.2
#: What stands for a letter that the font lacks.
MISSING = "□"


def laid_out(label: Label, width: float, height: float, *, qr: bool = False) -> list[Mark]:
    """What is drawn on a label of that size. Bars that would be too thin for it become a QR code."""
    bars = None if qr else _bars(label.code, label.symbology)
    thin = _dots((width - 2 * MARGIN) / (len(bars) + 2 * QUIET)) if bars else 0
    if not bars or thin < THIN:
        return list(_with_qr(label, width, height))
    return list(_with_bars(label, bars, min(thin, WIDE), width, height))


def _with_bars(label: Label, bars: str, thin: float, width: float, height: float) -> Iterator[Mark]:
    """Bars above, lines below."""
    lines = _lines(label, width - 2 * MARGIN)
    size = min(max(height * 0.13, SMALLEST), LARGEST)
    high = height - 2 * MARGIN - len(lines) * size * LEADING
    left = _dots((width - len(bars) * thin) / 2)
    for start, end in _runs(bars):
        yield Box(left + start * thin, MARGIN, (end - start) * thin, high)
    for row, text in enumerate(lines, start=1):
        yield _fitted(text, width / 2, MARGIN + high + row * size * LEADING - size * 0.1, size, width - 2 * MARGIN)


def _with_qr(label: Label, width: float, height: float) -> Iterator[Mark]:
    """The square at the left, lines at its right; on a label that is no wider than high, below it."""
    import segno

    rows = [bytes(row) for row in segno.make_qr(label.code, error="m").matrix]
    beside = width >= height * 1.4
    lines = _lines(label, width - height if beside else width - 2 * MARGIN)
    size = min(max(height * (0.13 if beside else 0.09), SMALLEST), LARGEST)
    below = 0.0 if beside else len(lines) * size * LEADING
    side = min(width, height - below) - MARGIN
    thin = max(_dots(side / (len(rows) + 2 * QUIET_QR)), 1 / DOTS)
    square = thin * len(rows)
    left = QUIET_QR * thin if beside else (width - square) / 2
    top = _dots((height - below - square) / 2)
    for down, modules in enumerate(rows):
        for start, end in _runs("".join(map(str, modules))):
            yield Box(_dots(left) + start * thin, top + down * thin, (end - start) * thin, thin)
    free = width - left - square - QUIET_QR * thin - MARGIN if beside else width - 2 * MARGIN
    middle = width - MARGIN - free / 2 if beside else width / 2
    first = (height - len(lines) * size * LEADING) / 2 if beside else height - MARGIN - below
    for row, text in enumerate(lines, start=1):
        yield _fitted(text, middle, first + row * size * LEADING - size * 0.2, size, free)


def _lines(label: Label, width: float) -> list[str]:
    """The title, the code and the short one, and what else there is; nothing twice. What is typed is never cut off."""
    codes = [label.code] if label.typed in {"", label.code} else [label.code, label.typed]
    beside = "  ".join(codes)
    if len(beside) * LETTER * SMALLEST <= width:
        return [line for line in (label.title, beside, label.subtitle) if line]
    return [label.title, *codes]


def _fitted(text: str, middle: float, baseline: float, size: float, most: float) -> Line:
    """A line made smaller until it fits, and then shorter."""
    size = min(size, max(SMALLEST, most / (len(text) * LETTER)))
    fits = max(floor(most / (size * LETTER) + 1e-6), 2)
    return Line(text if len(text) <= fits else text[: fits - 1].rstrip() + "…", middle, baseline, size)


def _bars(code: str, symbology: Symbology) -> str:
    """The code as thin bars, 1 for black and 0 for white. What another symbology printed is printed as Code 128."""
    import barcode

    if symbology is Symbology.ISBN:
        digits = code.replace("-", "").replace(" ", "")
        code = digits if len(digits) == 13 else _thirteen(digits[:-1])
    made = {
        Symbology.CODE39: lambda: barcode.Code39(code, add_checksum=False),
        Symbology.EAN13: lambda: barcode.EAN13(code),
        Symbology.EAN8: lambda: barcode.EAN8(code),
        Symbology.UPCA: lambda: barcode.UPCA(code),
        Symbology.ISBN: lambda: barcode.EAN13(code),
        Symbology.ITF: lambda: barcode.ITF(code),
    }.get(symbology, lambda: barcode.Code128(code))()
    return str(made.build()[0])


def _thirteen(nine: str) -> str:
    """An ISBN of ten without its last character, as one of thirteen; its check digit is added by whoever draws it."""
    return f"978{nine}"


def _runs(bars: str) -> Iterator[tuple[int, int]]:
    """Where black begins and ends."""
    start = bars.find("1")
    while start >= 0:
        end = bars.find("0", start)
        end = len(bars) if end < 0 else end
        yield start, end
        start = bars.find("1", end)


def _dots(length: float) -> float:
    """A length in whole dots of a picture, rounded down."""
    return floor(length * DOTS + 1e-6) / DOTS


@cache
def _font() -> str:
    from barcode.writer import ImageWriter

    return str(ImageWriter().font_path)


def png(label: Label, width: float, height: float, *, qr: bool = False) -> bytes:
    """One label as a picture of 600 dots to the inch."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("L", (round(width * DOTS), round(height * DOTS)), 255)
    draw = ImageDraw.Draw(picture)
    for mark in laid_out(label, width, height, qr=qr):
        if isinstance(mark, Box):
            corner = (round(mark.x * DOTS), round(mark.y * DOTS))
            far = (round((mark.x + mark.width) * DOTS) - 1, round((mark.y + mark.height) * DOTS) - 1)
            draw.rectangle((corner, far), fill=0)
        else:
            font = ImageFont.truetype(_font(), round(mark.size * DOTS))
            draw.text((mark.x * DOTS, mark.y * DOTS), mark.text, font=font, fill=0, anchor="ms")
    content = BytesIO()
    picture.save(content, format="PNG", dpi=(600, 600))
    return content.getvalue()


def svg(label: Label, width: float, height: float, *, qr: bool = False) -> bytes:
    """One label as a drawing of any size; the text needs no font of ours."""
    drawn = [f'<rect width="{width:g}" height="{height:g}" fill="white"/>']
    for mark in laid_out(label, width, height, qr=qr):
        if isinstance(mark, Box):
            drawn.append(f'<rect x="{mark.x:.4f}" y="{mark.y:.4f}" width="{mark.width:.4f}" height="{mark.height:.4f}"/>')
        else:
            place = f'x="{mark.x:.4f}" y="{mark.y:.4f}" font-size="{mark.size:.3f}"'
            drawn.append(f'<text {place} text-anchor="middle" font-family="DejaVu Sans Mono, monospace">{escape(mark.text)}</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" viewBox="0 0 {width:g} {height:g}">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{"".join(drawn)}</svg>\n'.encode()


def pdf(labels: Sequence[Label], sheet: Sheet, *, start: int = 1, qr: bool = False, progress: Callable[[int], object] = int) -> bytes:
    """Labels on sheets, row by row; the first `start` - 1 places of the first sheet stay empty, for they are used up.

    `progress` is told how many are drawn, before each sheet and at the end.
    """
    from fpdf import FPDF

    document = FPDF(unit="mm", format=(sheet.page_width, sheet.page_height))
    document.set_auto_page_break(False)
    document.set_margin(0)
    document.add_font("label", fname=Path(_font()))
    document.set_title("Labels")
    for number, label in enumerate(labels, start=start - 1):
        page, place = divmod(number, sheet.places)
        if page + 1 > document.pages_count:
            progress(number + 1 - start)
            document.add_page()
        left, top = sheet.corner(place)
        _draw(document, laid_out(label, sheet.width, sheet.height, qr=qr), left, top)
    content = bytes(document.output())
    progress(len(labels))
    return content


def _draw(document: "FPDF", marks: Iterable[Mark], left: float, top: float) -> None:
    for mark in marks:
        if isinstance(mark, Box):
            document.rect(left + mark.x, top + mark.y, mark.width, mark.height, style="F")
        else:
            document.set_font("label", size=mark.size * 72 / 25.4)
            known = document.fonts["label"].cmap  # type: ignore[union-attr]  # as every font that comes from a file
            text = "".join(letter if ord(letter) in known else MISSING for letter in mark.text)
            document.text(left + mark.x - document.get_string_width(text) / 2, top + mark.y, text)
