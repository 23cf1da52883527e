"""Figures with a picture: asked for, read page by page, drawn, sent as a file, and only to whoever may see them."""

import csv
import io
from threading import Event

from PIL import Image

from bot.running import FOLLOWERS
from models import roles
from models.checking_out import check_out
from models.members import Role
from tests.stories.conftest import Story
from tests.world import due

DAY = 86_400


def sent(story: Story, ending: str) -> list[tuple[str, bytes]]:
    """What a screen reader says of the files that were sent, and what is in them."""
    files = story.office.server.sandbox.workspace.files.values()
    return [(file.details.get("alt_txt", ""), file.content) for file in files if file.content and file.details["name"].endswith(ending)]


def rows(story: Story) -> list[list[str]]:
    """The rows of the last file for a spreadsheet."""
    return list(csv.reader(io.StringIO(sent(story, ".csv")[-1][1].decode("utf-8-sig"))))


def lend(story: Story, *serials: str, to: str, until: str) -> None:
    with story.world() as w:
        check_out(w.session, w.act(to), assets=[w.asset(one) for one in serials], holder=w.person(to), due=due(until))


def test_a_keeper_asks_what_is_used_and_gets_words_a_picture_and_a_file(story: Story) -> None:
    story.has("=SUM(A1) SN-1 in Warehouse", "Drill SN-2 in Warehouse", "Drill SN-3 in Warehouse")
    story.moves_on(seconds=DAY)
    lend(story, "SN-1", to="Ana Silva", until="2026-12-24 17:00")
    story.moves_on(seconds=9 * DAY)
    story.kim.types("/stock reports")
    story.kim.presses("Use")
    told = story.kim.sees("3 assets: lent 9 days of 30 days owned, 30 %.")
    assert told.index("90 % =SUM(A1): 9 days of 10 days, 1 asset") < told.index("0 % Drill: 0 days of 20 days, 2 assets")
    story.kim.sees("[file figures.png")
    ((words, picture),) = sent(story, ".png")
    assert words == (
        "Days lent of days owned, from Fri 4 Sep to Thu 3 Dec. 3 assets: lent 9 days of 30 days owned, 30 %. =SUM(A1): 90 %; Drill: 0 %."
    )
    assert Image.open(io.BytesIO(picture)).size == (1280, 130 + 2 * 54 + 60)
    story.kim.presses("As CSV").sees("figures-used-2026-12-03.csv is in our direct messages.")
    assert rows(story) == [
        ["item", "assets", "days lent", "days owned", "percent"],
        ["'=SUM(A1)", "1", "9", "10", "90"],
        ["Drill", "2", "0", "20", "0"],
    ]
    story.kim.types("/stock figures borrowed from 24 Nov to 24 Nov").sees("1 checkout of 1 item. The most: =SUM(A1), once.")
    story.kim.types("/stock figures borrowed from 25 Nov").sees("Nothing was borrowed then.")
    story.kim.types("/stock figures borrowed from 26 Nov to 24 Nov").sees("That ends before it begins.")


def test_anybody_reads_page_by_page_what_lies_idle_and_what_all_is_worth(story: Story) -> None:
    story.has(*[f"Drill SN-{number} in Warehouse" for number in range(1, 15)])
    story.moves_on(seconds=31 * DAY)
    story.ana.says("figures idle for 30 days").sees("14 assets lie idle; of the same items 14 are owned.")
    story.ana.sees("1–12 of 14.")
    story.ana.presses("Next").sees("13–14 of 14.")
    story.ana.sees("Drill SN-14 · Warehouse · never lent, here since Mon 23 Nov")
    story.ana.presses("As CSV").sees("figures-idle-2026-12-24.csv is in our direct messages.")
    assert [row[2] for row in rows(story)[1:]] == [f"SN-{number}" for number in range(1, 15)]
    story.ana.types("/stock figures idle").sees("Nothing has lain idle for 90 days.")
    story.ana.types("/stock figures idle for 30 days on 1 Dec").sees("Nothing has lain idle for 30 days.")
    story.ana.types("/stock figures idle for ever").sees("I can't read ever as a number of days. Write it like 90 days.")
    story.ana.types("/stock figures value").sees("Nothing there has a price.")
    story.ana.sees("Left out: 14 assets whose cost or days nobody knows.")


def test_who_returns_late_is_shown_to_approvers_and_admins_at_the_moment_they_look(story: Story) -> None:
    story.has("Drill SN-1 in Warehouse", "Drill SN-2 in Warehouse", "Drill SN-3 in Van 3")
    lend(story, "SN-1", "SN-2", to="Ana Silva", until="2026-11-24 17:00")
    lend(story, "SN-3", to="Dee Okafor", until="2026-11-24 17:00")
    story.ana.types("/checkout return SN-1").sees("Returned")
    story.moves_on(seconds=3 * DAY)
    story.kim.types("/stock figures overdue").sees("2 checkouts are late, the worst by 1.7 days.")
    story.kim.sees("Ana Silva: Drill SN-2, 2 days late")
    story.ana.types("/stock figures overdue").sees("To see what others hold you need the role keeper")
    story.ana.types("/checkout return SN-2").sees("Returned")
    story.dee.types("/checkout return SN-3").sees("Returned")
    story.moves_on(seconds=60)
    story.ana.types("/stock figures late").sees("To see who returns late you need the role approver")
    story.ana.types("/stock figures")
    assert "Late returns" not in story.ana.sees("What is borrowed most")
    story.bo.types("/stock figures late").sees("2 of 3 returns with a due time came late.")
    story.bo.sees("Ana Silva: 1 of 2 late, by 1.7 days")
    story.bo.types("/stock figures late at Van 3").sees("1 of 1 return with a due time came late.")
    with story.world() as w:
        bo = w.member("Bo Chen")
        roles.revoke(w.session, w.act(), member=bo, role=Role.APPROVER)
    story.bo.presses("As CSV", on="2 of 3").sees("To see who returns late you need the role approver")
    with story.world() as w:
        roles.grant(w.session, w.act(), member=w.member("Bo Chen"), role=Role.APPROVER, location=w.location("Van 3"))
    story.bo.types("/stock figures late").sees("You see who returns late at some locations only.")
    story.bo.types("/stock figures late at Van 3").sees("1 of 1 return with a due time came late.")
    assert sent(story, ".csv") == []


def test_however_many_wait_for_figures_everybody_else_is_answered(story: Story) -> None:
    story.has("Drill SN-1 in Warehouse")
    gate = Event()
    story.bots[0].wiring.reckoner.submit(gate.wait, 30)
    for _ in range(FOLLOWERS + 1):
        story.kim.says("figures idle for 1 day").sees("Idle: the figures follow.")
    story.ana.types("/checkout").form()
    gate.set()
    story.kim.sees("Nothing has lain idle for 1 day.")
