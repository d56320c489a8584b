"""When a delivery is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.webhooks.retry import SCHEDULE, next_attempt

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def test_ten_attempts_take_seventy_five_hours() -> None:
    at, made = AT, 1
    while following := next_attempt(made, at, 500, None, 0.5):
        at, made = following, made + 1
    assert made == 10
    assert at - AT == timedelta(hours=75, minutes=35, seconds=5)


@given(st.integers(1, 9), st.floats(0, 1), st.sampled_from([None, 200, 404, 429, 500, 503]), st.text())
def test_a_step_is_never_off_by_more_than_a_fifth_whatever_a_receiver_babbles(
    made: int, luck: float, status: int | None, babble: str
) -> None:
    step = timedelta(seconds=SCHEDULE[made])
    following = next_attempt(made, AT, status, babble if not babble.isdigit() else None, luck)
    assert following is not None
    assert following - AT >= step * 0.8 - timedelta(microseconds=1)
    assert following - AT <= max(step * 1.2, timedelta(hours=24)) + timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("made", "status", "retry_after", "seconds"),
    [
        (1, 503, "60", 60),
        (1, 429, "60", 60),
        (1, 500, "60", 5),
        (1, None, "60", 5),
        (1, 503, "1", 5),
        (1, 503, "0", 5),
        (1, 503, "-60", 5),
        (1, 503, "soon", 5),
        (1, 503, "99999999999", 5),
        (1, 503, "999999999", 86_400),
        (1, 503, "Sat, 21 Nov 2026 03:10:00 GMT", 600),
        (1, 503, "Sat, 21 Nov 2026 03:10:00 -0000", 600),
        (1, 503, "Sat, 21 Nov 2020 03:10:00 GMT", 5),
        (1, 503, "Mon, 01 Jan 99999999999999999999 00:00:00 GMT", 5),
        (1, 503, "Mon, 01 Jan 2027 99999999999999999999:00:00 GMT", 5),
        (1, 503, "Mon, 01 Jan 2027 00:00:00 +99999999999999999999", 5),
        (1, 503, "Fri, 31 Dec 9999 23:59:59 -2359", 86_400),
        (9, 503, "60", 86_400),
    ],
)
def test_a_busy_receiver_may_put_us_off_but_not_for_ever(
    made: int, status: int | None, retry_after: str, seconds: int
) -> None:
    assert next_attempt(made, AT, status, retry_after, 0.5) == AT + timedelta(seconds=seconds)


def test_after_the_last_attempt_there_is_none() -> None:
    assert next_attempt(len(SCHEDULE), AT, 503, "60", 0.5) is None
