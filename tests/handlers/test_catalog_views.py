"""The cards, lists and forms of the catalog with the longest, emptiest and most hostile data: Slack takes each, and nothing pings."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.sandbox.blocks import check_message, check_view
from handlers import topics
from handlers.routes import Reply, table_of
from handlers.views import asset_form, category_form, happenings, helping, item_form, items, location_form, low, paging, places, stock_form
from handlers.views.parts import button
from handlers.views.stock_form import Chosen, Filled, Happened
from models.advice import Advice
from models.catalog import ApprovalRule, ItemKind
from models.contents import Kept, Lying, Standing
from models.entries import EntryKind
from models.history import Happening, KeptMore
from models.levels import Level
from models.locations import LocationKind
from models.moved_lines import Moved
from models.orders import Expected
from models.packs import Pack
from models.projection import Step
from models.purchasing import Low, Need
from models.quantities import MOST
from models.reorder import Together
from models.reserved import Reserved

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
WORDS = ["<!channel> *bold* `code` ~gone~ _x_ & <@U1>", "x" * 120, "螺" * 120, "<" * 120, "M8 bolt", '"; --']
MANY = 100


def levels(name: str, count: int) -> list[Level]:
    return [Level(1, number, name, LocationKind.VAN, MOST) for number in range(count)]


def item_card(name: str, count: int, as_of: str = "") -> items.ItemCard:
    return items.ItemCard(
        name=name,
        unit=name[:30],
        variants=[items.Shown(name, name, MOST)] * max(count, 1),
        levels=levels(name, count),
        points=[items.Point(name, name, MOST, MOST)] * count,
        use=[items.Used(name, name, Advice(MOST, MOST, MOST, 99_999, 9.99, 999, None))] * count,
        about=[name] * 4,
        note=name * 10,
        as_of=as_of,
        happened=[happenings.told(happening(name), now=NOW, zone="UTC")] * 3,
        sold=count > 1,
        available=MOST,
        reserved=[kept(name)] * count,
        on_order=[name] * count,
        projected=[Step(NOW.date(), MOST, (name, name))] * count,
        packs=[Pack(item_id=1, name=name[:30], name_key=name[:30], quantity=MOST)] * count,
    )


def kept(name: str) -> Reserved:
    return Reserved(1, 1, name, name, name[:30], 1, name, MOST, name, 1, name, NOW, NOW, "UTC", 1)


def happening(name: str, kind: EntryKind = EntryKind.MOVED) -> Happening:
    line = Moved(1, 1, name, "each", MOST, 1, name, 2, name, None, None, 1_000)
    return Happening(1, kind, 1, name, name, NOW, NOW, name * 20, 1, 1, (line,) * 10, (), (KeptMore(name, "m", name, name, -MOST),) * 5)


def location_card(name: str, count: int) -> places.LocationCard:
    return places.LocationCard(
        id=1,
        name=name,
        kind="warehouse",
        ours=True,
        path=f"{name} / {name}",
        below=[name] * count,
        keepers=[name] * count,
        contact=name,
        lead_days=count,
        counted="every 90, 180, 365 days (A, B, C)" if count else "",
        channel="C1",
        open_to_all=False,
        lying=[Lying(1, name, name, name[:30], ItemKind.CONSUMABLE, MOST, MOST)] * min(count, paging.PAGE),
        first=0,
        total=count,
        as_of="",
        carried={"l": 1},
        happened=[happenings.told(happening(name), now=NOW, zone="UTC")] * 3,
    )


def replies(name: str, count: int) -> list[Reply]:
    standing = [Standing(1, name, name, levels(name, 1)[0], True, NOW, None, False)] * min(count, paging.PAGE)
    buttons = [button("Show", f"sentence.say:{number}", {"c": "/checkout", "t": name, "k": "k"}) for number in range(len(standing))]
    lines = items.serial_lines(standing, buttons, now=NOW, zone="UTC")
    pager = paging.pager("item.serials", {"i": 1, "v": None}, first=0, shown=len(lines), total=count)
    category = items.CategoryCard(
        1, name, f"{name} / {name}", "never", name, [name] * count, [Kept(1, name, name[:30], MOST)] * 12, 0, count
    )
    need = Need(MOST, MOST, [Expected(1, MOST, NOW.date(), 1, MOST)] * 2, [Expected(1, MOST, None, 1, MOST)], MOST, 1)
    running_low = [(Low(number, 1, name, name, name[:30], 1, name, MOST - 1, MOST, MOST), need) for number in range(count)]
    return [
        items.card(item_card(name, count), lines[:5], [items.open_form("Take", "stock.take", variant_id=1)]),
        items.card(item_card(name, count, as_of="At the end of Mon 23 Nov"), [], []),
        items.serials(name, lines, first=0, total=count, pager=pager),
        items.category(category, []),
        places.card(location_card(name, count), []),
        low.low(running_low[: paging.PAGE], where=name, location_id=1, first=0, total=count, may=low.May(order=True, receive=True)),
        low.together(Together(count, count + 1), running_low[: low.MOST_TOGETHER], total=count),
    ]


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("count", [0, 1, MANY])
def test_slack_takes_every_card_and_list(name: str, count: int) -> None:
    for reply in replies(name, count):
        assert check_message({"text": reply.text, "blocks": reply.blocks}) == []


def forms(name: str) -> list[dict[str, Any]]:
    chosen = Chosen(name, name)
    carried = {"k": "k" * 16, "id": 1, "seen": 1}
    filled = [Filled(what, chosen, chosen, "1", chosen, name * 30) for what in Happened]
    item = item_form.ItemFilled(name, ItemKind.CONSUMABLE, (name, "wholes:each"), name, name)
    more = item_form.ways_on(1, name, [(number, name) for number in range(MANY)], may_set_policy=True)
    place = location_form.LocationFilled(name, LocationKind.VAN, (name, name), "C1", "Europe/Berlin", (location_form.OPEN,))
    asset = asset_form.AssetFilled(name, name, date(2026, 1, 1), "1", date(2026, 1, 1), name)
    policy = category_form.Policy(ApprovalRule.ABOVE, "1", "2")
    archive = button("Archive", "asset.archive", {"a": 1})
    variant = item_form.VariantFilled(name, name, "1")
    return [
        *(stock_form.form(one, may=list(Happened), holds=name, key="k") for one in filled),
        stock_form.form(Filled(Happened.TOOK), may=[Happened.TOOK], holds="Choose an item.", key="k"),
        item_form.new(item, currency="USD", carried=carried),
        item_form.edit(item, more=more, carried=carried),
        item_form.variant(name, variant, currency="USD", carried=carried, several=True, archive=archive),
        location_form.new(location_form.LocationFilled(), carried=carried),
        location_form.edit(place, more=location_form.ways_on(1, name, may_set_keepers=True), carried=carried),
        location_form.keepers(name, chosen=["U1"], everywhere=[name] * MANY, carried=carried),
        asset_form.new(asset_form.NewFilled(name, note=name), item=(name, name), location=None, currency="USD", carried=carried),
        asset_form.edit(asset, archive=archive, currency="USD", carried=carried),
        category_form.form(name, parent=(name, name), more=category_form.ways_on(1, name, may_set_policy=True), carried=carried),
        category_form.form(None, parent=None, more=[], carried=carried),
        category_form.approval(name, policy, currency="USD", carried=carried),
    ]


@pytest.mark.parametrize("name", WORDS)
def test_slack_takes_every_form_and_none_has_more_than_seven_inputs(name: str) -> None:
    for form in forms(name):
        assert check_view(form) == []
        assert sum(block["type"] == "input" for block in form["blocks"]) <= 7


def test_nothing_stored_pings_anybody() -> None:
    for reply in replies(WORDS[0], MANY):
        marked = [*_mrkdwn(reply.blocks), reply.text]
        assert not [text for text in marked if "<!channel>" in text or "<@U1>" in text]


def _mrkdwn(found: Any) -> list[str]:
    if isinstance(found, dict):
        own = [found["text"]] if found.get("type") == "mrkdwn" else []
        return own + [text for value in found.values() for text in _mrkdwn(value)]
    return [text for value in found for text in _mrkdwn(value)] if isinstance(found, list) else []


@pytest.mark.parametrize("kind", list(EntryKind))
def test_every_kind_of_entry_can_be_told_in_a_line(kind: EntryKind) -> None:
    assert "\n" not in happenings.told(happening(WORDS[0], kind), now=NOW, zone="UTC")
    assert happenings.told(happening("Van", kind)._replace(lines=()), now=NOW, zone="UTC").startswith("Mon 23 Nov, 09:00 · Van ")


@pytest.mark.parametrize("command", ["/stock", "/checkout", ""])
def test_slack_takes_help_however_much_can_be_said(command: str) -> None:
    table = table_of(topics.ALL)
    routes, said = table.sayable(command), {topic: table.about(topic, command) for topic in table.topics}
    for reply in (
        helping.overview(command, said, imports=True, token=lambda: "k"),
        *(helping.topic(command, topic, own) for topic, own in said.items()),
    ):
        assert check_message({"text": reply.text, "blocks": reply.blocks}) == []
        assert "…" not in json.dumps(reply.blocks, ensure_ascii=False)
    for route in routes:
        about = helping.about(command, "verb", [(route, ["keepers", "approvers", "admins"])])
        assert check_message({"text": about.text, "blocks": about.blocks}) == []
