"""A history of threat changes as CSV: what is read, and how each fault is named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import service.examples
from rules.levels import Scope, ThreatLevel
from service.errors import Invalid
from service.operations.history import HistoryRow, parse_history

HEADING = "effective_at,scope,level,note,source\n"
EXAMPLES = Path(service.examples.__file__).parent


def faults_of(body: str | bytes) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        parse_history(body if isinstance(body, bytes) else body.encode())
    return {fault.field: fault.message for fault in caught.value.fields}


def test_a_row_is_read_with_its_date_at_midnight_utc() -> None:
    body = HEADING + '2006-08-10,national,CRITICAL,"Plot, uncovered",BBC\n'
    at = datetime(2006, 8, 10, tzinfo=UTC)
    assert parse_history(body.encode()) == [
        HistoryRow(at, Scope.NATIONAL, ThreatLevel.CRITICAL, "Plot, uncovered", "BBC")
    ]


def test_an_instant_with_an_offset_is_read_as_utc() -> None:
    rows = parse_history((HEADING + "2020-11-03T17:15:00+01:00,national,SEVERE,,\n").encode())
    assert rows[0].effective_at == datetime(2020, 11, 3, 16, 15, tzinfo=UTC)


def test_note_and_source_may_be_left_out_and_a_bom_is_allowed() -> None:
    rows = parse_history(b"\xef\xbb\xbfscope,level,effective_at\nforce,not_set,2020-01-01\n")
    assert rows == [HistoryRow(datetime(2020, 1, 1, tzinfo=UTC), Scope.FORCE, None, "", "")]


@pytest.mark.parametrize(("name", "count"), [("history_national.csv", 19), ("history_police_sector.csv", 3)])
def test_the_histories_that_are_delivered_can_be_read(name: str, count: int) -> None:
    assert len(parse_history((EXAMPLES / name).read_bytes())) == count


def test_each_bad_cell_is_named_by_line_and_column() -> None:
    body = (
        HEADING
        + "2020-01-01,national,SEVERE,,\n"
        + "soon,moon,HIGH,,\n"
        + "2020-01-02,national,not_set,,\n"
        + "2020-01-03,national\n"
        + '2020-01-04,national,SEVERE,"bell \x07",\n'
    )
    faults = faults_of(body)
    assert list(faults) == [
        "line 3, effective_at",
        "line 3, scope",
        "line 3, level",
        "line 4, level",
        "line 5, the row",
        "line 6, note",
    ]
    assert "2006-08-01" in faults["line 3, effective_at"]
    assert "police_sector" in faults["line 3, scope"]
    assert "CRITICAL" in faults["line 3, level"]
    assert "cannot be taken away" in faults["line 4, level"]


def test_a_row_with_too_many_cells_is_named() -> None:
    assert "quote commas" in faults_of(HEADING + "2020-01-01,national,SEVERE,a,b,c\n")["line 2, the row"]


def test_rows_out_of_order_are_named() -> None:
    body = HEADING + "2020-01-02,national,SEVERE,,\n2020-01-01,national,CRITICAL,,\n"
    assert list(faults_of(body)) == ["line 3, effective_at"]


def test_a_cell_of_many_lines_does_not_spoil_the_count() -> None:
    body = HEADING + '2020-01-02,national,SEVERE,"two\nlines",\n2020-01-03,national,HIGH,,\n'
    assert list(faults_of(body)) == ["line 4, level"]


def test_what_was_before_levels_were_published_is_refused() -> None:
    assert "before 2001" in faults_of(HEADING + "1999-01-01,national,SEVERE,,\n")["line 2, effective_at"]


def test_a_bad_heading_is_named_column_by_column() -> None:
    faults = faults_of("effective_at,scope,scope,lvl\n2020-01-01,national,national,SEVERE\n")
    assert list(faults) == ["line 1, level", "line 1, lvl", "line 1, scope"]


@pytest.mark.parametrize("body", [b"", HEADING.encode(), b"\xff\xfe", b'effective_at,scope,level\n"2020'])
def test_a_file_that_holds_no_rows_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        parse_history(body)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: (HEADING + text).encode(errors="replace")))
def test_whatever_the_file_holds_it_is_read_or_refused(body: bytes) -> None:
    try:
        rows = parse_history(body)
    except Invalid:
        return
    assert rows == sorted(rows, key=lambda row: row.effective_at)
