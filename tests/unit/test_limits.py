import re

import pytest

from rules.limits import MAX_CONJUNCTIONS, MAX_PENDING, LimitError, attribute_names, conjunctions, fnv1a
from rules.rulebook import parse_rulebook
from rules.source import PolicyError

A, B, C = ("a", "yes"), ("b", "yes"), ("c", "yes")


def flags(count):
    """That many facts, none of which any other test reads."""
    return [f"premises.headcount_at_least.{number}" for number in range(1, count + 1)]


def test_a_condition_is_multiplied_out_into_conjunctions():
    assert set(conjunctions({"x": ((A, B), (C,))})) == {(A, C), (B, C)}


def test_conditions_that_share_a_conjunction_share_an_engine_rule():
    shared = conjunctions({"x": ((A, B),), "y": ((B,),)})
    assert shared == {(A,): frozenset({"x"}), (B,): frozenset({"x", "y"})}


def test_a_condition_without_clauses_is_the_empty_conjunction():
    assert conjunctions({"always": ()}) == {(): frozenset({"always"})}


def test_a_fact_that_is_asked_for_twice_with_one_value_is_asked_for_once():
    assert set(conjunctions({"x": ((A,), (A, B))})) == {(A,), (A, B)}


def test_combinations_that_can_never_hold_are_left_out():
    assert set(conjunctions({"x": ((A, B), (("a", "no"),))})) == {(("a", "no"), B)}


def test_a_condition_that_can_never_hold_is_refused():
    with pytest.raises(LimitError, match="x can never hold"):
        conjunctions({"x": ((A,), (("a", "no"),))})


def test_an_empty_group_is_refused():
    with pytest.raises(LimitError, match="x has an empty group"):
        conjunctions({"x": ((A,), ())})


def test_one_condition_of_too_many_combinations_is_refused_without_making_them():
    clause = tuple((fact, "yes") for fact in flags(16))
    with pytest.raises(LimitError, match="combines more than 250 values"):
        conjunctions({"x": (clause,) * 40})


def test_a_hundred_times_the_limit_of_rules_is_refused_and_the_limit_is_not():
    facts = flags(60)
    pairs = [((first, "yes"), (second, "no")) for first in facts[:10] for second in facts[10:35]]
    conditions = {str(pair): ((pair[0],), (pair[1],)) for pair in pairs}
    assert len(conjunctions(conditions)) == MAX_CONJUNCTIONS
    with pytest.raises(LimitError, match="251 distinct combinations"):
        conjunctions(conditions | {"one more": ((A,),)})


def test_conditions_that_could_all_be_pending_at_once_are_refused_past_the_limit():
    conditions = {fact: (((fact, "yes"),),) for fact in flags(MAX_PENDING)}
    assert len(conjunctions(conditions)) == MAX_PENDING
    with pytest.raises(LimitError, match="61 values could have to be looked at"):
        conjunctions(conditions | {"one more": ((A,),)})


def test_pending_conditions_add_up_along_a_branch():
    first = {fact: (((fact, "yes"),),) for fact in flags(40)}
    below = {f"{fact} below": (((flags(1)[0], "yes"),), ((fact, "yes"),)) for fact in flags(40)[1:]}
    with pytest.raises(LimitError, match="78 values could have to be looked at"):
        conjunctions(first | below)


def test_the_hash_is_the_one_whose_collision_was_seen_in_the_engine():
    assert fnv1a("") == 0x811C9DC5
    assert fnv1a("a") == 0xE40C292C
    assert fnv1a("has_attr_232789") == fnv1a("has_attr_429192")


def test_facts_that_the_engine_would_confuse_are_refused():
    with pytest.raises(LimitError, match=r"take has\.attr_429192 for has\.attr_232789"):
        attribute_names(["has.attr_232789", "has.attr_429192"])


@pytest.mark.parametrize("taken", ["id", "sid", "seen", "$and"])
def test_a_fact_named_as_the_engine_names_its_own_is_refused(taken):
    with pytest.raises(LimitError, match=f"take {re.escape(taken)} for its own {re.escape(taken)}"):
        attribute_names([taken])


def test_facts_whose_undotted_names_are_the_same_are_refused():
    with pytest.raises(LimitError, match=r"take a_b for a\.b"):
        attribute_names(["a.b", "a_b"])


def test_engine_names_have_no_dots():
    assert attribute_names(["threat.national", "premises.kind.custody"]) == {
        "premises.kind.custody": "premises_kind_custody",
        "threat.national": "threat_national",
    }


def test_a_rulebook_past_the_limits_is_refused_when_it_is_loaded():
    levels = ["NORMAL", "HEIGHTENED", "EXCEPTIONAL"]
    table = "{" + ", ".join(f"{level}: {level}" for level in levels) + "}"
    rules = "".join(
        f"  - {{id: R-{n}, title: T, reads: premises.minimum_response_level, role: floor, table: {table},\n"
        f"     when: {{headcount_at_least: {n}}}, reference: O27}}\n"
        for n in range(1, 90)
    )
    text = (
        "rulebook: big\nversion: v\neffective_from: 2026-11-21\nowner: lead\n"
        "decides: response_level\nrules:\n"
        f"  - {{id: R-0, title: T, reads: premises.minimum_response_level, role: floor, table: {table},\n"
        f"     reference: O27}}\n{rules}"
        "cases:\n  - name: c\n    given: {premises.minimum_response_level: NORMAL}\n"
        "    expect: {response_level: NORMAL, winner: R-0}\n"
    )
    with pytest.raises(PolicyError, match=r"big\.yaml:6: rulebook big is more than the rules engine can take: 270"):
        parse_rulebook(text, "big.yaml")
