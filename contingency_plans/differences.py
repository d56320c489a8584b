"""What changed between two versions of a plan, for the person who has to approve the new one."""

from __future__ import annotations

from dataclasses import dataclass, fields

from contingency_plans.option import Option
from contingency_plans.plan import Plan


@dataclass(frozen=True)
class ChangedOption:
    """An option that both versions have; ``fields`` names, in the order of Option, what differs."""

    old: Option
    new: Option
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Differences:
    """Options added (order of the new plan), removed (order of the old) and changed (order of the new)."""

    added: tuple[Option, ...]
    removed: tuple[Option, ...]
    changed: tuple[ChangedOption, ...]


def differences(old: Plan, new: Plan) -> Differences:
    """What ``new`` adds to, removes from and changes in the options of ``old``, whatever their order."""
    before, after = ({option.id: option for option in plan.options} for plan in (old, new))
    return Differences(
        added=tuple(option for option in new.options if option.id not in before),
        removed=tuple(option for option in old.options if option.id not in after),
        changed=tuple(
            ChangedOption(before[option.id], option, _differing(before[option.id], option))
            for option in new.options
            if option.id in before and before[option.id] != option
        ),
    )


def _differing(old: Option, new: Option) -> tuple[str, ...]:
    return tuple(field.name for field in fields(Option) if getattr(old, field.name) != getattr(new, field.name))
