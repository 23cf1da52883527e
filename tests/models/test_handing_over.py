"""Hand-over: what one offers stays with them until the other accepts; then it and its checkout are the other's, in one entry."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlmodel import Session

from models import (
    booked,
    booking,
    catalog,
    checkouts,
    custody,
    hand_overs,
    handing_over,
    history,
    levels,
    people,
    policies,
    waiting,
    waiting_for,
)
from models.assets import AssetState
from models.booked import Which
from models.catalog import ApprovalRule, Item
from models.checking_in import check_in
from models.checkouts import Held
from models.entries import EntryKind
from models.hand_overs import HandOverState
from models.kit_lending import check_out_kit, out_of
from models.kit_register import Belongs, add_kit
from models.kits import Kit
from models.ledger import Act, Posted
from models.members import SCHEDULE, Role, actor
from models.notices import NOTICES, NoticeKind
from models.quantities import whole
from models.refusals import Conflict, NotAllowed, Refusal
from models.undo import undo
from tests.world import World, due

Build = Callable[..., World]


@pytest.fixture
def w(world: Build) -> World:
    """Ana has two cameras until Friday."""
    built = world("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    built.lend("SN-1", "SN-2", due=due("2026-11-27 17:00"))
    return built


def give(w: World, *serials: str, to: str = "Bo", by: str = "Ana", note: str | None = None) -> Posted:
    chosen = [w.asset(serial) for serial in serials or ("SN-1",)]
    return handing_over.give(w.session, w.act(by), assets=chosen, holder=w.person(to), note=note)


def accept(w: World, offer: Posted, *, by: str = "Bo", note: str | None = None) -> Posted:
    return handing_over.accept(w.session, w.act(by), entry_id=offer.id, note=note)


def with_(w: World, serial: str = "SN-1") -> str:
    return custody.holder(w.session, w.asset(serial)).location


def held(w: World, serial: str = "SN-1") -> Held:
    found = checkouts.open_for_asset(w.session, w.asset(serial).id)
    assert found is not None
    return found


def states(w: World, offer: Posted) -> list[HandOverState]:
    return [one.state for one in hand_overs.of_entry(w.session, offer.id)]


def told(session: Session, kind: NoticeKind) -> int:
    return len(session.execute(select(NOTICES.c.id).where(NOTICES.c.kind == kind)).all())


def reviews(w: World) -> None:
    handing_over.review(w.session, Act(actor(w.session, SCHEDULE), w.now, lambda: "token"))


def test_what_is_offered_stays_with_the_giver_until_it_is_accepted(w: World) -> None:
    offer = give(w)
    assert (offer.kind, offer.lines, with_(w)) == (EntryKind.GIVING, (), "Ana")
    assert told(w.session, NoticeKind.OFFER) == 1
    w.later(hours=2)
    accepted = accept(w, offer, note="scratched")
    assert (accepted.kind, accepted.note, with_(w)) == (EntryKind.HANDED_OVER, "scratched", "Bo")
    assert told(w.session, NoticeKind.HAND_OVER) == 1


def test_the_checkout_goes_along_with_what_was_promised(w: World) -> None:
    before = held(w)
    offer = give(w)
    w.later(hours=2)
    accept(w, offer)
    after = held(w)
    assert (after.holder, after.due_at, after.source, after.out_at) == ("Bo", before.due_at, before.source, w.now)
    assert checkouts.held(w.session, before.id) is None


def test_what_lies_with_a_person_without_a_checkout_is_given_without_one(w: World) -> None:
    w.has("Canon R6 SN-3 in Warehouse")
    custody.move_assets(w.session, w.act(), assets=[w.asset("SN-3")], target=w.person("Ana"))
    accept(w, give(w, "SN-3"))
    assert (with_(w, "SN-3"), checkouts.open_for_asset(w.session, w.asset("SN-3").id)) == ("Bo", None)


def test_both_sides_are_in_the_ledger(w: World) -> None:
    offer = give(w, note="with charger")
    accept(w, offer)
    told_of = history.of_asset(w.session, w.asset("SN-1").id, limit=2)
    assert [(one.kind, one.member) for one in told_of] == [(EntryKind.HANDED_OVER, "Bo"), (EntryKind.GIVING, "Ana")]


def test_several_are_accepted_at_once_without_what_came_back_meanwhile(w: World) -> None:
    offer = give(w, "SN-1", "SN-2")
    check_in(w.session, w.act("Ana"), assets=[w.asset("SN-1")])
    accept(w, offer)
    assert (with_(w, "SN-1"), with_(w, "SN-2")) == ("Warehouse", "Bo")


def test_nothing_is_accepted_that_came_back_meanwhile_even_when_it_goes_out_again(w: World) -> None:
    offer = give(w)
    back = check_in(w.session, w.act("Ana"), assets=[w.asset("SN-1")]).posted
    with pytest.raises(Conflict, match=r"Ana does not have Canon R6 SN-1 any more, so the offer is over\. It is in Warehouse now"):
        accept(w, offer)
    again = w.lend("SN-1")
    with pytest.raises(Conflict, match=r"so the offer is over\. It is with Ana now"):
        accept(w, offer)
    undo(w.session, w.act("Ana"), entry_id=again.id)
    undo(w.session, w.act("Ana"), entry_id=back.id)
    accept(w, offer)
    assert with_(w) == "Bo"


def test_only_the_receiver_answers_and_once(w: World) -> None:
    offer = give(w)
    for answer in (handing_over.accept, handing_over.refuse):
        with pytest.raises(NotAllowed, match="This was offered to Bo: only they answer"):
            answer(w.session, w.act("Ana"), entry_id=offer.id)
    accept(w, offer)
    with pytest.raises(Conflict, match=r"was handed over\. It is with you now"):
        handing_over.refuse(w.session, w.act("Bo"), entry_id=offer.id)


def test_a_refusal_leaves_it_with_the_giver_who_is_told(w: World) -> None:
    offer = give(w)
    refused = handing_over.refuse(w.session, w.act("Bo"), entry_id=offer.id)
    assert (states(w, offer), with_(w), told(w.session, NoticeKind.HAND_OVER)) == ([HandOverState.REFUSED], "Ana", 1)
    with pytest.raises(Conflict, match="was refused"):
        accept(w, offer)
    undo(w.session, w.act("Bo"), entry_id=refused.id)
    accept(w, offer)
    assert with_(w) == "Bo"


def test_a_thing_is_offered_to_one_at_a_time(w: World) -> None:
    offer = give(w)
    with pytest.raises(Conflict, match=r"is offered to Bo already, until .* Withdraw that first"):
        give(w, to="Cy")
    undo(w.session, w.act("Ana"), entry_id=offer.id)
    give(w, to="Cy")
    with pytest.raises(Conflict, match="Ana took the offer of Canon R6 SN-1 back"):
        accept(w, offer)


def test_an_offer_without_an_answer_lapses_and_the_giver_is_told(w: World) -> None:
    offer = give(w)
    reviews(w)
    assert states(w, offer) == [HandOverState.OFFERED]
    w.now += handing_over.LASTS
    with pytest.raises(Conflict, match="The offer of Canon R6 SN-1 ended on"):
        accept(w, offer)
    reviews(w)
    reviews(w)
    assert (states(w, offer), told(w.session, NoticeKind.HAND_OVER)) == ([HandOverState.LAPSED], 1)
    assert [one.kind for one in history.of_asset(w.session, w.asset("SN-1").id, limit=1)] == [EntryKind.OFFER_LAPSED]
    give(w, to="Cy")


def test_nobody_is_told_of_the_end_of_an_offer_of_what_came_back(w: World) -> None:
    give(w)
    check_in(w.session, w.act("Ana"), assets=[w.asset("SN-1")])
    w.now += handing_over.LASTS
    reviews(w)
    assert told(w.session, NoticeKind.HAND_OVER) == 0


def test_undoing_an_acceptance_gives_it_back_with_its_checkout_and_offers_it_again(w: World) -> None:
    before, offer = held(w), give(w)
    accepted = accept(w, offer)
    with pytest.raises(Conflict, match="Undo that first"):
        undo(w.session, w.act("Ana"), entry_id=offer.id)
    undo(w.session, w.act("Bo"), entry_id=accepted.id)
    assert (held(w).id, held(w).holder, states(w, offer)) == (before.id, "Ana", [HandOverState.OFFERED])
    accept(w, offer)
    assert with_(w) == "Bo"


def test_a_keeper_hands_over_at_once_what_another_has(w: World) -> None:
    posted = give(w, by="Kim")
    assert (posted.kind, with_(w), held(w).due_at) == (EntryKind.HANDED_OVER, "Bo", due("2026-11-27 17:00").at)
    assert told(w.session, NoticeKind.HAND_OVER) == 2
    undo(w.session, w.act(), entry_id=posted.id)
    assert (with_(w), held(w).holder) == ("Ana", "Ana")


def test_a_keeper_does_not_wait_for_the_answer_to_an_offer(w: World) -> None:
    offer = give(w)
    with pytest.raises(NotAllowed):
        handing_over.hand_over(w.session, w.act("Cy"), entry_id=offer.id)
    handing_over.hand_over(w.session, w.act(), entry_id=offer.id)
    assert (with_(w), states(w, offer)) == ("Bo", [HandOverState.ACCEPTED])


def test_what_a_keeper_gives_to_a_third_is_not_there_to_accept_any_more(w: World) -> None:
    offer = give(w)
    give(w, to="Cy", by="Kim")
    with pytest.raises(Conflict, match=r"so the offer is over\. It is with Cy now"):
        accept(w, offer)


def test_a_teammate_gives_only_what_is_theirs(w: World) -> None:
    with pytest.raises(NotAllowed, match=r"Ana has Canon R6 SN-1\. Only they, or a keeper of where it left, can give it on"):
        give(w, by="Cy")


def test_things_are_given_between_people(w: World) -> None:
    w.has("Canon R6 SN-3 in Warehouse")
    with pytest.raises(Conflict, match="SN-3 is available in Warehouse, and not with a person"):
        give(w, "SN-3", by="Kim")
    with pytest.raises(Refusal, match="Van 3 is not a person"):
        handing_over.give(w.session, w.act("Ana"), assets=[w.asset("SN-1")], holder=w.location("Van 3"))
    with pytest.raises(Conflict, match="You have Canon R6 SN-1 already"):
        give(w, to="Ana")
    with pytest.raises(Conflict, match="SN-1 already"):
        give(w, to="Ana", by="Kim")
    custody.lost(w.session, w.act("Ana"), asset=w.asset("SN-1"))
    with pytest.raises(Conflict, match="SN-1 is lost"):
        give(w)


def test_who_is_not_in_slack_cannot_be_asked_but_a_keeper_hands_over(w: World) -> None:
    people.add_person(w.session, w.act(), name="Eve", email="eve@example.com")
    with pytest.raises(Refusal, match=r"Eve can't be asked in Slack\. A keeper can hand it over"):
        give(w, to="Eve")
    give(w, to="Eve", by="Kim")
    assert with_(w) == "Eve"


def test_what_needs_approval_to_go_out_is_not_offered_past_it(w: World) -> None:
    w.member("Ada", Role.ADMIN)
    item = w.session.get_one(Item, catalog.variant(w.session, w.asset("SN-1").variant_id).item_id)
    policies.set_approval(w.session, w.act("Ada"), target=item, rule=ApprovalRule.ALWAYS)
    with pytest.raises(NotAllowed, match=r"always needs approval\. So a keeper hands it over"):
        give(w)
    give(w, by="Kim")
    assert with_(w) == "Bo"


def test_what_comes_back_from_the_receiver_is_in_store_again(w: World) -> None:
    accept(w, give(w))
    check_in(w.session, w.act("Bo"), assets=[w.asset("SN-1")])
    assert custody.state_of(w.session, w.asset("SN-1")) is AssetState.AVAILABLE


def test_whoever_waited_for_it_leaves_the_line_once_they_are_given_it(w: World) -> None:
    for who in ("Bo", "Dee"):
        waiting.queue(w.session, w.act(who), variant=w.variant("Canon R6"), asset=w.asset("SN-1"), holder=w.person(who))
    accepted = accept(w, give(w))
    line = waiting_for.line_for(w.session, w.variant("Canon R6").id, w.asset("SN-1").id)
    assert [one.holder for one in line] == ["Dee"]
    undo(w.session, w.act("Bo"), entry_id=accepted.id)
    line = waiting_for.line_for(w.session, w.variant("Canon R6").id, w.asset("SN-1").id)
    assert [one.holder for one in line] == ["Bo", "Dee"]


def test_what_is_late_can_be_given_to_whoever_has_booked_it_next_and_is_due_as_they_booked_it(w: World) -> None:
    start, end = due("2026-11-28 09:00").at, due("2026-11-30 17:00").at
    booking.book(w.session, w.act("Bo"), chosen=[w.asset("SN-1")], holder=w.person("Bo"), start=start, end=end, zone="UTC")
    w.now = due("2026-11-28 10:00").at
    accept(w, give(w))
    assert (with_(w), held(w).due_at) == ("Bo", end)
    assert booked.those(w.session, Which(holder_id=w.person("Bo").id)) == []


def test_what_a_keeper_gives_on_serves_a_booking_as_well(w: World) -> None:
    start, end = due("2026-11-28 09:00").at, due("2026-11-30 17:00").at
    booking.book(w.session, w.act("Bo"), variant=w.variant("Canon R6"), holder=w.person("Bo"), start=start, end=end, zone="UTC")
    w.now = due("2026-11-28 10:00").at
    give(w, by="Kim")
    assert (with_(w), held(w).due_at) == ("Bo", due("2026-11-27 17:00").at)
    assert booked.those(w.session, Which(holder_id=w.person("Bo").id)) == []


def kit_with_cards(w: World) -> Kit:
    """A kit of a camera and two cards, which Ana has until Friday."""
    w.has("6 returnable SD card in Warehouse", "Canon R6 SN-3 in Warehouse")
    belongs = [Belongs(w.variant("Canon R6"), asset=w.asset("SN-3")), Belongs(w.variant("SD card"), whole(2))]
    kit = add_kit(w.session, w.act(), name="Case 7", belongs=belongs)
    check_out_kit(w.session, w.act("Ana"), kit=kit, holder=w.person("Ana"), due=due("2026-11-27 17:00"))
    return kit


def of(w: World, kit: Kit) -> list[str]:
    return sorted(f"{one.holder}: {one.serial or one.what}" for one in out_of(w.session, kit))


def test_with_all_serials_of_a_kit_goes_what_of_it_is_kept_by_number(w: World) -> None:
    kit = kit_with_cards(w)
    w.hands_out("1 SD card", to="Ana")
    said = {"assets": [w.asset("SN-3")], "holder": w.person("Bo"), "kit": kit}
    offer = handing_over.give(w.session, w.act("Ana"), **said)
    assert of(w, kit) == ["Ana: SD card", "Ana: SN-3"]
    accepted = accept(w, offer)
    assert of(w, kit) == ["Bo: SD card", "Bo: SN-3"]
    assert [(line.quantity, line.target_id) for line in accepted.lines] == [(whole(number), w.person("Bo").id) for number in (1, 2)]
    assert {one.due_at for one in out_of(w.session, kit)} == {due("2026-11-27 17:00").at}
    assert levels.on_hand(w.session, w.variant("SD card").id, w.person("Ana").id) == whole(1)
    undo(w.session, w.act("Bo"), entry_id=accepted.id)
    assert of(w, kit) == ["Ana: SD card", "Ana: SN-3"]
    forced = handing_over.hand_over(w.session, w.act(), entry_id=offer.id)
    assert (forced.kind, of(w, kit)) == (EntryKind.HANDED_OVER, ["Bo: SD card", "Bo: SN-3"])
    give(w, "SN-3", by="Kim", to="Ana")
    assert of(w, kit) == ["Ana: SN-3", "Bo: SD card"]


def test_what_goes_along_with_a_kit_needs_the_same_leave(w: World) -> None:
    kit = kit_with_cards(w)
    w.always_ask("SD card")
    with pytest.raises(NotAllowed, match="SD card always needs approval"):
        handing_over.give(w.session, w.act("Ana"), assets=[w.asset("SN-3")], holder=w.person("Bo"), kit=kit)
    handing_over.give(w.session, w.act(), assets=[w.asset("SN-3")], holder=w.person("Bo"), kit=kit)
    assert of(w, kit) == ["Bo: SD card", "Bo: SN-3"]
