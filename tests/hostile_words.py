"""Hostile words: names full of what Slack would act on, and every sentence with them in it."""

from collections.abc import Iterator

from handlers.routes import COMMANDS, Route
from handlers.sentences import parse
from handlers.templates import render
from handlers.typed import normalise, quoted
from models.columns import LONGEST_NAME
from models.quantities import ONE
from tests import generated

#: What Slack would act on, were it not escaped; names carry all of it.
ALIVE = ("<!channel>", "<!here>", "<@UEVIL>", "<#CEVIL>", "<https://evil.example|x>")

ITEMS = (
    "<!channel> *bold* _under_ ~struck~ `code` bolt",
    "bolt <@UEVIL> & <https://evil.example|x> <#CEVIL>",
    'from 13" pipe to "here" note on',
    "ברגים <!here> 🔩🔩",
)
LONG = ("W<&>" * LONGEST_NAME)[:LONGEST_NAME]
RETURNABLE, SERIALISED = "hat <!channel> `~*_", "camera <!here> <@UEVIL> *" + "🎥" * 60
PACK = "<!channel>*"
SHIRT, UNUSED, UNUSED_STORE = "shirt <!channel> ~ `", "unused <!channel> *", "bare <!channel> *"
PACKS = [(PACK, 5 * ONE), *((f"<@UEVIL> `*{chr(97 + number)}", (number + 7) * ONE) for number in range(19))]
LOCATIONS = ("Store <!channel> *", "Van <@UEVIL> to `x`", LONG[:-1] + "L", "/ <!here> / 🔩")
SERIALS = ("SN-<!here>`*1", "SN-<@UEVIL>&2", "SN-" + "🔩" * 50 + "3")
#: No sentence names these: they are there to be lent when they are photographed.
PHOTOGRAPHED = ("SN-<!here>`*8", "SN-<@UEVIL>&9")
LOST = "SN-<!channel>44"
OFFERED = "SN-<!channel>21"
HELD_KIT = "held <!channel> *`~"
KIT, TEMPLATE, IN_KIT = "kit <!channel> *`~ <@UEVIL>", ("<!here> & *" + "T" * LONGEST_NAME)[:LONGEST_NAME], "SN-<!channel>K"
JOBS = ("job <!channel> `x` *", "<@UEVIL> for <https://evil.example|x>", ("<#CEVIL>" + "J" * 80)[:80])
LOTTED, LOTS = "milk <!channel> *bold* `", ("L-<!here>`*1", "L-<@UEVIL> & _2_", "L-" + "🔩" * 40)
HOLDER = "Eve <!channel> <@UEVIL> *`"
WORKSHOP = "Shop <!channel> <@UEVIL> *`~"
SUPPLIER = "Acme <!channel> <@UEVIL> *`~"
NOTE = "see <https://evil.example|x> <!channel> `*_~ " + "N" * 300
#: Files with hostile names, headers and cells: bad rows, columns that nobody knows, days that read both ways, and one that can be imported.
DROPPED = {
    "<!channel> *bad* `.csv": f"item,location,quantity\n{ITEMS[0]},<!here>,<@UEVIL> *{'9' * 500}\n",
    "<@UEVIL>.csv": f"<!channel> *what*,`<!here>`,{'W<&>' * 40}\n{ITEMS[1]},<@UEVIL>,{NOTE}\n",
    "days <!here>.csv": f'item,serial,location,purchased on\n"{SERIALISED} II",SN-<!here>D,<!channel>,3/4/2026\n',
    "good <!here> *.csv": f"item,location,quantity,note,category\n<!channel> *new* `,<@UEVIL> `x`,4,{NOTE},<!here>\n",
}

#: The slots of the sentences, each with the hostile names that may stand there.
NAMES = {
    "supplier": (SUPPLIER,),
    "order": ("PO-1001", "PO-1002"),
    "wanted": (NOTE[:200],),
    "variant": (*ITEMS, LONG, RETURNABLE, SHIRT, SERIALISED),
    "asset": SERIALS,
    "assets": SERIALS,
    "things": (*SERIALS, RETURNABLE, SERIALISED, f"kit {KIT}"),
    "thing": (
        ITEMS[0],
        SERIALS[0],
        LOCATIONS[0],
        HOLDER,
        LONG,
        SHIRT,
        SERIALISED,
        UNUSED,
        UNUSED_STORE,
        f"category {LONG}",
        "PO-1003",
        "PO-1001",
        KIT,
        TEMPLATE,
        HELD_KIT,
        f"{IN_KIT}1",
    ),
    "location": LOCATIONS,
    "source": LOCATIONS,
    "target": LOCATIONS,
    "holder": (LOCATIONS[1], HOLDER),
    "giver": (HOLDER,),
    "kit": (KIT, TEMPLATE),
    "without": (f"{IN_KIT}40",),
    "note": (NOTE,),
    "problem": (NOTE,),
    "schedule": (NOTE[:60],),
    "name": (NOTE[:80],),
    "item": (*ITEMS, LONG, SHIRT),
    "purpose": JOBS,
    "job": JOBS,
    "code": ("<!here>`*-99",),
    "days": ("1", "2 <!here>"),
    "category": (LONG, ITEMS[0]),
    "lot": LOTS,
    "lot_code": LOTS,
    "reason": (NOTE[:90],),
    "query": ("<!channel> *entries*", f"text {NOTE[:40]}:see", "<@UEVIL> `x` *:<!here>"),
    "quantity": ("2", "999999", f"2 {PACK}", "0.3 <!here>"),
    "labelled": (SERIALS[0], LOCATIONS[0], f"category {LONG}", ITEMS[0]),
    "look": ("qr svg", "pdf", NOTE[:40]),
    "low": ("20", f"4 {PACK}"),
}


def sentences() -> Iterator[str]:
    """Every example on every route, with each hostile name where a name stands."""
    for command in COMMANDS:
        for route in generated.ROUTES.sentences[command]:
            for example in route.examples:
                yield from (f"{command} {said}" for said in _hostile(command, route, example))


def _hostile(command: str, route: Route, example: str) -> Iterator[str]:
    readings = parse(normalise(example), generated.ROUTES.grammars[command], command=command)
    slots = next(reading.slots for reading in readings if reading.template is route.template)
    assert route.template is not None
    for number in range(max((len(NAMES.get(slot, ())) for slot in slots), default=1) or 1):
        names = {slot: NAMES[slot][number % len(NAMES[slot])] for slot in slots if slot in NAMES}
        yield render(route.template, {**slots, **names})
    yield example


def in_lots() -> Iterator[str]:
    """What is said of a hostile item in hostile lots: without a lot, of one that has expired, and by a count of several."""
    milk, store = quoted(LOTTED), quoted(LOCATIONS[0])
    yield from (f"/stock -1 {milk} at {store} lot {quoted(code)}" for code in LOTS)
    yield from (f"/stock {verb}2 {milk} at {store}" for verb in ("+", "-", "="))
    yield from (f"/stock {said}" for said in (milk, f"edit lot {quoted(LOTS[0])}", f"label lot {quoted(LOTS[1])}"))
    yield from (f"/stock {verb} {quoted(LOTS[2])}" for verb in ("quarantine", "lot"))
