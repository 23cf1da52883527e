"""How a file is read, whatever program wrote it: its columns, numbers and days, or what keeps it from being read at all."""

import time
import tracemalloc

import pytest

from models import catalog, importing, packs
from models.custom_fields import About, FieldKind
from models.custom_register import add_field
from models.importing.days import DateOrder, UndecidedDates
from models.importing.forms import UnknownColumns
from models.importing.sheets import BadRows
from models.quantities import whole
from models.refusals import Refusal
from tests.models.test_importing import imported, planned, problems
from tests.world import World


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"item,location\nB\xf6lt,Van\n", "not in UTF-8 \\(line 2\\)"),
        (b"item,location\nBo\0lt,Van\n", "line 2 holds a NUL"),
        (b'item,location\nBolt,"Van\n', "A quotation mark may be missing"),
        (b"item,Item\nBolt,Nut\n", "two columns called Item"),
        (b"item,,location\nBolt,4,Van\n", "Column 2 of stores.csv has no name, and holds 4 in line 2."),
        (b"PK\x03\x04\x14\0", "is a workbook, whatever its name says. Save its sheet"),
        (b'"item,location"\n"Bolt,Van"\n', "Each line of stores.csv stands in quotation marks as a whole"),
        (b"item,price\nBolt,4\n", "don't know the column price"),
        (b"item" + b",x" * 64 + b"\n", "65 columns, and 64 are the most"),
        (b"item\n" + b"Bolt\n" * 20_001, "more than 20,000 rows, which are the most. Split it"),
        (b"item,note\n" + b"x," + b"y" * 5_000_000, "bytes, and 5,000,000 are the most. Split it"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(a_world: World, content: bytes, reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        planned(a_world, content)


def test_a_cell_that_is_too_long_is_told(a_world: World) -> None:
    with pytest.raises(BadRows) as refused:
        planned(a_world, f"item,note\nBolt,{'x' * 4097}\n")
    assert refused.value.problems[0][:2] == (2, "note")


@pytest.mark.parametrize(("separator", "start"), [(",", ""), (";", ""), ("\t", ""), (",", "\ufeff"), (",", "\r\n\r\n")])
def test_separators_byte_order_marks_and_empty_lines_make_no_difference(a_world: World, separator: str, start: str) -> None:
    lines = [["ITEM ", "Location", "quantity"], ["Bolt", "Van", "40"]]
    text = start.lstrip("\r\n") + "\r\n".join(separator.join(cells) for cells in lines) + start.lstrip("\ufeff")
    imported(a_world, text)
    assert a_world.on_hand("Bolt", "Van") == 40


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("sep=;\r\nitem;location;quantity\r\nBolt;Van;40\r\nNut;;x\r\n", 4),
        ("item,location,quantity,,\nBolt,Van,40,,,,\nNut,,x,\n,,\n", 3),
        ('item;"Colour, as seen";"Size, as made";location;quantity\nBolt;;;Van;40\nNut;;;;x\n', 3),
        ("item||location|quantity\nBolt||Van|40\n\u200bNut\ufeff|||x\n", 3),
    ],
)
def test_what_a_spreadsheet_adds_around_a_table_makes_no_difference(a_world: World, text: str, line: int) -> None:
    for name in ("Colour, as seen", "Size, as made"):
        add_field(a_world.session, a_world.act(), about=About.ITEM, kind=FieldKind.TEXT, name=name)
    assert problems(a_world, text) == [(line, "quantity", "I can't read x as a number. Write 1200 or 12.5.")]
    imported(a_world, text.replace("x", ""))
    assert a_world.on_hand("Bolt", "Van") == 40


@pytest.mark.parametrize(
    ("above", "line"),
    [("Our stores 2026,,\n", 2), ("Our stores\nby Kim\n\n", 4), ("Our stores,2026-11-26\n\n", 3)],
)
@pytest.mark.parametrize("mark", [",", ";"])
def test_a_title_above_the_columns_is_told(a_world: World, above: str, line: int, mark: str) -> None:
    text = f"stores.csv has a title above its columns, it seems: .*, and line {line} looks as if it did. Delete what stands above."
    with pytest.raises(Refusal, match=text):
        planned(a_world, f"{above}item,location,quantity\nBolt,Van,40\n".replace(",", mark))


def test_a_cell_that_no_header_stands_above_is_named(a_world: World) -> None:
    with pytest.raises(BadRows) as refused:
        planned(a_world, "item,location,quantity\nBolt,Van,1,200\nNut,Van,1,400\n")
    said = "This row has 4 cells, and there are 3 columns: {} stands in none of them."
    assert refused.value.problems == ((2, "", said.format("200")), (3, "", said.format("400")))


@pytest.mark.parametrize(
    ("quantities", "first", "said"),
    [
        (["1,5", "1.200"], 1.5, "Numbers have a decimal comma in this file, as in 1,5."),
        (["0,125", "12"], 0.125, "Numbers have a decimal comma in this file, as in 0,125."),
        (["1.5", "1,200"], 1.5, None),
        (["1200", "12"], 1200, None),
    ],
)
def test_how_numbers_are_written_is_told_by_those_that_read_one_way(
    a_world: World, quantities: list[str], first: float, said: str | None
) -> None:
    text = "item;unit;location;quantity\n" + "".join(f"Rope {number};m;Van;{one}\n" for number, one in enumerate(quantities))
    assert planned(a_world, text).remarks == ([said] if said else [])
    imported(a_world, text)
    assert a_world.on_hand("Rope 0", "Van") == first
    assert a_world.on_hand("Rope 1", "Van") == (12 if quantities[1] == "12" else 1200)


@pytest.mark.parametrize("written", ["1 200", "1\u00a0200", "1\u202f200", "1'200", "1’200", "1200.0", "1,200.00"])
def test_thousands_are_parted_in_many_ways_that_read_in_one(a_world: World, written: str) -> None:
    imported(a_world, f'item,location,quantity\nBolt,Van,"{written}"\n')
    assert a_world.on_hand("Bolt", "Van") == 1200


def test_thousands_are_parted_by_two_digits_where_people_count_in_lakhs(a_world: World) -> None:
    imported(a_world, 'item,location,quantity\nBolt,Van,"12,34,567"\n')
    assert a_world.on_hand("Bolt", "Van") == 1_234_567


@pytest.mark.parametrize("written", ["-5", "−5", "(5)", "5-", "-1,200.5"])
def test_less_than_nothing_is_refused_as_that(a_world: World, written: str) -> None:
    reason = f"{written} is less than nothing. Write how much there is, or leave the cell empty where none is."
    assert problems(a_world, f'item,location,quantity,unit cost\nBolt,Van,"{written}","{written}"\n') == [
        (2, "quantity", reason),
        (2, "unit cost", reason),
    ]


def test_a_number_is_refused_as_it_is_written(a_world: World) -> None:
    text = "item;unit;location;quantity\nRope;m;Van;1,5\nBolt;;Van;2,5 Stk\nNut;;Van;-\n"
    assert problems(a_world, text) == [
        (3, "quantity", "I can't read 2,5 Stk as a number. Write 1200 or 12.5."),
        (4, "quantity", "I can't read - as a number. Write 1200 or 12.5, or leave the cell empty."),
    ]


@pytest.mark.parametrize("written", ["$1,299.50", "1299.50 USD", "USD 1299.5", "US$ 1,299.50 "])
def test_an_amount_may_have_the_sign_of_our_currency(a_world: World, written: str) -> None:
    imported(a_world, f'item,unit cost\nBolt,"{written}"\n')
    assert a_world.variant("Bolt").cost_minor == 129_950


@pytest.mark.parametrize("written", ["€1,299.50", "1299.50 EUR", "kr 5"])
def test_an_amount_in_another_currency_is_not_taken_for_ours(a_world: World, written: str) -> None:
    said = f"{written} is in another currency than USD, which costs are kept in. Write it in USD, like 1292.94."
    assert problems(a_world, f'item,unit cost\nBolt,"{written}"\n') == [(2, "unit cost", said)]


@pytest.mark.parametrize("written", ["\u202aSN-1\u202c", "SN-1\u200b", "\ufeffSN-1", " \u00a0SN-1 "])
def test_what_cannot_be_seen_at_the_ends_of_a_code_is_no_part_of_it(a_world: World, written: str) -> None:
    imported(a_world, f"item,serial,location\nCamera,{written},Van\n")
    assert a_world.asset("SN-1").serial == "SN-1"


@pytest.mark.parametrize("written", ["#REF!", "#N/A", "#DIV/0!", "#BEZUG!", "#NV", "Err:502", "########"])
def test_what_a_spreadsheet_shows_for_no_value_is_not_taken_for_a_name(a_world: World, written: str) -> None:
    reason = f"{written} is what a spreadsheet shows where it has no value. Mend it there, or leave the cell empty."
    assert problems(a_world, f"item,location,quantity\nBolt,{written},4\n") == [(2, "location", reason)]


@pytest.mark.parametrize("written", ["1.23E+15", "1,23E+15", "4006381333931.0"])
@pytest.mark.parametrize("column", ["serial", "barcode", "sku", "item", "lot"])
def test_a_code_that_a_spreadsheet_spoilt_is_refused(a_world: World, written: str, column: str) -> None:
    ((line, where, reason),) = problems(a_world, f'{column},note\n"{written}",x\n')
    assert (line, where) == (2, column)
    assert reason.startswith(f"{written} is what a spreadsheet made of a ")


def test_the_dash_of_a_code_is_the_one_that_people_type(a_world: World) -> None:
    imported(a_world, "item,serial,location\nCamera,SN\u20111,Van\nCamera,SN–2,Van\n")
    assert (a_world.asset("SN-1").serial, a_world.asset("SN-2").serial) == ("SN-1", "SN-2")


def test_zeros_that_a_formula_keeps_are_kept(a_world: World) -> None:
    imported(a_world, 'item,serial,location\nCamera,="00123",Van\nCamera,"=""00124""",Van\n')
    assert (a_world.asset("00123").serial, a_world.asset("00124").serial) == ("00123", "00124")


@pytest.mark.parametrize("text", ["item;location;quantity\nBolt;Van;1.200\n", 'item,location,quantity\nRope,Van,"1,5"\nBolt,Van,"1,200"\n'])
def test_a_number_that_reads_both_ways_where_nothing_tells_is_asked_about(a_world: World, text: str) -> None:
    reason = problems(a_world, text)[-1][2]
    assert reason.removeprefix("1.200").removeprefix("1,200") == " may be 1200 or 1.2 in this file. Write one of these."


def test_what_packs_hold_is_written_as_the_other_numbers_are(a_world: World) -> None:
    imported(a_world, 'item;unit;location;quantity;packs\nRope;m;Van;1,5;"roll = 1.200; coil = 2,5"\n')
    rope = a_world.variant("Rope").item_id
    assert {one.name: one.quantity for one in packs.of_item(a_world.session, rope)} == {"roll": whole(1200), "coil": whole(5) // 2}


def test_thousands_need_no_second_look_where_commas_part_a_file(a_world: World) -> None:
    imported(a_world, 'item,location,quantity\nBolt,Van,"1,200"\n')
    assert a_world.on_hand("Bolt", "Van") == 1200


def test_a_row_is_told_by_the_line_that_it_begins_on(a_world: World) -> None:
    assert problems(a_world, 'item,note,quantity\n\n"Bolt","two\nlines",\nNut,,x\n')[0][0] == 5


@pytest.mark.parametrize(
    ("written", "kept"), [("'=SUM(A1)", "=SUM(A1)"), ("''=x", "'=x"), ("'tis", "'tis"), ("'-40 mm", "-40 mm"), ("'＝x", "＝x")]
)
def test_the_guard_before_a_formula_is_taken_away_once(a_world: World, written: str, kept: str) -> None:
    imported(a_world, f"item,note\nBolt,{written}\n")
    assert catalog.item(a_world.session, a_world.variant("Bolt").item_id).note == kept


@pytest.mark.parametrize(
    ("days", "purchased"),
    [
        (["1/23/23", "2/3/23"], "2023-02-03"),
        (["23/1/23", "2/3/23"], "2023-03-02"),
        (["31.12.2023", "2.3.23"], "2023-03-02"),
        (["2023-12-31", "2023-03-02"], "2023-03-02"),
        (["3/3/23"], "2023-03-03"),
        (["12/31/99", "1/2/69"], "1969-01-02"),
        (["12/31/99", "1/2/68"], "2068-01-02"),
        (["2024/05/02", "2024-05-02 00:00:00"], "2024-05-02"),
        (["1/23/2024 0:00", "5/2/2024 12:00:00 AM"], "2024-05-02"),
        (["31.12.2024", "02-May-24"], "2024-05-02"),
        (["2 May 2024"], "2024-05-02"),
        (["2024.05.02"], "2024-05-02"),
        (['"Sept. 2, 2024"'], "2024-09-02"),
    ],
)
def test_how_days_are_written_is_decided_by_the_whole_file(a_world: World, days: list[str], purchased: str) -> None:
    rows = "".join(f"Camera,SN-{number},Van,{day}\n" for number, day in enumerate(days))
    imported(a_world, f"item,serial,location,purchased on\n{rows}")
    assert str(a_world.asset(f"SN-{len(days) - 1}").purchased_on) == purchased


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("45414", "I can't read 45414 as a day. A spreadsheet means 2024-05-02 by that. Write it like 2026-12-31."),
        ("5/2024", "I can't read 5/2024 as a day. Write it like 2026-12-31."),
        ("2 Mai 2024", "There is no day 2 Mai 2024. Write it like 2026-12-31, or leave the cell empty."),
        ("0001-01-01", "There is no day 0001-01-01. Write it like 2026-12-31, or leave the cell empty."),
        ("1900-01-00", "There is no day 1900-01-00. Write it like 2026-12-31, or leave the cell empty."),
    ],
)
def test_what_is_no_day_is_refused_with_what_it_may_be(a_world: World, written: str, reason: str) -> None:
    assert problems(a_world, f"item,serial,location,purchased on\nCamera,SN-1,Van,{written}\n") == [(2, "purchased on", reason)]


def test_days_that_read_both_ways_are_asked_for(a_world: World) -> None:
    text = "item,serial,location,purchased on\nCamera,SN-1,Van,2/3/24\n"
    with pytest.raises(UndecidedDates):
        planned(a_world, text)
    imported(a_world, text, dates=DateOrder.DMY)
    assert str(a_world.asset("SN-1").purchased_on) == "2024-03-02"


def test_a_file_decides_before_what_is_said_about_it(a_world: World) -> None:
    imported(a_world, "item,serial,location,purchased on\nCamera,SN-1,Van,1/23/24\n", dates=DateOrder.DMY)
    assert str(a_world.asset("SN-1").purchased_on) == "2024-01-23"


def test_days_that_contradict_one_another_are_refused(a_world: World) -> None:
    with pytest.raises(Refusal, match="some last"):
        planned(a_world, "item,serial,location,purchased on\nCamera,SN-1,Van,1/23/24\nCamera,SN-2,Van,23/1/24\n")


@pytest.mark.parametrize(
    ("bomb", "reason"),
    [
        (b"," * 4_999_999, "is empty"),
        (b"a," * 2_400_000, "columns, and 64 are the most"),
        (b"a" * 4_999_999, "can't be read from line 1 on"),
        (b'item\n"' + b"a\n" * 2_400_000, "can't be read from line 2 on"),
        (b'"' * 4_999_999, "can't be read from line 1 on|has no name"),
        (b"a\n" * 2_400_000, "more than 20,000 rows"),
        (b"item\n" + b"\n" * 4_900_000, "more than 500,000 lines"),
        (b"\0" * 4_999_999, "holds a NUL"),
        (b"\xff\xfe" + b"a" * 4_000_001, "is not in UTF"),
        (b"item,note\n" + b'x,"' + b'""' * 2_000_000 + b'"\n', "can't be read from line 2 on"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_a_file_that_is_a_bomb_is_refused_with_little_time_and_memory(a_world: World, bomb: bytes, reason: str) -> None:
    begun = time.process_time()
    tracemalloc.start()
    try:
        with pytest.raises(Refusal, match=reason):
            planned(a_world, bomb)
        assert tracemalloc.get_traced_memory()[1] < 150_000_000
    finally:
        tracemalloc.stop()
    assert time.process_time() - begun < 10  # most of which it takes to trace the memory


def test_a_file_marked_as_utf_16_is_read(a_world: World) -> None:
    imported(a_world, "item\tlocation\tquantity\nBölt\tVan\t4\n".encode("utf-16"))
    assert a_world.on_hand("Bölt", "Van") == 4


def test_a_mapping_says_what_the_columns_hold(a_world: World) -> None:
    text = "Artikel;Menge;Ort;Farbe\nBolt;40;Van;red\n"
    with pytest.raises(UnknownColumns, match="don't know the column Artikel"):
        planned(a_world, text)
    plan = importing.plan(
        a_world.session, name="lager.csv", content=text.encode(), mapping={"artikel": "item", "menge": "quantity", "ort": "location"}
    )
    assert plan.remarks == ["1 column is left out: Farbe."]
    importing.carry_out(a_world.session, a_world.act(), plan)
    assert a_world.on_hand("Bolt", "Van") == 40


def test_a_problem_of_a_mapped_file_names_its_own_column(a_world: World) -> None:
    plan = importing.plan(a_world.session, name="l.csv", content=b"a;b\nBolt;many\n", mapping={"a": "item", "b": "quantity"})
    assert [problem[:2] for problem in plan.problems] == [(2, "b")]
