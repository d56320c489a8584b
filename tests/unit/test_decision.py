import random
from dataclasses import replace

import pytest

from rules.cases import facts_of
from rules.decision import Decision, NoCandidateError, decide
from rules.evaluation import settled_level
from rules.explain import explain
from rules.facts import domain
from rules.levels import ResponseLevel
from rules.reference import ReferenceEvaluator
from rules.rule import Case, Role
from rules.rulebook import ESTATE_RESPONSE, load_rulebook

BOOK = load_rulebook(ESTATE_RESPONSE)
N, H, E = ResponseLevel


def decided(book=BOOK, **given):
    """The decision where ``scope__name=value`` stands for the fact ``scope.name``."""
    named = {fact.replace("__", "."): value for fact, value in given.items()}
    facts = facts_of(Case("", named, N, ""), book)
    return decide(book, facts, ReferenceEvaluator(book.conditions).fired(facts))


def test_a_decision_lists_each_candidate_with_its_rule_fact_reference_and_reason():
    decision = decided(threat__national="CRITICAL", override__lower="HEIGHTENED")
    assert [(each.rule, each.role, each.response_level, each.fact) for each in decision.candidates] == [
        ("EST-110", Role.THREAT, E, "threat.national"),
        ("EST-210", Role.FLOOR, N, "premises.minimum_response_level"),
        ("EST-310", Role.CEILING, H, "override.lower"),
    ]
    assert decision.candidates[0].because == "the national threat level is CRITICAL"
    assert decision.candidates[0].reference.startswith("O27 3.2")
    assert (decision.response_level, decision.winner) == (H, "EST-310")


def test_a_decision_holds_exactly_the_facts_read_sorted_by_name():
    decision = decided(threat__national="LOW")
    assert list(decision.facts) == sorted(BOOK.facts_read)


def test_a_rule_may_say_why_in_its_own_words():
    because = decided(override__lower="NORMAL").candidates[-1].because
    assert because.startswith("an approved override lowers this premises to NORMAL: ")


def test_a_ceiling_that_does_not_bite_leaves_the_winner_alone():
    assert decided(threat__national="SEVERE", override__lower="HEIGHTENED").winner == "EST-110"


def test_where_a_ceiling_and_a_floor_ask_for_the_same_the_ceiling_is_named():
    decision = decided(threat__national="CRITICAL", override__lower="HEIGHTENED", override__raise="HEIGHTENED")
    assert (decision.response_level, decision.winner) == (H, "EST-310")


def test_a_ceiling_has_nothing_to_cap_where_no_threat_rule_fired():
    facts = {fact: domain(fact)[0] for fact in BOOK.facts_read}
    fired = {"EST-210=NORMAL", "EST-220=HEIGHTENED", "EST-310=NORMAL"}
    decision = decide(BOOK, facts, fired)
    assert (decision.response_level, decision.winner) == (H, "EST-220")


@pytest.mark.parametrize("fired", [set(), {"EST-310=NORMAL"}])
def test_nothing_to_decide_from_is_an_error_and_not_a_level(fired):
    facts = {fact: domain(fact)[0] for fact in BOOK.facts_read}
    with pytest.raises(NoCandidateError):
        decide(BOOK, facts, fired)


def test_the_order_of_the_rules_does_not_change_the_level():
    chance = random.Random(5)
    for _ in range(100):
        rules = list(BOOK.rules)
        chance.shuffle(rules)
        facts = {fact: chance.choice(domain(fact)) for fact in BOOK.facts_read}
        fired = ReferenceEvaluator(BOOK.conditions).fired(facts)
        shuffled = decide(replace(BOOK, rules=tuple(rules)), facts, fired)
        assert shuffled.response_level is decide(BOOK, facts, fired).response_level


def test_replaying_the_facts_of_a_decision_through_its_rules_gives_the_same_candidates():
    rules = {rule.id: rule for rule in BOOK.rules}
    chance = random.Random(9)
    for _ in range(100):
        facts = {fact: chance.choice(domain(fact)) for fact in BOOK.facts_read}
        decision = decide(BOOK, facts, ReferenceEvaluator(BOOK.conditions).fired(facts))
        for candidate in decision.candidates:
            rule = rules[candidate.rule]
            assert rule.table[decision.facts[candidate.fact]] is candidate.response_level
        assert decision.winner in [candidate.rule for candidate in decision.candidates]


def test_an_explanation_names_the_outcome_then_every_candidate():
    sentences = explain(decided(threat__national="CRITICAL", override__lower="HEIGHTENED"))
    assert sentences[0] == "The response level is HEIGHTENED, by rule EST-310."
    assert sentences[1].startswith("EST-110 asks for EXCEPTIONAL, because the national threat level is CRITICAL (")
    assert sentences[2].startswith("EST-210 allows nothing below NORMAL, because ")
    assert sentences[3].startswith("EST-310 caps the threat at HEIGHTENED, because an approved override ")
    assert len(sentences) == 4


def test_an_explanation_warns_of_a_degraded_and_of_a_failed_decision():
    decision = decided(threat__national="LOW")
    degraded = replace(decision, degraded=True, fault="no engine")
    failed = replace(decision, failed=True, fault="they differ on EST-110=LOW")
    assert explain(degraded)[-1] == "The rules engine could not answer, so the reference decided alone: no engine."
    assert explain(failed)[-1].endswith("so the more severe answer stands: they differ on EST-110=LOW.")


@pytest.mark.parametrize(
    ("failed", "present", "settled"),
    [(False, E, N), (False, None, N), (True, None, N), (True, H, H), (True, N, N)],
)
def test_only_a_failed_decision_is_held_up_by_the_present_level(failed, present, settled):
    assert settled_level(Decision(N, "R", (), {}, failed=failed), present) is settled
