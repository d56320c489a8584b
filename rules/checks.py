"""What must be true of a rulebook as a whole. Each check raises PolicyError with the line of the mistake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from ruamel.yaml.comments import CommentedMap

from rules.cases import failure
from rules.limits import LimitError, attribute_names, conjunctions
from rules.rule import Role, Rule, Rulebook
from rules.source import PolicyError, line_of


def refuse(file: str, node: CommentedMap, key: object, message: str) -> NoReturn:
    """Raises the PolicyError for ``key`` of ``node``."""
    raise PolicyError(file, line_of(node, key), message)


def check_no_overlaps(rules: Sequence[Rule], nodes: Sequence[CommentedMap], file: str) -> None:
    """Refuses a repeated id, two rules that read one fact in the same case, and a second ceiling."""
    _refuse_repeats("the id {!r} is used twice", [rule.id for rule in rules], nodes, file, "id")
    for position, (rule, node) in enumerate(zip(rules, nodes, strict=True)):
        for earlier in rules[:position]:
            if _same_ground(rule, earlier):
                message = f"{rule.id} overlaps {earlier.id}: both read {rule.reads} in the same case"
                refuse(file, node, "reads", message)
            if rule.role is Role.CEILING and earlier.role is Role.CEILING:
                message = f"{earlier.id} is a ceiling already; which of the two would hold is not clear"
                refuse(file, node, "role", message)


def _same_ground(rule: Rule, other: Rule) -> bool:
    same = {frozenset(clause) for clause in rule.when} == {frozenset(clause) for clause in other.when}
    return rule.reads == other.reads and same


def _refuse_repeats(message: str, names: Sequence[str], nodes: Sequence[CommentedMap], file: str, key: str) -> None:
    for position, (name, node) in enumerate(zip(names, nodes, strict=True)):
        if name in names[:position]:
            refuse(file, node, key, message.format(name))


def check_always_a_candidate(book: Rulebook, node: CommentedMap, file: str) -> None:
    """Refuses a book unless one threat or floor rule, without ``when``, gives a level for every value."""
    for rule in book.rules:
        if rule.role is not Role.CEILING and not rule.when and None not in rule.table.values():
            return
    message = (
        "some fact sets could be left without a response level: "
        "give one threat or floor rule no 'when' and a level for every value"
    )
    refuse(file, node, "rules", message)


def check_limits(book: Rulebook, node: CommentedMap, file: str) -> None:
    """Refuses a book that the rules engine cannot take."""
    try:
        conjunctions(book.conditions)
        attribute_names(book.facts_read)
    except LimitError as error:
        refuse(file, node, "rules", str(error))


def check_cases(book: Rulebook, rules: Sequence[CommentedMap], cases: Sequence[CommentedMap], file: str) -> None:
    """Refuses two cases of one name, a case that fails, and a rule that wins no case."""
    _refuse_repeats("two cases are named {!r}", [case.name for case in book.cases], cases, file, "name")
    for case, node in zip(book.cases, cases, strict=True):
        wrong = failure(case, book)
        if wrong:
            refuse(file, node, "expect", wrong)
    winners = {case.expect_winner for case in book.cases}
    for rule, node in zip(book.rules, rules, strict=True):
        if rule.id not in winners:
            refuse(file, node, "id", f"no case has {rule.id} as its winner; write one that does")
