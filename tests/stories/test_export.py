"""Exporting: the stores as a file in a direct message, for whoever may see what others hold."""

import csv
import io

import pytest

from tests.stories.conftest import Story


def rows(story: Story) -> list[dict[str, str]]:
    """The rows of the one file that was sent."""
    (file,) = [one for one in story.office.server.sandbox.workspace.files.values() if one.content]
    return list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))


def test_a_keeper_is_sent_everything_that_is_kept(story: Story) -> None:
    story.has("40 M8 bolt in Warehouse", "Canon R6 SN-7 in Van 3")
    story.kim.types("/stock export").sees("Everything that is kept: stock-2026-11-23.csv is in our direct messages, with")
    lying = [(row["item"], row["location"], row["quantity"], row["serial"]) for row in rows(story) if row["quantity"] or row["serial"]]
    assert lying == [("M8 bolt", "Warehouse", "40", ""), ("Canon R6", "Van 3", "", "SN-7")]


def test_a_location_on_a_day_gone_is_sent_as_it_lay_then(story: Story) -> None:
    story.has("40 M8 bolt in Warehouse", "5 M8 bolt in Van 3")
    story.moves_on(seconds=86_400)
    story.kim.types("/stock -3 M8 bolt at Warehouse").sees("Took 3")
    story.kim.types("/stock export at Warehouse on yesterday").sees("What lies in Warehouse, at the end of Mon 23 Nov: the file follows")
    story.kim.sees("stock-Warehouse-2026-11-23.csv is in our direct messages")
    assert [row["quantity"] for row in rows(story) if row["quantity"]] == ["40"]


def test_what_no_import_takes_in_at_once_is_said_to_be_split(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.has("40 M8 bolt in Warehouse")
    monkeypatch.setattr("handlers.exporting.MOST_BYTES", 40)
    story.kim.types("/stock export").sees("An import takes 20,000 rows and 5 MB at a time. Split it, put its first line on every part")


def test_what_others_hold_is_not_for_everybody(story: Story) -> None:
    story.has("40 M8 bolt in Warehouse")
    story.ana.types("/stock export").sees("To see what others hold you need the role keeper")
    assert not any(file.content for file in story.office.server.sandbox.workspace.files.values())


def test_a_direct_message_is_answered_there(story: Story) -> None:
    story.has("40 M8 bolt in Warehouse")
    story.kim.says("export").sees("Everything that is kept: stock-2026-11-23.csv is in our direct messages")
