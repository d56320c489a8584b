"""What changed between two versions of a rulebook."""

from __future__ import annotations

from dataclasses import replace

from rules.differences import Differences, differences
from rules.rulebook import ESTATE_RESPONSE, load_rulebook

BOOK = load_rulebook(ESTATE_RESPONSE)


def test_a_book_does_not_differ_from_itself() -> None:
    assert differences(BOOK.rules, BOOK.rules) == Differences((), (), ())


def test_the_order_of_rules_does_not_count() -> None:
    assert differences(BOOK.rules, BOOK.rules[::-1]) == Differences((), (), ())


def test_rules_added_and_removed_are_told() -> None:
    first, *rest = BOOK.rules
    found = differences(BOOK.rules, (*rest, replace(first, id="EST-999")))
    assert [rule.id for rule in found.added] == ["EST-999"]
    assert [rule.id for rule in found.removed] == [first.id]
    assert found.changed == ()


def test_what_changed_in_a_rule_is_told_by_field() -> None:
    first, *rest = BOOK.rules
    new = replace(first, title="Another title", reference="O27 9.9")
    found = differences(BOOK.rules, (new, *rest))
    assert [(change.old, change.new, change.fields) for change in found.changed] == [
        (first, new, ("title", "reference"))
    ]
