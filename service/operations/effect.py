"""What a change does, or would do: one way of counting for both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from rules.levels import ResponseLevel


@dataclass(frozen=True)
class Movement:
    """Premises that a decision takes from one level and menu to another. No level before: they are new."""

    count: int
    before: ResponseLevel | None
    after: ResponseLevel
    issued: bool
    items: int
    staff_hours_before: Decimal
    staff_hours_after: Decimal


@dataclass(frozen=True)
class Effect:
    """Counts over the premises that the asker may see.

    ``premises`` were decided about; ``changed`` = ``raised`` + ``lowered`` + those that had no level before;
    ``response_levels`` is the whole estate afterwards; ``items`` stand on the lists issued; staff-hours are per day,
    over the premises decided about.
    """

    premises: int
    changed: int
    raised: int
    lowered: int
    response_levels: Mapping[ResponseLevel, int]
    checklists_issued: int
    items: int
    staff_hours_per_day_before: Decimal
    staff_hours_per_day_after: Decimal


def effect(movements: Iterable[Movement], present: Mapping[ResponseLevel, int]) -> Effect:
    """The effect of ``movements`` on an estate that stands at ``present`` (premises by level) before them."""
    moves = list(movements)
    levels = dict(present)
    for move in moves:
        levels[move.after] += move.count
        if move.before is not None:
            levels[move.before] -= move.count
    return Effect(
        premises=sum(move.count for move in moves),
        changed=sum(move.count for move in moves if move.before != move.after),
        raised=sum(move.count for move in moves if move.before is not None and move.after > move.before),
        lowered=sum(move.count for move in moves if move.before is not None and move.after < move.before),
        response_levels=levels,
        checklists_issued=sum(move.count for move in moves if move.issued),
        items=sum(move.count * move.items for move in moves if move.issued),
        staff_hours_per_day_before=sum((move.count * move.staff_hours_before for move in moves), Decimal(0)),
        staff_hours_per_day_after=sum((move.count * move.staff_hours_after for move in moves), Decimal(0)),
    )
