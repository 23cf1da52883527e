"""Photos as people take them: labels on something grey, turned, tilted, out of focus, in poor light. The same seed takes the same photo."""

import random
from collections.abc import Sequence
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter

from models import labels
from models.label_sheets import SINGLE
from models.labels import Label


class Shot(NamedTuple):
    """How a photo is taken."""

    turned: float = 0
    #: How much narrower the far edge of a label looks: 0.2 is a fifth.
    tilted: float = 0
    #: The radius in pixels over which a point is smeared.
    blurred: float = 0
    #: How uneven the light is, from 0 to 1.
    shadow: float = 0
    #: How grainy it is, in shades of 256.
    grain: float = 0


STRAIGHT = Shot()


def label(code: str) -> Image.Image:
    """The picture of a label as the bot sends it."""
    return Image.open(BytesIO(labels.png(Label(code, "Canon R6"), SINGLE.width, SINGLE.height))).convert("L").reduce(2)


def photo(*codes: str, shot: Shot = STRAIGHT, seed: int = 0, size: tuple[int, int] | None = None) -> bytes:
    """A JPEG of the labels of those codes, one below the other; small unless a size is said."""
    return jpeg(taken([label(code) for code in codes], shot, seed=seed, size=size or (1000, 480 * len(codes) + 200)))


def taken(labels: Sequence[Image.Image], shot: Shot, *, seed: int = 0, size: tuple[int, int]) -> Image.Image:
    """The labels on a desk, photographed so."""
    chance = random.Random(seed)
    desk = _grain(size, 6, chance).point(lambda shade: shade - 18)
    below = size[1] // (len(labels) + 1)
    for place, one in enumerate(labels, start=1):
        paper = Image.new("L", (one.width + 120, one.height + 80), 235)
        paper.paste(one.point(lambda shade: 30 + shade * 205 // 255), (60, 40))
        _lay(desk, paper, shot, (size[0] // 2 + chance.randint(-60, 60), below * place))
    lit = ImageChops.multiply(desk, _light(size, shot.shadow, chance))
    blurred = lit.filter(ImageFilter.GaussianBlur(shot.blurred)) if shot.blurred else lit
    return ImageChops.add(blurred, _grain(size, shot.grain, chance), offset=-128) if shot.grain else blurred


def jpeg(picture: Image.Image) -> bytes:
    """As a phone sends it."""
    content = BytesIO()
    picture.save(content, format="JPEG", quality=80)
    return content.getvalue()


def _lay(desk: Image.Image, paper: Image.Image, shot: Shot, middle: tuple[int, int]) -> None:
    """Puts a label on the desk, tilted away at its right side and turned; what is around it stays desk."""
    width, height = paper.size
    beyond = shot.tilted * height
    corners = (0, 0, 0, height, width, height + beyond, width, -beyond)
    mask = Image.new("L", paper.size, 255)
    flat, cut = (one.transform(paper.size, Image.Transform.QUAD, corners, Image.Resampling.BILINEAR) for one in (paper, mask))
    flat, cut = (one.rotate(shot.turned, Image.Resampling.BICUBIC, expand=True) for one in (flat, cut))
    desk.paste(flat, (middle[0] - flat.width // 2, middle[1] - flat.height // 2), cut)


def _grain(size: tuple[int, int], much: float, chance: random.Random) -> Image.Image:
    """Shades around the middle, so much to either side in the mean."""
    even = Image.frombytes("L", size, chance.randbytes(size[0] * size[1]))
    return even.point(lambda shade: int(128 + (shade - 128) * much / 64))


def _light(size: tuple[int, int], shadow: float, chance: random.Random) -> Image.Image:
    """Full light on one side, less on the other."""
    gradient = Image.linear_gradient("L").rotate(90 * chance.randrange(4)).resize(size)
    return gradient.point(lambda shade: int(255 - shadow * shade))
