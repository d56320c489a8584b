"""Reads a rulebook from its YAML file and refuses one that is not whole, naming file, line and mistake."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from ruamel.yaml.comments import CommentedMap

from rules.cases import failing_cases, failure
from rules.conditions import Condition, ConditionError, facts_read, parse_when
from rules.facts import domain, is_fact
from rules.levels import ResponseLevel
from rules.limits import LimitError, attribute_names, conjunctions
from rules.rule import Case, Role, Rule, Rulebook
from rules.source import (
    PolicyError,
    check_keys,
    date_at,
    line_of,
    map_at,
    maps_at,
    read_text,
    read_yaml,
    text_at,
)

__all__ = [
    "ESTATE_RESPONSE",
    "Case",
    "Role",
    "Rule",
    "Rulebook",
    "failing_cases",
    "load_rulebook",
    "parse_rulebook",
]

ESTATE_RESPONSE = Path(__file__).parent / "books" / "estate_response.yaml"
"""The rulebook that the product comes with."""

NO_CANDIDATE = "none"
"""What a table says of a value that gives no candidate."""

_BOOK_KEYS = ("rulebook", "version", "effective_from", "owner", "decides", "rules", "cases")
_RULE_KEYS = ("id", "title", "reads", "table", "reference")
_OPTIONAL_RULE_KEYS = ("role", "when", "because")
_CASE_KEYS = ("name", "given", "expect")


def load_rulebook(path: Path) -> Rulebook:
    """The rulebook in the file at ``path``. Raises PolicyError naming file, line and mistake."""
    return parse_rulebook(read_text(path), path.name)


def parse_rulebook(text: str, file: str) -> Rulebook:
    """The rulebook that ``text`` writes; ``file`` is the name for messages.

    Refuses (PolicyError) gaps, overlaps, unknown facts, keys and levels, missing references, repeated ids, more
    than one ceiling, a book that could leave some fact set without a candidate, a book without cases, failing
    cases, and a rule that wins no case.
    """
    node = read_yaml(text, file)
    check_keys(node, file, _BOOK_KEYS)
    decides = text_at(node, "decides", file)
    if decides != "response_level":
        _refuse(file, node, "decides", f"a rulebook decides 'response_level', not {decides!r}")
    rule_nodes = maps_at(node, "rules", file)
    case_nodes = maps_at(node, "cases", file)
    rules = tuple(_rule(each, file) for each in rule_nodes)
    _check_rules(rules, rule_nodes, file)
    book = Rulebook(
        id=text_at(node, "rulebook", file),
        version=text_at(node, "version", file),
        effective_from=date_at(node, "effective_from", file),
        owner=text_at(node, "owner", file),
        decides=decides,
        rules=rules,
        cases=tuple(_case(each, file, rules) for each in case_nodes),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
    )
    _check_always_a_candidate(book, node, file)
    _check_limits(book, node, file)
    _check_cases(book, rule_nodes, case_nodes, file)
    return book


def _refuse(file: str, node: CommentedMap, key: object, message: str) -> NoReturn:
    raise PolicyError(file, line_of(node, key), message)


def _rule(node: CommentedMap, file: str) -> Rule:
    check_keys(node, file, _RULE_KEYS, _OPTIONAL_RULE_KEYS)
    reads = text_at(node, "reads", file)
    if not is_fact(reads):
        _refuse(file, node, "reads", f"unknown fact {reads!r}")
    return Rule(
        id=text_at(node, "id", file),
        title=text_at(node, "title", file),
        reads=reads,
        role=_role(node, reads, file),
        table=_table(map_at(node, "table", file), reads, file),
        when=_when(node, reads, file),
        reference=text_at(node, "reference", file),
        because=text_at(node, "because", file) if "because" in node else None,
    )


def _role(node: CommentedMap, reads: str, file: str) -> Role:
    if "role" not in node:
        if reads.startswith("threat."):
            return Role.THREAT
        _refuse(file, node, "reads", f"a rule that reads {reads} must say its role: floor or ceiling")
    text = text_at(node, "role", file)
    if text not in list(Role):
        _refuse(file, node, "role", f"the role {text!r} is not one of {', '.join(Role)}")
    if (text == Role.CEILING) != (reads == "override.lower"):
        _refuse(
            file, node, "role", "only an approved override.lower may be a ceiling, and it may be nothing else"
        )
    return Role(text)


def _table(node: CommentedMap, reads: str, file: str) -> dict[str, ResponseLevel | None]:
    values = domain(reads)
    for value in node:
        if value not in values:
            _refuse(file, node, value, f"{reads} cannot be {value!r}; it is one of {', '.join(values)}")
    missing = [value for value in values if value not in node]
    if missing:
        _refuse(file, node, None, f"the table has a gap: no row for {', '.join(missing)}")
    return {value: None if node[value] == NO_CANDIDATE else _level(node, value, file) for value in values}


def _level(node: CommentedMap, key: str, file: str) -> ResponseLevel:
    name = node[key]
    if name not in ResponseLevel.__members__:
        known = ", ".join(ResponseLevel.__members__)
        _refuse(file, node, key, f"{name!r} is not a response level; the levels are {known}")
    return ResponseLevel[name]


def _when(node: CommentedMap, reads: str, file: str) -> Condition:
    if "when" not in node:
        return ()
    when = map_at(node, "when", file)
    try:
        condition = parse_when(when)
    except ConditionError as error:
        _refuse(file, when, error.key, str(error))
    if reads in facts_read(condition):
        _refuse(file, node, "when", f"'when' asks about {reads} again, which the table reads")
    return condition


def _check_rules(rules: tuple[Rule, ...], nodes: list[CommentedMap], file: str) -> None:
    _refuse_repeats("the id {!r} is used twice", [rule.id for rule in rules], nodes, file, "id")
    for rule, node in zip(rules, nodes, strict=True):
        earlier = [other.id for other in rules[: rules.index(rule)] if _same_ground(rule, other)]
        if earlier:
            _refuse(
                file,
                node,
                "reads",
                f"{rule.id} overlaps {earlier[0]}: both read {rule.reads} in the same case",
            )
        if rule.role is Role.CEILING and any(
            other.role is Role.CEILING for other in rules[: rules.index(rule)]
        ):
            _refuse(file, node, "role", "there is a ceiling already; which of two would hold is not clear")


def _same_ground(rule: Rule, other: Rule) -> bool:
    same = {frozenset(clause) for clause in rule.when} == {frozenset(clause) for clause in other.when}
    return rule.reads == other.reads and same


def _refuse_repeats(
    message: str, names: Iterable[str], nodes: list[CommentedMap], file: str, key: str
) -> None:
    seen: set[str] = set()
    for name, node in zip(names, nodes, strict=True):
        if name in seen:
            _refuse(file, node, key, message.format(name))
        seen.add(name)


def _case(node: CommentedMap, file: str, rules: tuple[Rule, ...]) -> Case:
    check_keys(node, file, _CASE_KEYS)
    expect = map_at(node, "expect", file)
    check_keys(expect, file, ("response_level", "winner"))
    winner = text_at(expect, "winner", file)
    if winner not in [rule.id for rule in rules]:
        _refuse(file, expect, "winner", f"there is no rule {winner!r}")
    return Case(
        name=text_at(node, "name", file),
        given=_given(map_at(node, "given", file), rules, file),
        expect_level=_level(expect, "response_level", file),
        expect_winner=winner,
    )


def _given(node: CommentedMap, rules: tuple[Rule, ...], file: str) -> dict[str, str]:
    read = {fact for rule in rules for fact in (rule.reads, *facts_read(rule.when))}
    for fact, value in node.items():
        if fact not in read:
            _refuse(file, node, fact, f"no rule reads {fact!r}")
        if value not in domain(fact):
            _refuse(file, node, fact, f"{fact} cannot be {value!r}; it is one of {', '.join(domain(fact))}")
    return dict(node)


def _check_always_a_candidate(book: Rulebook, node: CommentedMap, file: str) -> None:
    for rule in book.rules:
        if rule.role is not Role.CEILING and not rule.when and None not in rule.table.values():
            return
    message = (
        "some fact sets could be left without a response level: "
        "give one threat or floor rule no 'when' and a level for every value"
    )
    _refuse(file, node, "rules", message)


def _check_limits(book: Rulebook, node: CommentedMap, file: str) -> None:
    try:
        conjunctions(book.conditions)
        attribute_names(book.facts_read)
    except LimitError as error:
        _refuse(file, node, "rules", str(error))


def _check_cases(book: Rulebook, rules: list[CommentedMap], cases: list[CommentedMap], file: str) -> None:
    names = [case.name for case in book.cases]
    _refuse_repeats("two cases are named {!r}", names, cases, file, "name")
    for case, node in zip(book.cases, cases, strict=True):
        wrong = failure(case, book)
        if wrong:
            _refuse(file, node, "expect", wrong)
    winners = {case.expect_winner for case in book.cases}
    for rule, node in zip(book.rules, rules, strict=True):
        if rule.id not in winners:
            _refuse(file, node, "id", f"no case has {rule.id} as its winner; write one that does")
