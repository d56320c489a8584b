"""Conditions over facts, as rules and options write them under ``when:``.

A condition is a conjunction of clauses; a clause is satisfied by any one of its (fact, value) pairs. Both
evaluators interpret the same condition, so there is one place that says what a ``when:`` means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rules.facts import KINDS, domain, is_fact, unknown_fact

Clause = tuple[tuple[str, str], ...]
Condition = tuple[Clause, ...]


class ConditionError(ValueError):
    """A ``when:`` that cannot be understood; ``key`` is the key of the mapping that is at fault."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def is_one_of(fact: str, values: Sequence[str], key: str | None = None) -> Clause:
    """The clause that ``fact`` has one of ``values``.

    Raises ConditionError for an unknown fact or value, no value, or one given twice; ``key`` is what the file
    calls the fact, where that is not its name.
    """
    key = key or fact
    if not is_fact(fact):
        raise ConditionError(key, unknown_fact(fact))
    if not values:
        raise ConditionError(key, f"{key} lists no value")
    for value in values:
        if value not in domain(fact):
            raise ConditionError(key, f"{key} cannot be {value!r}; it is one of {', '.join(domain(fact))}")
        if values.count(value) > 1:
            raise ConditionError(key, f"{key} lists {value!r} twice")
    return tuple((fact, value) for value in values)


def parse_when(when: Mapping[str, object]) -> Condition:
    """The condition that a ``when:`` mapping writes, every key of which must hold.

    Keys are facts of the premises without their prefix (``staffed: yes``), ``kinds`` (any of those listed),
    ``headcount_at_least`` (a number), or full fact names (``threat.national: [SEVERE, CRITICAL]``). A list
    means any of its values. Raises ConditionError naming the key.
    """
    return tuple(_clause(str(key), value) for key, value in when.items())


def _clause(key: str, value: object) -> Clause:
    if key == "headcount_at_least":
        return _headcount(key, value)
    values = [str(item) for item in value] if isinstance(value, list) else [str(value)]
    if key == "kinds":
        return _kinds(key, values)
    return is_one_of(key if is_fact(key) else f"premises.{key}", values, key)


def _headcount(key: str, value: object) -> Clause:
    threshold = f"premises.{key}.{value}"
    if not is_fact(threshold):
        raise ConditionError(key, f"{key} must be one number from 1 to 99999")
    return ((threshold, "yes"),)


def _kinds(key: str, kinds: Sequence[str]) -> Clause:
    if not kinds:
        raise ConditionError(key, f"{key} lists no value")
    for kind in kinds:
        if kind not in KINDS:
            raise ConditionError(key, f"unknown kind {kind!r}; the kinds are {', '.join(KINDS)}")
    return tuple((f"premises.kind.{kind}", "yes") for kind in kinds)


def holds(condition: Condition, facts: Mapping[str, str]) -> bool:
    """Whether ``facts`` satisfy every clause. Raises KeyError for a fact that is missing."""
    # Written out: this is asked for every condition and fact set, and generators take three times as long.
    for clause in condition:
        for fact, value in clause:
            if facts[fact] == value:
                break
        else:
            return False
    return True


def facts_read(*conditions: Condition) -> frozenset[str]:
    """The names of the facts that ``conditions`` look at."""
    return frozenset(fact for condition in conditions for clause in condition for fact, _ in clause)
