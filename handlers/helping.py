"""Help, drawn from the routes themselves: what can be said, and how."""

from sqlmodel import Session

from handlers.routes import COMMANDS, UNSAID, Offer, Reply, Request, Route, sentence, shortcut
from handlers.speaking import Declined
from handlers.views import helping as views
from models.members import GRANTS, Permission, Role
from models.refusals import NotAllowed, NotFound


@sentence(
    "/stock",
    "/checkout",
    says="help [{verb}]",
    needs=Permission.LOOK,
    does="shows what you can say; with a topic, all of that; with a verb, everything about it",
    examples=("help", "help lots", "help who"),
)
def help_with(request: Request, session: Session, *, verb: str | None = None) -> Reply:  # noqa: ARG001
    """What can be said, topic by topic, all of one topic, or everything about one verb."""
    command = request.command or UNSAID
    if verb is None:
        return _overview(request, command)
    asked = " ".join(verb.casefold().split()).removeprefix("/")
    routes = [route for route in request.table.sayable(command) if _has_verb(route, asked)]
    if routes:
        return views.about(command, asked, [(route, _roles(route)) for route in routes])
    if asked in request.table.topics and (said := request.table.about(asked, command)):
        return _topic(request, command, asked, said)
    if f"/{asked}" in COMMANDS:
        return _overview(request, f"/{asked}")
    there = next((other for other in COMMANDS if any(_has_verb(route, asked) for route in request.table.sayable(other))), None)
    if there is not None:
        raise Declined(NotFound(f"That is said after `{there}`.", field="verb"), [Offer(f"{there} help {asked}", there, f"help {asked}")])
    raise _unknown(request, command, verb)


@shortcut("help", needs=Permission.LOOK)
def empty_message(request: Request, session: Session, *, text: str) -> Reply:  # noqa: ARG001
    """A direct message or mention without words is answered by what could be said."""
    return _overview(request, UNSAID)


def _overview(request: Request, command: str) -> Reply:
    """The topics about which this member can say something, each with its verbs."""
    topics = {topic: _allowed(request, request.table.about(topic, command)) for topic in request.table.topics}
    sayable = {topic: routes for topic, routes in topics.items() if routes}
    return views.overview(command, sayable, imports=request.act.by.may(Permission.IMPORT), token=request.act.token)


def _topic(request: Request, command: str, topic: str, said: list[Route]) -> Reply:
    allowed = _allowed(request, said)
    if not allowed:
        raise NotAllowed(f"What is said about {topic} is for keepers.")
    return views.topic(command, topic, allowed)


def _allowed(request: Request, routes: list[Route]) -> list[Route]:
    return [route for route in routes if request.act.by.may(route.needs)]


def _has_verb(route: Route, asked: str) -> bool:
    """ "new" is asked of "new item", "new location" and their like together."""
    verbs = route.template.verbs if route.template else ()
    return any(verb == asked or verb.startswith(f"{asked} ") for verb in verbs)


def _roles(route: Route) -> list[str]:
    """Which roles it takes, in the plural; none where everybody has it."""
    roles = [role for role, permissions in GRANTS.items() if route.needs in permissions]
    return [] if Role.TEAMMATE in roles else [f"{role}s" for role in roles]


def _unknown(request: Request, command: str, verb: str) -> Declined:
    nearest = request.table.grammars[command].nearest(verb)
    offers = [Offer(f"{command} help {near}".strip(), command, f"help {near}") for near in nearest]
    way_on = f"Did you mean {nearest[0]}?" if nearest else f"`{f'{command} help'.strip()}` shows all of them."
    return Declined(NotFound(f"I don't know the verb {verb}. {way_on}", field="verb"), offers)
