"""The house keeps its shape: which way imports point, and what stands where. Each rule is shown to fail on a small bad example."""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: What each part may import besides the standard library and itself. The most exact name counts, so the sandbox is apart from bot.
MAY_IMPORT = {
    "models": {"alembic", "barcode", "fpdf", "PIL", "pydantic", "segno", "sqlalchemy", "sqlmodel"},
    "handlers": {"dateparser", "models", "pydantic", "sqlmodel.SQLModel", "sqlmodel.Session"},
    "bot.sandbox": {"multipart", "python_multipart", "starlette", "uvicorn", "websockets", "yaml"},
    "bot.decoder": {"PIL", "zxingcpp"},  # a program of its own, which gets nothing of ours
    "bot": {
        "apscheduler",
        "handlers",
        "models",
        "pydantic",
        "pydantic_settings",
        "rich",
        "slack_bolt",
        "slack_sdk",
        "sqlalchemy",
        "sqlmodel",
        "typer",
    },
}

#: The bot can't tell the sandbox from Slack; only what starts it knows it.
SANDBOX_STARTERS = {"bot/__main__.py", "bot/demonstration.py", "bot/playing.py"}

#: Modules through which the clock, chance and the environment would come in.
UNSEEN_INPUT = {"os", "random", "secrets", "time", "uuid"}
NOW = {"now", "today", "utcnow"}

LONGEST = 350

EMPTY_NAMES = {"base", "common", "core", "helper", "helpers", "misc", "shared", "tools", "util", "utils"}
EMPTY_ENDINGS = ("Manager", "Service", "Interface", "Helper", "Factory", "Impl", "Base")


@dataclass(frozen=True)
class Module:
    """One source file, by its path below the project."""

    path: str
    text: str

    @property
    def name(self) -> str:
        """As it is imported: "models.ledger"."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def part(self) -> str:
        """The part of the house that it belongs to."""
        return next(part for part in ("bot.decoder", "bot.sandbox", "bot", "handlers", "models") if _within(self.name, part))

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Everything in it."""
        return list(ast.walk(self.tree))


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def _imports(module: Module, within: Iterable[ast.AST] | None = None) -> Iterator[str]:
    """Everything that it imports, each name in full: "sqlmodel.Session"."""
    for node in module.nodes if within is None else within:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module.path} imports by a relative name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


# The rules: each says what is wrong with a module


def imports_point_one_way(module: Module) -> Iterator[str]:
    allowed = MAY_IMPORT[module.part] | {module.part} | sys.stdlib_module_names
    for name in _imports(module):
        if name.partition(".")[0] not in allowed and not any(_within(name, package) for package in allowed):
            yield f"imports {name}"
        if _within(name, "bot.sandbox") and module.part == "bot" and module.path not in SANDBOX_STARTERS:
            yield f"imports {name}, so it could tell the sandbox from Slack"


def nothing_unseen_comes_in(module: Module) -> Iterator[str]:
    if module.part not in {"models", "handlers"} or "/migrations/" in module.path:
        return
    yield from (f"imports {name}" for name in _imports(module) if name.partition(".")[0] in UNSEEN_INPUT)
    for node in module.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in NOW:
            yield f"line {node.lineno} reads the clock"
        if isinstance(node, ast.Attribute) and node.attr == "now" and ast.unparse(node) == "func.now":
            yield f"line {node.lineno} reads the database's clock"


def only_bot_catches_everything(module: Module) -> Iterator[str]:
    for node in module.nodes:
        if isinstance(node, ast.ExceptHandler) and module.part != "bot":
            caught = ast.unparse(node.type) if node.type else "everything"
            if caught in {"everything", "Exception", "BaseException"}:
                yield f"line {node.lineno} catches {caught}"


def only_the_database_opens_transactions(module: Module) -> Iterator[str]:
    if module.path == "models/database.py":
        return
    for node in module.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            called = ast.unparse(node.func)
            if called.endswith(".commit") or called in {"create_engine", "sqlalchemy.create_engine", "sqlite3.connect", "Session"}:
                yield f"line {node.lineno} calls {called}"


def annotations_of_models_are_real(module: Module) -> Iterator[str]:
    """SQLModel reads them; as text, its relationship lists break."""
    if module.part == "models" and "__future__.annotations" in set(_imports(module)):
        yield "imports annotations from __future__"


def files_have_one_subject(module: Module) -> Iterator[str]:
    lines = module.text.count("\n")
    if lines > LONGEST and "/migrations/versions/" not in module.path:
        yield f"has {lines} lines"


def names_say_something(module: Module) -> Iterator[str]:
    if set(module.name.split(".")) & EMPTY_NAMES:
        yield "has a name that says nothing"
    for node in module.nodes:
        if isinstance(node, ast.ClassDef) and node.name.endswith(EMPTY_ENDINGS):
            yield f"line {node.lineno} has a class {node.name}"


def every_module_says_what_it_is(module: Module) -> Iterator[str]:
    if module.text.strip() and not ast.get_docstring(module.tree):
        yield "has no docstring"


RULES: dict[Callable[[Module], Iterator[str]], list[tuple[str, str]]] = {
    imports_point_one_way: [
        ("models/bad.py", "from handlers import routes"),
        ("models/bad.py", "from slack_sdk import WebClient"),
        ("handlers/bad.py", "import bot.app"),
        ("handlers/bad.py", "from sqlmodel import select"),
        ("handlers/bad.py", "def late():\n    from slack_bolt import App"),
        ("bot/sandbox/bad.py", "from models import ledger"),
        ("bot/sandbox/bad.py", "from bot.settings import Settings"),
        ("bot/bad.py", "from bot.sandbox.server import start"),
        ("bot/bad.py", "from zxingcpp import read_barcodes"),
        ("bot/decoder.py", "from bot.settings import Settings"),
    ],
    nothing_unseen_comes_in: [
        ("models/bad.py", "from datetime import datetime\nat = datetime.now()"),
        ("models/bad.py", "import datetime\nat = datetime.date.today()"),
        ("models/bad.py", "at = func.now()"),
        ("handlers/bad.py", "from time import time"),
        ("handlers/bad.py", "import os"),
        ("handlers/bad.py", "from secrets import token_urlsafe"),
        ("handlers/views/bad.py", "import random"),
    ],
    only_bot_catches_everything: [
        ("models/bad.py", "try:\n    1\nexcept Exception:\n    2"),
        ("handlers/bad.py", "try:\n    1\nexcept:\n    2"),
    ],
    only_the_database_opens_transactions: [
        ("bot/bad.py", "session.commit()"),
        ("models/bad.py", "engine = create_engine(url)"),
        ("handlers/bad.py", "with Session(engine) as session:\n    pass"),
    ],
    annotations_of_models_are_real: [("models/bad.py", "from __future__ import annotations")],
    files_have_one_subject: [("handlers/bad.py", "x = 1\n" * (LONGEST + 1))],
    names_say_something: [("models/utils.py", "x = 1"), ("bot/bad.py", "class NoticeManager:\n    pass")],
    every_module_says_what_it_is: [("models/bad.py", "x = 1")],
}


def _modules() -> Iterator[Module]:
    """Every source file. Each is read anew: all of them taken apart together would fill the memory."""
    for package in ("bot", "handlers", "models"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield Module(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))


def test_every_module_keeps_the_rules() -> None:
    assert [f"{module.path} {problem}" for module in _modules() for rule in RULES for problem in rule(module)] == []


BAD = [(rule, *example) for rule, examples in RULES.items() for example in examples]


@pytest.mark.parametrize(("rule", "path", "text"), BAD, ids=[f"{rule.__name__}-{number}" for number, (rule, _, _) in enumerate(BAD)])
def test_the_rule_refuses_a_bad_example(rule: Callable[[Module], Iterator[str]], path: str, text: str) -> None:
    assert list(rule(Module(path, text))) != []


def _ring(modules: Iterable[Module]) -> list[str]:
    """A ring of imports among the modules, those made within functions left out; empty when there is none."""
    imported: dict[str, set[str]] = {}
    for module in modules:
        outside = [node for node in module.tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
        imported[module.name] = set(_imports(module, (node for each in outside for node in ast.walk(each))))
    needs = {
        module: ({name if name in imported else name.rpartition(".")[0] for name in names} & imported.keys()) - {module}
        for module, names in imported.items()
    }
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as ring:
        return list(ring.args[1])
    return []


def test_no_imports_go_in_a_ring() -> None:
    assert _ring(_modules()) == []


def test_a_ring_of_imports_is_found() -> None:
    assert _ring([Module("models/a.py", "from models import b"), Module("models/b.py", "from models.a import x")]) != []


_WATCHED_IMPORT = """
import importlib, sys, threading

SEEN = []
def watch(event, arguments):
    path = arguments[0] if event == "open" else None
    writes = isinstance(path, str) and set(str(arguments[1])) & set("wax+") and "__pycache__" not in path
    if writes or event in {"sqlite3.connect", "socket.connect", "socket.bind", "subprocess.Popen", "os.putenv", "urllib.Request"}:
        SEEN.append(f"{event} {arguments}")

sys.addaudithook(watch)
for name in sys.argv[1:]:
    importlib.import_module(name)
    SEEN += [f"{name} starts {thread.name}" for thread in threading.enumerate() if thread is not threading.main_thread()]
from slack_bolt import App
from sqlalchemy import Engine
import gc
SEEN += [f"an {type(made).__name__} is made" for made in gc.get_objects() if isinstance(made, (App, Engine))]
print("\\n".join(SEEN))
"""


def _done_at_import(*names: str, path: Path = ROOT) -> str:
    """What importing those modules does to the world outside: connections, files, threads, an App, an Engine."""
    run = [sys.executable, "-c", _WATCHED_IMPORT, *names]
    done = subprocess.run(run, cwd=path, env={"PYTHONPATH": str(path)}, capture_output=True, text=True, check=False, timeout=60)
    return (done.stdout + done.stderr).strip()


def test_importing_does_nothing_but_define() -> None:
    apart = {"models.migrations.env", "bot.__main__"}  # alembic runs the one, and `python -m bot` the other
    named = [module.name for module in _modules() if module.name not in apart and "versions" not in module.name]
    assert _done_at_import(*named) == ""


def test_an_engine_made_at_import_is_found(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("from sqlalchemy import create_engine\nengine = create_engine('sqlite://')\n")
    assert _done_at_import("bad", path=tmp_path) == "an Engine is made"
