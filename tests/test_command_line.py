"""The command line says in one line what has to be put right, and does what it says."""

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.__main__ import outcome
from bot.sandbox.manifest import read_manifest
from bot.sandbox.server import RunningServer, start
from bot.sandbox.workspace import Channel, Person, Workspace
from models import dump, members, past, roles, wants
from models.database import Database
from models.entries import ENTRIES
from models.locations import LOCATIONS
from models.members import Role
from tests.door import Door
from tests.world import MONDAY, World, fresh_database, open_world

ROOT = Path(__file__).parents[1]
PROGRAM = [sys.executable, "-m", "bot"]
STOCK = "item,location,quantity\nBolt,Van,40\nNut,Van,7\n"


@pytest.fixture(autouse=True)
def _a_directory_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of this machine and no file of the project comes in, and the log is as before afterwards."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("SLACK_", "QUARTERMASTER_", "DATABASE_"))]:
        monkeypatch.delenv(name)
    handlers, level = list(logging.root.handlers), logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


class Said:
    """What a command line answered."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def says(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Carries out a command line in this process."""

    def say(*arguments: str) -> Said:
        code = outcome(arguments)
        seen = capsys.readouterr()
        return Said(code, seen.out, seen.err)

    return say


def in_file(path: str = "quartermaster.db") -> Database:
    return Database(f"sqlite:///{path}")


def furnished() -> None:
    """A database in the usual place, in which Kim has every role, and Ana none."""
    database = fresh_database("sqlite:///quartermaster.db")
    with open_world(database) as world:
        world.member("Ana")
    database.close()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["import"], "Missing argument 'FILE...'"),
        (["import", "none.csv"], "none.csv can't be read (No such file or directory)"),
        (["sandbox", "--port", "high"], "--port"),
        (["grant", "king", "U1"], "'king' is not one of"),
        (["check"], "There is no database at quartermaster.db"),
        (["backup", "copy.db"], "There is no database at quartermaster.db"),
        (["grant", "keeper", "U1"], "There is no database at quartermaster.db"),
        (["run"], "SLACK_BOT_TOKEN is not set"),
    ],
)
def test_what_can_not_be_done_is_one_line_and_exit_code_2(says: Callable[..., Said], arguments: list[str], reason: str) -> None:
    said = says(*arguments)
    assert said.code == 2
    assert reason in said.err
    assert said.err.count("\n") == 1
    assert not Path("quartermaster.db").exists()


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("DATABASE_URL", "sqlite:////nowhere/at/all.db", "The database /nowhere/at/all.db can't be used (unable to open database file)"),
        ("DATABASE_URL", "sqlite:///junk.db", "can't be used (file is not a database)"),
        ("DATABASE_URL", "postgresql://me:hush@db/stores", "DATABASE_URL is no SQLite database"),
        ("QUARTERMASTER_TIMEZONE", "Mars", "QUARTERMASTER_TIMEZONE is wrong: Mars is not a time zone"),
        ("QUARTERMASTER_TICK_SECONDS", "0", "QUARTERMASTER_TICK_SECONDS is wrong"),
    ],
)
def test_a_wrong_setting_is_named(says: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str) -> None:
    Path("junk.db").write_text("this is no database, and is long enough to be none")
    monkeypatch.setenv(name, value)
    said = says("migrate")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert reason in said.err
    assert "hush" not in said.err


def test_a_newer_database_is_refused(says: Callable[..., Said]) -> None:
    says("migrate")
    with sqlite3.connect("quartermaster.db") as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()
    for command in (["check"], ["migrate"], ["import", __file__]):
        said = says(*command)
        assert (said.code, "newer Quartermaster" in said.err) == (2, True)


def test_migrate_makes_the_database_and_check_proves_it(says: Callable[..., Said]) -> None:
    assert says("migrate").out == "quartermaster.db is up to date.\n"
    said = says("check")
    assert said.code == 0
    assert said.out.startswith("0 entries, 0 movements")
    assert said.out.endswith("Every invariant holds.\n")


def test_check_proves_tables_that_it_never_asks_for_itself() -> None:
    furnished()
    database = in_file()
    with database.transaction() as session:
        wants.ask(session, World(session).act(), wanted="left-handed scissors")
    database.close()
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    checked = subprocess.run([*PROGRAM, "check"], env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (checked.stderr, checked.stdout.splitlines()[-1:]) == ("", ["Every invariant holds."])


def test_check_names_the_first_bad_entry(says: Callable[..., Said]) -> None:
    Path("stock.csv").write_text(STOCK)
    says("import", "stock.csv")
    with sqlite3.connect("quartermaster.db") as broken:
        broken.execute("DROP TRIGGER movements_refuse_update")
        broken.execute("UPDATE movements SET quantity = quantity + 1 WHERE id = 1")
    broken.close()
    said = says("check")
    assert said.code == 1
    assert "ntry 1 " in said.err


def test_a_head_of_an_earlier_day_has_to_be_in_the_ledger_still(says: Callable[..., Said]) -> None:
    Path("stock.csv").write_text(STOCK)
    says("import", "stock.csv")
    entries, _, head = next(line for line in says("check").out.splitlines() if line.startswith("head")).removeprefix("head ").partition(":")
    assert says("check", "--head", f"{entries}:{head}").code == 0
    rewritten = says("check", "--head", f"{entries}:{head[::-1]}")
    assert (rewritten.code, f"Entry {entries} had the hash" in rewritten.err) == (1, True)
    cut_off = says("check", "--head", f"{int(entries) + 1}:{head}")
    assert (cut_off.code, "the newest ones were cut off" in cut_off.err) == (1, True)
    assert says("check", "--head", head).code == 2


def test_a_backup_holds_everything(says: Callable[..., Said]) -> None:
    furnished()
    assert says("backup", "copy.db").code == 0
    copy = in_file("copy.db")
    with copy.reading() as session:
        assert members.named(session, "Kim")
    copy.close()
    again = says("backup", "copy.db")
    assert (again.code, "is there already" in again.err) == (2, True)
    assert says("backup", "/nowhere/copy.db").code == 2


def test_an_export_is_restored_to_a_new_database_that_holds(says: Callable[..., Said], monkeypatch: pytest.MonkeyPatch) -> None:
    furnished()
    assert says("export", "stores.zip").out.startswith("Exported to stores.zip (")
    assert says("export", "stores.zip").err == "stores.zip is there already. Name a new file.\n"
    assert says("export", "/nowhere/stores.zip").code == 2
    taken = says("restore", "stores.zip")
    assert (taken.code, "There is quartermaster.db already" in taken.err) == (2, True)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///new.db")
    assert says("restore", "stores.zip").out.endswith("Every invariant holds.\n")
    assert says("check").code == 0
    says("export", "again.zip")
    assert Path("again.zip").read_bytes() == Path("stores.zip").read_bytes()


def test_a_bad_export_leaves_nothing(says: Callable[..., Said]) -> None:
    furnished()
    says("export", "stores.zip")
    Path("quartermaster.db").unlink()
    with zipfile.ZipFile("stores.zip") as file, zipfile.ZipFile("bad.zip", "w") as bad:
        for name in file.namelist():
            bad.writestr(name, file.read(name).replace(b'"grants": ', b'"grants": 9'))
    for source, reason in (("bad.zip", "grants.jsonl has 3 rows"), ("none.zip", "No such file"), ("new.db", "no export of Quartermaster")):
        Path("new.db").write_text("not a zip")
        said = says("restore", source)
        assert (said.code, said.err.count("\n"), reason in said.err) == (2, 1, True)
        assert sorted(path.name for path in Path().iterdir()) == ["bad.zip", "new.db", "stores.zip"]


def test_an_export_with_an_older_schema_is_brought_up_to_date(says: Callable[..., Said]) -> None:
    old = in_file("old.db")
    old.migrate("0012")
    with old.reading() as session, Path("old.zip").open("wb") as target:
        dump.write(session, target, revision=old.revision(), progress=lambda _: None)
    old.close()
    assert says("restore", "old.zip").code == 0
    assert says("check").code == 0


def test_roles_are_granted_and_revoked(says: Callable[..., Said]) -> None:
    furnished()
    assert says("grant", "keeper", "UANA").out == "Ana is keeper now.\n"
    assert says("grant", "keeper", "UANA").code == 2
    assert _has_role("Ana", Role.KEEPER)
    assert says("revoke", "keeper", "UANA").out == "Ana is not keeper any more.\n"
    assert not _has_role("Ana", Role.KEEPER)


def test_the_last_admin_stays(says: Callable[..., Said]) -> None:
    furnished()
    said = says("revoke", "admin", "UKIM")
    assert (said.code, "last admin" in said.err) == (2, True)


def test_somebody_unknown_gets_no_role(says: Callable[..., Said]) -> None:
    furnished()
    assert "Nobody here has the Slack id UNOBODY" in says("grant", "keeper", "UNOBODY").err


def _has_role(name: str, role: Role) -> bool:
    database = in_file()
    with database.reading() as session:
        found = roles.has(session, members.named(session, name)[0], role)
    database.close()
    return found


def _entries() -> int:
    database = in_file()
    with database.reading() as session:
        count = len(session.scalars(select(ENTRIES.c.id)).all())
    database.close()
    return count


def test_import_brings_a_file_in_once(says: Callable[..., Said]) -> None:
    Path("stock.csv").write_text(STOCK)
    assert says("import", "stock.csv").out == "stock.csv: 2 rows of our own form, entry 1.\n"
    assert says("import", "stock.csv").out == "stock.csv: nothing was changed, it was imported before, as entry 1.\n"
    assert _entries() == 1
    assert says("check").out.startswith("1 entry, ")


def test_a_dry_run_says_what_would_happen_and_changes_nothing(says: Callable[..., Said]) -> None:
    Path("stock.csv").write_text(STOCK)
    said = says("import", "stock.csv", "--dry-run")
    assert said.out.splitlines()[1:] == [
        "line 3: new consumable item Nut; 7 Nuts to Van.",
        "stock.csv: 2 rows of our own form. Nothing was changed (--dry-run).",
    ]
    assert _entries() == 0


def test_bad_rows_are_named_and_the_other_files_come_in(says: Callable[..., Said]) -> None:
    Path("bad.csv").write_text("item,location,quantity\nBolt,Van,lots\nNut,Van,7\n")
    Path("good.csv").write_text(STOCK)
    Path("title.csv").write_text("Our stores\nitem,location\nBolt,Van\n")
    said = says("import", "title.csv", "bad.csv", "good.csv")
    assert said.code == 2
    assert said.err.startswith("title.csv has a title above its columns")
    assert said.err.splitlines()[1] == "bad.csv, line 2, quantity: I can't read lots as a number. Write 1200 or 12.5."
    assert _entries() == 1
    assert says("import", "bad.csv").code == 1


def test_days_that_read_both_ways_are_asked_for(says: Callable[..., Said]) -> None:
    Path("days.csv").write_text("item,serial,location,purchased on\nCamera,SN-1,Van,2/3/24\n")
    said = says("import", "days.csv")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert said.err.endswith("Say which: --dates mdy, or --dates dmy.\n")
    assert says("import", "days.csv", "--dates", "dmy").code == 0


def test_help_names_every_command(says: Callable[..., Said]) -> None:
    out = says().out
    assert [
        verb
        for verb in ("run", "sandbox", "import", "check", "migrate", "grant", "revoke", "backup", "export", "restore")
        if verb not in out
    ] == []


# Against a workspace


@pytest.fixture
def slack() -> Iterator[RunningServer]:
    """A Slack workspace in which Ana is, and no bot yet."""
    workspace = Workspace(people=[Person("UANA", "ana", "Ana Silva")], clock=MONDAY.timestamp)
    bot = workspace.install(read_manifest(ROOT / "manifest.yml")).bot_user_id
    workspace.channels["CGENERAL"] = Channel("CGENERAL", "general", ["UANA", bot])
    server = start(workspace)
    yield server
    server.stop()


def environment(server: RunningServer, **other: str) -> dict[str, str]:
    app = server.sandbox.workspace.app
    tokens = {"SLACK_BOT_TOKEN": app.bot_token, "SLACK_APP_TOKEN": app.app_token, "SLACK_API_URL": server.api_url}
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | tokens | other


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_APP_TOKEN": "xoxb-sandbox-bot"}, "SLACK_APP_TOKEN is not the app-level token"),
        ({"SLACK_BOT_TOKEN": "xoxb-of-another"}, "Slack refuses the token in SLACK_BOT_TOKEN (invalid_auth)"),
        ({"SLACK_APP_TOKEN": "xapp-of-another"}, "Slack refuses the token in SLACK_APP_TOKEN (invalid_auth)"),
        ({"SLACK_API_URL": "http://127.0.0.1:9/api/"}, "Slack can't be reached at http://127.0.0.1:9/api/"),
    ],
)
def test_run_says_in_one_line_why_it_can_not_connect(
    slack: RunningServer, says: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str], reason: str
) -> None:
    for name, value in environment(slack, **wrong).items():
        monkeypatch.setenv(name, value)
    said = says("run")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith(reason)
    assert "of-another" not in said.err


def test_run_refuses_the_token_of_another_workspace(slack: RunningServer) -> None:
    furnished()
    database = in_file()
    with database.transaction() as session:
        session.execute(text("UPDATE workspace SET team_id = 'TELSEWHERE'"))
    database.close()
    done = subprocess.run([*PROGRAM, "run"], env=environment(slack), capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("This database belongs to the Slack workspace TELSEWHERE")


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
def test_run_makes_its_database_works_and_ends_when_told_to(slack: RunningServer, which: signal.Signals) -> None:
    program = subprocess.Popen([*PROGRAM, "run"], env=environment(slack), stderr=subprocess.PIPE, text=True)
    assert program.stderr is not None
    assert program.stderr.readline() == "Quartermaster is at work. Ctrl+C ends it.\n"
    door = Door(slack.port)
    assert door.post("say", {"as": "UANA", "channel": "CGENERAL", "text": "/stock help"})["ok"]
    door.close()
    program.send_signal(which)
    _, rest = program.communicate(timeout=60)
    assert (program.returncode, rest) == (0, "")
    assert Path("quartermaster.db").exists()


def _play(*options: str) -> tuple["subprocess.Popen[str]", str]:
    """Starts the sandbox; answers with it and its address."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "SLACK_BOT_TOKEN": "xoxb-a-real-one"}
    program = subprocess.Popen([*PROGRAM, "sandbox", "--port", "0", "--no-browser", *options], env=env, stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    said = program.stdout.readline()
    assert said.startswith("The workspace is open at http://127.0.0.1:")
    return program, said.split()[-1]


def _end(program: "subprocess.Popen[str]") -> None:
    program.send_signal(signal.SIGINT)
    program.communicate(timeout=60)
    assert program.returncode == 0


def test_the_sandbox_is_furnished_once_and_goes_on_where_it_was() -> None:
    program, address = _play()
    with urllib.request.urlopen(address, timeout=30) as page:
        assert b"<html" in page.read()
    door = Door(int(address.rstrip("/").rpartition(":")[2]))
    door.post("clock", {"as": "UKIM", "forward": 86_400.0})
    door.close()
    _end(program)
    database = in_file("quartermaster-sandbox.db")
    with database.reading() as session:
        kept = len(session.scalars(select(ENTRIES.c.id)).all())
        assert past.stock_at(session, MONDAY.replace(year=2099), location_ids=list(session.scalars(select(LOCATIONS.c.id)))) != []
    database.close()
    assert kept > 50
    program, address = _play()
    door = Door(int(address.rstrip("/").rpartition(":")[2]))
    assert door.get("state", **{"as": "UKIM"})["clock"]["offset"] == 86_400.0
    door.close()
    _end(program)
    database = in_file("quartermaster-sandbox.db")
    with database.reading() as session:
        assert len(session.scalars(select(ENTRIES.c.id)).all()) == kept
    database.close()


def test_an_empty_sandbox_has_bare_stores_and_an_admin() -> None:
    program, _ = _play("--empty", "--database", "bare.db")
    _end(program)
    database = in_file("bare.db")
    with database.reading() as session:
        kim = members.actor_by_slack_id(session, "UKIM")
        assert kim is not None
        assert kim.everywhere(members.Permission.ROLES)
    database.close()


def test_a_port_in_use_is_said(slack: RunningServer) -> None:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [*PROGRAM, "sandbox", "--no-browser", "--empty", "--port", str(slack.port)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(f"Port {slack.port} can't be used (Address already in use). Choose another one: --port ")
