"""What changed between two versions of a rulebook, for the person who has to approve the new one."""

from __future__ import annotations

from dataclasses import dataclass, fields

from rules.rule import Rule, Rulebook


@dataclass(frozen=True)
class ChangedRule:
    """A rule that both versions have; ``fields`` names, in the order of Rule, what differs."""

    old: Rule
    new: Rule
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Differences:
    """Rules added (order of the new book), removed (order of the old) and changed (order of the new)."""

    added: tuple[Rule, ...]
    removed: tuple[Rule, ...]
    changed: tuple[ChangedRule, ...]


def differences(old: Rulebook, new: Rulebook) -> Differences:
    """What ``new`` adds to, removes from and changes in the rules of ``old``; their order does not count."""
    before, after = ({rule.id: rule for rule in book.rules} for book in (old, new))
    return Differences(
        added=tuple(rule for rule in new.rules if rule.id not in before),
        removed=tuple(rule for rule in old.rules if rule.id not in after),
        changed=tuple(
            ChangedRule(before[rule.id], rule, _differing(before[rule.id], rule))
            for rule in new.rules
            if rule.id in before and before[rule.id] != rule
        ),
    )


def _differing(old: Rule, new: Rule) -> tuple[str, ...]:
    return tuple(field.name for field in fields(Rule) if getattr(old, field.name) != getattr(new, field.name))
