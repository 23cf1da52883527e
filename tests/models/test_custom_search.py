"""Finding by custom fields: what holds is found, in order, nothing archived, and along an index."""

from typing import Any

import pytest
from sqlalchemy import event

from models import archiving, custody, custom_search, custom_values, editing, history
from models.custom_fields import About, CustomField, FieldKind
from models.custom_kinds import Part, Raw
from models.custom_register import add_field
from models.custom_search import Compare, Wanted
from tests.world import World


@pytest.fixture
def fleet(a_world: World) -> World:
    """Five cameras."""
    return a_world.has(*(f"Canon R6 SN-{number} in Warehouse" for number in range(1, 6)))


def defined(w: World, kind: FieldKind, name: str = "Colour", **terms: Any) -> CustomField:
    return add_field(w.session, w.act(), about=About.ASSET, kind=kind, name=name, **terms)[0]


def says(w: World, field: CustomField, *raw: Raw) -> None:
    """The first camera says the first, and so on; None says nothing."""
    for number, one in enumerate(raw, start=1):
        if one is not None:
            editing.edit_asset(w.session, w.act(), w.asset(f"SN-{number}"), custom={field.id: one})


def found(w: World, *conditions: Wanted, first: int = 0, most: int = 10) -> list[str]:
    hits, _ = custom_search.found(w.session, conditions, first=first, most=most)
    serials = {w.asset(f"SN-{number}").id: f"SN-{number}" for number in range(1, 6)}
    return [serials[hit.subject_id] for hit in hits]


def where(field: CustomField, compare: Compare, number: int | None = None, words: str | None = None) -> Wanted:
    return Wanted([field], compare, {field.id: Part(number, words, words)})


@pytest.mark.parametrize(
    ("compare", "serials"),
    [
        (Compare.IS, ["SN-3"]),
        (Compare.BELOW, ["SN-2", "SN-1"]),
        (Compare.AT_MOST, ["SN-2", "SN-1", "SN-3"]),
        (Compare.ABOVE, ["SN-4"]),
        (Compare.AT_LEAST, ["SN-3", "SN-4"]),
    ],
)
def test_numbers_are_compared_and_found_in_their_order(fleet: World, compare: Compare, serials: list[str]) -> None:
    field = defined(fleet, FieldKind.WHOLE)
    says(fleet, field, "5", "-3", "7", "1,000")
    assert found(fleet, where(field, compare, 7)) == serials


def test_words_are_found_whole_and_by_how_they_begin(fleet: World) -> None:
    field = defined(fleet, FieldKind.TEXT)
    says(fleet, field, "Red", "redder", "red", "blue")
    assert found(fleet, where(field, Compare.IS, words="red")) == ["SN-3", "SN-1"]
    assert found(fleet, where(field, Compare.BEGINS, words="red")) == ["SN-3", "SN-1", "SN-2"]


def test_any_of_several_choices_is_found_once(fleet: World) -> None:
    field = defined(fleet, FieldKind.CHOICES, choices=["red", "blue", "green"])
    says(fleet, field, ["red", "blue"], ["green"], ["blue"])
    assert found(fleet, where(field, Compare.IS, words="blue")) == ["SN-3", "SN-1"]
    assert sorted(found(fleet, Wanted([field], Compare.SAYS, {}))) == ["SN-1", "SN-2", "SN-3"]


def test_all_conditions_hold(fleet: World) -> None:
    colour, weight = defined(fleet, FieldKind.TEXT), defined(fleet, FieldKind.WHOLE, "Weight")
    says(fleet, colour, "red", "red", "blue")
    says(fleet, weight, "1", "5", "5")
    red, heavy = where(colour, Compare.IS, words="red"), where(weight, Compare.ABOVE, 2)
    assert found(fleet, red, heavy) == found(fleet, heavy, red) == ["SN-2"]


def test_what_was_emptied_or_archived_is_not_found(fleet: World) -> None:
    field = defined(fleet, FieldKind.TEXT)
    says(fleet, field, "red", "red", "red")
    says(fleet, field, "")
    custody.retire(fleet.session, fleet.act(), asset=fleet.asset("SN-2"))
    archiving.archive_asset(fleet.session, fleet.act(), fleet.asset("SN-2"))
    hits, total = custom_search.found(fleet.session, [where(field, Compare.IS, words="red")], first=0, most=10)
    assert ([hit.subject_id for hit in hits], total) == ([fleet.asset("SN-3").id], 1)


def test_a_page_knows_how_many_there_are(fleet: World) -> None:
    field = defined(fleet, FieldKind.WHOLE)
    says(fleet, field, "1", "2", "3", "4", "5")
    every = Wanted([field], Compare.SAYS, {})
    assert custom_search.found(fleet.session, [every], first=0, most=2)[1] == 5
    assert found(fleet, every, first=2, most=2) == ["SN-3", "SN-4"]


@pytest.mark.parametrize("compare", list(Compare))
def test_no_condition_reads_all_values(fleet: World, compare: Compare) -> None:
    words = compare is Compare.BEGINS
    field = defined(fleet, FieldKind.TEXT if words else FieldKind.WHOLE)
    wanted = where(field, compare, None if words else 7, "red" if words else None)
    wanted = Wanted([field], compare, {}) if compare is Compare.SAYS else wanted
    query = custom_search.of_one(About.ASSET, [wanted, wanted]).compile(compile_kwargs={"literal_binds": True})
    plan = [str(row[3]) for row in fleet.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")]
    reads = [step for step in plan if "custom_values" in step]
    assert reads and all(step.startswith("SEARCH custom_values") and "INDEX" in step for step in reads), plan


def test_neither_the_history_nor_the_form_of_a_thing_reads_what_is_said_of_others(fleet: World) -> None:
    says(fleet, defined(fleet, FieldKind.TEXT), "red", "blue")
    plans = list[str]()

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if "custom_values" in statement or "entry_subjects" in statement:
            found = cursor.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(str(row[3]) for row in found)

    event.listen(fleet.session.get_bind(), "before_cursor_execute", explain)
    history.of_asset(fleet.session, fleet.asset("SN-1").id, limit=5)
    custom_values.rows(fleet.session, About.ASSET, fleet.asset("SN-1").id)
    event.remove(fleet.session.get_bind(), "before_cursor_execute", explain)
    reads = [plan for plan in plans if "custom_values" in plan or "entry_subjects" in plan]
    assert reads and not [plan for plan in reads if plan.startswith("SCAN") or plan.endswith(("(field_id=?)", "(subject=?)"))], reads
