"""Reads a rulebook from its YAML file and refuses one that is not whole, naming file, line and mistake."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

from rules.cases import failing_cases
from rules.checks import check_always_a_candidate, check_cases, check_limits, check_no_overlaps
from rules.conditions import Condition, facts_read
from rules.facts import domain, is_fact, unknown_fact
from rules.fields import Fields
from rules.levels import NOT_SET, ResponseLevel
from rules.rule import Case, Role, Rule, Rulebook
from rules.source import read_text, read_yaml

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
_OPTIONAL_BOOK_KEYS = ("review_by",)
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
    fields = Fields(read_yaml(text, file), file)
    fields.check_keys(_BOOK_KEYS, _OPTIONAL_BOOK_KEYS)
    rule_entries, case_entries = fields.each("rules"), fields.each("cases")
    rules = tuple(_rule(entry) for entry in rule_entries)
    check_no_overlaps(rules, rule_entries)
    book = Rulebook(
        id=fields.text("rulebook"),
        version=fields.text("version"),
        effective_from=fields.date("effective_from"),
        review_by=fields.date("review_by") if "review_by" in fields.node else None,
        owner=fields.text("owner"),
        decides=fields.one_of("decides", ["response_level"]),
        rules=rules,
        cases=tuple(_case(entry, rules) for entry in case_entries),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
    )
    check_always_a_candidate(book, fields)
    check_limits(f"rulebook {book.id}", book.conditions, fields, "rules")
    check_cases(book, rule_entries, case_entries)
    return book


def _rule(fields: Fields) -> Rule:
    fields.check_keys(_RULE_KEYS, _OPTIONAL_RULE_KEYS)
    reads = fields.text("reads")
    if not is_fact(reads):
        raise fields.fault("reads", unknown_fact(reads))
    if reads in NOT_READ:
        raise fields.fault("reads", f"a rule cannot read {reads}; it is for options only")
    return Rule(
        id=fields.text("id"),
        title=fields.text("title"),
        reads=reads,
        role=_role(fields, reads),
        table=_table(fields.inner("table"), reads),
        when=_when(fields, reads),
        reference=fields.text("reference"),
        because=fields.optional_text("because"),
    )


def _role(fields: Fields, reads: str) -> Role:
    if "role" not in fields.node:
        if reads.startswith("threat."):
            return Role.THREAT
        raise fields.fault("reads", f"a rule that reads {reads} must say its role: floor or ceiling")
    role = fields.choice("role", Role)
    if role is not OWN_ROLES.get(reads, role):
        raise fields.fault("role", f"{reads} can only be a {OWN_ROLES[reads]}")
    if role is Role.CEILING and reads not in OWN_ROLES:
        raise fields.fault("role", "only an approved override.lower can be a ceiling")
    return role


def _table(fields: Fields, reads: str) -> dict[str, ResponseLevel | None]:
    values = domain(reads)
    for value in fields.node:
        if value not in values:
            raise fields.fault(value, f"{reads} cannot be {value!r}; it is one of {', '.join(values)}")
    missing = [value for value in values if value not in fields.node]
    if missing:
        raise fields.fault(None, f"the table has a gap: no row for {', '.join(missing)}")
    table = {value: None if fields.node[value] == NO_CANDIDATE else fields.response_level(value) for value in values}
    if reads.startswith("threat.") or reads in OWN_ROLES:
        _check_order(table, fields, reads)
    return table


def _check_order(table: dict[str, ResponseLevel | None], fields: Fields, reads: str) -> None:
    levels = [value for value in domain(reads) if value not in (NOT_SET, "none")]
    for milder, worse in pairwise(levels):
        if (table[worse] or 0) < (table[milder] or 0):
            raise fields.fault(worse, f"the table falls: {worse} gives less than {milder}")


def _when(fields: Fields, reads: str) -> Condition:
    condition = fields.when()
    for fact in sorted(facts_read(condition)):
        if fact == reads or fact in NOT_READ:
            raise fields.fault("when", f"'when' cannot ask about {fact} here")
    return condition


def _case(fields: Fields, rules: tuple[Rule, ...]) -> Case:
    fields.check_keys(_CASE_KEYS)
    expect = fields.inner("expect")
    expect.check_keys(("response_level", "winner"))
    winner = expect.text("winner")
    if winner not in [rule.id for rule in rules]:
        raise expect.fault("winner", f"there is no rule {winner!r}")
    return Case(
        name=fields.text("name"),
        given=_given(fields.inner("given"), rules),
        expect_level=expect.response_level("response_level"),
        expect_winner=winner,
    )


def _given(fields: Fields, rules: tuple[Rule, ...]) -> dict[str, str]:
    read = {rule.reads for rule in rules} | facts_read(*(rule.when for rule in rules))
    for fact, value in fields.node.items():
        if fact not in read:
            raise fields.fault(fact, f"no rule reads {fact!r}")
        if value not in domain(fact):
            raise fields.fault(fact, f"{fact} cannot be {value!r}; it is one of {', '.join(domain(fact))}")
    return dict(fields.node)
