"""What setting a policy promises: for admins, kept in the ledger, and undone like anything else."""

from collections.abc import Callable
from typing import Any

import pytest

from models import finding, policies
from models.catalog import ApprovalRule
from models.refusals import NotAllowed, Refusal
from models.undo import undo
from models.workspace import workspace
from tests.world import World

Build = Callable[..., World]


def test_a_limit_says_above_what(world: Build) -> None:
    w = world("1 Saw in Warehouse")
    saw = finding.item(w.session, "Saw").item
    with pytest.raises(Refusal, match="above how many days"):
        policies.set_approval(w.session, w.act(), target=saw, rule=ApprovalRule.ABOVE)
    policies.set_approval(w.session, w.act(), target=saw, rule=ApprovalRule.ABOVE, above_days=7)
    assert (saw.approval, saw.approval_above_days) == (ApprovalRule.ABOVE, 7)


def test_a_rule_without_limits_forgets_them(world: Build) -> None:
    w = world("1 Saw in Warehouse")
    saw = finding.item(w.session, "Saw").item
    policies.set_approval(w.session, w.act(), target=saw, rule=ApprovalRule.ABOVE, above_minor=100)
    policies.set_approval(w.session, w.act(), target=saw, rule=ApprovalRule.ALWAYS, above_minor=100)
    assert saw.approval_above_minor is None


def test_a_policy_can_be_undone(world: Build) -> None:
    w = world("1 Saw in Warehouse")
    saw = finding.item(w.session, "Saw").item
    posted = policies.set_approval(w.session, w.act(), target=saw, rule=ApprovalRule.ALWAYS)
    undo(w.session, w.act(), entry_id=posted.id)
    assert saw.approval is ApprovalRule.INHERIT


def test_the_limit_of_counts_is_set_once(world: Build) -> None:
    w = world()
    policies.set_count_limit(w.session, w.act(), above_minor=5000)
    assert workspace(w.session).count_approval_above_minor == 5000
    with pytest.raises(Refusal, match="already"):
        policies.set_count_limit(w.session, w.act(), above_minor=5000)


def test_defaults_that_are_not_said_stay_and_the_same_again_is_no_entry(world: Build) -> None:
    w = world()
    assert policies.set_defaults(w.session, w.act(), channel="C1", currency="EUR") is not None
    assert policies.set_defaults(w.session, w.act(), channel="C1") is None
    assert (workspace(w.session).currency, workspace(w.session).time_zone) == ("EUR", "UTC")


@pytest.mark.parametrize("said", [{"currency": "euro"}, {"time_zone": "Mars/North"}])
def test_a_currency_and_a_zone_have_to_exist(world: Build, said: Any) -> None:
    w = world()
    with pytest.raises(Refusal, match="Try one like"):
        policies.set_defaults(w.session, w.act(), **said)


def test_policies_are_for_admins(world: Build) -> None:
    w = world()
    w.member("Ana")
    with pytest.raises(NotAllowed):
        policies.set_count_limit(w.session, w.act("Ana"), above_minor=None)
