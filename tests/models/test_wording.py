"""How amounts and names stand in a sentence."""

import pytest

from models.quantities import ONE
from models.wording import counted, listed


@pytest.mark.parametrize(
    ("quantity", "name", "unit", "said"),
    [
        (1, "M8 bolt", "each", "1 M8 bolt"),
        (3, "M8 bolt", "each", "3 M8 bolts"),
        (0, "Toner", "each", "0 Toners"),
        (2, "tool box", "each", "2 tool boxes"),
        (2, "Battery", "each", "2 Batteries"),
        (2, "tray", "each", "2 trays"),
        (2, "Safety glasses", "each", "2 Safety glasses"),
        (2, "Wall anchor, 6 mm", "each", "2 Wall anchors, 6 mm"),
        (2, "Canon R6", "each", "2 Canon R6"),
        (3400, "bolt", "each", "3,400 bolts"),
        (12.5, "copper cable", "m", "12.5 m of copper cable"),
        (2, "Ear plugs", "pair", "2 pairs of Ear plugs"),
        (1, "Ear plugs", "pair", "1 pair of Ear plugs"),
        (3, "Printer paper", "box", "3 boxes of Printer paper"),
        (3, "salt", "kg", "3 kg of salt"),
    ],
)
def test_an_amount_reads_as_a_colleague_would_say_it(quantity: float, name: str, unit: str, said: str) -> None:
    assert counted(int(quantity * ONE), name, unit) == said


def test_names_are_listed_as_in_a_sentence() -> None:
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
