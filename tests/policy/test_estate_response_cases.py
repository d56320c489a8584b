"""Each named case of the default rulebook, decided by the engine and the reference together."""

import pytest

from rules.cases import facts_of, failing_cases
from rules.engine import durable_available
from rules.evaluation import Evaluation, decide_level
from rules.facts import domain
from rules.levels import NOT_SET, ThreatLevel
from rules.rulebook import ESTATE_RESPONSE, load_rulebook

BOOK = load_rulebook(ESTATE_RESPONSE)


@pytest.fixture(scope="module")
def evaluation():
    evaluation = Evaluation(BOOK.conditions, engine="durable")
    yield evaluation
    evaluation.close()


@pytest.mark.parametrize("case", BOOK.cases, ids=lambda case: case.name)
def test_case(case, evaluation):
    decision = decide_level(BOOK, evaluation, facts_of(case, BOOK))
    assert decision.response_level is case.expect_level
    assert decision.winner == case.expect_winner
    assert not decision.failed
    assert decision.degraded is not durable_available()


def test_every_rule_has_a_reference_and_a_case_that_it_wins():
    assert all(rule.reference for rule in BOOK.rules)
    assert {rule.id for rule in BOOK.rules} == {case.expect_winner for case in BOOK.cases}
    assert failing_cases(BOOK) == []


def test_every_national_level_has_a_case_of_its_own():
    alone = [case.given["threat.national"] for case in BOOK.cases if list(case.given) == ["threat.national"]]
    assert sorted(alone) == sorted([NOT_SET, *ThreatLevel.__members__])


def test_each_threat_rule_has_a_case_on_both_sides_of_each_step_of_its_table():
    for rule in BOOK.rules[:4]:
        given = {case.given.get(rule.reads) for case in BOOK.cases}
        assert {"MODERATE", "SUBSTANTIAL", "SEVERE", "CRITICAL"} <= given


def test_each_value_of_a_floor_or_ceiling_that_does_something_has_a_case():
    for rule in BOOK.rules[4:]:
        given = {case.given.get(rule.reads) for case in BOOK.cases}
        mildest_that_matters = domain(rule.reads)[-2]
        assert {mildest_that_matters, "EXCEPTIONAL"} <= given


def test_the_threat_to_northern_ireland_is_not_read():
    assert "threat.northern_ireland" not in BOOK.facts_read
