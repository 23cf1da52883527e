"""Photos from Slack: fetched from its file host alone, read by a child within its limits, and how many of them can be read."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot import decoder, photos
from models.refusals import Refusal
from tests.photos import Shot, jpeg, photo, taken

SLACK = "https://slack.com/api/"


@pytest.mark.parametrize(
    ("address", "api"),
    [
        ("https://files.slack.com/files-pri/T1-F1/download/a.png", SLACK),
        ("http://127.0.0.1:8080/files/F1/a.png", "http://127.0.0.1:8080/api/"),
        ("http://localhost:8080/files/F1/a.png", "http://localhost:8080/api/"),
    ],
)
def test_slacks_own_addresses_are_fetched(address: str, api: str) -> None:
    assert photos.is_slacks(address, api_url=api)


@pytest.mark.parametrize(
    ("address", "api"),
    [
        ("http://files.slack.com/a.png", SLACK),
        ("https://files.slack.com.evil.example/a.png", SLACK),
        ("https://files.slack.com@evil.example/a.png", SLACK),
        ("https://files.slack.com:8443/a.png", SLACK),
        ("https://files.slack.com\\@evil.example/a.png", SLACK),
        ("https://evil.example/https://files.slack.com/a.png", SLACK),
        ("https://slack.com/api/api.test", SLACK),
        ("http://169.254.169.254/latest/meta-data", SLACK),
        ("http://127.0.0.1:8080/files/F1/a.png", SLACK),
        ("https://files.slack.com/a.png", "http://127.0.0.1:8080/api/"),
        ("http://127.0.0.1:8081/files/F1/a.png", "http://127.0.0.1:8080/api/"),
        ("http://127.0.0.1:80801/a.png", "http://127.0.0.1:8080/api/"),
        ("http://10.0.0.1:8080/a.png", "http://10.0.0.1:8080/api/"),
        ("file:///etc/passwd", SLACK),
        ("", SLACK),
    ],
)
def test_no_other_address_is_fetched(address: str, api: str) -> None:
    assert not photos.is_slacks(address, api_url=api)


class Host(HTTPServer):
    """A file host on this machine, and what it was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: list[str] = []
        self.address = f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    """Redirects /moved, gives more than was announced at /endless, and a sign-in page anywhere else."""

    server: Host

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        moved = self.path == "/moved"
        self.send_response(302 if moved else 200)
        if moved:
            self.send_header("Location", f"{self.server.address}/elsewhere")
        self.send_header("Content-Type", "image/png" if self.path == "/endless" else "text/html")
        self.end_headers()
        if self.path == "/endless":
            self.wfile.write(bytes(photos.MOST_BYTES + 10))

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def host() -> Iterator[Host]:
    """A file host at work."""
    server = Host()
    working = threading.Thread(target=server.serve_forever)
    working.start()
    yield server
    server.shutdown()
    working.join()
    server.server_close()


def test_a_redirection_is_not_followed(host: Host) -> None:
    with pytest.raises(Refusal, match="could not fetch"):
        photos.downloaded("a.png", f"{host.address}/moved", token="t")
    assert host.asked == ["/moved"]


def test_a_sign_in_page_is_no_picture(host: Host) -> None:
    with pytest.raises(Refusal, match="files:read"):
        photos.downloaded("a.png", f"{host.address}/page", token="t")


def test_what_is_longer_than_announced_is_cut_off(host: Host) -> None:
    with pytest.raises(Refusal, match="too large"):
        photos.downloaded("a.png", f"{host.address}/endless", token="t")


def in_a_child(content: bytes, program: str = "decoder.main()") -> subprocess.CompletedProcess[bytes]:
    """The decoder at work as its own program, or that piece of it."""
    code = f"import sys; sys.path.insert(0, {str(Path(decoder.__file__).parent)!r}); import decoder; {program}"
    return subprocess.run([sys.executable, "-I", "-c", code], input=content, capture_output=True, check=False, timeout=60, env={})


def noisy(kind: str, side: int = 5000) -> bytes:
    """The largest picture that is unpacked, and one that hardly gets smaller."""
    tile = Image.effect_noise((500, 500), 90).convert("RGB")
    picture = Image.new("RGB", (side, side))
    for place in range(0 if kind == "WEBP" else side * side // 250_000):  # WebP takes its time to write noise
        picture.paste(tile, (place % (side // 500) * 500, place // (side // 500) * 500))
    content = BytesIO()
    picture.save(content, kind, **({"compress_level": 1} if kind == "PNG" else {"quality": 30}))
    return content.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_largest_picture_is_read_or_refused_within_the_limits(kind: str) -> None:
    done = in_a_child(noisy(kind))
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) in ({"codes": []}, {"refused": "pixels"})


def test_the_child_gets_no_memory_beyond_its_limit() -> None:
    done = in_a_child(b"", "decoder._limit(); bytearray(decoder.MEMORY)")
    assert b"MemoryError" in done.stderr


def test_the_child_opens_no_file() -> None:
    done = in_a_child(b"", "decoder._limit(); open('/etc/passwd')")
    assert b"Too many open files" in done.stderr


def test_the_child_ends_when_its_time_is_up() -> None:
    done = in_a_child(b"", "decoder.SECONDS = 1; decoder._limit()\nwhile True: pass")
    assert done.returncode < 0


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0" + bytes(5000), b"<svg/>", b"RIFF0000WEBP"])
def test_what_is_no_picture_is_refused_and_breaks_nothing(content: bytes) -> None:
    assert decoder.decode(content) == {"refused": "picture"}


#: How photos are taken, and what part of them must be read.
CONDITIONS = {
    "straight": (Shot(), 1.0),
    "upside down": (Shot(turned=180), 1.0),
    "a quarter turned": (Shot(turned=90), 1.0),
    "turned by 22 degrees": (Shot(turned=22), 1.0),
    "turned by 40 degrees": (Shot(turned=40), 1.0),
    "turned by 130 degrees": (Shot(turned=130), 1.0),
    "blurred": (Shot(blurred=1.5), 0.9),
    "from the side": (Shot(tilted=0.25), 0.9),
    "poor light and grain": (Shot(shadow=0.6, grain=14), 0.9),
    "as hands take them": (Shot(turned=-12, tilted=0.15, blurred=1.0, shadow=0.4, grain=8), 0.8),
    "as hurried hands take them": (Shot(turned=-12, tilted=0.15, blurred=1.5, shadow=0.4, grain=10), 0.5),
}
PHOTOS = 4


@pytest.mark.parametrize("condition", CONDITIONS)
def test_how_many_photos_are_read(condition: str, record_property: Callable[[str, object], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder, "LOOKING", 60)  # what can be read, and not how fast this machine is
    shot, least = CONDITIONS[condition]
    wanted = [f"SN-{seed:05d}" for seed in range(PHOTOS)]
    read = [
        code
        for seed, code in enumerate(wanted)
        if decoder.decode(photo(code, shot=shot, seed=seed, size=(1600, 1200))) == {"codes": [code]}
    ]
    record_property("read", f"{condition}: {len(read)} of {PHOTOS} photos read")
    assert len(read) >= least * PHOTOS


def test_several_codes_each_turned_otherwise_are_read_from_one_photo(
    record_property: Callable[[str, object], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoder, "LOOKING", 60)
    wanted = {f"SN-{number:05d}" for number in range(4)}
    codes = decoder.decode(photo(*sorted(wanted), shot=Shot(turned=-8, tilted=0.1, blurred=0.8), size=(2000, 2200)))
    record_property("read", f"four labels in one photo: {len(wanted & set(codes['codes']))} of 4 read")
    assert set(codes["codes"]) == wanted


def test_a_photo_of_a_desk_has_no_code() -> None:
    assert decoder.decode(jpeg(taken([], Shot(grain=20), size=(3000, 2000)))) == {"codes": []}
