"""The fenced engine: right answers, no threads of its own, and a new engine after any fault."""

import importlib.metadata
import random
import sys
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import engine
from rules.engine import BATCH, FACT_IDS, SESSION, DurableEvaluator, EngineFault, durable_available
from rules.facts import FLAGS, KINDS, domain
from rules.limits import MAX_PENDING, LimitError, fnv1a
from rules.reference import ReferenceEvaluator

STAFFED = {"staffed": ((("premises.staffed", "yes"),),)}
YES, NO = {"premises.staffed": "yes"}, {"premises.staffed": "no"}
MENU_FACTS = (
    *(f"premises.{flag}" for flag in FLAGS),
    *(f"premises.kind.{kind}" for kind in KINDS),
    "premises.headcount_at_least.50",
    "premises.risk_category",
    "response_level",
    "subject",
)


@pytest.fixture
def build():
    """Builds evaluators and closes them afterwards."""
    built = []

    def make(conditions, kind=DurableEvaluator):
        built.append(kind(conditions))
        return built[-1]

    yield make
    for each in built:
        each.close()


def clauses():
    pair = st.sampled_from(MENU_FACTS).flatmap(lambda fact: st.tuples(st.just(fact), st.sampled_from(domain(fact))))
    return st.lists(pair, min_size=1, max_size=3, unique=True).map(tuple)


def fact_sets():
    return st.fixed_dictionaries({fact: st.sampled_from(domain(fact)) for fact in MENU_FACTS})


@settings(max_examples=60)
@given(
    st.lists(st.lists(clauses(), max_size=3).map(tuple), max_size=25).map(dict.fromkeys),
    st.lists(fact_sets(), min_size=1, max_size=8),
)
def test_the_engine_equals_the_reference_on_any_conditions_it_accepts(conditions, sets):
    named = {f"option {number}": condition for number, condition in enumerate(conditions)}
    try:
        evaluator = DurableEvaluator(named)
    except LimitError:
        return
    answers = evaluator.fired_each(sets)
    evaluator.close()
    assert answers == [ReferenceEvaluator(named).fired(facts) for facts in sets]


def test_a_menu_of_many_options_is_answered_when_everything_is_true_at_once(build):
    facts = [f"premises.headcount_at_least.{number}" for number in range(1, MAX_PENDING + 1)]
    conditions = {fact: (((fact, "yes"),),) for fact in facts}
    assert build(conditions).fired(dict.fromkeys(facts, "yes")) == set(facts)


def test_the_deepest_branches_that_are_accepted_are_answered_when_everything_is_true_at_once(build):
    facts = [f"premises.headcount_at_least.{number}" for number in range(100, 131)]
    conditions = {fact: (((fact, "yes"),),) for fact in facts}
    conditions |= {f"{facts[0]}+{fact}": (((facts[0], "yes"),), ((fact, "yes"),)) for fact in facts[1:]}
    assert build(conditions).fired(dict.fromkeys(facts, "yes")) == set(conditions)


def test_an_option_without_a_condition_always_fires(build):
    assert build({"always": ()} | STAFFED).fired(NO) == {"always"}


def test_no_conditions_at_all_fire_nothing(build):
    assert build({}).fired({}) == frozenset()


def test_no_fact_sets_give_no_answers(build):
    assert build(STAFFED).fired_each([]) == []


def test_a_batch_answers_as_one_by_one_on_a_random_estate(build):
    chance = random.Random(3)
    conditions = {
        f"option {number}": tuple(
            tuple((fact, chance.choice(domain(fact))) for fact in chance.sample(MENU_FACTS, chance.randint(1, 2)))
            for _ in range(chance.randint(1, 3))
        )
        for number in range(40)
    }
    estate = [{fact: chance.choice(domain(fact)) for fact in MENU_FACTS} for _ in range(2 * BATCH + 5)]
    evaluator = build(conditions)
    one_by_one = [evaluator.fired(facts) for facts in estate]
    assert evaluator.fired_each(estate) == one_by_one
    assert one_by_one == [ReferenceEvaluator(conditions).fired(facts) for facts in estate]


def test_only_the_attributes_that_the_rules_read_matter(build):
    evaluator = build(STAFFED)
    assert evaluator.fired(YES | {"premises.name": "\ud800", "id": "fact-7", "sid": "x"}) == {"staffed"}


def test_the_order_of_facts_and_of_conditions_does_not_matter(build):
    conditions = {fact: (((fact, "yes"),), (("premises.staffed", "yes"),)) for fact in MENU_FACTS[2:15]}
    facts = {fact: domain(fact)[-1] for fact in MENU_FACTS}
    reversed_facts = dict(reversed(facts.items()))
    forwards, backwards = build(conditions), build(dict(reversed(conditions.items())))
    assert forwards.fired(facts) == backwards.fired(reversed_facts) == set(conditions)


def test_a_missing_fact_is_an_error_of_the_caller(build):
    with pytest.raises(KeyError):
        build(STAFFED).fired({})


def test_the_ids_of_a_batch_are_told_apart_by_the_engine():
    names = [*FACT_IDS, SESSION, f"sid-{SESSION}"]
    assert len({fnv1a(name) for name in names}) == len(names) == BATCH + 2


def test_the_engine_starts_no_threads(build):
    before = threading.enumerate()
    evaluator = build(STAFFED)
    evaluator.fired(YES)
    assert threading.enumerate() == before


def test_the_private_parts_that_the_fence_relies_on_exist():
    from durable import engine as durable

    assert callable(durable.Host._run)
    assert callable(durable.durable_rules_engine.delete_ruleset)


def test_the_installed_release_is_the_one_that_was_measured():
    assert importlib.metadata.version("durable-rules") == "2.0.28" == engine.VERSION


class Stumbling(DurableEvaluator):
    """Raises ``error``, once it is set, inside the action of a rule."""

    error = None

    def _fact_id(self, context):
        if self.error:
            raise self.error
        return super()._fact_id(context)


class Forgetful(DurableEvaluator):
    """Loses the notes of the rule that sees every fact, as when the engine drops a fact."""

    forgets = True

    def _action(self, ids):
        note = super()._action(ids)
        return lambda context: None if ids is None and self.forgets else note(context)


def test_an_action_that_raises_fails_its_call_and_not_the_next(build):
    evaluator = build(STAFFED, Stumbling)
    evaluator.error = ValueError("stumbled")
    with pytest.raises(EngineFault, match="stumbled"):
        evaluator.fired(YES)
    evaluator.error = None
    assert evaluator.fired(YES) == {"staffed"}
    assert evaluator.fired(NO) == frozenset()


def test_an_interrupt_in_an_action_is_passed_on_and_the_engine_is_built_anew(build):
    evaluator = build(STAFFED, Stumbling)
    evaluator.error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        evaluator.fired(YES)
    evaluator.error = None
    assert evaluator.fired(YES) == {"staffed"}


def test_a_fact_that_the_engine_did_not_see_is_a_fault(build):
    evaluator = build(STAFFED, Forgetful)
    with pytest.raises(EngineFault, match="2 facts were given and 0 were seen"):
        evaluator.fired_each([YES, NO])
    evaluator.forgets = False
    assert evaluator.fired_each([YES, NO]) == [{"staffed"}, frozenset()]


def test_an_error_of_the_engine_itself_is_a_fault_and_the_next_answer_is_right(build):
    evaluator = build(STAFFED)
    with pytest.raises(EngineFault, match="durable-rules failed"):
        evaluator.fired({"premises.staffed": "\ud800"})
    assert evaluator.fired(YES) == {"staffed"}


def test_an_engine_that_was_closed_is_built_anew_when_used(build):
    evaluator = build(STAFFED)
    assert evaluator.fired(YES) == {"staffed"}
    evaluator.close()
    evaluator.close()
    assert evaluator.fired(YES) == {"staffed"}


def test_without_durable_rules_each_call_is_a_fault_that_says_so(build, monkeypatch):
    monkeypatch.setitem(sys.modules, "durable.engine", None)
    assert not durable_available()
    with pytest.raises(EngineFault, match="cannot be imported"):
        build(STAFFED).fired(YES)


def test_another_release_of_durable_rules_is_not_used(monkeypatch):
    monkeypatch.setattr(engine, "VERSION", "2.0.29")
    assert not durable_available()


def test_durable_rules_without_its_private_parts_is_not_used(build, monkeypatch):
    monkeypatch.delattr("durable.engine.Host._run")
    with pytest.raises(EngineFault, match="lacks the private parts"):
        build(STAFFED).fired(YES)
