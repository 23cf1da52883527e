"""A program of its own: reads one picture from its input, and writes the codes in it to its output, as JSON.

`photos` runs it as a child without anything of ours in it: no token, no database, no environment. Pictures come from anybody, and what
decodes them is native code; so it has little memory, little time, and opens no file. It imports nothing of ours, either.
"""

import json
import resource
import sys
import warnings
from collections.abc import Iterator
from io import BytesIO
from time import process_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

#: Bytes of address space, and seconds of processor time.
MEMORY, SECONDS = 256 * 1024 * 1024, 5
#: A picture of more than so many pixels is not unpacked at all.
MOST_PIXELS = 25_000_000
#: So many codes are read from one picture at most, and so many characters of each.
MOST_CODES, LONGEST = 50, 200
FORMATS = ("PNG", "JPEG", "WEBP")
#: The long side that a picture is made smaller to before it is looked at again: smoothed, turned, sharpened.
AGAIN = 1600
#: So many looks are always taken, and more where none has found a code, until so many seconds are used.
ALWAYS, LOOKING = 3, 2.5
#: Symbologies whose bars happen to be found in what is no code: one that is shorter than this is not believed.
DOUBTFUL, SHORTEST = {"ITF", "Codabar", "Code39", "Code93"}, 4


def main() -> None:
    """Writes {"codes": […]}, or {"refused": why} for what is no picture, or one too large."""
    _limit()
    sys.stdout.write(json.dumps(decode(sys.stdin.buffer.read())))


def _limit() -> None:
    """From here on neither memory nor time, nor a file, can be had beyond the limits."""
    _imports_made()
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _imports_made() -> None:
    """Loads what would open files later."""
    import zxingcpp  # noqa: F401
    from PIL import Image, ImageFilter, ImageOps, WebPImagePlugin  # noqa: F401

    Image.preinit()


def decode(content: bytes) -> dict[str, object]:
    """The codes of a picture, each once, in the order in which they were found."""
    from PIL import Image, UnidentifiedImageError

    warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is far below
    begun = process_time()
    try:
        grey = _unpacked(content)
        if grey is None:
            return {"refused": "pixels"}
        codes: dict[str, None] = {}
        for taken, look in enumerate(_looks(grey), start=1):
            codes |= dict.fromkeys(_read(look))
            if (codes and taken >= ALWAYS) or process_time() - begun > LOOKING:
                break
    except (MemoryError, Image.DecompressionBombError):
        return {"refused": "pixels"}
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return {"refused": "picture"}
    return {"codes": list(codes)[:MOST_CODES]}


def _unpacked(content: bytes) -> "Image | None":
    """The picture in shades of grey; None for one of too many pixels."""
    from PIL import Image

    with Image.open(BytesIO(content), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            return None
        picture.draft("L", picture.size)
        return picture.convert("L")


def _looks(grey: "Image") -> Iterator["Image"]:
    """The picture as it is, without its grain, turned, sharpened; each is made when it is asked for.

    Bars are read along a line: a code may be some 20 degrees off it, or off a quarter of a turn, and another look finds the others.
    """
    from PIL import Image, ImageFilter

    yield grey
    grey.thumbnail((AGAIN, AGAIN), Image.Resampling.LANCZOS)
    smooth = grey.filter(ImageFilter.GaussianBlur(1))
    twice = (grey.width * 2, grey.height * 2)
    yield smooth.resize(twice)
    yield _turned(smooth, 45)
    yield grey.resize(twice).filter(ImageFilter.GaussianBlur(1.5)).filter(ImageFilter.UnsharpMask(radius=6, percent=300))
    yield _turned(smooth, 22.5)
    yield _turned(smooth, -22.5)


def _turned(picture: "Image", turn: float) -> "Image":
    from PIL import Image

    turned = picture.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    return turned.resize((turned.width * 2, turned.height * 2))


def _read(picture: "Image") -> Iterator[str]:
    import zxingcpp

    for found in zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain):
        text = " ".join(found.text.split())
        doubtful = found.format.name in DOUBTFUL and len(text) < SHORTEST
        if text and len(text) <= LONGEST and not doubtful:
            yield text


if __name__ == "__main__":
    main()
