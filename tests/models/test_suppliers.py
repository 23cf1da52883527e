"""What is promised about suppliers: what they sell at, in which packs, whom is asked first, and how long it takes."""

from collections.abc import Callable

import pytest

from models import archiving, register, stock, suppliers
from models.catalog import ItemKind
from models.quantities import whole
from models.refusals import Conflict, NotAllowed, Refusal
from models.undo import undo
from tests.world import World

Build = Callable[..., World]


def sells(w: World, item: str = "M8 bolt", by: str = "Acme", **terms: object) -> int:
    """That supplier sells the item, by the piece unless said."""
    return suppliers.set_terms(w.session, w.act(), variant=w.variant(item), supplier=w.supplier(by), **terms).id  # type: ignore[arg-type]


def asked_first(w: World, item: str = "M8 bolt") -> str | None:
    found = suppliers.preferred(w.session, [w.variant(item).id])
    return next((one.name for one in suppliers.known(w.session, limit=9) if one.id in found.values()), None)


def buys(w: World, item: str, of: str) -> None:
    w.later(hours=1)
    stock.receive(w.session, w.act(), variant=w.variant(item), quantity=whole(5), target=w.location("Warehouse"), source=w.supplier(of))


def test_nobody_is_asked_for_what_nobody_is_known_to_sell(world: Build) -> None:
    assert asked_first(world("5 M8 bolt in Warehouse")) is None


def test_the_only_one_who_sells_it_is_asked_first(world: Build) -> None:
    w = world("5 M8 bolt in Warehouse")
    sells(w)
    assert asked_first(w) == "Acme"


def test_without_terms_it_is_the_one_that_it_last_came_from(world: Build) -> None:
    w = world("5 M8 bolt in Warehouse")
    for of in ("Acme", "Bolts Ltd", "Acme", "Bolts Ltd"):
        buys(w, "M8 bolt", of)
    assert asked_first(w) == "Bolts Ltd"


def test_of_several_the_one_it_last_came_from_and_else_the_first(world: Build) -> None:
    w = world("5 M8 bolt in Warehouse")
    sells(w, by="Acme")
    sells(w, by="Bolts Ltd")
    assert asked_first(w) == "Acme"
    buys(w, "M8 bolt", "Bolts Ltd")
    buys(w, "M8 bolt", "Somebody else")
    assert asked_first(w) == "Bolts Ltd"


def test_who_sells_it_no_more_is_not_asked(world: Build) -> None:
    w = world("5 M8 bolt in Warehouse")
    sells(w)
    terms = suppliers.terms_of(w.session, w.variant("M8 bolt").id, w.supplier().id)
    assert terms is not None
    suppliers.drop_terms(w.session, w.act(), terms=terms)
    assert asked_first(w) is None
    with pytest.raises(Conflict, match="taken away already"):
        suppliers.drop_terms(w.session, w.act(), terms=terms)


def test_an_archived_supplier_sells_nothing_until_that_is_undone(world: Build) -> None:
    w = world("5 M8 bolt in Warehouse")
    sells(w)
    archived = archiving.archive_location(w.session, w.act(), w.supplier())
    assert asked_first(w) is None
    undo(w.session, w.act(), entry_id=archived.id)
    assert asked_first(w) == "Acme"


def test_the_price_is_that_of_the_last_break_reached(world: Build) -> None:
    w = world("5 M8 bolt in Warehouse")
    sells(w, pack=whole(100), prices=[(whole(1000), 1190), (0, 1250)])
    terms = suppliers.terms_of(w.session, w.variant("M8 bolt").id, w.supplier().id)
    assert [suppliers.price_of(terms, whole(one)) for one in (100, 999, 1000, 5000)] == [1250, 1250, 1190, 1190]
    assert suppliers.price_of(None, whole(1)) is None


@pytest.mark.parametrize(("wanted", "sold"), [(1, 200), (200, 200), (201, 300), (950, 1000)])
def test_what_is_wanted_is_rounded_up_to_the_minimum_and_to_packs(world: Build, wanted: int, sold: int) -> None:
    w = world("5 M8 bolt in Warehouse")
    sells(w, pack=whole(100), minimum=whole(200))
    terms = suppliers.terms_of(w.session, w.variant("M8 bolt").id, w.supplier().id)
    assert suppliers.in_packs(terms, whole(wanted)) == whole(sold)


def test_the_lead_time_is_the_terms_own_else_the_suppliers(world: Build) -> None:
    w = world("5 M8 bolt in Warehouse")
    bolt = w.variant("M8 bolt")
    assert suppliers.lead_times(w.session, [bolt.id]) == {}
    sells(w)
    w.supplier().lead_days = 5
    assert suppliers.lead_times(w.session, [bolt.id]) == {bolt.id: 5}
    sells(w, lead_days=12)
    assert suppliers.lead_times(w.session, [bolt.id]) == {bolt.id: 12}


def test_terms_can_be_changed_and_each_change_undone(world: Build) -> None:
    w = world("5 M8 bolt in Warehouse")
    sells(w, prices=[(0, 12)], part_number="B-8")
    changed = sells(w, prices=[(0, 15)], part_number="B-8")
    undo(w.session, w.act(), entry_id=changed)
    terms = suppliers.terms_of(w.session, w.variant("M8 bolt").id, w.supplier().id)
    assert terms is not None
    assert (terms.prices, terms.part_number) == ([[0, 12]], "B-8")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"pack": 0}, "more than zero"),
        ({"pack": 1_500_000}, "not a whole number"),
        ({"minimum": 2_500_000}, "not a whole number"),
        ({"prices": [(0, 5), (0, 6)]}, "from the same quantity"),
        ({"prices": [(0, -5)]}, "zero or more"),
        ({"currency": "euro"}, "not an ISO currency code"),
        ({"lead_days": -1}, "between 0 and 3,650 days"),
    ],
)
def test_terms_that_make_no_sense_are_refused(world: Build, wrong: dict[str, object], said: str) -> None:
    w = world("5 M8 bolt in Warehouse")
    with pytest.raises(Refusal, match=said):
        sells(w, **wrong)


def test_the_same_terms_again_and_terms_of_no_supplier_are_refused(world: Build) -> None:
    w = world("5 M8 bolt in Warehouse")
    sells(w)
    with pytest.raises(Refusal, match="stands like that already"):
        sells(w)
    with pytest.raises(Refusal, match="Warehouse is no supplier"):
        suppliers.set_terms(w.session, w.act(), variant=w.variant("M8 bolt"), supplier=w.location("Warehouse"))
    with pytest.raises(NotAllowed):
        suppliers.set_terms(w.session, w.act("Ana"), variant=w.variant("M8 bolt"), supplier=w.supplier())


def test_fractions_are_sold_of_what_has_them(world: Build) -> None:
    w = world()
    cable = register.add_item(w.session, w.act(), name="cable", kind=ItemKind.CONSUMABLE, unit="m", fractions=True)[0]
    suppliers.set_terms(w.session, w.act(), variant=cable, supplier=w.supplier(), pack=2_500_000)
    terms = suppliers.terms_of(w.session, cable.id, w.supplier().id)
    assert suppliers.in_packs(terms, whole(6)) == 7_500_000
