"""The docs say what is: tables come from the routes, examples parse, and every command, setting, role and link that is named exists."""

import re
from collections.abc import Iterator

import pytest

from bot.settings import Settings
from handlers.routes import COMMANDS, Route
from handlers.sentences import parse
from handlers.typed import normalise
from models.members import Permission, Role
from tests import generated

README = generated.README.read_text(encoding="utf-8")
PAGES = [generated.README, *sorted((generated.ROOT / "docs").glob("*.md"))]

SENTENCES = [(command, route) for command in COMMANDS for route in generated.ROUTES.sentences[command]]
EXAMPLES = [(command, route, example) for command, route in SENTENCES for example in route.examples]


def _said(value: object) -> str:
    return value if isinstance(value, str) else getattr(getattr(value, "template", None), "text", "")


def test_readme_is_as_the_routes_and_settings_generate_it() -> None:
    assert generated.readme(README) == README, "make generated"


def test_readme_has_every_generated_section() -> None:
    assert set(re.findall(r"<!-- generated: ([\w/]+) -->", README)) == set(generated.SECTIONS)


@pytest.mark.parametrize(("command", "route", "example"), EXAMPLES, ids=_said)
def test_every_example_is_read_as_its_own_sentence(command: str, route: Route, example: str) -> None:
    readings = parse(normalise(example), generated.ROUTES.grammars[command], command=command)
    assert route.template in [reading.template for reading in readings if reading.plain]


@pytest.mark.parametrize(("command", "route"), SENTENCES, ids=_said)
def test_every_sentence_says_what_it_does_and_has_an_example(command: str, route: Route) -> None:
    assert route.examples
    assert route.does
    assert route.does[0].islower()
    assert not route.does.endswith(".")


def test_every_setting_is_described() -> None:
    assert all(Settings.environment_names().values())
    assert [name for name in Settings.environment_names() if f"`{name}`" not in README] == []


def test_every_role_and_permission_is_described() -> None:
    assert [role for role in Role if f"**{role}**" not in README] == []
    assert [permission for permission in Permission if permission not in README] == []


def test_every_verb_of_the_command_line_is_described() -> None:
    from bot.__main__ import app

    verbs = {command.name or command.callback.__name__.rstrip("_") for command in app.registered_commands if command.callback}
    named = set(re.findall(r"`quartermaster ([a-z]+)", README))
    assert verbs == named - {"command"}


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([\w-]+):", (generated.ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {target for page in PAGES for target in re.findall(r"(?:`|^)make ([\w-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)}
    assert named <= targets
    assert {"sandbox", "test", "check", "bench"} <= targets


def test_every_module_and_file_that_is_named_exists() -> None:
    assert list(_missing()) == []


def _missing() -> Iterator[str]:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        linked = [page.parent / target for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text)]
        named = [generated.ROOT / name for name in re.findall(r"`((?:bot|handlers|models|tests)/[\w./]*)", text)]
        yield from (f"{page.name}: {path}" for path in linked + named if not path.exists())


def test_every_heading_that_is_linked_to_exists() -> None:
    headings = {re.sub(r"[^\w -]", "", found).strip().lower().replace(" ", "-") for found in re.findall(r"^#+ (.+)$", README, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= headings
