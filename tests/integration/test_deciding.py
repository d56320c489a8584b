"""Deciding when the rules are in trouble: a degraded engine, a difference, a fact set that cannot be decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from rules.conditions import Condition
from rules.engine import EngineFault
from rules.evaluation import Evaluation, Evaluator
from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.errors import Permanent
from service.operations import deciding, threat
from service.operations.adopting import adopt
from service.operations.context import Context
from service.operations.people import SYSTEM
from service.operations.threat import ThreatWish
from service.store import levels
from service.store.estate import EVERYTHING
from service.store.tables import decisions, events, fact_sets
from tests import builders


class Obedient:
    """An engine that answers like the reference until it is told otherwise."""

    def __init__(self, conditions: Mapping[str, Condition]) -> None:
        self.reference = Evaluation(conditions, engine="reference")
        self.trouble: str | None = None

    def fired(self, facts: Mapping[str, str]) -> frozenset[str]:
        if self.trouble == "fault":
            raise EngineFault("the engine is gone")
        right = self.reference.fired(facts).ids_reference
        return frozenset() if self.trouble == "silent" else right

    def close(self) -> None:
        pass


@pytest.fixture
def engines() -> list[Obedient]:
    return []


@pytest.fixture
def context(migrated_url: str, engines: list[Obedient]) -> Iterator[Context]:
    def make(conditions: Mapping[str, Condition]) -> Evaluator:
        engines.append(Obedient(conditions))
        return engines[-1]

    policy = builders.default_policy()
    troubled = replace(
        policy,
        levels=Evaluation(policy.rulebook.conditions, engine="durable", durable=make),
        options=Evaluation(policy.plan.conditions, engine="durable", durable=make),
    )
    with builders.context_on(migrated_url, policy=troubled) as context:
        builders.register(context, {"id": "alder"}, {"id": "birch", "kinds": ["custody"]})
        _set(context, "SEVERE")
        yield context


def _set(context: Context, level: str) -> dict[str, object]:
    wish = ThreatWish(Scope.NATIONAL, ThreatLevel[level], "for a test")
    return threat.set_level(
        replace(context, settings=context.settings.model_copy(update={"falls_need_two": False})), SYSTEM, wish
    )


def _levels(context: Context) -> dict[ResponseLevel, int]:
    with context.store.read() as reader:
        return {level: count for level, count in levels.level_counts(reader, EVERYTHING).items() if count}


def _last(context: Context) -> list[dict[str, object]]:
    with context.store.read() as reader:
        newest = select(decisions.c.trigger_id).order_by(decisions.c.id.desc()).limit(1).scalar_subquery()
        rows = reader.connection.execute(select(decisions).where(decisions.c.trigger_id == newest))
        return [dict(row) for row in rows.mappings()]


def _told(context: Context) -> list[str]:
    with context.store.read() as reader:
        return list(reader.connection.execute(select(events.c.type).order_by(events.c.sequence)).scalars())


def test_both_evaluators_stand_behind_an_ordinary_decision(context: Context) -> None:
    assert {row["evaluator"] for row in _last(context)} == {"durable+reference"}
    assert not any(row["degraded"] or row["failed"] for row in _last(context))


def test_when_the_engine_is_gone_the_reference_decides_and_the_decision_says_so(
    context: Context, engines: list[Obedient]
) -> None:
    for engine in engines:
        engine.trouble = "fault"
    _set(context, "CRITICAL")
    assert _levels(context) == {ResponseLevel.EXCEPTIONAL: 2}
    assert all(row["degraded"] and not row["failed"] for row in _last(context))
    assert {row["fault"] for row in _last(context)} == {"the engine is gone; the engine is gone"}


def test_when_the_two_differ_on_a_rise_the_more_severe_stands_and_people_are_told(
    context: Context, engines: list[Obedient]
) -> None:
    engines[0].trouble = "silent"
    _set(context, "CRITICAL")
    assert _levels(context) == {ResponseLevel.EXCEPTIONAL: 2}
    assert all(row["failed"] for row in _last(context))
    assert _told(context)[-2:].count("decision.failed") == 1


def test_when_the_two_differ_on_a_fall_the_present_level_stands(context: Context, engines: list[Obedient]) -> None:
    engines[0].trouble = "silent"
    _set(context, "LOW")
    assert _levels(context) == {ResponseLevel.HEIGHTENED: 2}
    engines[0].trouble = None
    _set(context, "MODERATE")
    assert _levels(context) == {ResponseLevel.NORMAL: 2}


def test_when_the_two_differ_on_options_the_list_has_those_of_both(context: Context, engines: list[Obedient]) -> None:
    engines[1].trouble = "silent"
    answer = _set(context, "CRITICAL")
    assert answer["effect"]["items"] > 0  # type: ignore[index]
    assert all(row["failed"] for row in _last(context))


def test_a_fact_set_that_cannot_be_decided_keeps_its_level_and_holds_up_no_other(context: Context) -> None:
    with context.store.housekeeping() as writer:
        damaged = select(fact_sets.c.facts, fact_sets.c.id).order_by(fact_sets.c.id)
        facts, damaged_id = next(
            row for row in writer.connection.execute(damaged) if row.facts["premises.kind.custody"] == "yes"
        )
        del facts["override.hold"]
        writer.connection.execute(update(fact_sets).where(fact_sets.c.id == damaged_id).values(facts=facts))
    _set(context, "CRITICAL")
    assert _levels(context) == {ResponseLevel.EXCEPTIONAL: 1, ResponseLevel.HEIGHTENED: 1}
    (failed,) = [row for row in _last(context) if row["failed"]]
    assert (failed["fact_set_id"], failed["outcome"], failed["winner"]) == (damaged_id, "unchanged", "none")
    assert "override.hold" in str(failed["fault"])


def test_a_process_with_another_policy_than_the_one_in_force_decides_nothing(context: Context) -> None:
    other = builders.with_another_plan(context)
    with pytest.raises(Permanent, match="opq init"):
        _set(other, "CRITICAL")
    assert adopt(other)["adopted"]
    assert not adopt(other)["adopted"]
    _set(other, "CRITICAL")
    assert _levels(context) == {ResponseLevel.EXCEPTIONAL: 2}


def test_a_new_plan_issues_new_lists_and_moves_no_level(context: Context) -> None:
    answer = adopt(builders.with_another_plan(context))
    assert (answer["effect"]["changed"], answer["effect"]["checklists_issued"]) == (0, 2)


def test_facts_that_changed_between_the_snapshot_and_the_lock_are_decided_anew(context: Context) -> None:
    early = deciding.prepare(context, {"threat.national": "CRITICAL"})
    builders.register(context, {"id": "cedar", "kinds": ["armoury"], "parking": True})
    with context.store.write(deciding=True) as writer:
        wish = ThreatWish(Scope.NATIONAL, ThreatLevel.CRITICAL, "for a test")
        row = {
            "scope": "national", "premises_id": None, "level": wish.level, "previous_level": ThreatLevel.SEVERE,
            "status": "accepted", "source": "hand", "reason": wish.reason, "reference": "", "effective_at": writer.at,
            "requested_at": writer.at,
        }  # fmt: skip
        row["id"] = threat.threat.add_change(writer, row)
        threat.accept(context, writer, SYSTEM, row, early)
    assert _levels(context) == {ResponseLevel.EXCEPTIONAL: 3}
