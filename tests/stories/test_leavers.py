"""Leavers: a card says who left, its thread lists what they have, and keepers settle it thing by thing. Sweeps do so by hand."""

from tests.stories.conftest import Story


def deactivated(story: Story, user_id: str, *, yes: bool = True) -> None:
    """Slack tells that somebody's account is deactivated, or is not any more."""
    story.office.door.post("profile", {"user": user_id, "changes": {"deleted": yes}})


def test_what_a_leaver_has_is_settled_in_the_thread_of_a_card(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse", "20 returnable hard hat in Warehouse", "90 bolt in Warehouse")
    story.ana.types("/checkout out SN-1 until friday")
    story.ana.types("/checkout out 3 hard hats")
    story.kim.types("/stock move 10 bolt from Warehouse to @ana")
    story.kim.types("/checkout book SN-2 from 1 Dec to 2 Dec for @ana").sees("Booked Canon R6 SN-2")
    deactivated(story, "UANA")
    story.kim.sees("Ana Silva left and has 3 things")
    story.kim.sees("0 of 3 settled")
    story.kim.sees("Free again: 1 booking.")
    story.kim.sees("Ana Silva has left: what was booked or waited for in their name is free again.")
    story.kim.opens_thread("0 of 3 settled")
    story.kim.sees("Canon R6 SN-1, due Fri 27 Nov, 17:00. Goes back to Warehouse.")
    story.dee.opens_thread("0 of 3 settled").presses("Collect", on="Canon R6 SN-1")
    story.dee.sees("you need the role keeper. Ask Kim Berg.")
    story.kim.presses("Collect", on="Canon R6 SN-1")
    story.kim.sees("Collected Canon R6 SN-1 from Ana Silva: in Warehouse now.")
    story.kim.sees("1 of 3 settled")
    story.kim.sees("Canon R6 SN-1: in Warehouse (Kim Berg)")
    story.kim.presses("Undo", on="Collected Canon R6 SN-1").sees("0 of 3 settled")
    story.kim.sees("Canon R6 SN-1, due Fri 27 Nov, 17:00. Goes back to Warehouse.")
    story.kim.presses("Collect to…", on="Canon R6 SN-1, due").fills({"Where is it put": "Warehouse"}).submits()
    story.kim.sees("1 of 3 settled")
    story.kim.presses("Reassign", on="3 hard hats").fills({"To whom": ("Bo", "Bo Chen")}).submits()
    story.kim.sees("Gave 3 hard hats from Ana Silva to Bo Chen.")
    story.bo.sees("Kim Berg handed 3 hard hats over from Ana Silva to you.")
    story.kim.presses("Write off", on="10 bolts").fills({"Why": "cannot be reached"}).submits()
    story.kim.sees("Wrote off 10 bolts of Ana Silva: they are booked as lost.\nWhen they turn up, undo this, or count them in.")
    story.kim.sees("All settled: nothing of it is with Ana Silva any more.")
    story.kim.types("/checkout out SN-1 to @ana").sees("Ana Silva has left: their account is deactivated")
    assert story.kim.types("/checkout").suggests("To whom", "Ana") == []


def test_who_comes_back_keeps_what_is_left_and_a_keeper_may_sweep_all_the_same(story: Story) -> None:
    story.has("Canon R6 SN-1 in Warehouse", "5 returnable hard hat in Van 3")
    story.ana.types("/checkout out SN-1 until friday")
    deactivated(story, "UANA")
    story.kim.sees("Ana Silva left and has 1 thing")
    deactivated(story, "UANA", yes=False)
    story.kim.sees("Ana Silva is back, and keeps what is not settled")
    story.kim.types("/checkout @ana").presses("Sweep").sees("Opened the sweep of Ana Silva: 1 thing.")
    story.kim.presses("Show the things", on="Opened the sweep").sees("1 thing of Ana Silva.")
    story.kim.types("/checkout sweep Van 3").sees("Opened the sweep of Van 3: 1 thing.")
    story.kim.presses("Show the things", on="Opened the sweep of Van 3")
    story.kim.presses("Collect", on="1 thing of Van 3").fills({"Where is it put": "Warehouse"}).submits()
    story.kim.sees("Collected 5 hard hats from Van 3: in Warehouse now.")
    assert story.on_hand("hard hat", "Warehouse") == 5
    story.kim.types("/checkout sweep Van 3").sees("Van 3 has nothing.")
    story.kim.presses("Close", on="Sweep of Ana Silva: 1 thing")
    story.kim.sees("Closed the sweep of Ana Silva.\n1 thing stayed where it was.")
    story.ana.types("/checkout sweep Warehouse").sees("you need the role keeper")


def test_keepers_without_a_channel_are_told_directly_each_with_a_thread(open_story: type[Story]) -> None:
    story = open_story(channel=None)
    story.has(*(f"Canon R6 SN-{number} in Warehouse" for number in range(18)))
    story.ana.types(f"/checkout out {', '.join(f'SN-{number}' for number in range(18))} until friday")
    story.pauses_its_beat()
    story.office.fault("lost_reply", 2)
    deactivated(story, "UANA")
    story.beats()
    story.moves_on(seconds=30)
    story.moves_on(seconds=30)
    story.kim.sees("Ana Silva left and has 18 things")
    story.kim.opens_thread("Ana Silva left and has 18 things")
    story.kim.sees("1–15 of 18 of Ana Silva.")
    story.kim.sees("16–18 of 18 of Ana Silva.")
    assert story.messages_to("kim") == 3


def test_what_a_leaver_asked_for_is_withdrawn_and_what_they_reserved_is_on_the_card(story: Story) -> None:
    story.has("40 sensor in Warehouse", "90 bolt in Warehouse")
    with story.world() as world:
        world.always_ask("sensor")
        world.reserve("8 bolt in Warehouse", job="job 7", by="Ana Silva")
    story.ana.types("/stock -5 sensor at Warehouse").sees("This needs approval")
    story.bo.sees("Ana Silva asks to take 5 sensors")
    deactivated(story, "UANA")
    story.kim.sees("Ana Silva left and has nothing")
    story.kim.sees("Withdrawn: 1 request for approval.")
    story.bo.sees("It was withdrawn, Mon 23 Nov, 09:00: “Ana Silva has left”")
    story.bo.sees_no("[Approve]")
    story.kim.sees("Reserved in their name, and kept until somebody releases it or it lapses; nobody is reminded of that.")
    story.kim.presses("Release", on="8 bolts").sees("Released 8 bolts")
    story.kim.sees_no("Reserved in their name")
    story.kim.presses("Undo").sees("Reserved in their name")
