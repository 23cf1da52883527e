"""What is written from the routes and settings, so that it can't be wrong: README's tables and the usage hints of the manifest.

`make generated` writes both anew; the tests of the docs and of the manifest fail until somebody has.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from bot.settings import Settings
from handlers import topics
from handlers.routes import COMMANDS, Route, table_of
from models.members import GRANTS, Permission, Role

ROOT = Path(__file__).parents[1]
README, MANIFEST = ROOT / "README.md", ROOT / "manifest.yml"

ROUTES = table_of(topics.ALL)

#: What the hint calls that which follows a sign, and a sentence without a verb.
_COUNTED, _BARE = "n", "[name, serial or code]"

_SECTION = re.compile(r"(<!-- generated: (?P<name>[\w/ ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_HINT = re.compile(r'(- command: (?P<command>/\w+)\n(?:.*\n)*?\s*usage_hint: )".*"')


def hint(command: str) -> str:
    """The usage hint of a command: how each of its sentences begins."""
    return " | ".join(dict.fromkeys(_begins(route) for route in in_order(command)))


def in_order(command: str) -> list[Route]:
    """Its sentences: the bare name, what is done every day, what is looked up, the register, and help."""
    return sorted(ROUTES.sentences[command], key=_rank)


def _rank(route: Route) -> int:
    begins = _begins(route)
    if begins in (_BARE, "help"):
        return 0 if begins == _BARE else 5
    if route.needs in {Permission.CATALOG, Permission.POLICIES} or begins == "new":
        return 4
    return 3 if route.looks else 2 if begins[0].isalpha() else 1


def _begins(route: Route) -> str:
    assert route.template is not None
    verb = next(iter(route.template.verbs), "")
    if not verb:
        return _BARE
    return verb.partition(" ")[0] if verb[0].isalpha() else f"{verb}{_COUNTED}"


def sentences(command: str) -> str:
    """The table of everything that can be said to a command."""
    rows = ((f"`{_said(route)}`", route.does, _who(route.needs), f"`{command} {route.examples[0]}`") for route in in_order(command))
    return table(("sentence", "does", "for", "for example"), rows)


def _said(route: Route) -> str:
    assert route.template is not None
    return route.template.usage.replace("|", "\\|")


def _who(permission: Permission) -> str:
    roles = [str(role) for role, permissions in GRANTS.items() if permission in permissions]
    return "everyone" if Role.TEAMMATE in roles else ", ".join(roles)


def settings() -> str:
    """The table of all settings."""
    defaults = {info.alias or name.upper(): info.default for name, info in Settings.model_fields.items()}
    rows = ((f"`{name}`", does, _default(defaults[name])) for name, does in Settings.environment_names().items())
    return table(("setting", "what it is for", "default"), rows)


def _default(value: object) -> str:
    secret = getattr(value, "get_secret_value", None)
    plain = secret() if secret else value
    return f"`{plain}`" if plain not in (None, "", ()) else ""


def roles() -> str:
    """The table of what each role may do."""
    return table(("role", "may"), ((f"**{role}**", ", ".join(sorted(permissions))) for role, permissions in GRANTS.items()))


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


SECTIONS: dict[str, Callable[[], str]] = {command: lambda command=command: sentences(command) for command in COMMANDS}  # type: ignore[misc]
SECTIONS |= {"settings": settings, "roles": roles}


def readme(text: str) -> str:
    """README with each generated section as it must be now."""
    return _SECTION.sub(lambda found: f"{found[1]}{SECTIONS[found['name']]()}\n{found[3]}", text)


def with_speed(text: str, measured: str) -> str:
    """README with the table of the last benchmark."""
    return re.sub(r"(<!-- benchmark -->\n).*?(<!-- end -->)", lambda found: f"{found[1]}{measured}\n{found[2]}", text, flags=re.DOTALL)


def manifest(text: str) -> str:
    """The manifest with the usage hints as they must be now."""
    return _HINT.sub(lambda found: f'{found[1]}"{hint(found["command"])}"', text)


if __name__ == "__main__":
    for path, write in ((README, readme), (MANIFEST, manifest)):
        path.write_text(write(path.read_text(encoding="utf-8")), encoding="utf-8")
