"""Lists as files: each by its name or from the page that shows it, guarded, and only for whoever may see all of it."""

import csv
import io

from models import booking, editing, ordering, policies, register, suppliers, waiting
from models.catalog import Item
from models.kit_register import Belongs, add_kit
from models.lists import Listed
from models.quantities import ONE, whole
from tests.stories.conftest import Story
from tests.world import due

DAY = 86_400


def rows(story: Story, file: str) -> list[dict[str, str]]:
    """The rows of the last file of that name."""
    files = [one.content for one in story.office.server.sandbox.workspace.files.values() if one.content and one.details["name"] == file]
    return list(csv.DictReader(io.StringIO(files[-1].decode("utf-8-sig"))))


def furnish(story: Story) -> None:
    story.has("40 M8 bolt in Warehouse", "=SUM(A1) SN-1 in Warehouse", "Canon R6 SN-2 in Warehouse")
    with story.world() as w:
        w.reserve("3 M8 bolt in Warehouse", job="=job 7")
        w.reorder("M8 bolt", None, low=60, high=100)
        gear, lent = register.add_category(w.session, w.act(), name="Gear"), w.asset("SN-1")
        editing.edit_item(w.session, w.act(), w.session.get_one(Item, w.variant("=SUM(A1)").item_id), category=gear)
        policies.set_terms(w.session, w.act("Kim Berg"), category=gear, text="Bring it back clean.")
        w.lend("SN-1", to="Ana Silva", due=due("2026-11-27 17:00"))
        waiting.queue(w.session, w.act("Bo Chen"), variant=w.variant("=SUM(A1)"), asset=lent, holder=w.person("Bo Chen"))
        add_kit(w.session, w.act(), name="Portrait case", belongs=[Belongs(w.variant("Canon R6"), asset=w.asset("SN-2"))])
        said = {"holder": w.person("Dee Okafor"), "start": due("2026-11-30 09:00").at, "end": due("2026-12-01 17:00").at, "zone": "UTC"}
        booking.book(w.session, w.act("Dee Okafor"), chosen=[w.asset("SN-2")], quantity=ONE, variant=None, **said, purpose="Portraits")
        prices = {"part_number": "AF-8", "pack": whole(100), "minimum": 0, "prices": [(0, 1250), (whole(1000), 1190)]}
        suppliers.set_terms(w.session, w.act(), variant=w.variant("M8 bolt"), supplier=w.supplier(), **prices)
        ordering.order(w.session, w.act(), order=w.drafts("200 M8 bolt"))


def test_every_list_is_sent_to_who_may_see_all_of_it(story: Story) -> None:
    furnish(story)
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


def test_a_page_of_a_list_offers_all_of_it(story: Story) -> None:
    furnish(story)
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
    furnish(story)
    story.ana.types("/stock export history").sees("To get the list of history you need the role keeper")
    story.bo.types("/stock export members").sees("To get the list of members you need the role admin")
    story.ana.types("/stock export order").sees("There is no list of order.")
    story.ana.presses("Orders").sees("orders-2026-11-23.csv is in our direct messages")
    story.kim.types("/stock export orders from 1 May").sees("The list of orders is as it stands now.")
    story.kim.types("/stock export history from 22 Nov to 25 Nov").sees("That ends before it begins.")


def test_the_history_of_one_thing_is_sent_with_what_moved_of_it(story: Story) -> None:
    furnish(story)
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
