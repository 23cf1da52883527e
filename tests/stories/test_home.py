"""App Home: mine first, then what waits for me, then what is wrong in my stores."""

from collections.abc import Callable

from models import roles
from models.members import Role
from tests.stories.conftest import Story


def test_an_empty_home_says_what_would_appear(story: Story) -> None:
    story.ana.opens_home()
    story.ana.sees("Nothing is checked out to you.")


def test_a_home_that_slack_did_not_take_is_sent_again(story: Story) -> None:
    story.office.fault("api_429", 1, method="views.publish")
    story.ana.opens_home()
    story.office.waits_for(lambda state: not state["faults"])
    story.moves_on(seconds=11)
    story.ana.sees("Nothing is checked out to you.")


def test_home_follows_a_request_from_asked_to_decided(story: Story) -> None:
    story.has("40 sensor in Warehouse")
    with story.world() as world:
        world.always_ask("sensor")
    story.ana.opens_home()
    story.bo.opens_home().sees("Nothing waits for your decision.")
    story.ana.types("/stock -5 sensor at Warehouse")
    story.moves_on(seconds=11)
    story.ana.sees("What I asked for")
    story.bo.sees("Waiting for me\nAna Silva asks to take 5 sensors")
    story.bo.presses("Approve", on="asks to take 5 sensors")
    story.moves_on(seconds=11)
    story.bo.sees("Nothing waits for your decision.")
    story.ana.sees_no("What I asked for")


def test_a_keeper_sees_what_is_low(story: Story) -> None:
    story.has("3 M8 bolt in Van 3")
    with story.world() as world:
        world.reorder("M8 bolt", "Van 3", low=20)
    story.kim.opens_home()
    story.kim.sees("3 M8 bolts left in Van 3, reorder point 20")


def test_an_admin_grants_and_revokes_a_role_on_home(story: Story) -> None:
    story.kim.opens_home().sees("Kim Berg is admin everywhere")
    story.kim.presses("Grant a role").fills({"Who": "@dee", "Role": "Keeper"}).submits()
    story.kim.sees("Dee Okafor is keeper everywhere now.")
    story.kim.closes()
    story.moves_on(seconds=11)
    story.kim.presses("Revoke", on="Dee Okafor is keeper everywhere")
    story.kim.sees("Dee Okafor is no longer keeper everywhere.")


def test_a_role_is_granted_again_and_revoked_again(story: Story) -> None:
    story.kim.opens_home()
    for _ in range(2):
        story.kim.presses("Grant a role").fills({"Who": "@dee", "Role": "Keeper"}).submits().sees("Dee Okafor is keeper everywhere now.")
        story.kim.closes()
        story.moves_on(seconds=11)
        story.kim.presses("Revoke", on="Dee Okafor is keeper everywhere").sees("Dee Okafor is no longer keeper everywhere.")
        story.kim.closes()
        story.moves_on(seconds=11)
        story.kim.sees_no("Dee Okafor is keeper everywhere")


def test_the_last_admin_stays_one(story: Story) -> None:
    home = story.kim.opens_home().sees("Kim Berg is admin everywhere")
    assert home.count("[Revoke]") == 2, "Bo's and Kim's other role, and not the last admin's"


def test_a_teammate_has_no_button_to_grant_roles(story: Story) -> None:
    story.ana.opens_home().sees_no("Grant a role")


def test_an_admin_sets_from_which_value_on_a_count_needs_approval(story: Story) -> None:
    story.kim.opens_home().presses("Count policy").fills({"Above, in USD": "lots"}).submits()
    assert "amount of money" in str(story.kim.form().errors)
    story.kim.fills({"Above, in USD": "250"}).submits()
    story.kim.sees("A count that differs by more than 250.00 USD needs approval now.")


def test_the_settings_name_the_first_admin(open_story: Callable[..., Story]) -> None:
    story = open_story(admins=("UDEE", "UNOBODY"))
    story.dee.opens_home().sees("Dee Okafor is admin everywhere")


def test_a_keeper_of_one_place_sees_what_is_low_and_late_there_and_nowhere_else(story: Story) -> None:
    story.has("3 M8 bolt in Van 3", "3 nail in Warehouse", "Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Van 3")
    with story.world() as world:
        world.reorder("M8 bolt", "Van 3", low=20)
        world.reorder("nail", "Warehouse", low=20)
        roles.grant(world.session, world.act(), member=world.member("Ana Silva"), role=Role.KEEPER, location=world.location("Van 3"))
    story.dee.types("/checkout out SN-1 until tomorrow")
    story.ana.types("/checkout overdue").sees("Nothing in your stores is late.")
    story.dee.types("/checkout out SN-2 until tomorrow")
    story.moves_to("2026-11-26 12:00", "Europe/Lisbon")
    home = story.ana.opens_home().sees("1 late")
    assert "SN-2" in home and "M8 bolts left in Van 3" in home
    assert "nail" not in home and "SN-1" not in home
