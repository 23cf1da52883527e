"""Files that nobody sends in good faith: bombs that unpack to gigabytes, headers that lie, halves, mixtures, and what is no picture."""

import random
import struct
import zlib
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from itertools import islice
from zipfile import ZIP_DEFLATED, ZipFile

from PIL import Image

from tests.photos import photo

HOW_MANY = 200
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def files() -> dict[str, bytes]:
    """So many of them by name; the same each time."""
    named = [*_png_bombs(), *_headers_that_lie(), *_wrong_kinds(), *_mixtures()]
    made = dict([*named, *islice(_spoiled(), HOW_MANY - len(named))])
    assert len(made) == HOW_MANY
    return made


def chunk(kind: bytes, data: bytes) -> bytes:
    """One part of a PNG, as it should be."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *more: bytes, depth: int = 8, colour: int = 0, rows: bytes = b"") -> bytes:
    """A PNG that says that it is so large, whatever its rows are."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return SIGNATURE + head + b"".join(more) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@cache
def zeros(count: int) -> bytes:
    """So many zeros, packed two hundred to one and more."""
    packer = zlib.compressobj(1)
    return b"".join(packer.compress(bytes(min(1_000_000, count - done))) for done in range(0, count, 1_000_000)) + packer.flush()


def _png_bombs() -> Iterator[tuple[str, bytes]]:
    million = 1_000_000
    yield "thirty thousand squared.png", png(30_000, 30_000, depth=1, rows=zeros(112 * million))
    yield "just within the limit.png", png(5_000, 5_000, rows=zeros(25_005_000))
    yield "just beyond it.png", png(5_001, 5_000, rows=zeros(25 * million))
    yield "one pixel high.png", png(2**31 - 1, 1)
    yield "more rows than told.png", png(10, 10, rows=zeros(100 * million))
    yield "sixteen bits in four colours.png", png(5_000, 5_000, depth=16, colour=6, rows=zeros(40 * million))
    packed = zeros(100 * million)
    yield "words that unpack.png", png(10, 10, chunk(b"zTXt", b"Comment\0\0" + packed), rows=zeros(110))
    yield "a profile that unpacks.png", png(10, 10, chunk(b"iCCP", b"icc\0\0" + packed), rows=zeros(110))
    yield "words in every language.png", png(10, 10, chunk(b"iTXt", b"Comment\0\x01\0\0\0" + packed), rows=zeros(110))
    yield "ten thousand words.png", png(10, 10, chunk(b"tEXt", b"Comment\0" + bytes(900)) * 10_000, rows=zeros(110))
    yield "ten thousand frames.png", png(10, 10, chunk(b"acTL", struct.pack(">II", 10_000, 0)), rows=zeros(110))


def _headers_that_lie() -> Iterator[tuple[str, bytes]]:
    for side in (0, 1, 65_535, 2**31, 2**32 - 1):
        yield f"png {side}.png", png(side, side)
    start = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    for name, height, width, marker in (("wide", 65_535, 65_535, 0xC0), ("scans", 65_500, 65_500, 0xC2), ("nothing", 0, 0, 0xC0)):
        frame = struct.pack(">BBHBHHB", 0xFF, marker, 17, 8, height, width, 3) + b"\x01\x11\x00\x02\x11\x00\x03\x11\x00"
        yield f"jpeg {name}.jpg", start + frame + b"\xff\xda\x00\x0c\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00" * 500
    for size in (10, 2**32 - 1):
        yield (
            f"webp of {size}.webp",
            b"RIFF" + struct.pack("<I", size) + b"WEBPVP8L" + struct.pack("<I", size) + b"\x2f\xff\xff\xff\xff" * 9,
        )
    yield "webp of many.webp", b"RIFF\xff\xff\xff\x00WEBPVP8X\x0a\0\0\0\x02\0\0\0" + b"\xff" * 6 + b"ANMF\x10\0\0\0" * 5_000


def _wrong_kinds() -> Iterator[tuple[str, bytes]]:
    frames = [Image.new("P", (1, 1), shade % 256) for shade in range(2)]
    loop = _saved("GIF", frames[0])
    yield "ten thousand frames.gif", loop[:-1] + (b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0" * 10_000) + b";"
    for kind in ("GIF", "TIFF", "BMP", "ICO", "PPM", "TGA", "PCX", "ICNS", "PDF", "EPS"):
        yield f"a whole {kind}.png", _saved(kind, Image.new("RGB", (64, 64), 99))
    yield "a huge tiff.png", b"II*\0\x08\0\0\0\x02\0\0\x01\x04\0\x01\0\0\0\xff\xff\xff\x7f\x01\x01\x04\0\x01\0\0\0\xff\xff\xff\x7f\0\0\0\0"
    yield (
        "laughs.svg",
        b'<!DOCTYPE s [<!ENTITY a "ha">' + b'<!ENTITY b "&a;&a;&a;&a;">' * 500 + b']><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>',
    )
    yield "a fetch.svg", b'<svg><image href="file:///etc/passwd"/><image href="http://169.254.169.254/"/></svg>'
    yield "words.png", "Zwölf Boxkämpfer jagen Viktor. ".encode() * 1_000
    yield "a program.png", b"#!/bin/sh\nrm -rf /\n"
    yield "nothing.png", b""
    yield "nothing but zeros.png", bytes(9_900_000)
    yield "a script.png", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\n"
    yield "json.png", b"[" * 500_000


def _mixtures() -> Iterator[tuple[str, bytes]]:
    whole, archive = photo("SN-00001", size=(600, 500)), BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as zipped:
        zipped.writestr("zeros", bytes(20_000_000))
    yield "a photo and an archive.jpg", whole + archive.getvalue()
    yield "an archive and a photo.jpg", archive.getvalue() + whole
    yield "a photo in a page.jpg", b"<html><script>alert(1)</script>" + whole
    yield "a page in a photo.jpg", whole[:2] + b"\xff\xfe\x00\x1f<script>alert(1)</script>  " + whole[2:]
    yield "a png in a gif.png", b"GIF89a" + png(10, 10, rows=zeros(110))
    yield "two photos.jpg", whole + whole


def _spoiled() -> Iterator[tuple[str, bytes]]:
    """Pictures that were whole, cut off or with some bytes changed."""
    chance = random.Random(9)
    small = Image.open(BytesIO(photo("SN-00001", size=(600, 500))))
    whole = {kind: _saved(kind, small) for kind in ("PNG", "JPEG", "WEBP")}
    number = 0
    while True:
        number += 1
        kind = chance.choice(sorted(whole))
        content = bytearray(whole[kind])
        if chance.random() < 0.4:
            del content[chance.randrange(len(content)) :]
        for _ in range(chance.randint(1, 30)):
            if content:
                content[chance.randrange(min(len(content), chance.choice((100, 100_000))))] = chance.randrange(256)
        yield f"spoiled {number}.{kind.lower()}", bytes(content)


def _saved(kind: str, picture: Image.Image) -> bytes:
    content = BytesIO()
    picture.save(content, kind)
    return content.getvalue()
