"""Help: the topics with their verbs, a line for each sentence of one topic, and everything about one verb."""

from collections.abc import Callable, Mapping, Sequence

from handlers.routes import Offer, Reply, Route
from handlers.views.answers import offered
from handlers.views.parts import code, context, header, section
from models.wording import listed


def overview(command: str, topics: Mapping[str, Sequence[Route]], *, imports: bool, token: Callable[[], str]) -> Reply:
    """What can be said: each topic with its verbs, and a button that shows its sentences; then what can be dropped instead."""
    opening = f"Type {code(command)} alone for the form, or a sentence after it." if command else "Say a sentence to me."
    blocks = [header("What you can say"), section(f"{opening} A name alone only looks.")]
    for number, (topic, routes) in enumerate(topics.items()):
        show = offered(Offer("Show", command, f"help {topic}"), number, token=token)
        blocks.append(section(f"*{topic.capitalize()}*\n{', '.join(_verbs(routes))}", accessory=show))
    files = ", or a CSV file to import" if imports else ""
    blocks.append(context(f"{_more(command)} A photo of a label does as well: drop it in our direct messages{files}."))
    return Reply(f"You can say something about {', '.join(topics)}.", blocks)


def _verbs(routes: Sequence[Route]) -> list[str]:
    """What the sentences begin with, each once: a sign with the word for it."""
    return list(dict.fromkeys(_begins(route.template.verbs) for route in routes if route.template))


def _begins(verbs: Sequence[str]) -> str:
    if not verbs:
        return "a name"
    return code(verbs[0]) if verbs[0][0].isalpha() else f"{code(verbs[0])} {verbs[1]}"


def topic(command: str, asked: str, routes: Sequence[Route]) -> Reply:
    """What can be said about one topic: an example and a line each."""
    lines = [f"{code(f'{command} {route.examples[0]}'.strip())} {route.does}" for route in routes]
    return Reply(f"What you can say about {asked}.", [header(f"Help: {asked}"), section("\n".join(lines)), context(_more(command))])


def _more(command: str) -> str:
    return f"{code(f'{command} help who'.strip())} shows everything about a verb. Names need no quotes; dates can be words."


def about(command: str, verb: str, routes: Sequence[tuple[Route, list[str]]]) -> Reply:
    """Everything about one verb; each route with the roles that it takes."""
    blocks = [header(f"{command} {verb}".strip())]
    for route, roles in routes:
        blocks.append(section(_about(command, route, roles)))
    if any("[" in (route.template.usage if route.template else "") for route, _ in routes):
        blocks.append(context("Words in [brackets] can be left out, and clauses come in any order."))
    return Reply(f"How to say {code(verb)}.", blocks)


def _about(command: str, route: Route, roles: list[str]) -> str:
    assert route.template is not None
    others = [code(verb) for verb in route.template.verbs[1:]]
    lines = [
        code(f"{command} {route.template.usage}".strip()),
        f"{route.does[0].upper()}{route.does[1:]}.{f' For {listed(roles)}.' if roles else ''}",
        f"Also: {', '.join(others)}" if others else "",
        "For example:",
        *(code(f"{command} {example}".strip()) for example in route.examples),
    ]
    return "\n".join(filter(None, lines))
