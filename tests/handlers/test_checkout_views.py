"""The /checkout side's views fit Slack's limits with the longest, the emptiest and the most hostile words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.sandbox.blocks import check_message, check_view
from handlers.dates import Moment
from handlers.routes import Reply
from handlers.views import asset as asset_views
from handlers.views import checkout, checkout_form, custody, giving, history, holding
from handlers.views.due import Reader
from handlers.views.paging import PAGE
from handlers.views.parts import button, said
from handlers.views.stock_form import Chosen
from models.acceptances import AcceptanceState
from models.assets import Asset, AssetState
from models.checkouts import Held
from models.custody import Stay, Whereabouts
from models.entries import EntryKind
from models.history import Happening
from models.ledger import Posted
from models.locations import LocationKind
from models.moved_lines import LINES, Moved
from models.quantities import MOST

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
READER = Reader(NOW, "Europe/Berlin")
POSTED = Posted(7, EntryKind.CHECKED_OUT, 1, NOW, NOW, (), (), None)
WORDS = ["x", "W" * 120, "<!channel> *b* `c` _d_ ~e~ <@U1> & <http://x|y>", "\u202eright to left", "x`y|z\n\n> quote"]


@pytest.fixture(params=WORDS)
def words(request: pytest.FixtureRequest) -> str:
    """What something is called."""
    return str(request.param)


def held(words: str, *, due: datetime | None = NOW - timedelta(days=3), serial: bool = True) -> Held:
    asset = 1 if serial else None
    name = words if serial else None
    return Held(
        1,
        1,
        asset,
        words,
        name,
        MOST,
        "each",
        2,
        words,
        LocationKind.PERSON,
        3,
        words,
        NOW,
        due,
        "America/New_York",
        words * 3,
        9,
        AcceptanceState.WAITING,
    )


def formatted(part: Any) -> Iterator[str]:
    """Every text in which marks would mean something."""
    if isinstance(part, dict) and part.get("type") == "mrkdwn":
        yield part["text"]
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from formatted(inner)


def fits(reply: Reply) -> None:
    assert check_message({"text": reply.text, "blocks": reply.blocks}) == []
    for text in (reply.text, *formatted(reply.blocks)):
        assert "<!" not in text and "<@" not in text


def test_answers_to_a_change_fit(words: str) -> None:
    left = [checkout.Left(words, words, MOST, words)] * 3
    fits(checkout.out(POSTED, [f"`{words[:0]}x`"] * 100, left, sources=[words] * 100, because=None, holder=words, until="open-ended"))
    parts = [checkout.Part(MOST, READER.due(NOW, "Asia/Tokyo"))] * 30
    noted = replace(POSTED, note=words * 30)
    fits(checkout.returned(noted, ["x"], targets=[words] * 30, parts=parts, remains="", told=[words] * 30))
    fits(checkout.extended(POSTED, ["x"], until="open-ended", before=["open-ended"]))
    was = custody.Was("x", words, held(words))
    fits(custody.moved(POSTED, [was] * 40, words, AssetState.AVAILABLE, unkept=said(words), reader=READER))
    fits(custody.lost(POSTED, was, words, unkept=said(words), reader=READER))
    fits(custody.found(POSTED, "x", words, AssetState.AVAILABLE))
    fits(custody.retired(POSTED, was, words, unkept=said(words), reader=READER))


def test_lists_fit(words: str) -> None:
    page = [held(words), held(words, serial=False, due=None)] * (PAGE // 2)
    stock = [holding.Kept(words, words, MOST)] * 20
    fits(holding.held_by(words, page, waits=[3] * len(page), stock=stock, first=0, total=400, carried={"member": 1}, reader=READER))
    fits(holding.held_by(None, [], waits=[], stock=[], first=0, total=0, carried={"member": 1}, reader=READER))
    fits(holding.overdue(page, first=PAGE, total=400, at=words, whose=holding.Whose.IN_YOUR_STORES, carried={"at": 1}, reader=READER))
    fits(holding.overdue([], first=0, total=0, at=words, whose=holding.Whose.YOURS, carried={"at": None}, reader=READER))


def test_history_fits(words: str) -> None:
    lines = tuple(Moved(1, 1, words, words, MOST, 1, words, 2, words, 1, words, 400) for _ in range(LINES))
    one = Happening(1, EntryKind.CHECKED_OUT, 1, words, words, NOW, NOW, words * 9, None, 2, lines)
    fits(history.history(words, [one] * PAGE, {"of": "asset", "id": 1}, more=True, newest=False, reader=READER))
    fits(history.history(words, [], {"of": "asset", "id": 1}, more=False, newest=True, reader=READER))


@pytest.mark.parametrize("kind", LocationKind)
def test_the_card_fits_wherever_the_asset_is(words: str, kind: LocationKind) -> None:
    asset = Asset(
        id=1, serial=words, serial_key=words, serial_bare=words, variant_id=1, name=words, note=words * 5, location_id=1,
        purchased_on=date(1990, 1, 1), replace_by_on=date(2040, 1, 1),
    )  # fmt: skip
    checked_out = held(words) if kind is LocationKind.PERSON else None
    shown = asset_views.Shown(asset, words, Whereabouts(1, words, kind, None, checked_out), mine=False)
    buttons = [button("History", "history.page", {"of": "asset", "id": 1})]
    offered = giving.open_line(giving.Offered(1, 1, [], [], words, words, NOW, None), READER)
    fits(
        asset_views.card(
            shown, reported="Since Monday: it does not focus.", offered=offered, last=None, why_not=None, buttons=buttons, reader=READER
        )
    )
    fits(asset_views.who(shown, buttons=buttons, reader=READER))
    stays = [Stay(1, words, kind, NOW, NOW + timedelta(minutes=1))] * 20
    fits(asset_views.had("x", stays, Moment(NOW - timedelta(hours=1), NOW + timedelta(hours=20), NOW, True), mine=None, reader=READER))


def test_forms_fit(words: str) -> None:
    chosen = [Chosen(words, f"{words[:70]}{number}") for number in range(20)]
    filled = checkout_form.Filled(chosen, quantity="2", source=chosen[1].value, holder=chosen[0], due=date(2026, 11, 27), purpose=words * 3)
    stores = checkout_form.Stores(5, chosen)
    told = ["x" * 400] * 20
    assert (
        check_view(checkout_form.form(filled, counted=stores, lends=True, told=told, asks=True, zone="UTC", reader=READER, key="k")) == []
    )
    empty = checkout_form.Filled()
    assert check_view(checkout_form.form(empty, counted=None, lends=False, told=[], asks=False, zone="UTC", reader=READER, key="k")) == []
    assert check_view(checkout.extend_form(held(words), READER, key="k")) == []
    assert check_view(custody.place_form(custody.Was("x", words, None), 1, AssetState.LOST, key="k")) == []
