"""Turns of recurring measures, by shift and by day, in London time, also where the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contingency_plans.plan import Repeat
from service.operations.occurrences import ONE_OFF, marker, occurrence

SHIFTS = (time(6), time(14), time(22))
HOUR = timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_what_does_not_recur_has_one_turn_without_a_name() -> None:
    assert occurrence(None, utc("2026-11-21T12:00"), SHIFTS) is ONE_OFF
    assert ONE_OFF.key == ""


def test_a_one_off_is_due_its_time_after_it_came_on_the_list() -> None:
    assert ONE_OFF.due_at(utc("2026-11-21T12:00"), 4 * HOUR) == utc("2026-11-21T16:00")


@pytest.mark.parametrize(
    ("at", "key", "start", "end"),
    [
        ("2026-11-21T05:59", "2026-11-20T22:00", "2026-11-20T22:00", "2026-11-21T06:00"),
        ("2026-11-21T06:00", "2026-11-21T06:00", "2026-11-21T06:00", "2026-11-21T14:00"),
        ("2026-11-21T23:30", "2026-11-21T22:00", "2026-11-21T22:00", "2026-11-22T06:00"),
        ("2026-07-01T05:30", "2026-07-01T06:00", "2026-07-01T05:00", "2026-07-01T13:00"),
        # The night shifts of the changes to summer time (7 hours) and back (9 hours).
        ("2026-03-29T00:30", "2026-03-28T22:00", "2026-03-28T22:00", "2026-03-29T05:00"),
        ("2026-10-25T05:30", "2026-10-24T22:00", "2026-10-24T21:00", "2026-10-25T06:00"),
    ],
)
def test_a_shift_begins_and_ends_by_the_clock_on_the_wall(at: str, key: str, start: str, end: str) -> None:
    turn = occurrence(Repeat.EVERY_SHIFT, utc(at), SHIFTS)
    assert (turn.key, turn.start, turn.end) == (key, utc(start), utc(end))


@pytest.mark.parametrize(
    ("at", "key", "hours"),
    [
        ("2026-11-21T12:00", "2026-11-21", 24),
        ("2026-06-30T23:30", "2026-07-01", 24),
        ("2026-03-29T12:00", "2026-03-29", 23),
        ("2026-10-25T12:00", "2026-10-25", 25),
    ],
)
def test_a_day_is_a_london_day_of_23_to_25_hours(at: str, key: str, hours: int) -> None:
    turn = occurrence(Repeat.EVERY_DAY, utc(at), SHIFTS)
    assert (turn.key, turn.end - turn.start) == (key, hours * HOUR)


def test_a_shift_start_that_the_spring_change_skips_is_an_hour_later() -> None:
    turn = occurrence(Repeat.EVERY_SHIFT, utc("2026-03-29T03:00"), (time(1, 30), time(13)))
    assert (turn.key, turn.start) == ("2026-03-29T01:30", utc("2026-03-29T01:30"))


def test_a_shift_start_that_the_autumn_change_repeats_is_the_first_of_the_two() -> None:
    turn = occurrence(Repeat.EVERY_SHIFT, utc("2026-10-25T01:15"), (time(1, 30), time(13)))
    assert (turn.key, turn.start) == ("2026-10-25T01:30", utc("2026-10-25T00:30"))


def test_each_turn_is_due_its_time_after_it_began() -> None:
    turn = occurrence(Repeat.EVERY_SHIFT, utc("2026-11-22T15:00"), SHIFTS)
    assert turn.due_at(utc("2026-11-21T12:00"), 2 * HOUR) == utc("2026-11-22T16:00")


def test_a_turn_is_due_before_the_next_one_begins() -> None:
    turn = occurrence(Repeat.EVERY_SHIFT, utc("2026-11-25T15:00"), SHIFTS)
    assert turn.due_at(utc("2026-11-21T12:00"), 24 * HOUR) == utc("2026-11-25T22:00")


def test_nothing_is_due_before_the_first_deadline() -> None:
    turn = occurrence(Repeat.EVERY_SHIFT, utc("2026-11-21T13:00"), SHIFTS)
    assert turn.due_at(utc("2026-11-21T13:00"), 24 * HOUR) == utc("2026-11-22T13:00")


def test_the_marker_changes_when_a_shift_or_a_day_begins() -> None:
    times = ("2026-11-21T21:59", "2026-11-21T22:00", "2026-11-21T23:59", "2026-11-22T00:00", "2026-11-22T05:59")
    seen = [marker(utc(at), SHIFTS) for at in times]
    assert seen[0] != seen[1] == seen[2] != seen[3] == seen[4]


@given(
    at=st.datetimes(datetime(2006, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),
    repeat=st.sampled_from(Repeat),
    shifts=st.lists(st.times().map(lambda t: t.replace(second=0, microsecond=0)), min_size=1, unique=True).map(sorted),
)
def test_every_instant_lies_in_one_turn_and_the_next_begins_where_it_ends(
    at: datetime, repeat: Repeat, shifts: list[time]
) -> None:
    turn = occurrence(repeat, at, shifts)
    assert turn.start <= at < turn.end
    assert occurrence(repeat, turn.start, shifts) == turn
    after = occurrence(repeat, turn.end, shifts)
    assert after.start == turn.end
    assert after.key != turn.key
