"""Both evaluators together: what stands when the engine is missing, fails, or differs."""

import sys

import pytest

from rules.cases import facts_of
from rules.engine import EngineFault, durable_available
from rules.evaluation import Evaluation, EvaluatorsDifferError, FactError, decide_level, select_options
from rules.levels import ResponseLevel
from rules.limits import LimitError
from rules.reference import ReferenceEvaluator
from rules.rule import Case
from rules.rulebook import ESTATE_RESPONSE, load_rulebook

BOOK = load_rulebook(ESTATE_RESPONSE)
OPTIONS = {"C07": ((("premises.staffed", "yes"),),), "E02": ((("premises.parking", "yes"),),)}
SITE = {"premises.staffed": "yes", "premises.parking": "no"}
EVALUATOR = "durable+reference" if durable_available() else "reference"
"""What answers here: the reference alone where durable-rules cannot be had."""


class FakeEngine(ReferenceEvaluator):
    """Answers as the reference does until it is told to break, to add ids or to leave ids out."""

    def __init__(self, conditions):
        super().__init__(conditions)
        self.broken, self.adds, self.leaves_out, self.closed = False, frozenset(), frozenset(), False

    def fired(self, facts):
        if self.broken:
            raise EngineFault("broken")
        return (super().fired(facts) | self.adds) - self.leaves_out

    def close(self):
        self.closed = True


@pytest.fixture
def build():
    """Builds an evaluation, gives it with its engine, and closes it afterwards."""
    built = []

    def make(conditions, make_engine=FakeEngine):
        engines = []

        def durable(conditions):
            engines.append(make_engine(conditions))
            return engines[0]

        built.append(Evaluation(conditions, engine="durable", durable=durable))
        return built[-1], engines[0]

    yield make
    for each in built:
        each.close()


def national(level):
    """The facts of an ordinary premises under that national threat level."""
    return facts_of(Case("", {"threat.national": level}, ResponseLevel.NORMAL, ""), BOOK)


def test_both_evaluators_decide_and_are_named():
    evaluation = Evaluation(BOOK.conditions, engine="durable")
    decision = decide_level(BOOK, evaluation, national("CRITICAL"))
    evaluation.close()
    assert decision.response_level is ResponseLevel.EXCEPTIONAL
    assert (decision.evaluator, decision.degraded) == (EVALUATOR, not durable_available())
    assert not decision.failed
    assert (decision.fault is None) is durable_available()


def test_the_reference_alone_by_choice_is_named_and_is_no_fault():
    evaluation = Evaluation(BOOK.conditions, engine="reference")
    decision = decide_level(BOOK, evaluation, national("CRITICAL"))
    evaluation.close()
    assert decision.response_level is ResponseLevel.EXCEPTIONAL
    assert (decision.evaluator, decision.degraded, decision.fault) == ("reference", False, None)


def test_where_durable_rules_is_missing_the_reference_decides_and_the_decision_is_degraded(monkeypatch):
    monkeypatch.setitem(sys.modules, "durable.engine", None)
    decision = decide_level(BOOK, Evaluation(BOOK.conditions, engine="durable"), national("SEVERE"))
    assert decision.response_level is ResponseLevel.HEIGHTENED
    assert (decision.evaluator, decision.degraded, decision.failed) == ("reference", True, False)
    assert "durable-rules cannot be imported" in decision.fault


def test_when_the_engine_breaks_the_reference_decides_and_the_next_decision_is_whole(build):
    evaluation, engine = build(BOOK.conditions)
    engine.broken = True
    decision = decide_level(BOOK, evaluation, national("CRITICAL"))
    assert decision.response_level is ResponseLevel.EXCEPTIONAL
    assert (decision.evaluator, decision.degraded, decision.fault) == ("reference", True, "broken")
    engine.broken = False
    assert not decide_level(BOOK, evaluation, national("CRITICAL")).degraded


def test_when_the_engine_is_more_severe_its_answer_stands_and_the_decision_is_failed(build):
    evaluation, engine = build(BOOK.conditions)
    engine.adds = frozenset({"EST-120=CRITICAL"})
    decision = decide_level(BOOK, evaluation, national("LOW"))
    assert (decision.response_level, decision.winner) == (ResponseLevel.EXCEPTIONAL, "EST-120")
    assert (decision.failed, decision.degraded) == (True, False)
    assert decision.fault == "the engine and the reference differ on EST-120=CRITICAL"


def test_when_the_reference_is_more_severe_its_answer_stands_and_the_decision_is_failed(build):
    evaluation, engine = build(BOOK.conditions)
    engine.adds, engine.leaves_out = frozenset({"EST-110=LOW"}), frozenset({"EST-110=CRITICAL"})
    decision = decide_level(BOOK, evaluation, national("CRITICAL"))
    assert (decision.response_level, decision.winner) == (ResponseLevel.EXCEPTIONAL, "EST-110")
    assert decision.failed


def test_when_the_engine_has_nothing_to_say_the_reference_stands_and_the_decision_is_failed(build):
    evaluation, engine = build(BOOK.conditions)
    engine.leaves_out = frozenset(BOOK.conditions)
    decision = decide_level(BOOK, evaluation, national("SEVERE"))
    assert decision.response_level is ResponseLevel.HEIGHTENED
    assert decision.failed


def test_options_are_selected_by_both_evaluators():
    evaluation = Evaluation(OPTIONS, engine="durable")
    selection = select_options(evaluation, SITE)
    evaluation.close()
    assert selection.option_ids == {"C07"}
    assert (selection.evaluator, selection.degraded) == (EVALUATOR, not durable_available())
    assert not selection.failed


def test_when_the_evaluators_differ_on_options_those_of_either_are_selected(build):
    evaluation, engine = build(OPTIONS)
    engine.adds, engine.leaves_out = frozenset({"E02"}), frozenset({"C07"})
    selection = select_options(evaluation, SITE)
    assert selection.option_ids == {"C07", "E02"}
    assert selection.failed
    assert selection.fault == "the engine and the reference differ on C07, E02"


def test_when_the_engine_breaks_the_reference_selects_the_options(build):
    evaluation, engine = build(OPTIONS)
    engine.broken = True
    selection = select_options(evaluation, SITE)
    assert selection.option_ids == {"C07"}
    assert (selection.degraded, selection.fault) == (True, "broken")


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"premises.staffed": "yes"},
        SITE | {"premises.parking": "maybe"},
        SITE | {"premises.parking": True},
    ],
)
def test_a_fact_set_that_is_not_whole_is_refused_by_name(facts):
    evaluation = Evaluation(OPTIONS, engine="reference")
    with pytest.raises(FactError, match=r"premises\.parking is .*; it must be one of no, yes"):
        select_options(evaluation, {"premises.staffed": "yes"} | facts)


def test_facts_that_no_condition_reads_are_ignored():
    evaluation = Evaluation(OPTIONS, engine="reference")
    assert select_options(evaluation, SITE | {"premises.name": "Example"}).option_ids == {"C07"}


class LyingEngine(FakeEngine):
    """Says from the start that no premises has parking."""

    def __init__(self, conditions):
        super().__init__(conditions)
        self.leaves_out = frozenset({"E02"})


def test_conditions_on_which_the_evaluators_differ_do_not_come_into_force(build):
    with pytest.raises(EvaluatorsDifferError, match="differ on E02, given"):
        build(OPTIONS, LyingEngine)


def test_an_engine_that_is_broken_from_the_start_is_no_reason_to_refuse_conditions(build):
    class Broken(FakeEngine):
        def fired(self, facts):
            raise EngineFault("broken")

    evaluation, _ = build(OPTIONS, Broken)
    assert select_options(evaluation, SITE).degraded


def test_the_sample_makes_every_condition_hold_at_least_once(build):
    held = set()

    class Watching(FakeEngine):
        def fired(self, facts):
            held.update(super().fired(facts))
            return super().fired(facts)

    build(BOOK.conditions, Watching)
    assert held == set(BOOK.conditions)


def test_conditions_past_the_limits_are_refused_at_once():
    with pytest.raises(LimitError, match="empty group"):
        Evaluation({"x": ((),)}, engine="durable")


def test_closing_an_evaluation_closes_its_engine(build):
    evaluation, engine = build(OPTIONS)
    evaluation.close()
    assert engine.closed
