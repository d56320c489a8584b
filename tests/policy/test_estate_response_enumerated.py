"""Every combination of the facts that the default rulebook reads: reference = plain table."""

from itertools import islice, pairwise

import pytest

from rules.decision import decide
from rules.facts import domain
from rules.levels import ResponseLevel
from rules.reference import ReferenceEvaluator
from tests.policy.combinations import BOOK, FACTS, HOW_MANY, NATIONAL, combinations

pytestmark = pytest.mark.no_cover  # counting lines would make a quarter of a million evaluations five times slower

N, H, E = 1, 2, 3
FROM_THREAT = {"LOW": N, "MODERATE": N, "SUBSTANTIAL": H, "SEVERE": H, "CRITICAL": E}
FROM_LEVEL = {"NORMAL": N, "HEIGHTENED": H, "EXCEPTIONAL": E}


def expected_level(national, police_sector, force, premises, minimum, raised, held, lowered):
    """The response level by the words of the policy, written without the rules package."""
    threat = max(
        FROM_THREAT.get(national, H),
        FROM_THREAT.get(police_sector, 0),
        FROM_THREAT.get(force, 0),
        FROM_THREAT.get(premises, 0),
    )
    return max(
        min(threat, FROM_LEVEL.get(lowered, E)),
        FROM_LEVEL[minimum],
        FROM_LEVEL.get(raised, 0),
        FROM_LEVEL.get(held, 0),
    )


def test_the_combinations_are_all_there_are():
    assert frozenset(FACTS) == BOOK.facts_read
    assert domain("threat.national") == NATIONAL
    assert sum(1 for national in NATIONAL for _ in combinations(national)) == 6**4 * 3 * 4**3 == HOW_MANY


@pytest.mark.parametrize("national", NATIONAL)
def test_the_reference_gives_the_level_of_the_table_on_every_combination(national):
    reference = ReferenceEvaluator(BOOK.conditions)
    differing = []
    for values in combinations(national):
        facts = dict(zip(FACTS, values, strict=True))
        decision = decide(BOOK, facts, reference.fired(facts))
        if decision.response_level != expected_level(*values):
            differing.append(facts)
    assert differing == []


def test_the_winner_is_always_a_candidate_that_asks_for_the_level_decided():
    reference = ReferenceEvaluator(BOOK.conditions)
    for values in islice(combinations("SEVERE"), 0, None, 97):
        facts = dict(zip(FACTS, values, strict=True))
        decision = decide(BOOK, facts, reference.fired(facts))
        winner = next(candidate for candidate in decision.candidates if candidate.rule == decision.winner)
        assert winner.response_level is decision.response_level


def test_a_more_severe_threat_never_gives_a_lower_level():
    for national, worse in pairwise(NATIONAL[1:]):
        for milder, other in zip(combinations(national), combinations(worse), strict=True):
            assert expected_level(*milder) <= expected_level(*other)


def test_the_response_levels_are_ordered_as_the_table_orders_them():
    assert [ResponseLevel.NORMAL, ResponseLevel.HEIGHTENED, ResponseLevel.EXCEPTIONAL] == [N, H, E]
