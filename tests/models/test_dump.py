"""The whole database as an open file, and back: the same to the last byte, and nothing is believed that such a file says."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest

from models import dump
from models.database import Database
from models.dump import Dump
from models.importing import dropped
from models.refusals import Refusal
from tests.world import fresh_database, open_world

Members = dict[str, bytes]


def written(database: Database) -> bytes:
    """The file of a database."""
    made, revision = io.BytesIO(), database.revision()
    with database.reading() as session:
        dump.write(session, made, revision=revision, progress=lambda _: None)
    return made.getvalue()


def restored(file: bytes) -> bytes:
    """Makes a database of a file, proves it, and writes it again."""
    told, database = Dump(io.BytesIO(file)), fresh_database()
    with database.loading() as session:
        told.load(session, progress=lambda _: None)
    with database.reading() as session:
        told.prove(session)
    again = written(database)
    database.close()
    return again


@pytest.fixture(scope="module")
def members() -> Members:
    """What is in the file of a small world."""
    database = fresh_database()
    with open_world(database) as w:
        w.has("5 bolt in Warehouse", "Drill SN-1 in Warehouse")
        w.lend("SN-1")
        dropped.drop(w.session, w.act(), name="stores.csv", digest="d", content=b"item\nB\xf6lt\n", channel="D1")
    file = written(database)
    database.close()
    return unpacked(file)


def test_what_was_restored_is_written_the_same(members: Members) -> None:
    file = packed(members)
    assert unpacked(restored(file)) == members
    assert restored(restored(file)) == restored(file)
    assert {"id", "name", "kind"} < json.loads(members["items.jsonl"].splitlines()[0]).keys()  # anybody can read it, without this program


def unpacked(file: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(file)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def packed(members: Members, *more: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in (*members.items(), *more):
            file.writestr(name, content)
    return made.getvalue()


def with_about(members: Members, **said: object) -> bytes:
    return packed(members | {dump.ABOUT: json.dumps(json.loads(members[dump.ABOUT]) | said).encode()})


def with_row(members: Members, table: str, old: str, new: str) -> bytes:
    name = f"{table}.jsonl"
    assert old.encode() in members[name]
    return packed(members | {name: members[name].replace(old.encode(), new.encode(), 1)})


def without(members: Members, name: str) -> bytes:
    return packed({one: content for one, content in members.items() if one != name})


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        (lambda _: b"not a zip", "it is no export of Quartermaster"),
        (lambda m: packed(m)[:-300], "it is no export of Quartermaster"),
        (lambda m: without(m, dump.ABOUT), "it has no quartermaster.json"),
        (lambda m: without(m, "items.jsonl"), "it has items.jsonl in it, or lacks it"),
        (lambda m: packed(m, ("../evil.py", b"x")), "it has ../evil.py in it, or lacks it"),
        (lambda m: packed(m, ("items.jsonl", b"{}")), "it has the same twice in it"),
        (lambda m: packed(m, ("quartermaster.db", b"x")), "it has quartermaster.db in it"),
        (lambda m: with_about(m, form=2), "it was written by a newer Quartermaster"),
        (lambda m: with_about(m, revision="9999"), "it was written by a newer Quartermaster"),
        (lambda m: with_about(m, rows=[]), "quartermaster.json says something else"),
        (lambda m: with_about(m, head="0" * 64), "its ledger ends with entry"),
        (
            lambda m: with_about(m, rows=json.loads(m[dump.ABOUT])["rows"] | {"items": 7}),
            "items.jsonl has 2 rows; quartermaster.json says 7",
        ),
        (lambda m: packed(m | {"items.jsonl": b" " * 50_000_000}), "no export is packed as tightly as that"),
        (lambda m: packed(m | {"items.jsonl": b"[" * 100_000}), "items.jsonl, line 1: "),
        (lambda m: packed(m | {"items.jsonl": b"{}\n"}), "items.jsonl, line 1: not a row of items"),
        (lambda m: with_row(m, "items", '"name":"bolt"', '"name":7'), "items.jsonl, line 1: name can't be 7"),
        (lambda m: with_row(m, "items", '"name":"bolt"', '"name":"\\ud800"'), "items.jsonl, line 1: "),
        (lambda m: with_row(m, "items", '"id":1,', '"id":true,'), "items.jsonl, line 1: id can't be True"),
        (lambda m: with_row(m, "items", '"id":1,', f'"id":{2**63},'), "items.jsonl, line 1: id can't be"),
        (lambda m: with_row(m, "items", '"id":1,', f'"id":{"9" * 5_000},'), "items.jsonl, line 1: "),
        (lambda m: with_row(m, "items", '"id":1,', '"id":2,'), "items can't hold a row of it"),
        (lambda m: with_row(m, "items", '"id":1,', '"id":99,'), "something in it refers to what is not there"),
        (lambda m: with_row(m, "movements", '"quantity":5000000', '"quantity":6000000'), "its ledger does not hold. Entry"),
        (lambda m: with_row(m, "stock_levels", '"quantity":5000000', '"quantity":6000000'), "its ledger does not hold."),
        (lambda m: with_row(m, "entries", '"kind":"received"', '"kind":"praised"'), "entries can't hold a row of it"),
        (lambda m: with_row(m, "entries", '"id":2,', '"id":9,'), "entries can't hold a row of it"),
        (lambda m: with_row(m, "movements", '"entry_id":', '"entry_id":1,"entry_id":9'), "movements of entry"),
    ],
)
def test_a_file_that_is_no_whole_export_is_refused_with_the_reason(
    members: Members, spoilt: Callable[[Members], bytes], reason: str
) -> None:
    with pytest.raises(Refusal) as refused:
        restored(spoilt(members))
    assert reason in refused.value.text
    assert "\n" not in refused.value.text
