"""Lists as files: each by its name or from the page that shows it, guarded, and only for whoever may see all of it."""

import csv
import io

from models.lists import Listed
from tests.models.test_lists import furnish
from tests.stories.conftest import Story

DAY = 86_400


def rows(story: Story, file: str) -> list[dict[str, str]]:
    """The rows of the last file of that name."""
    files = [one.content for one in story.office.server.sandbox.workspace.files.values() if one.content and one.details["name"] == file]
    return list(csv.DictReader(io.StringIO(files[-1].decode("utf-8-sig"))))


def test_every_list_is_sent_to_who_may_see_all_of_it(story: Story) -> None:
    with story.world() as world:
        furnish(world)
    for which in Listed:
        story.kim.types(f"/stock export {which}").sees(f"{which}-2026-11-23.csv is in our direct messages")
    (out,) = rows(story, "checkouts-2026-11-23.csv")
    assert (out["what"], out["serial"], out["quantity"], out["holder"]) == ("'=SUM(A1)", "SN-1", "1", "Ana Silva")
    assert out["due"] == "2026-11-27 18:00+01:00"
    (booked,) = rows(story, "bookings-2026-11-23.csv")
    assert (booked["serial"], booked["holder"], booked["purpose"]) == ("SN-2", "Dee Okafor", "Portraits")
    (waits,) = rows(story, "waiting-2026-11-23.csv")
    assert (waits["serial"], waits["holder"], waits["since"]) == ("SN-1", "Bo Chen", "2026-11-23 10:00+01:00")
    (belongs,) = rows(story, "kits-2026-11-23.csv")
    assert (belongs["kit"], belongs["serial"], belongs["quantity"]) == ("Portrait case", "SN-2", "1")
    (asked,) = rows(story, "acceptances-2026-11-23.csv")
    assert [asked[head] for head in ("serial", "holder", "terms", "version", "state")] == ["SN-1", "Ana Silva", "Gear", "1", "waiting"]
    (kept,) = rows(story, "reservations-2026-11-23.csv")
    assert (kept["quantity"], kept["at"], kept["for"]) == ("3", "Warehouse", "'=job 7")
    (ordered,) = rows(story, "orders-2026-11-23.csv")
    assert [ordered[head] for head in ("order", "what", "quantity", "received", "price", "price per", "currency", "supplier", "state")] == [
        *("PO-1001", "M8 bolt", "200", "0", "12.50", "100", "USD", "Acme", "ordered")
    ]
    (sold,) = rows(story, "suppliers-2026-11-23.csv")
    assert (sold["pack"], sold["prices"]) == ("100", "0: 12.50; 1000: 11.90")
    (low,) = rows(story, "low-2026-11-23.csv")
    assert (low["on hand"], low["reorder below"], low["reorder to"]) == ("40", "60", "100")
    kim = [(row["role"], row["at"]) for row in rows(story, "members-2026-11-23.csv") if row["name"] == "Kim Berg"]
    assert sorted(kim) == [("admin", ""), ("keeper", "")]
    moved = [(row["did"], row["by"], row["serial"], row["quantity"], row["to"]) for row in rows(story, "history-2026-11-23.csv")]
    assert ("checked out", "Ana Silva", "SN-1", "1", "Ana Silva") in moved
    story.moves_on(seconds=DAY)
    story.kim.types("/stock export history from 24 Nov").sees("history-2026-11-24.csv is in our direct messages, with 0 rows.")
    story.ana.types("/checkout in SN-1").sees("Returned")
    story.kim.types("/stock export checkouts on yesterday").sees(
        "The list of checkouts, at the end of Mon 23 Nov: checkouts-2026-11-23.csv"
    )
    assert rows(story, "checkouts-2026-11-23.csv") == [out]
    story.kim.types("/stock export checkouts").sees(
        "The list of checkouts: checkouts-2026-11-24.csv is in our direct messages, with 0 rows."
    )


def test_a_page_of_a_list_offers_all_of_it(story: Story) -> None:
    with story.world() as world:
        furnish(world)
    for sentence, file in (
        ("/stock low", "low"),
        ("/stock orders", "orders"),
        ("/stock reserved", "reservations"),
        ("/checkout bookings", "bookings"),
    ):
        story.ana.types(sentence)
        story.ana.presses("As CSV").sees(f"{file}-2026-11-23.csv is in our direct messages, with 1 row.")
    story.moves_on(seconds=5 * DAY)
    story.kim.types("/checkout overdue")
    story.kim.presses("As CSV", on="is late").sees("figures-overdue-2026-11-28.csv is in our direct messages.")
    assert [row["serial"] for row in rows(story, "figures-overdue-2026-11-28.csv")] == ["SN-1"]


def test_what_is_not_for_everybody_is_refused(story: Story) -> None:
    with story.world() as world:
        furnish(world)
    story.ana.types("/stock export history").sees("To get the list of history you need the role keeper")
    story.bo.types("/stock export members").sees("To get the list of members you need the role admin")
    story.ana.types("/stock export order").sees("There is no list of order.")
    story.ana.presses("Orders").sees("orders-2026-11-23.csv is in our direct messages")
    story.kim.types("/stock export orders from 1 May").sees("of one moment. Say a day, as in: export orders on 12 May.")
    story.kim.types("/stock export history on yesterday").sees("Say it as in: export history from 1 May to 31 May.")
    story.kim.types("/stock export history from 22 Nov to 25 Nov").sees("That ends before it begins.")


def test_the_history_of_one_thing_is_sent_with_what_moved_of_it(story: Story) -> None:
    with story.world() as world:
        furnish(world)
    story.has("1 nut in Van 3")
    story.kim.types("/stock move 5 M8 bolt from Warehouse to Van 3 note restock")
    story.kim.types("/checkout report SN-1 lens is loose").sees("lens is loose")
    for thing, file, told in (
        ("M8 bolt at Van 3", "M8-bolt-at-Van-3", [("moved", "5", "Warehouse", "Van 3", "restock")]),
        ("SN-1", "-SUM-A1--SN-1", [("added", "1", "Supplier", "Warehouse", ""), ("checked out", "1", "Warehouse", "Ana Silva", "")]),
    ):
        story.ana.types(f"/stock history {thing}")
        story.ana.presses("As CSV").sees(f"history-{file}.csv is in our direct messages")
        moved = [row for row in rows(story, f"history-{file}.csv") if row["quantity"]]
        assert [(row["did"], row["quantity"], row["from"], row["to"], row["note"]) for row in moved] == told
    assert "reported" in {row["did"] for row in rows(story, "history--SUM-A1--SN-1.csv")}
    story.kim.types("/stock history @Kim Berg")
    story.kim.presses("As CSV", on="History of Kim Berg").sees("history-Kim-Berg.csv is in our direct messages")
