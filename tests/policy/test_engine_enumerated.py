"""Every combination of the facts that the default rulebook reads: engine = reference."""

from itertools import islice

import pytest

from rules.engine import BATCH, DurableEvaluator
from rules.reference import ReferenceEvaluator
from tests.policy.combinations import BOOK, FACTS, HOW_MANY, NATIONAL, combinations

pytestmark = pytest.mark.no_cover  # counting lines would make a quarter of a million evaluations five times slower


@pytest.mark.parametrize("national", NATIONAL)
def test_the_engine_fires_what_the_reference_fires_on_every_combination(national):
    engine, reference = DurableEvaluator(BOOK.conditions), ReferenceEvaluator(BOOK.conditions)
    differing, evaluated = [], 0
    fact_sets = (dict(zip(FACTS, values, strict=True)) for values in combinations(national))
    while batch := list(islice(fact_sets, BATCH)):
        for facts, fired in zip(batch, engine.fired_each(batch), strict=True):
            evaluated += 1
            if fired != reference.fired(facts):
                differing.append(facts)
    engine.close()
    assert differing == []
    assert evaluated == HOW_MANY // len(NATIONAL)
