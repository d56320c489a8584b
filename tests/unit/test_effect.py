"""Counting what a change does."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from rules.levels import ResponseLevel
from service.operations.effect import Movement, effect

LEVELS = st.sampled_from(ResponseLevel)
MOVES = st.lists(
    st.builds(
        Movement,
        count=st.integers(1, 50),
        before=st.none() | LEVELS,
        after=LEVELS,
        issued=st.booleans(),
        items=st.integers(0, 100),
        staff_hours_before=st.just(Decimal(1)),
        staff_hours_after=st.just(Decimal(2)),
    )
)


@given(MOVES)
def test_counts_add_up_whatever_moves(moves: list[Movement]) -> None:
    present = {level: sum(move.count for move in moves if move.before is level) for level in ResponseLevel}
    found = effect(moves, present)
    new = sum(move.count for move in moves if move.before is None)
    assert found.premises == sum(found.response_levels.values()) == sum(move.count for move in moves)
    assert found.changed == found.raised + found.lowered + new
    assert found.staff_hours_per_day_after == 2 * found.staff_hours_per_day_before
    assert all(count >= 0 for count in found.response_levels.values())


def test_lists_and_items_count_only_where_something_is_issued() -> None:
    up = Movement(3, ResponseLevel.HEIGHTENED, ResponseLevel.EXCEPTIONAL, True, 7, Decimal(1), Decimal(4))
    stay = Movement(2, ResponseLevel.EXCEPTIONAL, ResponseLevel.EXCEPTIONAL, False, 7, Decimal(4), Decimal(4))
    found = effect([up, stay], {ResponseLevel.NORMAL: 0, ResponseLevel.HEIGHTENED: 3, ResponseLevel.EXCEPTIONAL: 2})
    assert (found.checklists_issued, found.items, found.raised) == (3, 21, 3)
    assert found.response_levels[ResponseLevel.EXCEPTIONAL] == 5
