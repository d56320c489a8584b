from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.clock import SystemClock, parse_rfc3339, rfc3339
from tests.fakes import FrozenClock

offsets = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=offsets)


@given(instants)
def test_an_instant_survives_being_written_and_read(instant: datetime) -> None:
    text = rfc3339(instant)
    assert text.endswith("Z")
    assert parse_rfc3339(text) == instant


@given(instants)
def test_an_instant_with_any_offset_is_read_as_utc(instant: datetime) -> None:
    read = parse_rfc3339(instant.isoformat())
    assert read == instant
    assert read.tzinfo is UTC


@given(st.text() | st.from_regex(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", fullmatch=True))
def test_any_text_is_read_or_refused_by_value_error(text: str) -> None:
    try:
        read = parse_rfc3339(text)
    except ValueError:
        return
    assert read.tzinfo is UTC
    assert parse_rfc3339(rfc3339(read)) == read


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21",
        "2026-11-21T03:00:00",
        "2026-11-21 03:00:00Z",
        "20261121T030000Z",
        "2026-11-21T03:00Z",
        "2026-02-30T03:00:00Z",
        "2026-11-21T24:30:00Z",
        "2026-11-21T03:00:00+24:00",
        "2026-11-21T03:00:00Z\n",
        "٢٠٢٦-11-21T03:00:00Z",
        "0001-01-01T00:00:00+01:00",
    ],
)
def test_what_is_no_instant_by_rfc_3339_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an"):
        parse_rfc3339(text)


def test_small_letters_and_nanoseconds_are_read() -> None:
    assert parse_rfc3339("2026-11-21t03:00:00.123456789z") == datetime(2026, 11, 21, 3, 0, 0, 123456, UTC)


def test_a_naive_time_is_not_written() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        rfc3339(datetime(2026, 11, 21))


def test_the_system_clock_gives_the_present_instant_in_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.tzinfo is UTC


def test_a_frozen_clock_moves_only_when_told() -> None:
    clock = FrozenClock()
    start = clock.now()
    assert clock.now() == start
    assert clock.tick(timedelta(minutes=10)) == clock.now() == start + timedelta(minutes=10)
