"""What pictures are drawn on: words, lines and areas, twice as large and made smaller in the end, so that edges are smooth."""

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

FINE = 2
INK, GREY, GRID = "#1d1c1d", "#54595f", "#d8dadd"


class Canvas:
    """A white picture of that size, in pixels of the PNG that it becomes."""

    def __init__(self, width: int, height: int) -> None:
        from PIL import Image, ImageDraw

        self.size = width, height
        self._image = Image.new("RGB", (width * FINE, height * FINE), "white")
        self._draw = ImageDraw.Draw(self._image)

    def text(self, x: float, y: float, words: str, *, size: int, anchor: str, fill: str = GREY, edge: bool = True) -> None:
        """Words that end, or are anchored in another way, there; a white edge keeps them legible on a line."""
        font, width = _font(size, plain=words.isascii()), 3 * FINE if edge else 0
        self._draw.text((x * FINE, y * FINE), words, font=font, fill=fill, anchor=anchor, stroke_width=width, stroke_fill="white")

    def line(self, *points: tuple[float, float], fill: str, width: int) -> None:
        """A line through those points."""
        self._draw.line([(x * FINE, y * FINE) for x, y in points], fill=fill, width=width * FINE)

    def area(self, *points: tuple[float, float], fill: str) -> None:
        """What lies between those points."""
        self._draw.polygon([(x * FINE, y * FINE) for x, y in points], fill=fill)

    def box(self, left: float, top: float, right: float, bottom: float, *, fill: str, outline: str | None = None) -> None:
        """A box with round corners."""
        edges = [edge * FINE for edge in (left, top, max(right, left + 1), bottom)]
        self._draw.rounded_rectangle(edges, radius=6 * FINE, fill=fill, outline=outline, width=2 * FINE)

    def png(self) -> bytes:
        """The picture as it is sent."""
        from PIL import Image

        png = BytesIO()
        self._image.resize(self.size, Image.Resampling.LANCZOS).save(png, format="PNG", dpi=(144, 144))
        return png.getvalue()


def fitting(words: str, size: int, width: float, *, ending: str = "") -> str:
    """The words, cut to what fits on one line of that width; an `ending` is what tells them apart, and is cut last."""

    def line() -> str:
        return " ".join(filter(None, (words, ending)))

    while line() and _font(size, plain=line().isascii()).getlength(line()) > width * FINE:
        words, ending = (_shorter(words), ending) if words else ("", _shorter(ending))
    return line()


def _shorter(words: str) -> str:
    return f"{words[:-4]}..." if len(words) > 4 else ""


@cache
def _font(size: int, *, plain: bool) -> "FreeTypeFont | ImageFont":
    """The built-in font for plain letters, which has no others, else the one that labels are printed in; reading one takes milliseconds."""
    from barcode.writer import ImageWriter
    from PIL import ImageFont

    return ImageFont.load_default(size * FINE) if plain else ImageFont.truetype(ImageWriter().font_path, size * FINE)
