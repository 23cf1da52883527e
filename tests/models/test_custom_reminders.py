"""Dates in custom fields: who is told when, once for each stage, and what ends it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from models import archiving, custody, custom_reminders, editing, undo
from models.custom_fields import VALUES, About, CustomField, FieldKind, SeenBy
from models.custom_register import add_field, archive_field, edit_field
from models.members import Role
from models.notices import NOTICES
from models.policies import set_defaults
from tests.world import World


def calibrated(w: World, until: str | None = "2026-12-15", **terms: Any) -> CustomField:
    """SN-1, calibrated until that day; the reminder comes 14 days before."""
    w.has("Meter SN-1 in Warehouse")
    terms = {"remind_days": 14} | terms
    field, _ = add_field(w.session, w.act(), about=About.ASSET, kind=FieldKind.DATE, name="Calibrated until", **terms)
    says(w, field, until)
    return field


def says(w: World, field: CustomField, until: str | None) -> None:
    editing.edit_asset(w.session, w.act(), w.asset("SN-1"), custom={field.id: until})


def reviewed(w: World, on: str) -> list[tuple[str | None, int]]:
    """Who has been written a notice by nine o'clock of that day, and whether it is owed."""
    w.now = datetime.fromisoformat(on).replace(hour=9, tzinfo=UTC)
    while custom_reminders.review(w.session, w.now):
        pass
    rows = w.session.connection().execute(select(NOTICES.c.channel, NOTICES.c.member_id, NOTICES.c.wanted).order_by(NOTICES.c.id))
    names = {w.member(name).id: name for name in ("Kim", "Ana", "Bo")}
    return [(row.channel or names[row.member_id], row.wanted) for row in rows]


def test_the_stores_channel_is_told_ahead_and_on_the_day(a_world: World) -> None:
    set_defaults(a_world.session, a_world.act(), channel="CSTORES")
    calibrated(a_world)
    assert reviewed(a_world, "2026-11-30") == []
    assert reviewed(a_world, "2026-12-01") == reviewed(a_world, "2026-12-14") == [("CSTORES", 1)]
    assert reviewed(a_world, "2026-12-15") == reviewed(a_world, "2026-12-30") == [("CSTORES", 0), ("CSTORES", 1)]


def test_a_later_date_ends_it_before_it_is_sent(a_world: World) -> None:
    set_defaults(a_world.session, a_world.act(), channel="CSTORES")
    field = calibrated(a_world)
    assert reviewed(a_world, "2026-12-01") == [("CSTORES", 1)]
    says(a_world, field, "2027-12-15")
    assert reviewed(a_world, "2026-12-02") == [("CSTORES", 0)]


def test_what_only_keepers_see_is_told_to_them_directly(a_world: World) -> None:
    set_defaults(a_world.session, a_world.act(), channel="CSTORES")
    a_world.member("Ana")
    a_world.member("Bo", Role.KEEPER)
    calibrated(a_world, seen_by=SeenBy.KEEPERS)
    assert sorted(name or "" for name, _ in reviewed(a_world, "2026-12-01")) == ["Bo", "Kim"]


def test_nobody_is_told_of_what_is_archived_or_is_not_reminded_of(a_world: World) -> None:
    set_defaults(a_world.session, a_world.act(), channel="CSTORES")
    field = calibrated(a_world, remind_days=None)
    assert reviewed(a_world, "2026-12-15") == []
    custody.retire(a_world.session, a_world.act(), asset=a_world.asset("SN-1"))
    archiving.archive_asset(a_world.session, a_world.act(), a_world.asset("SN-1"))
    edit_field(a_world.session, a_world.act(), field, remind_days=7)
    assert reviewed(a_world, "2026-12-16") == []


def test_another_lead_time_counts_for_what_is_said_already(a_world: World) -> None:
    set_defaults(a_world.session, a_world.act(), channel="CSTORES")
    field = calibrated(a_world, remind_days=None)
    assert reviewed(a_world, "2026-12-01") == []
    edit_field(a_world.session, a_world.act(), field, remind_days=20)
    assert reviewed(a_world, "2026-12-01") == [("CSTORES", 1)]


def test_a_field_that_is_archived_is_not_reminded_of_until_that_is_undone(a_world: World) -> None:
    set_defaults(a_world.session, a_world.act(), channel="CSTORES")
    field = calibrated(a_world)
    posted = archive_field(a_world.session, a_world.act(), field)
    assert reviewed(a_world, "2026-12-02") == []
    undo.undo(a_world.session, a_world.act(), entry_id=posted.id)
    assert reviewed(a_world, "2026-12-03") == [("CSTORES", 1)]


def test_what_is_no_date_to_be_reminded_of_is_looked_at_once(a_world: World) -> None:
    a_world.has("Meter SN-1 in Warehouse")
    colour, _ = add_field(a_world.session, a_world.act(), about=About.ASSET, kind=FieldKind.TEXT, name="Colour")
    says(a_world, colour, "red")
    assert reviewed(a_world, "2026-12-01") == []
    assert a_world.session.connection().execute(select(VALUES.c.review_at)).scalars().all() == [None]
