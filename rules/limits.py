"""What durable-rules can take, checked before it sees anything.

The engine is given conjunctions of equalities and nothing else. Its ``$or`` is avoided: each use hangs one
more node on its parent, and some sixty under one parent are refused at run time, 128 corrupt memory. So a
condition is multiplied out, and conditions that share a conjunction share a rule of the engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import product
from math import prod

from rules.conditions import Condition

MAX_CONJUNCTIONS = 250
"""Rules in one engine. It crashes at 256 that end in the same condition; this bounds its memory too."""
MAX_PENDING = 60
"""Conditions pending at once for one fact. The engine refuses the 65th; the rule for all facts takes one."""

Conjunction = tuple[tuple[str, str], ...]

_ENGINE_NAMES = (
    "id", "sid", "seen", "m", "name", "type", "run", "pri", "count", "cap", "span", "dist", "all", "any",
    "$s", "$m", "$l", "$r", "$and", "$or", "$not", "$all", "$any", "$eq", "$neq", "$gt", "$gte", "$lt",
    "$lte", "$ex", "$nex", "$mt", "$imt", "$iall", "$iany", "$add", "$sub", "$mul", "$div", "$forward",
)  # fmt: skip


class LimitError(ValueError):
    """A set of conditions that the engine cannot take, or that can never hold."""


def conjunctions(conditions: Mapping[str, Condition]) -> dict[Conjunction, frozenset[str]]:
    """Every conjunction that makes some condition hold, with the ids of the conditions it makes hold.

    Raises LimitError when there are too many for the engine, they branch too widely, a group is empty, or a
    condition can never hold.
    """
    ids: defaultdict[Conjunction, set[str]] = defaultdict(set)
    for name, condition in conditions.items():
        for conjunction in _multiplied_out(name, condition):
            ids[conjunction].add(name)
    if len(ids) > MAX_CONJUNCTIONS:
        raise LimitError(f"{len(ids)} distinct combinations of values are asked for; at most {MAX_CONJUNCTIONS} can be")
    pending = _pending(ids)
    if pending > MAX_PENDING:
        raise LimitError(f"{pending} values could have to be looked at at once; at most {MAX_PENDING} can be")
    return {conjunction: frozenset(names) for conjunction, names in ids.items()}


def _multiplied_out(name: str, condition: Condition) -> set[Conjunction]:
    if not all(condition):
        raise LimitError(f"{name} has an empty group of values")
    if prod(len(clause) for clause in condition) > MAX_CONJUNCTIONS:
        raise LimitError(f"{name} combines more than {MAX_CONJUNCTIONS} values; ask for fewer, or split it")
    chosen = {frozenset(choice) for choice in product(*condition)}
    possible = {choice for choice in chosen if len({fact for fact, _ in choice}) == len(choice)}
    if not possible:
        raise LimitError(f"{name} can never hold: it asks for two values of one fact")
    return {tuple(sorted(choice)) for choice in possible}


def _pending(conjunctions: Iterable[Conjunction]) -> int:
    """The most conditions that the engine can have pending for one fact.

    Conjunctions with the same beginning share nodes. After each node the engine notes every next node that is
    true, at most one for each fact, and then follows one of them.
    """
    branches: defaultdict[tuple[str, str], list[Conjunction]] = defaultdict(list)
    for conjunction in conjunctions:
        if conjunction:
            branches[conjunction[0]].append(conjunction[1:])
    if not branches:
        return 0
    width = len({fact for fact, _ in branches})
    return max(width, width - 1 + max(_pending(rest) for rest in branches.values()))


def attribute_names(facts: Collection[str]) -> dict[str, str]:
    """The undotted name by which the engine knows each fact.

    Raises LimitError when the engine could take one name for another: it compares names by a 32-bit hash
    only.
    """
    names = {fact: fact.replace(".", "_") for fact in sorted(facts)}
    owners = {fnv1a(name): f"its own {name}" for name in _ENGINE_NAMES}
    for fact, name in names.items():
        other = owners.setdefault(fnv1a(name), fact)
        if other != fact:
            raise LimitError(f"the engine would take {fact} for {other}; one of them needs another name")
    return names


def fnv1a(text: str) -> int:
    """The 32-bit FNV-1a hash by which the engine compares the names of attributes, facts and sessions."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value
