"""What receiving, moving, taking, scrapping and counting promise."""

from collections.abc import Callable

import pytest

from models import stock
from models.quantities import whole
from models.refusals import Shortage
from tests.world import World

Build = Callable[..., World]


def test_a_move_takes_from_one_location_and_adds_to_the_other(world: Build) -> None:
    w = world("200 M8 bolt in Warehouse")
    stock.move(
        w.session, w.act(), variant=w.variant("M8 bolt"), quantity=whole(5), source=w.location("Warehouse"), target=w.location("Van 3")
    )
    assert (w.on_hand("M8 bolt", "Warehouse"), w.on_hand("M8 bolt", "Van 3")) == (195, 5)


def test_more_than_lies_there_is_refused_and_the_nearest_is_named(world: Build) -> None:
    w = world("3 M8 bolt in Van 3", "210 M8 bolt in Warehouse")
    with pytest.raises(Shortage) as refused:
        stock.take(w.session, w.act(), variant=w.variant("M8 bolt"), quantity=whole(5), source=w.location("Van 3"))
    assert refused.value.text == "Van 3 holds 3 M8 bolts; you asked for 5. Nearest: Warehouse (210)."
    assert refused.value.choices[0].label == "Take 5 from Warehouse"
