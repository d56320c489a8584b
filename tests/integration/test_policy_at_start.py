"""The policy at the start of a process: what cannot be used is refused, with the way out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contingency_plans.plan import OP_QUANTITY, Plan, load_plan
from rules.engine import DurableEvaluator
from rules.rulebook import ESTATE_RESPONSE, load_rulebook
from service.config import Settings
from service.errors import Permanent
from service.operations.policy import load_policy, make_policy


def plan_of_many_thresholds() -> Plan:
    """A plan past what the engine can take, which no file can give as the loader refuses it."""
    plan = load_plan(OP_QUANTITY)
    whens = [(((f"premises.headcount_at_least.{number}", "yes"),),) for number in range(1, 251)]
    return replace(plan, options=tuple(replace(plan.options[0], id=f"X{n}", when=when) for n, when in enumerate(whens)))


def test_an_engine_that_answers_wrongly_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DurableEvaluator, "fired", lambda *_: frozenset())
    with pytest.raises(Permanent, match="OPQ_ENGINE=reference: the engine and the reference differ on EST-"):
        load_policy(Settings(engine="durable"))
    assert load_policy(Settings(engine="reference")).plan.id == "op-quantity"


def test_a_policy_that_the_engine_cannot_take_is_refused_with_the_way_out() -> None:
    rulebook, plan = load_rulebook(ESTATE_RESPONSE), plan_of_many_thresholds()
    with pytest.raises(Permanent, match=r"OPQ_ENGINE=reference: \d+ distinct combinations"):
        make_policy(rulebook, plan, "durable")
    assert make_policy(rulebook, plan, "reference").plan == plan
