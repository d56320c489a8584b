"""What must be true of a rulebook as a whole. Each check raises PolicyError with the line of the mistake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rules.cases import failure
from rules.conditions import Condition, facts_read
from rules.fields import Fields
from rules.limits import LimitError, attribute_names, conjunctions
from rules.rule import Role, Rule, Rulebook


def check_no_overlaps(rules: Sequence[Rule], entries: Sequence[Fields]) -> None:
    """Refuses a repeated id, two rules that read one fact in the same case, and a second ceiling."""
    _refuse_repeats("the id {!r} is used twice", [rule.id for rule in rules], entries, "id")
    for position, (rule, entry) in enumerate(zip(rules, entries, strict=True)):
        for earlier in rules[:position]:
            if _same_ground(rule, earlier):
                message = f"{rule.id} overlaps {earlier.id}: both read {rule.reads} in the same case"
                raise entry.fault("reads", message)
            if rule.role is Role.CEILING and earlier.role is Role.CEILING:
                message = f"{earlier.id} is a ceiling already; which of the two would hold is not clear"
                raise entry.fault("role", message)


def _same_ground(rule: Rule, other: Rule) -> bool:
    same = {frozenset(clause) for clause in rule.when} == {frozenset(clause) for clause in other.when}
    return rule.reads == other.reads and same


def _refuse_repeats(message: str, names: Sequence[str], entries: Sequence[Fields], key: str) -> None:
    for position, (name, entry) in enumerate(zip(names, entries, strict=True)):
        if name in names[:position]:
            raise entry.fault(key, message.format(name))


def check_always_a_candidate(book: Rulebook, fields: Fields) -> None:
    """Refuses a book unless one threat or floor rule, without ``when``, gives a level for every value."""
    for rule in book.rules:
        if rule.role is not Role.CEILING and not rule.when and None not in rule.table.values():
            return
    message = (
        "some fact sets could be left without a response level: "
        "give one threat or floor rule no 'when' and a level for every value"
    )
    raise fields.fault("rules", message)


def check_limits(name: str, conditions: Mapping[str, Condition], fields: Fields, key: str) -> None:
    """Refuses conditions that the rules engine cannot take; ``name`` says to the reader whose they are."""
    try:
        conjunctions(conditions)
        attribute_names(facts_read(*conditions.values()))
    except LimitError as error:
        raise fields.fault(key, f"{name} is more than the rules engine can take: {error}") from error


def check_cases(book: Rulebook, rules: Sequence[Fields], cases: Sequence[Fields]) -> None:
    """Refuses two cases of one name, a case that fails, and a rule that wins no case."""
    _refuse_repeats("two cases are named {!r}", [case.name for case in book.cases], cases, "name")
    for case, entry in zip(book.cases, cases, strict=True):
        wrong = failure(case, book)
        if wrong:
            raise entry.fault("expect", wrong)
    winners = {case.expect_winner for case in book.cases}
    for rule, entry in zip(book.rules, rules, strict=True):
        if rule.id not in winners:
            raise entry.fault("id", f"no case has {rule.id} as its winner; write one that does")
