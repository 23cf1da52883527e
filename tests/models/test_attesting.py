"""Attestation: who has something for long is asked whether it is right, answers once for what is there, and keepers hear what is not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import attestation_reads, attesting, history, members, people, policies, settling
from models.attestations import ATTESTED, Attestation, AttestationState, AttestedThing, Verdict
from models.checking_in import check_in
from models.checking_out import check_out
from models.entries import EntryKind
from models.ledger import Act, Posted
from models.members import SCHEDULE, Grant, Role, Standing, actor
from models.notices import NOTICES, NoticeKind
from models.people import Profile
from models.quantities import whole
from models.refusals import Conflict, NotAllowed, Refusal
from models.undo import undo
from tests.world import World

Build = Callable[..., World]


@pytest.fixture
def w(world: Build) -> World:
    """Ana has two cameras and three hats."""
    built = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "20 returnable hat in Warehouse")
    built.lend("SN-1", "SN-2")
    built.hands_out("3 hat", to="Ana")
    return built


def ask(w: World, name: str = "Ana", by: str | None = None) -> Attestation:
    return attesting.attest(w.session, w.act(by), place=w.person(name))[1][0]


def of(w: World, one: Attestation) -> str:
    return attestation_reads.fingerprint(attestation_reads.things(w.session, one))


def confirm(w: World, one: Attestation, by: str = "Ana", of_: str = "") -> Posted:
    return attesting.answer(w.session, w.act(by), one.id, of=of_ or of(w, one))


def dispute(w: World, one: Attestation, serial: str, verdict: Verdict = Verdict.MISSING, note: str | None = None) -> AttestedThing:
    thing = next(each for each in attestation_reads.things(w.session, one) if serial in (each.serial, each.what))
    attesting.answer(w.session, w.act("Ana"), one.id, of=of(w, one), wrong={thing.key: verdict}, note=note)
    query = select(AttestedThing).where(ATTESTED.c.attestation_id == one.id, ATTESTED.c.active, ATTESTED.c.verdict != Verdict.RIGHT)
    return w.session.scalars(query).one()


def reviews(w: World) -> None:
    act = Act(actor(w.session, SCHEDULE), w.now, lambda: "token")
    while attesting.review(w.session, act):
        pass


def told(w: World, kind: NoticeKind) -> int:
    return len(w.session.execute(select(NOTICES.c.id).where(NOTICES.c.kind == kind)).all())


def test_one_press_confirms_all_and_moves_nothing(w: World) -> None:
    one = ask(w)
    posted = confirm(w, one)
    assert (posted.kind, posted.lines, one.state) == (EntryKind.CONFIRMED, (), AttestationState.ANSWERED)
    assert [(row.quantity, row.verdict) for row in attestation_reads.answers(w.session, one)] == [
        (whole(1), Verdict.RIGHT),
        (whole(1), Verdict.RIGHT),
        (whole(3), Verdict.RIGHT),
    ]
    last = attestation_reads.last_of_asset(w.session, w.asset("SN-1").id)
    assert last == ("Ana", Verdict.RIGHT, w.now)
    assert history.of_asset(w.session, w.asset("SN-1").id, limit=1)[0].kind is EntryKind.CONFIRMED


def test_it_is_answered_by_whom_it_asks_and_once(w: World) -> None:
    one = ask(w)
    with pytest.raises(NotAllowed, match="Ana is asked this: only they answer"):
        confirm(w, one, by="Kim")
    first = of(w, one)
    posted = confirm(w, one)
    with pytest.raises(Conflict, match="You answered this on"):
        confirm(w, one, of_=first)
    undo(w.session, w.act("Ana"), entry_id=posted.id)
    assert (one.state, attestation_reads.answers(w.session, one)) == (AttestationState.ASKED, [])
    confirm(w, one)


def test_an_old_list_is_not_confirmed(w: World) -> None:
    one = ask(w)
    before = of(w, one)
    check_in(w.session, w.act("Ana"), assets=[w.asset("SN-2")])
    with pytest.raises(Conflict, match="What you have has changed since this list was made"):
        confirm(w, one, of_=before)
    confirm(w, one)
    assert len(attestation_reads.answers(w.session, one)) == 2


def test_the_message_is_drawn_again_when_what_they_have_changes_and_not_else(w: World) -> None:
    one = ask(w)
    wanted = select(NOTICES.c.wanted).where(NOTICES.c.kind == NoticeKind.ATTEST)
    before = w.session.execute(wanted).scalar_one()
    w.hands_out("1 hat", to="Bo")
    w.has("5 bolt in Warehouse")
    assert w.session.execute(wanted).scalar_one() == before
    w.hands_out("1 hat", to="Ana")
    assert w.session.execute(wanted).scalar_one() == before + 1
    confirm(w, one)


def test_who_has_nothing_any_more_has_nothing_to_confirm(w: World) -> None:
    one = ask(w)
    for what in ("SN-1", "SN-2", "3 hat"):
        w.bring_back(what, by="Ana")
    with pytest.raises(Conflict, match="You have nothing any more"):
        confirm(w, one)
    w.later(days=8)
    reviews(w)
    assert one.reminded == 0


def test_what_is_disputed_goes_to_its_keepers_and_the_rest_is_confirmed(w: World) -> None:
    row = dispute(w, ask(w), "SN-1", note="Bo has it")
    assert (row.verdict, row.note, told(w, NoticeKind.DISPUTE)) == (Verdict.MISSING, "Bo has it", 1)
    (entry,) = history.of_asset(w.session, w.asset("SN-1").id, limit=1)
    assert (entry.kind, entry.note) == (EntryKind.DISPUTED, "Bo has it")
    last = attestation_reads.last_of_asset(w.session, w.asset("SN-2").id)
    assert last is not None
    assert last.verdict is Verdict.RIGHT


def test_a_keeper_settles_a_dispute_once(w: World) -> None:
    row = dispute(w, ask(w), "SN-1")
    thing = attesting.to_settle(w.session, row.id)
    posted = settling.collect(w.session, w.act(), thing)
    with pytest.raises(Conflict, match="It is settled: what Ana had of it then has gone back, or elsewhere"):
        attesting.dismiss(w.session, w.act(), row.id)
    undo(w.session, w.act(), entry_id=posted.id)
    with pytest.raises(NotAllowed):
        attesting.dismiss(w.session, w.act("Bo"), row.id)
    dismissed = attesting.dismiss(w.session, w.act(), row.id)
    with pytest.raises(Conflict, match="Kim dismissed it already"):
        attesting.to_settle(w.session, row.id)
    undo(w.session, w.act(), entry_id=dismissed.id)
    settling.write_off(w.session, w.act(), attesting.to_settle(w.session, row.id), reason="disputed by Ana")


@pytest.mark.parametrize(("thing", "lent"), [("SN-1", "SN-1"), ("hat", "3 hat")])
def test_what_came_back_and_is_lent_again_is_disputed_no_more(w: World, thing: str, lent: str) -> None:
    row = dispute(w, ask(w), thing)
    settling.collect(w.session, w.act(), attesting.to_settle(w.session, row.id))
    w.later(days=3)
    w.hands_out(lent, to="Ana")
    with pytest.raises(Conflict, match="It is settled"):
        attesting.to_settle(w.session, row.id)


def test_an_answer_can_not_be_taken_back_once_the_same_is_asked_again(w: World) -> None:
    posted = confirm(w, ask(w))
    ask(w)
    with pytest.raises(Conflict, match="The same was asked again since: the new question stands"):
        undo(w.session, w.act("Ana"), entry_id=posted.id)


def test_a_dispute_that_is_taken_back_asks_nothing_of_keepers(w: World) -> None:
    row = dispute(w, ask(w), "hat", Verdict.OTHER)
    posted = next(one for one in history.of_member(w.session, w.member("Ana").id, limit=1))
    undo(w.session, w.act("Ana"), entry_id=posted.id)
    with pytest.raises(Conflict, match="Ana took that back"):
        attesting.to_settle(w.session, row.id)


def test_keepers_ask_a_member_those_of_their_location_or_everybody(w: World) -> None:
    w.has("Drill SN-9 in Depot")
    check_out(w.session, w.act("Bo"), assets=[w.asset("SN-9")], holder=w.person("Bo"))
    w.session.add(Grant(member_id=w.member("Pat").id, role=Role.KEEPER, location_id=w.location("Depot").id))
    w.session.flush()
    with pytest.raises(NotAllowed, match="To ask everybody you need the role keeper everywhere"):
        attesting.attest(w.session, w.act("Pat"), place=None)
    with pytest.raises(NotAllowed):
        attesting.attest(w.session, w.act("Pat"), place=w.location("Warehouse"))
    _, asked = attesting.attest(w.session, w.act("Pat"), place=w.location("Depot"))
    assert [members.get(w.session, one.member_id).name for one in asked] == ["Bo"]
    _, rest = attesting.attest(w.session, w.act(), place=None)
    assert [members.get(w.session, one.member_id).name for one in rest] == ["Ana"]
    with pytest.raises(Refusal, match="Nobody has anything out who is not asked already"):
        attesting.attest(w.session, w.act(), place=None)
    with pytest.raises(Conflict, match="Ana was asked on"):
        ask(w)
    assert attestation_reads.counts(w.session) == (2, 2)


def test_who_is_not_in_slack_is_not_asked(w: World) -> None:
    people.add_person(w.session, w.act(), name="Eve", email="eve@example.com")
    with pytest.raises(Refusal, match="Eve can't be asked in Slack"):
        ask(w, "Eve")
    with pytest.raises(Refusal, match="Bo has nothing, so there is nothing to ask about"):
        ask(w, "Bo")


def test_once_a_quarter_whoever_has_had_something_for_so_long_is_asked(w: World) -> None:
    reviews(w)
    w.later(days=60)
    w.hands_out("1 hat", to="Bo")
    w.later(days=31)
    reviews(w)
    reviews(w)
    assert [members.get(w.session, one.member_id).name for one in attestation_reads.latest(w.session, first=0, most=9)] == ["Ana"]
    one = attestation_reads.open_of(w.session, w.person("Ana").id)
    assert one is not None
    confirm(w, one)
    w.later(days=80)
    reviews(w)
    assert [one.state for one in attestation_reads.latest(w.session, first=0, most=9)] == [
        AttestationState.ASKED,
        AttestationState.ANSWERED,
    ]
    w.later(days=20)
    reviews(w)
    assert attestation_reads.counts(w.session) == (2, 2)


def test_a_question_that_was_never_answered_is_over_when_the_next_is_asked(w: World) -> None:
    one = ask(w)
    w.later(days=91)
    reviews(w)
    new = attestation_reads.open_of(w.session, w.person("Ana").id)
    assert new is not None
    assert (one.state, new.id > one.id) == (AttestationState.OVER, True)


def test_how_often_is_a_policy_and_never_is_one(w: World) -> None:
    policies.set_attestation(w.session, w.act(), days=None)
    w.later(days=200)
    reviews(w)
    assert attestation_reads.counts(w.session) == (0, 0)
    with pytest.raises(Refusal, match="from 14 to 730 days"):
        policies.set_attestation(w.session, w.act(), days=5)
    policies.set_attestation(w.session, w.act(), days=30)
    reviews(w)
    assert attestation_reads.counts(w.session) == (1, 1)


def test_who_has_not_answered_is_reminded_once_and_by_keepers_at_any_time(w: World) -> None:
    one = ask(w)
    w.now += attesting.REMINDED - timedelta(hours=1)
    reviews(w)
    assert told(w, NoticeKind.ATTEST) == 1
    w.later(hours=1)
    reviews(w)
    w.later(days=30)
    reviews(w)
    assert (told(w, NoticeKind.ATTEST), one.reminded) == (2, 1)
    undo(w.session, w.act("Ana"), entry_id=confirm(w, one).id)
    reviews(w)
    assert told(w, NoticeKind.ATTEST) == 2
    attesting.remind(w.session, w.act(), one.id)
    assert told(w, NoticeKind.ATTEST) == 3
    confirm(w, one)
    with pytest.raises(Conflict, match="Ana has answered already"):
        attesting.remind(w.session, w.act(), one.id)


def test_an_ask_that_is_undone_is_not_answered(w: World) -> None:
    posted, (one,) = attesting.attest(w.session, w.act(), place=w.person("Ana"))
    undo(w.session, w.act(), entry_id=posted.id)
    with pytest.raises(Conflict, match="This is not asked any more"):
        confirm(w, one)


def test_a_leaver_is_not_waited_for(w: World) -> None:
    one = ask(w)
    profile = Profile("UANA", "Ana", None, "UTC", Standing.DEACTIVATED)
    people.meet(w.session, Act(actor(w.session, SCHEDULE), w.now, lambda: "token"), profile=profile)
    assert (one.state, attestation_reads.counts(w.session)) == (AttestationState.OVER, (0, 0))
