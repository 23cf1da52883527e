"""What the columns of a file that nobody knows seem to hold."""

import pytest

from models.importing.forms import COLUMNS
from models.importing.guessing import guessed

OURS = {key: key for key in COLUMNS} | {"colour": "Colour"}


@pytest.mark.parametrize(
    ("headers", "guess"),
    [
        ("item location quantity", {"item": "item", "location": "location", "quantity": "quantity"}),
        ("product qty bin ean", {"product": "item", "qty": "quantity", "bin": "location", "ean": "barcode"}),
        ("item_name serial_no colour", {"item_name": "item", "serial_no": "serial", "colour": "colour"}),
        ("quantitty locatoin categroy", {"quantitty": "quantity", "locatoin": "location", "categroy": "category"}),
        ("name qty", {"name": "item", "qty": "quantity"}),
        ("item name", {"item": "item", "name": "name"}),
        ("qty stock", {"qty": "quantity"}),
        ("zzz 17", {}),
    ],
)
def test_each_of_ours_is_guessed_once_and_by_its_name(headers: str, guess: dict[str, str]) -> None:
    assert guessed({key: key for key in headers.split()}, OURS) == guess
