"""The demonstration world has something to scan: a photo whose label is on something, and who found it."""

from pathlib import Path

from bot import decoder, demonstration, playing
from models import finding, short_codes
from tests.door import Door
from tests.models.test_dump import restored, written
from tests.world import fresh_database


def test_the_photo_to_scan_shows_an_asset_of_the_demonstration(tmp_path: Path) -> None:
    assert decoder.decode(playing.PHOTO.read_bytes()) == {"codes": [demonstration.FOUND_SERIAL]}
    database = fresh_database(f"sqlite:///{tmp_path / 'stores.db'}")
    played = playing.Playing(database, keep_in=tmp_path / "sandbox.json")
    try:
        port = int(played.address.rstrip("/").rpartition(":")[2])
        door = Door(port)
        _, channel, text = demonstration.FOUND
        (message,) = door.get("messages", **{"as": "UYUKI"}, channel=channel)["messages"]
        assert (message["text"], message["files"][0]["name"]) == (text, "scan-me.jpg")
        door.post("shortcut", {"as": "UYUKI", "callback_id": "scan.this", "channel": channel, "ts": message["ts"]})
        shown = door.get("screen", **{"as": "UYUKI"})
        while not shown["conversations"][channel]["ephemerals"]:
            shown = door.get("screen", **{"as": "UYUKI"}, after=shown["revision"], seconds=20)
        (card,) = shown["conversations"][channel]["ephemerals"]
        assert "SN-00485" in card["text"]
        door.close()
    finally:
        played.close()
    with database.reading() as session:
        assert short_codes.of(finding.asset(session, demonstration.FOUND_SERIAL)) == "QA0003F"  # as the photo has it
    file = written(database)
    assert restored(file) == file  # with all that is in it, the world can be carried elsewhere
    database.close()
