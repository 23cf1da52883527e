"""Help: a line for each sentence, and everything about one verb."""

from collections.abc import Mapping, Sequence

from handlers.routes import Reply, Route
from handlers.views.parts import code, context, header, section


def overview(command: str, under: Mapping[str, Sequence[Route]]) -> Reply:
    """What can be said, an example and a line each, under its heads."""
    opening = f"Type {code(command)} alone for the form, or one of these after it." if command else "Say one of these."
    blocks = [header("What you can say"), section(f"{opening} A name alone only looks.")]
    for head, routes in under.items():
        blocks.append(section(f"*{head}*\n" + "\n".join(_line(route) for route in routes)))
    blocks.append(
        context(f"{code(f'{command} help who'.strip())} shows everything about a verb. Names need no quotes; dates can be words.")
    )
    return Reply("This is what you can say.", blocks)


def _line(route: Route) -> str:
    return f"{code(route.examples[0])} {route.does}"


def about(command: str, verb: str, routes: Sequence[tuple[Route, bool]]) -> Reply:
    """Everything about one verb; each route with whether it is for keepers only."""
    blocks = [header(f"{command} {verb}".strip())]
    for route, keepers_only in routes:
        blocks.append(section(_about(command, route, keepers_only=keepers_only)))
    if any("[" in (route.template.usage if route.template else "") for route, _ in routes):
        blocks.append(context("Words in [brackets] can be left out, and clauses come in any order."))
    return Reply(f"How to say {code(verb)}.", blocks)


def _about(command: str, route: Route, *, keepers_only: bool) -> str:
    assert route.template is not None
    others = [code(verb) for verb in route.template.verbs[1:]]
    lines = [
        code(f"{command} {route.template.usage}".strip()),
        f"{route.does[0].upper()}{route.does[1:]}.{' For keepers.' if keepers_only else ''}",
        f"Also: {', '.join(others)}" if others else "",
        "For example:",
        *(code(f"{command} {example}".strip()) for example in route.examples),
    ]
    return "\n".join(filter(None, lines))
