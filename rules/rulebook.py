"""Reads a rulebook from its YAML file and refuses one that is not whole, naming file, line and mistake."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

from ruamel.yaml.comments import CommentedMap

from rules.cases import failing_cases
from rules.checks import check_always_a_candidate, check_cases, check_limits, check_no_overlaps, refuse
from rules.conditions import Condition, ConditionError, facts_read, parse_when
from rules.facts import domain, is_fact, unknown_fact
from rules.levels import NOT_SET, ResponseLevel
from rules.rule import Case, Role, Rule, Rulebook
from rules.source import check_keys, date_at, map_at, maps_at, read_text, read_yaml, text_at

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

NOT_READ = frozenset({"response_level", "subject"})
"""Facts for options only: the first is what a rulebook decides, the second is what an option is for."""

OWN_ROLES = {
    "override.lower": Role.CEILING,
    "override.raise": Role.FLOOR,
    "override.hold": Role.FLOOR,
    "premises.minimum_response_level": Role.FLOOR,
}
"""The only role that a rule on these facts can have."""

_BOOK_KEYS = ("rulebook", "version", "effective_from", "owner", "decides", "rules", "cases")
_RULE_KEYS = ("id", "title", "reads", "table", "reference")
_OPTIONAL_RULE_KEYS = ("role", "when", "because")
_CASE_KEYS = ("name", "given", "expect")


def load_rulebook(path: Path) -> Rulebook:
    """The rulebook in the file at ``path``. Raises PolicyError naming file, line and mistake."""
    return parse_rulebook(read_text(path), path.name)


def parse_rulebook(text: str, file: str) -> Rulebook:
    """The rulebook that ``text`` writes; ``file`` is the name for messages.

    Refuses (PolicyError) gaps, overlaps, unknown facts, keys and levels, missing references, repeated ids,
    more than one ceiling, a book that could leave some fact set without a candidate, a book without cases,
    failing cases, and a rule that wins no case.
    """
    node = read_yaml(text, file)
    check_keys(node, file, _BOOK_KEYS)
    decides = text_at(node, "decides", file)
    if decides != "response_level":
        refuse(file, node, "decides", f"a rulebook decides 'response_level', not {decides!r}")
    rule_nodes = maps_at(node, "rules", file)
    case_nodes = maps_at(node, "cases", file)
    rules = tuple(_rule(each, file) for each in rule_nodes)
    check_no_overlaps(rules, rule_nodes, file)
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
    check_always_a_candidate(book, node, file)
    check_limits(book, node, file)
    check_cases(book, rule_nodes, case_nodes, file)
    return book


def _rule(node: CommentedMap, file: str) -> Rule:
    check_keys(node, file, _RULE_KEYS, _OPTIONAL_RULE_KEYS)
    reads = text_at(node, "reads", file)
    if not is_fact(reads):
        refuse(file, node, "reads", unknown_fact(reads))
    if reads in NOT_READ:
        refuse(file, node, "reads", f"a rule cannot read {reads}; it is for options only")
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
        refuse(file, node, "reads", f"a rule that reads {reads} must say its role: floor or ceiling")
    text = text_at(node, "role", file)
    if text not in list(Role):
        refuse(file, node, "role", f"the role {text!r} is not one of {', '.join(Role)}")
    if text != OWN_ROLES.get(reads, text):
        refuse(file, node, "role", f"{reads} can only be a {OWN_ROLES[reads]}")
    if text == Role.CEILING and reads not in OWN_ROLES:
        refuse(file, node, "role", "only an approved override.lower can be a ceiling")
    return Role(text)


def _table(node: CommentedMap, reads: str, file: str) -> dict[str, ResponseLevel | None]:
    values = domain(reads)
    for value in node:
        if value not in values:
            refuse(file, node, value, f"{reads} cannot be {value!r}; it is one of {', '.join(values)}")
    missing = [value for value in values if value not in node]
    if missing:
        refuse(file, node, None, f"the table has a gap: no row for {', '.join(missing)}")
    table = {value: None if node[value] == NO_CANDIDATE else _level(node, value, file) for value in values}
    if reads.startswith("threat.") or reads in OWN_ROLES:
        _check_order(table, node, reads, file)
    return table


def _check_order(table: dict[str, ResponseLevel | None], node: CommentedMap, reads: str, file: str) -> None:
    levels = [value for value in domain(reads) if value not in (NOT_SET, "none")]
    for milder, worse in pairwise(levels):
        if (table[worse] or 0) < (table[milder] or 0):
            refuse(file, node, worse, f"the table falls: {worse} gives less than {milder}")


def _level(node: CommentedMap, key: str, file: str) -> ResponseLevel:
    name = text_at(node, key, file)
    if name not in ResponseLevel.__members__:
        known = ", ".join(ResponseLevel.__members__)
        refuse(file, node, key, f"{name!r} is not a response level; the levels are {known}")
    return ResponseLevel[name]


def _when(node: CommentedMap, reads: str, file: str) -> Condition:
    if "when" not in node:
        return ()
    when = map_at(node, "when", file)
    try:
        condition = parse_when(when)
    except ConditionError as error:
        refuse(file, when, error.key, str(error))
    for fact in sorted(facts_read(condition)):
        if fact == reads or fact in NOT_READ:
            refuse(file, node, "when", f"'when' cannot ask about {fact} here")
    return condition


def _case(node: CommentedMap, file: str, rules: tuple[Rule, ...]) -> Case:
    check_keys(node, file, _CASE_KEYS)
    expect = map_at(node, "expect", file)
    check_keys(expect, file, ("response_level", "winner"))
    winner = text_at(expect, "winner", file)
    if winner not in [rule.id for rule in rules]:
        refuse(file, expect, "winner", f"there is no rule {winner!r}")
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
            refuse(file, node, fact, f"no rule reads {fact!r}")
        if value not in domain(fact):
            refuse(file, node, fact, f"{fact} cannot be {value!r}; it is one of {', '.join(domain(fact))}")
    return dict(node)
