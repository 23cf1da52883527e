"""What is promised about reminders of what is due: to whom, when, once, and that they end by themselves."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from models import checkouts, custody, homes, members, notices, reminders
from models.checking_in import check_in
from models.checking_out import check_out
from models.extending import extend
from models.members import Grant, Member, Role, Standing
from models.notices import NOTICES, Notice, NoticeKind, NoticeState
from models.quantities import whole
from models.undo import undo
from models.workspace import workspace
from tests.world import MONDAY, World, due

Build = Callable[..., World]

FRIDAY = due("2026-11-27 17:00")
CAMERA = "Canon R6 SN-1 in Warehouse"


def at(day: str, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=UTC)


def run(w: World, until: datetime, *, every: timedelta = timedelta(hours=1)) -> None:
    """Lets the days pass: every hour what is due is reviewed, and what is owed is shown."""
    while w.now < until:
        w.now = min(w.now + every, until)
        beat(w)


def beat(w: World) -> None:
    while reminders.review(w.session, w.now):
        pass
    owed = (NOTICES.c.wanted > NOTICES.c.shown) & (NOTICES.c.not_before_at <= w.now)
    shown = {"shown": NOTICES.c.wanted, "sent_ts": str(w.now), "state": NoticeState.SENT, "tried_at": w.now}
    w.session.execute(update(Notice).where(owed & NOTICES.c.sent_ts.is_(None)).values(**shown, sent_channel="D1"))
    w.session.execute(update(Notice).where(owed).values(shown=NOTICES.c.wanted))


def messages(w: World, kind: NoticeKind = NoticeKind.DUE) -> list[Any]:
    """The messages that were sent, oldest first."""
    query = NOTICES.select().where(NOTICES.c.kind == kind, NOTICES.c.sent_ts.is_not(None))
    return list(w.session.connection().execute(query.order_by(NOTICES.c.tried_at, NOTICES.c.id)))


def sent(w: World, kind: NoticeKind = NoticeKind.DUE) -> list[str]:
    """When each message was sent, in UTC."""
    return [f"{row.tried_at:%a %d %b %H:%M}" for row in messages(w, kind)]


def told_now(w: World, kind: NoticeKind = NoticeKind.DUE) -> list[str]:
    """What the current message tells of."""
    notice = w.session.get_one(Notice, messages(w, kind)[-1].id)
    return [one.serial or one.what for one in reminders.what_is_due(w.session, notice, w.now).things]


def lives_in(w: World, name: str, zone: str) -> None:
    w.member(name).time_zone = zone
    w.session.flush()


def test_the_holder_is_told_the_working_day_before_on_the_day_and_three_days_late(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1", due=due("2026-11-25 17:00"))
    run(w, at("2026-12-08"))
    assert sent(w) == ["Tue 24 Nov 09:00", "Wed 25 Nov 09:00", "Thu 26 Nov 09:00", "Fri 27 Nov 09:00", "Mon 30 Nov 09:00"]
    assert {row.member_id for row in messages(w)} == {w.member("Ana").id}


def test_no_reminder_falls_on_a_weekend(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1", due=due("2026-11-30 17:00"))
    run(w, at("2026-12-08"))
    assert sent(w) == ["Fri 27 Nov 09:00", "Mon 30 Nov 09:00", "Tue 01 Dec 09:00", "Wed 02 Dec 09:00", "Thu 03 Dec 09:00"]


def test_what_is_due_on_a_saturday_is_told_on_friday_and_late_on_monday(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1", due=due("2026-11-28 17:00"))
    run(w, at("2026-12-01"))
    assert sent(w) == ["Fri 27 Nov 09:00", "Mon 30 Nov 09:00", "Tue 01 Dec 09:00"]


def test_a_stage_is_always_a_working_day() -> None:
    days = reminders.reminded_on(due("2026-11-28 17:00").at, MONDAY, "UTC")
    assert [f"{day:%a %d}" for day in days] == ["Fri 27", "Mon 30", "Tue 01", "Wed 02"]


def test_the_days_are_those_of_the_holder(world: Build) -> None:
    w = world(CAMERA)
    lives_in(w, "Ana", "America/Los_Angeles")
    w.lend("SN-1", due=due("2026-11-25 17:00", "America/Los_Angeles"))
    run(w, at("2026-11-26"))
    assert sent(w) == ["Tue 24 Nov 17:00", "Wed 25 Nov 17:00"]


def test_two_holders_in_two_zones_are_each_told_in_their_morning(world: Build) -> None:
    w = world(CAMERA, "Canon R6 SN-2 in Warehouse")
    lives_in(w, "Ana", "Asia/Tokyo")
    lives_in(w, "Ben", "Europe/Berlin")
    w.lend("SN-1", due=due("2026-11-26 17:00", "Europe/Berlin"))
    w.lend("SN-2", to="Ben", due=due("2026-11-26 17:00", "Europe/Berlin"))
    run(w, at("2026-11-26", 23))
    told = {(members.get(w.session, row.member_id).name, f"{row.tried_at:%a %H:%M}") for row in messages(w)}
    assert told == {("Ana", "Thu 00:00"), ("Ben", "Wed 08:00"), ("Ben", "Thu 08:00")}


def test_nine_in_the_morning_stays_nine_when_the_clocks_change(world: Build) -> None:
    w = world(CAMERA)
    w.now = at("2027-03-22")
    lives_in(w, "Ana", "Europe/Berlin")
    w.lend("SN-1", due=due("2027-03-29 17:00", "Europe/Berlin"))
    run(w, at("2027-03-30"))
    assert sent(w) == ["Fri 26 Mar 08:00", "Mon 29 Mar 07:00", "Tue 30 Mar 07:00"]


def test_nobody_is_reminded_on_the_day_of_the_promise(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1", due=due("2026-11-24 17:00"))
    run(w, at("2026-11-24", 8))
    assert sent(w) == []
    run(w, at("2026-11-24", 23))
    assert sent(w) == ["Tue 24 Nov 09:00"]


def test_what_becomes_late_is_drawn_anew_at_that_moment(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1", due=FRIDAY)
    run(w, at("2026-11-27", 16, 59))
    assert messages(w)[-1].shown == 1
    run(w, at("2026-11-27", 17))
    assert (messages(w)[-1].shown, len(messages(w))) == (2, 2)


def test_the_homes_of_the_holder_and_the_keepers_show_what_has_become_late(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1", due=FRIDAY)
    run(w, at("2026-11-27", 16))
    for name, has_role in (("Ana", False), ("Kim", True), ("Ben", False)):
        homes.looked(w.session, w.member(name).id, location_id=w.person(name).id, has_role=has_role, now=w.now)
        homes.published(w.session, w.member(name).id, now=w.now)
    run(w, at("2026-11-27", 17))
    assert {members.get(w.session, one).name for one in homes.to_publish(w.session, now=w.now)} == {"Ana", "Kim"}


def test_all_things_of_one_day_stand_in_one_message(world: Build) -> None:
    w = world(CAMERA, "Canon R6 SN-2 in Warehouse", "20 returnable hard hat in Warehouse")
    w.lend("SN-1", due=FRIDAY)
    w.lend("SN-2", due=due("2026-11-26 12:00"))
    hats = w.variant("hard hat")
    check_out(w.session, w.act("Ana"), variant=hats, quantity=whole(3), source=w.location("Warehouse"), holder=w.person("Ana"), due=FRIDAY)
    run(w, at("2026-11-26"))
    assert sent(w) == ["Wed 25 Nov 09:00", "Thu 26 Nov 09:00"]
    assert told_now(w) == ["SN-2", "SN-1", "hard hat"]


def test_a_new_stage_shrinks_the_one_before(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1", due=FRIDAY)
    run(w, at("2026-12-01"))
    assert [row.superseded for row in messages(w)] == [True, True, True, False]


def test_a_return_ends_it_and_redraws_the_message(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1", due=FRIDAY)
    run(w, at("2026-11-26", 12))
    check_in(w.session, w.act("Ana"), assets=[w.asset("SN-1")])
    reminders.review(w.session, w.now)
    row = messages(w)[-1]
    assert row.wanted == row.shown + 1
    assert told_now(w) == []
    run(w, at("2026-12-08"))
    assert len(messages(w)) == 1


def test_a_part_returned_is_drawn_anew(world: Build) -> None:
    w = world("20 returnable hard hat in Warehouse")
    hats = w.variant("hard hat")
    check_out(w.session, w.act("Ana"), variant=hats, quantity=whole(3), source=w.location("Warehouse"), holder=w.person("Ana"), due=FRIDAY)
    run(w, at("2026-11-26", 12))
    check_in(w.session, w.act("Ana"), variant=hats, quantity=whole(1))
    reminders.review(w.session, w.now)
    assert messages(w)[-1].wanted == 2


def test_what_does_not_concern_the_reminder_leaves_it_alone(world: Build) -> None:
    w = world(CAMERA, "Canon R6 SN-2 in Warehouse")
    w.lend("SN-1", due=FRIDAY)
    run(w, at("2026-11-26", 12))
    w.lend("SN-2")
    reminders.review(w.session, w.now)
    assert messages(w)[-1].wanted == 1


def test_what_comes_back_before_it_was_sent_is_never_sent(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1", due=FRIDAY)
    w.now = at("2026-11-26", 18)
    beat(w)
    check_in(w.session, w.act("Ana"), assets=[w.asset("SN-1")])
    run(w, at("2026-12-08"))
    assert sent(w) == []


def test_what_is_owed_no_more_stays_so_when_its_reader_changes(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1", due=FRIDAY)
    w.now = at("2026-11-26", 18)
    beat(w)
    check_in(w.session, w.act("Ana"), assets=[w.asset("SN-1")])
    beat(w)
    notices.touch(w.session, {"members": [w.member("Ana").id]})
    run(w, at("2026-12-01"))
    assert sent(w) == []


def test_after_an_undone_return_the_reminder_goes_on(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1", due=FRIDAY)
    w.now = at("2026-11-26", 18)
    beat(w)
    back = check_in(w.session, w.act("Ana"), assets=[w.asset("SN-1")])
    beat(w)
    undo(w.session, w.act("Ana"), entry_id=back.posted.id)
    run(w, at("2026-11-27"))
    assert sent(w) == ["Fri 27 Nov 09:00"]


def test_an_undone_return_on_the_same_day_brings_the_same_message_back(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1", due=FRIDAY)
    run(w, at("2026-11-26", 12))
    back = check_in(w.session, w.act("Ana"), assets=[w.asset("SN-1")])
    beat(w)
    undo(w.session, w.act("Ana"), entry_id=back.posted.id)
    beat(w)
    assert len(messages(w)) == 1
    assert told_now(w) == ["SN-1"]
    assert messages(w)[0].shown == 3


def test_an_extension_starts_anew_before_the_new_due_day(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1", due=FRIDAY)
    run(w, at("2026-11-27", 12))
    extend(w.session, w.act("Ana"), assets=[w.asset("SN-1")], due=due("2026-12-03 17:00"))
    run(w, at("2026-12-03", 12))
    assert sent(w) == ["Thu 26 Nov 09:00", "Fri 27 Nov 09:00", "Wed 02 Dec 09:00", "Thu 03 Dec 09:00"]


def test_an_undone_extension_reminds_of_what_was_agreed_before(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1", due=FRIDAY)
    extended = extend(w.session, w.act("Ana"), assets=[w.asset("SN-1")], due=due("2026-12-03 17:00"))
    undo(w.session, w.act("Ana"), entry_id=extended.id)
    run(w, at("2026-11-27"))
    assert sent(w) == ["Thu 26 Nov 09:00", "Fri 27 Nov 09:00"]


def test_a_bot_that_was_down_for_a_week_sends_one_message_of_the_latest_stage(world: Build) -> None:
    w = world(CAMERA, "Canon R6 SN-2 in Warehouse")
    w.lend("SN-1", due=due("2026-11-25 17:00"))
    w.lend("SN-2", due=FRIDAY)
    w.now = at("2026-12-09", 11)
    beat(w)
    assert sent(w) == ["Wed 09 Dec 11:00"]
    assert told_now(w) == ["SN-1", "SN-2"]
    run(w, at("2026-12-08"))
    assert len(messages(w)) == 1


def test_a_bot_that_comes_back_in_the_evening_does_not_send_twice_in_the_morning(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1", due=FRIDAY)
    w.now = at("2026-11-26", 20)
    beat(w)
    run(w, at("2026-11-27", 12))
    assert sent(w) == ["Fri 27 Nov 09:00"]


def test_two_replicas_write_each_notice_once(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1", due=FRIDAY)
    w.now = at("2026-11-26")
    for _ in range(2):
        w.session.execute(update(checkouts.Checkout).values(review_at=w.now))
        reminders.review(w.session, w.now)
    rows = w.session.connection().execute(NOTICES.select()).all()
    assert [(row.key, row.wanted) for row in rows] == [(f"due:members {w.member('Ana').id}:2026-11-26:member {w.member('Ana').id}", 1)]


@pytest.mark.parametrize("changes", [{"slack_user_id": None}, {"standing": Standing.DEACTIVATED}])
def test_for_a_holder_who_cannot_be_reached_the_keepers_of_where_it_left_are_told(world: Build, changes: dict[str, Any]) -> None:
    w = world(CAMERA, "1 M8 bolt in Van 3")
    w.session.add(Grant(member_id=w.member("Bo").id, role=Role.KEEPER, location_id=w.location("Warehouse").id))
    w.session.add(Grant(member_id=w.member("Cem").id, role=Role.KEEPER, location_id=w.location("Van 3").id))
    w.lend("SN-1", due=FRIDAY)
    w.session.execute(update(Member).where(members.MEMBERS.c.id == w.member("Ana").id).values(**changes))
    run(w, at("2026-11-26"))
    assert {members.get(w.session, row.member_id).name for row in messages(w)} == {"Bo", "Kim"}
    notice = w.session.get_one(Notice, messages(w)[0].id)
    assert reminders.what_is_due(w.session, notice, w.now).for_keeper


def test_for_what_a_site_holds_the_keepers_of_where_it_left_are_told(world: Build) -> None:
    w = world(CAMERA)
    check_out(w.session, w.act(), assets=[w.asset("SN-1")], holder=w.location("Site North"), due=FRIDAY)
    run(w, at("2026-11-26"))
    assert {members.get(w.session, row.member_id).name for row in messages(w)} == {"Kim"}


def test_after_three_days_late_the_stores_channel_is_told_once(world: Build) -> None:
    w = world(CAMERA)
    w.location("Warehouse").channel = "C7"
    w.lend("SN-1", due=FRIDAY)
    run(w, at("2026-12-08"))
    assert sent(w, NoticeKind.LATE) == ["Thu 03 Dec 09:00"]
    assert [(row.channel, row.subject) for row in messages(w, NoticeKind.LATE)] == [("C7", "locations")]


def test_without_a_channel_of_its_own_the_default_one_is_told(world: Build) -> None:
    w = world(CAMERA)
    workspace(w.session).channel = "C1"
    w.lend("SN-1", due=FRIDAY)
    run(w, at("2026-12-08"))
    assert [row.channel for row in messages(w, NoticeKind.LATE)] == ["C1"]


def test_the_channels_line_is_drawn_anew_when_it_is_back(world: Build) -> None:
    w = world(CAMERA)
    w.location("Warehouse").channel = "C7"
    w.lend("SN-1", due=FRIDAY)
    run(w, at("2026-12-05"))
    assert [one.serial for one in reminders.what_is_late(w.session, w.location("Warehouse").id, w.now)] == ["SN-1"]
    check_in(w.session, w.act("Ana"), assets=[w.asset("SN-1")])
    beat(w)
    assert reminders.what_is_late(w.session, w.location("Warehouse").id, w.now) == []
    assert messages(w, NoticeKind.LATE)[0].shown == 2


def test_what_is_lost_is_reminded_of_no_more(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1", due=FRIDAY)
    run(w, at("2026-11-26", 12))
    custody.lost(w.session, w.act("Ana"), asset=w.asset("SN-1"))
    run(w, at("2026-12-08"))
    assert len(messages(w)) == 1


def test_what_is_open_ended_is_never_reminded_of(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1")
    run(w, at("2026-12-08"), every=timedelta(days=1))
    assert w.session.connection().execute(NOTICES.select()).all() == []


def test_what_was_overdue_when_it_was_recorded_is_reminded_of_from_the_next_working_day(world: Build) -> None:
    w = world(CAMERA)
    w.lend("SN-1", due=FRIDAY)
    w.session.execute(update(checkouts.Checkout).values(due_at=due("2026-11-02 17:00").at))
    run(w, at("2026-12-08"))
    assert sent(w) == ["Tue 24 Nov 09:00", "Wed 25 Nov 09:00", "Thu 26 Nov 09:00"]


def test_many_checkouts_are_looked_at_batch_by_batch_and_told_in_one_message(world: Build) -> None:
    w = world("200 returnable hard hat in Warehouse")
    for _ in range(reminders.BATCH + 1):
        check_out(
            w.session,
            w.act("Ana"),
            variant=w.variant("hard hat"),
            quantity=whole(1),
            source=w.location("Warehouse"),
            holder=w.person("Ana"),
            due=FRIDAY,
        )
    w.now = at("2026-11-26")
    assert [reminders.review(w.session, w.now) for _ in range(2)] == [True, False]
    beat(w)
    assert [row.wanted for row in messages(w)] == [1]
    assert len(told_now(w)) == reminders.BATCH + 1
