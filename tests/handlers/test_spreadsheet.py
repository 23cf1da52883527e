"""CSV that goes out comes in again as it was, and nothing in it is a formula."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from handlers.spreadsheet import as_csv, file_name
from models.importing import sheets

CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=20)
HOSTILE = st.sampled_from(["=1+1", "+1", "-1", "@x", "＝1", 'a"b', "a,b", "=cmd|' /C calc'!A0", "a;b\tc", "'=x", "''-1"])


@given(st.lists(st.tuples(CELLS | HOSTILE, HOSTILE), min_size=1, max_size=5))
def test_what_goes_out_comes_in_again_as_it_was(rows: list[tuple[str, str]]) -> None:
    read = sheets.read("x.csv", as_csv(("one", "two"), rows))
    assert [(record.cells["one"], record.cells["two"]) for record in read.records] == rows


@given(st.lists(HOSTILE, min_size=1, max_size=5))
def test_no_text_is_taken_for_a_formula(cells: list[str]) -> None:
    written = list(csv.reader(io.StringIO(as_csv(cells, [cells]).decode("utf-8-sig"))))
    assert len(written) == 2
    assert not any(cell.startswith(("=", "+", "-", "@", "＝")) for row in written for cell in row)


def test_numbers_are_numbers_and_nothing_is_empty() -> None:
    assert as_csv(("n", "none"), [(-3, None)]).decode("utf-8-sig") == "n,none\r\n-3,\r\n"


def test_a_file_is_called_by_plain_letters() -> None:
    assert file_name("trace", "../L 1<!here>") == "trace-..-L-1--here-.csv"
