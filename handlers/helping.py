"""Help, drawn from the routes themselves: what can be said, and how."""

from sqlmodel import Session

from handlers.routes import UNSAID, Offer, Reply, Request, Route, sentence, shortcut
from handlers.speaking import Declined
from handlers.views import helping as views
from models.members import GRANTS, Permission, Role
from models.refusals import NotFound

#: The heads that the overview is put under, by what a sentence needs.
LOOKING, DOING, KEEPING = "Look things up", "Take, bring back, move", "Catalog and locations"
_CATALOG = frozenset({Permission.CATALOG, Permission.POLICIES, Permission.ROLES})


@sentence(
    "/stock",
    "/checkout",
    says="help [{verb}]",
    needs=Permission.LOOK,
    does="shows what you can say; with a verb, everything about it",
    examples=("help", "help who"),
)
def help_with(request: Request, session: Session, *, verb: str | None = None) -> Reply:  # noqa: ARG001
    """Everything that can be said, or everything about one verb."""
    command = request.command or UNSAID
    if verb is None:
        return _overview(request, command)
    asked = " ".join(verb.casefold().split()).removeprefix("/")
    routes = [route for route in request.table.sayable(command) if _has_verb(route, asked)]
    if not routes:
        raise _unknown(request, command, verb)
    return views.about(command, asked, [(route, _keepers_only(route)) for route in routes])


@shortcut("help", needs=Permission.LOOK)
def empty_message(request: Request, session: Session, *, text: str) -> Reply:  # noqa: ARG001
    """A direct message or mention without words is answered by what could be said."""
    return _overview(request, UNSAID)


def _overview(request: Request, command: str) -> Reply:
    """What this member can say, under three heads."""
    may = [route for route in request.table.sayable(command) if request.act.by.may(route.needs)]
    under: dict[str, list[Route]] = {head: [route for route in may if _head(route) == head] for head in (LOOKING, DOING, KEEPING)}
    return views.overview(command, {head: routes for head, routes in under.items() if routes})


def _head(route: Route) -> str:
    if route.looks:
        return LOOKING
    return KEEPING if route.needs in _CATALOG else DOING


def _has_verb(route: Route, asked: str) -> bool:
    """ "new" is asked of "new item", "new location" and their like together."""
    verbs = route.template.verbs if route.template else ()
    return any(verb == asked or verb.startswith(f"{asked} ") for verb in verbs)


def _keepers_only(route: Route) -> bool:
    return route.needs not in GRANTS[Role.TEAMMATE]


def _unknown(request: Request, command: str, verb: str) -> Declined:
    nearest = request.table.grammars[command].nearest(verb)
    offers = [Offer(f"{command} help {near}".strip(), command, f"help {near}") for near in nearest]
    way_on = f"Did you mean {nearest[0]}?" if nearest else f"`{f'{command} help'.strip()}` shows all of them."
    return Declined(NotFound(f"I don't know the verb {verb}. {way_on}", field="verb"), offers)
