"""How times are keyed in: local, by the clock on the wall, and never in the future."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.operations.keyed_rows import Line, faults_of, parse_time, repeated

NOW = datetime(2026, 11, 21, 3, 30, 15, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("02:10", datetime(2026, 11, 21, 2, 10)),
        ("0210", datetime(2026, 11, 21, 2, 10)),
        ("2.10", datetime(2026, 11, 21, 2, 10)),
        ("03:30", datetime(2026, 11, 21, 3, 30)),
        ("23:50", datetime(2026, 11, 20, 23, 50)),
        ("today 02:10", datetime(2026, 11, 21, 2, 10)),
        ("Yesterday  02:10", datetime(2026, 11, 20, 2, 10)),
        ("20/11 02:10", datetime(2026, 11, 20, 2, 10)),
        ("22/11 02:10", datetime(2025, 11, 22, 2, 10)),
        ("20/11/2026 02:10", datetime(2026, 11, 20, 2, 10)),
        ("1/7 02:10", datetime(2026, 7, 1, 1, 10)),
        ("25/10 01:30", datetime(2026, 10, 25, 0, 30)),
        ("2026-11-21T02:10:30Z", datetime(2026, 11, 21, 2, 10, 30)),
        (" 2026-11-21T02:10:30+01:00 ", datetime(2026, 11, 21, 1, 10, 30)),
    ],
)
def test_a_time_is_read_as_people_write_it(text: str, instant: datetime) -> None:
    assert parse_time(text, NOW) == instant.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "cannot be read;"),
        ("ten past two", "cannot be read;"),
        ("25:00", "never was"),
        ("30/2 10:00", "never was"),
        ("29/3 01:30", "never was"),
        ("today 04:00", "lies in the future"),
        ("21/11 04:00", "lies in the future"),
        ("21/11/2027 02:00", "lies in the future"),
        ("2027-11-21T02:00:00Z", "lies in the future"),
        ("2026-11-21T02:00:00", "cannot be read;"),
    ],
)
def test_what_is_no_time_or_is_yet_to_come_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_time(text, NOW)


@given(st.timedeltas(timedelta(0), timedelta(days=1) - timedelta(minutes=1)))
def test_an_hour_and_minute_alone_mean_the_last_time_that_it_was_so(ago: timedelta) -> None:
    then = (SUMMER - ago).replace(second=0, microsecond=0)
    local = then + timedelta(hours=1)
    assert parse_time(f"{local:%H:%M}", SUMMER) in (then, then + timedelta(days=1))
    assert parse_time(f"{local:%H:%M}", SUMMER) <= SUMMER


def test_a_row_names_each_fault_by_field_and_number() -> None:
    line = Line(3, "zzz", "soon", " ", "open", "\x00")
    assert [fault.field for fault in faults_of(line, NOW)] == ["by-3", "note-3", "code-3", "status-3", "at-3"]
    assert [fault.field for fault in faults_of(Line(1, "zzz", "02:10", "Al", "blocked"), NOW)] == ["code-1", "note-1"]


def test_a_code_twice_is_told_with_the_row_where_it_stood_first() -> None:
    lines = [Line(1, "ab cd", "02:10", "Al"), Line(2, "efgh", "02:10", "Al"), Line(4, "ABCD", "02:10", "Al")]
    assert [(fault.field, fault.message) for fault in repeated(lines)] == [("code-4", "stands in row 1 too")]


def test_only_a_row_with_nothing_in_it_is_empty() -> None:
    assert Line(1, " ", "", "").empty
    assert not Line(1, "", "", "", note="?").empty
