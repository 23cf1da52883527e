"""Stores in which everything has a hostile name, more of everything than a page holds, and something waits everywhere."""

from datetime import datetime, timedelta

from models import (
    accepting_terms,
    attestation_reads,
    attesting,
    booking,
    custody,
    dealing,
    editing,
    finding,
    handing_over,
    kit_lending,
    kit_register,
    locations,
    ordering,
    orders,
    people,
    policies,
    purchasing,
    recalling,
    register,
    repairs,
    reserving,
    roles,
    schedules,
    stock,
    stocktaking,
    suppliers,
    times,
    waiting,
    wants,
)
from models.assets import Asset
from models.attestations import Verdict
from models.bill_editing import Goes, set_bill
from models.catalog import ApprovalRule, Item, ItemKind, Variant
from models.checking_in import check_in
from models.checking_out import check_out
from models.custom_fields import About, FieldKind
from models.custom_register import add_field
from models.kit_register import Belongs
from models.locations import LocationKind
from models.lot_register import LotSaid
from models.maintenance import Interval
from models.members import Role
from models.quantities import ONE
from models.stocktaking import Said
from tests.hostile_words import (
    HELD_KIT,
    HOLDER,
    IN_KIT,
    ITEMS,
    JOBS,
    KIT,
    LOCATIONS,
    LONG,
    LOTS,
    LOTTED,
    NOTE,
    OFFERED,
    PACKS,
    PHOTOGRAPHED,
    RETURNABLE,
    SERIALISED,
    SERIALS,
    SHIRT,
    SUPPLIER,
    TEMPLATE,
    UNUSED,
    UNUSED_STORE,
    WORKSHOP,
)
from tests.world import World


def furnish(world: World) -> None:
    """Stores in which everything has a hostile name, more of everything than a page holds, and something waits everywhere."""
    session = world.session
    world.now -= timedelta(days=30)
    top = register.add_category(session, world.act(), name=ITEMS[0])
    category = register.add_category(session, world.act(), name=LONG, parent=top)
    stores = [register.add_location(session, world.act(), name=name, kind=LocationKind.WAREHOUSE) for name in LOCATIONS]
    used: list[Variant] = []
    for name in (*ITEMS, LONG, *(f"{number} {ITEMS[0]}" for number in range(15))):
        variant = register.add_item(
            session, world.act(), name=name, kind=ItemKind.CONSUMABLE, note=NOTE, category=category, comes_in=PACKS
        )[0]
        stock.receive(session, world.act(), variant=variant, quantity=50 * ONE, target=stores[0], happened_at=world.now)
        stock.receive(session, world.act(), variant=variant, quantity=3 * ONE, target=stores[1])
        purchasing.set_reorder_point(session, world.act(), variant=variant, low=60 * ONE, location=stores[0])
        used.append(variant)
    numbered = [Goes(world.variant(f"{number} {ITEMS[0]}"), ONE // 3, 250, (world.variant(ITEMS[3]),)) for number in range(15)]
    set_bill(session, world.act(), variant=world.variant(LONG), goes=[*numbered, Goes(world.variant(ITEMS[0]), 2 * ONE)])
    set_bill(session, world.act(), variant=world.variant(ITEMS[0]), goes=[Goes(world.variant(ITEMS[1]), ONE, 0, (numbered[0].variant,))])
    sizes = [{"size <!here>": f"*{number}* {LONG[:60]}"} for number in range(12)]
    shirt = register.add_item(session, world.act(), name=SHIRT, kind=ItemKind.CONSUMABLE, variants=sizes)[0]
    stock.receive(session, world.act(), variant=shirt, quantity=50 * ONE, target=stores[0], happened_at=world.now)
    used.append(shirt)
    register.add_item(session, world.act(), name=UNUSED, kind=ItemKind.CONSUMABLE)
    register.add_location(session, world.act(), name=UNUSED_STORE, kind=LocationKind.SITE)
    hat = register.add_item(session, world.act(), name=RETURNABLE, kind=ItemKind.RETURNABLE, category=category)[0]
    stock.receive(session, world.act(), variant=hat, quantity=20 * ONE, target=stores[0])
    milk = register.add_item(session, world.act(), name=LOTTED, kind=ItemKind.CONSUMABLE, lot_tracked=True)[0]
    for code, days in zip(LOTS, (-1, 40, 50), strict=True):
        named = LotSaid(code, (world.now + timedelta(days=days + 30)).date())
        stock.receive(session, world.act(), variant=milk, quantity=9 * ONE, target=stores[0], lot=named)
    camera = register.add_item(session, world.act(), name=SERIALISED, kind=ItemKind.SERIALISED, cost_minor=90_000)[0]
    set_bill(session, world.act(), variant=camera, goes=[Goes(world.variant(ITEMS[1]), ONE)])
    register.add_assets(session, world.act(), variant=camera, serials=[*SERIALS, *PHOTOGRAPHED], target=stores[0], name=SERIALISED[:100])
    lent = [f"SN-<!channel>{number}" for number in range(46)]
    aged = {"purchased_on": world.now.date(), "replace_by_on": world.now.date() + timedelta(days=40)}
    register.add_assets(session, world.act(), variant=camera, serials=lent, target=stores[0], **aged)
    _furnish_orders(world)
    _furnish_fields(world)
    _furnish_repairs(world, [world.asset(serial) for serial in lent[:4]])
    eve = people.add_person(session, world.act(), name=HOLDER, email="eve@example.com")
    roles.grant(session, world.act(), member=world.member("Kim Berg"), role=Role.APPROVER)
    _recall_more_than_a_page(world, milk)
    world.now += timedelta(days=7)
    for variant in used:
        stock.take(session, world.act(), variant=variant, quantity=ONE, source=stores[0], happened_at=world.now)
    for number, holder in enumerate([world.person("Kim Berg"), world.person("Ana Silva"), locations.get(session, eve.location_id or 0)]):
        some = [world.asset(serial) for serial in lent[number * 15 : number * 15 + 15]]
        due = times.due(datetime.fromisoformat("2026-11-06T17:00"), "UTC")
        check_out(session, world.act(), assets=some, holder=holder, due=due, purpose=NOTE)
    check_out(session, world.act(), assets=[world.asset(lent[45])], holder=stores[1])
    ends = [None, "2026-11-24T17:00", "2026-11-20T17:00"]  # some lapse on the next day, and some have lapsed
    for number in range(24):
        until = times.due(datetime.fromisoformat(ends[number % 3]), "UTC") if ends[number % 3] else None
        kept = {"variant": world.variant(ITEMS[0]), "quantity": ONE, "location": stores[0], "purpose": JOBS[number // 8], "until": until}
        reserving.reserve(session, world.act(), **kept)
    nearly_all = {"variant": world.variant(ITEMS[2]), "quantity": 48 * ONE, "location": stores[0]}
    reserving.reserve(session, world.act(), **nearly_all, purpose=JOBS[0])
    world.now += timedelta(days=22)
    for variant in used:
        stock.take(session, world.act(), variant=variant, quantity=ONE, source=stores[0], happened_at=world.now)
    _furnish_bookings(world, camera, world.asset(lent[20]))
    _furnish_terms(world)
    world.now += timedelta(days=1)
    policies.set_approval(session, world.act(), target=session.get_one(Item, hat.item_id), rule=ApprovalRule.ALWAYS)
    editing.edit_location(session, world.act(), stores[0], count_a_days=30, count_b_days=90, count_c_days=365)
    count, _ = stocktaking.open_count(session, world.act(), stores[1])
    found = [Said(line.id, ONE, 0) for line in dealing.deal(session, world.act(), count)]  # less than the ledger has
    stocktaking.tally(session, world.act(), count, found)
    _furnish_offers(world)
    _furnish_disputes(world)
    _furnish_kits(world, camera, hat)


def _furnish_kits(world: World, camera: Variant, hat: Variant) -> None:
    """A kit of all that fits in one, of which Ana has a part, one that Kim has, a template, and more of them than a page holds."""
    act, names = world.act(), [f"{IN_KIT}{number}" for number in range(41)]
    register.add_assets(world.session, act, variant=camera, serials=names, target=world.location(LOCATIONS[0]))
    in_case = [Belongs(camera, asset=world.asset(name)) for name in names]
    kit_register.add_kit(world.session, world.act(), name=KIT, belongs=in_case[2:])
    held = kit_register.add_kit(world.session, world.act(), name=HELD_KIT, belongs=in_case[:2])
    kit_lending.check_out_kit(world.session, world.act(), kit=held, holder=world.person("Kim Berg"), purpose=NOTE)
    kit_register.add_kit(world.session, world.act(), name=TEMPLATE, belongs=[Belongs(camera, 2 * ONE), Belongs(hat, ONE)])
    for number in range(13):
        kit_register.add_kit(world.session, world.act(), name=f"{number} {KIT}", belongs=[Belongs(hat)])
    check_out(world.session, world.act("Ana Silva"), assets=[world.asset(names[-1])], holder=world.person("Ana Silva"), purpose=NOTE)


def _furnish_terms(world: World) -> None:
    """Short and long terms in hostile words; more of what is handed out under them than a page holds, and one that is declined."""
    session, ana = world.session, world.person("Ana Silva")
    for words in (NOTE * 2, ""):
        policies.set_terms(session, world.act(), category=finding.category(session, LONG), text=words)
    for name, words, count in (("short <!channel> *", f"{NOTE[:200]}\n<!here>", 12), ("long <@UEVIL> `", NOTE * 8, 3)):
        category = register.add_category(session, world.act(), name=name)
        policies.set_terms(session, world.act(), category=category, text=f"an older {words}")
        policies.set_terms(session, world.act(), category=category, text=words)
        variant = register.add_item(session, world.act(), name=f"{name} {LONG[:50]}", kind=ItemKind.SERIALISED, category=category)[0]
        serials = [f"{name[0]}-<!here>`*{number}" for number in range(count + 3)]
        register.add_assets(session, world.act(), variant=variant, serials=serials, target=world.location(LOCATIONS[0]))
        for serial in serials[3:]:
            lent = check_out(session, world.act(), assets=[world.asset(serial)], holder=ana)
        accepting_terms.decline(session, world.act("Ana Silva"), entry_id=lent.id)
        world.lend(*serials[:2], to="Kim Berg")
        world.lend(serials[2], to="Kim Berg")


def _furnish_disputes(world: World) -> None:
    """Somebody is asked what they hold, and disputes two things of it."""
    _, (asked,) = attesting.attest(world.session, world.act(), place=world.person("Ana Silva"))
    things = attestation_reads.things(world.session, asked)
    wrong = {things[10].key: Verdict.MISSING, things[11].key: Verdict.BROKEN}
    of = attestation_reads.fingerprint(things)
    attesting.answer(world.session, world.act("Ana Silva"), asked.id, of=of, wrong=wrong, note=NOTE)


def _furnish_offers(world: World) -> None:
    """Offers from person to person, each with a hostile note: of several things, and of one that somebody else is to have."""
    for giver, receiver, *serials in (
        ("Ana Silva", "Kim Berg", "SN-<!channel>16", "SN-<!channel>17"),
        ("Ana Silva", "Kim Berg", "SN-<!channel>18"),
        ("Ana Silva", "Kim Berg", "SN-<!channel>19"),
        ("Kim Berg", "Ana Silva", "SN-<!channel>5"),
        ("Ana Silva", "Bo Chen", OFFERED),
        *(("Ana Silva", "Kim Berg", f"SN-<!channel>{number}") for number in range(22, 27)),  # each is answered in another way
    ):
        chosen = [world.asset(serial) for serial in serials]
        handing_over.give(world.session, world.act(giver), assets=chosen, holder=world.person(receiver), note=NOTE)


def _furnish_fields(world: World) -> None:
    """Custom fields with hostile names, choices and help: of every kind on assets, all of them filled in, and on everything else."""
    session = world.session
    chosen = [f"{NOTE[:60]}{number}" for number in range(20)]
    says = {FieldKind.DATE: "2026-12-01", FieldKind.YES_NO: "yes", FieldKind.PERSON: "Kim Berg", FieldKind.LOCATION: LOCATIONS[0]}
    says |= {FieldKind.LINK: "https://evil.example/<!channel>|x", FieldKind.CHOICE: chosen[0], FieldKind.TEXT: NOTE}
    told: dict[int, str | list[str]] = {}
    for kind in FieldKind:
        terms = {"choices": chosen if "choice" in kind else [], "help": NOTE[:150], "pattern": "*" if kind is FieldKind.TEXT else None}
        terms |= {"remind_days": 30 if kind is FieldKind.DATE else None}
        field, _ = add_field(session, world.act(), about=About.ASSET, kind=kind, name=f"{kind} {NOTE[:40]}", **terms)
        told[field.id] = chosen if kind is FieldKind.CHOICES else says.get(kind, "7")
    editing.edit_asset(session, world.act(), world.asset(SERIALS[0]), custom=told)
    for about in set(About) - {About.ASSET}:
        add_field(session, world.act(), about=about, kind=FieldKind.TEXT, name=f"<!channel> *{about}*", preset=NOTE)


def _furnish_repairs(world: World, broken: list[Asset]) -> None:
    """Something that is reported, some of it kept in use and some not, in a workshop with a hostile name, and with a vendor."""
    shop = register.add_location(world.session, world.act(), name=WORKSHOP, kind=LocationKind.WORKSHOP)
    reports = [repairs.report(world.session, world.act(), asset=asset, problem=NOTE)[0] for asset in broken]
    repairs.keep_in_use(world.session, world.act(), record=reports[1])
    repairs.take_out_of_use(world.session, world.act(), record=reports[2])
    repairs.send_to_repair(world.session, world.act(), asset=broken[3], target=shop, note=NOTE)
    for asset in broken[2:]:
        repairs.repaired(world.session, world.act(), asset=asset, cost_minor=1_234, note=NOTE)
    item = world.session.get_one(Item, world.variant(SERIALISED).item_id)
    for number in range(2):
        terms = {"every": 30, "unit": Interval.DAYS, "ahead": 7, "first_on": world.now.date()}
        made, _ = schedules.add(world.session, world.act(), of=item, name=f"{number} {NOTE[:70]}", **terms)
    for uses in range(1, 12):
        schedules.add(world.session, world.act(), of=broken[0], name=NOTE[:80], every=uses, unit=Interval.USES, ahead=0)
    schedules.serviced(world.session, world.act(), schedule=made, asset=broken[0], note=NOTE, cost_minor=99)
    worth = {"cost_minor": 90_000, "purchased_on": world.now.date(), "replace_by_on": world.now.date() + timedelta(days=40)}
    for serial in SERIALS:
        editing.edit_asset(world.session, world.act(), world.asset(serial), warranty_until_on=world.now.date(), **worth)


def _furnish_bookings(world: World, camera: Variant, out: Asset) -> None:
    """More bookings than a page holds, one to be picked up tomorrow and one that nobody has picked up by then; and something waited for."""
    session, kim = world.session, world.person("Kim Berg")
    said = {"holder": kim, "zone": "Europe/Berlin", "purpose": NOTE}
    tomorrow = [world.now + timedelta(days=1, hours=hours) for hours in (-4, 3, 8)]
    booking.book(session, world.act(), chosen=[world.asset(SERIALS[0])], start=tomorrow[1], end=tomorrow[2], **said)
    booking.book(session, world.act(), variant=camera, start=tomorrow[0], end=tomorrow[2], **said)
    said["holder"] = world.person("Dee Okafor")
    gone = world.asset("SN-<!channel>28")
    start = world.now + timedelta(days=60)
    booking.book(session, world.act(), chosen=[gone], start=start, end=start + timedelta(hours=3), **said | {"holder": kim})
    custody.lost(session, world.act("Ana Silva"), asset=gone)
    for day in range(20):
        start = world.now + timedelta(days=20 + day)
        booking.book(session, world.act(), variant=camera, quantity=2 * ONE, start=start, end=start + timedelta(hours=3), **said)
    waiting.queue(session, world.act(), variant=camera, asset=out, holder=kim)
    check_in(session, world.act(), assets=[out])


def _furnish_orders(world: World) -> None:
    """Orders with everything that is hostile: a late one with more lines than a page holds, a draft, one that waits, and a want."""
    session = world.session
    acme = register.add_location(session, world.act(), name=SUPPLIER, kind=LocationKind.SUPPLIER, contact=NOTE[:300], lead_days=3)
    for name in (*ITEMS, LONG):
        prices = [(0, 1_250), (100 * ONE, 1_190)]
        suppliers.set_terms(session, world.act(), variant=world.variant(name), supplier=acme, part_number=NOTE[:100], prices=prices)
    world.orders(*(f"40 {name} ordered {number}" for number, name in enumerate([*ITEMS, LONG[:90]] * 3)), supplier=SUPPLIER)
    world.drafts(*(f"5 {name}" for name in (*ITEMS, LONG, SERIALISED)), supplier=SUPPLIER)
    for order_id in (1, 2):
        ordering.edit(session, world.act(), order=orders.get(session, order_id), place=world.location(LOCATIONS[0]), note=NOTE)
    for number in range(20):
        world.drafts(f"1 {ITEMS[0]}", supplier=f"{number} {SUPPLIER}")
    ordering.edit(session, world.act(), order=orders.get(session, 3), place=world.location(LOCATIONS[0]))
    ordering.order(session, world.act(), order=orders.get(session, 3))
    wants.ask(session, world.act(), wanted=NOTE[:300])


def _recall_more_than_a_page(world: World, milk: Variant) -> None:
    """Lots of which nothing is left, each recalled."""
    for number in range(13):
        said = {"variant": milk, "quantity": ONE}
        place, lot = world.location(LOCATIONS[0]), LotSaid(f"R-{number} <!here>")
        stock.receive(world.session, world.act(), target=place, lot=lot, **said)
        stock.scrap(world.session, world.act(), source=place, lot=world.lot(lot.code), **said)
        recalling.recall(world.session, world.act(), world.lot(lot.code), reason=NOTE)
