"""Runs the cases of a rulebook, and says in words which fail."""

from __future__ import annotations

from rules.decision import Decision, FactSet, decide
from rules.facts import default
from rules.reference import ReferenceEvaluator
from rules.rule import Case, Rulebook


def facts_of(case: Case, rulebook: Rulebook) -> FactSet:
    """Every fact that ``rulebook`` reads: as the case gives it, else the mildest value of its domain."""
    return {fact: default(fact) for fact in rulebook.facts_read} | dict(case.given)


def decide_case(case: Case, rulebook: Rulebook) -> Decision:
    """What ``rulebook`` decides for ``case``, by the reference evaluator."""
    facts = facts_of(case, rulebook)
    return decide(rulebook, facts, ReferenceEvaluator(rulebook.conditions).fired(facts))


def failure(case: Case, rulebook: Rulebook) -> str | None:
    """What is wrong with the outcome of ``case``, or None when it is as expected."""
    decision = decide_case(case, rulebook)
    if (decision.response_level, decision.winner) == (case.expect_level, case.expect_winner):
        return None
    return (
        f"the case {case.name!r} expects {case.expect_level.name} by {case.expect_winner}, "
        f"but the rules give {decision.response_level.name} by {decision.winner}"
    )


def failing_cases(rulebook: Rulebook) -> list[str]:
    """A sentence for each case whose outcome is not as expected."""
    return [wrong for case in rulebook.cases if (wrong := failure(case, rulebook)) is not None]
