"""The register as CSV: every fault told, nothing raised, and what is written can be read again."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts import FLAGS, KINDS, RISK_CATEGORIES
from rules.levels import ResponseLevel
from service.operations import premises_csv
from service.operations.premises_csv import CsvFault, parse_csv, write_csv
from service.operations.premises_form import BY_NAME, COLUMNS, DEFAULTS, as_json, read_fields

HEADER = ",".join(column.name for column in COLUMNS)


def faults(source: str | bytes) -> list[tuple[int, str]]:
    return [(fault.row, fault.column) for fault in parse_csv(source).faults]


def test_a_file_gives_the_fields_of_each_row() -> None:
    parsed = parse_csv("id,name,kinds,staffed,headcount\nnorth,North,custody; hq,YES, 12 \n")
    assert parsed.faults == []
    assert parsed.rows == [
        {"id": "north", "name": "North", "kinds": ["hq", "custody"], "staffed": True, "headcount": 12}
    ]


def test_an_empty_cell_means_the_default_and_an_absent_column_means_nothing() -> None:
    (row,) = parse_csv("id,name,risk_category,kinds\nnorth,North,,\n").rows
    assert row == {"id": "north", "name": "North", "risk_category": "medium", "kinds": []}


@pytest.mark.parametrize("source", ["id,name\na,A\n", "\ufeffid,name\na,A\n", b"\xef\xbb\xbfid,name\r\na,A\r\n"])
def test_a_byte_order_mark_does_not_matter(source: str | bytes) -> None:
    assert parse_csv(source).rows == [{"id": "a", "name": "A"}]


def test_blank_lines_are_skipped_and_lines_are_counted_as_in_the_file() -> None:
    text = 'id,name,address\n\na,A,"one\ntwo"\n,,\nb,,x\n'
    assert faults(text) == [(6, "name")]


def test_capitals_and_spaces_in_the_first_line_do_not_matter() -> None:
    assert parse_csv("ID, Name \na,A\n").rows == [{"id": "a", "name": "A"}]


def test_an_unknown_a_doubled_and_a_missing_column_are_told_with_the_faults_of_the_rows() -> None:
    text = "id,postcode,postcode,colour\na,x,y,red\nB!,x,y,red\n"
    assert faults(text) == [(1, "postcode"), (1, "colour"), (1, "name"), (3, "id")]


def test_the_same_id_twice_is_told_with_the_line_of_the_first() -> None:
    (fault,) = parse_csv("id,name\na,A\nb,B\na,C\n").faults
    assert fault == CsvFault(4, "id", "the same id stands on line 2")


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("id", ""),
        ("id", "North"),
        ("id", "-north"),
        ("id", "n" * 81),
        ("name", " "),
        ("name", "n" * 201),
        ("name", "a\x00b"),
        ("kinds", "custody;castle"),
        ("risk_category", "extreme"),
        ("minimum_response_level", "CRITICAL"),
        ("staffed", "maybe"),
        ("headcount", "-1"),
        ("headcount", "1.5"),
        ("headcount", "100000"),
        ("headcount", "²"),
        ("postcode", "x" * 13),
        ("manager", "\ud800"),
    ],
)
def test_a_cell_that_cannot_be_kept_is_told_by_line_and_column(column: str, cell: str) -> None:
    values = {"id": "north", "name": "North", column: cell}
    line = io.StringIO()
    csv.writer(line).writerow(values.values())
    assert faults(f"{','.join(values)}\n{line.getvalue()}") == [(2, column)]


@pytest.mark.parametrize(
    ("source", "row", "words"),
    [
        ("", 1, "empty"),
        (b"", 1, "empty"),
        (b"id,name\na,A\nb,\xff\n", 3, "UTF-8"),
        ("id,name\n".encode("utf-16"), 1, "UTF-8"),
        ("id,name\na\n", 2, "1 cells"),
        ("id,name\na,A,b\n", 2, "3 cells"),
        ('id,name\na,"A', 2, "as CSV"),
        ('id,name\na,"A"x\n', 2, "as CSV"),
        ("id,name\na," + "x" * 140_000, 2, "as CSV"),
    ],
)
def test_a_file_that_is_no_table_is_told_by_its_line(source: str | bytes, row: int, words: str) -> None:
    (fault,) = parse_csv(source).faults
    assert (fault.row, fault.column) == (row, "")
    assert words in fault.reason


def test_a_file_may_not_be_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(premises_csv, "LARGEST", 10)
    assert faults("id,name\na,A\n") == [(1, "")]
    assert faults(b"id,name\n") == []


def test_a_file_may_not_have_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(premises_csv, "MOST_ROWS", 2)
    assert faults("id,name\na,A\nb,B\nc,C\nd,D\n") == [(4, "")]


def test_after_very_many_faults_no_more_are_told() -> None:
    found = parse_csv("id,name\n" + "?,x\n" * 2_000).faults
    assert len(found) == premises_csv.MOST_FAULTS + 1
    assert "more than" in found[-1].reason


_CELL = st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=12)


@given(st.one_of(st.text(), st.binary(), st.text().map(lambda text: f"id,name\n{text}")))
def test_no_text_raises_anything(source: str | bytes) -> None:
    parsed = parse_csv(source)
    assert parsed.faults or all({"id", "name"} <= row.keys() for row in parsed.rows)


@given(st.lists(st.lists(_CELL, max_size=4), max_size=4))
def test_no_table_raises_anything(table: list[list[str]]) -> None:
    file = io.StringIO()
    csv.writer(file).writerows([["id", "name", "kinds", "headcount"], *table])
    parsed = parse_csv(file.getvalue())
    assert parsed.faults or len(parsed.rows) <= len(table)


_TEXT = st.text(st.characters(min_codepoint=32, blacklist_characters="\x7f", blacklist_categories=["Cs"]), max_size=12)
_LINE = st.builds(lambda start, rest: (start + rest).strip(), st.sampled_from(["", "'", "=", "+", "@", "'="]), _TEXT)
_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "id": st.from_regex(r"[a-z0-9]([a-z0-9-]{0,9}[a-z0-9])?", fullmatch=True),
    "name": _LINE.filter(bool),
    "kinds": st.lists(st.sampled_from(KINDS), unique=True).map(lambda kinds: sorted(kinds, key=KINDS.index)),
    "risk_category": st.sampled_from(RISK_CATEGORIES),
    "minimum_response_level": st.sampled_from(ResponseLevel),
    **dict.fromkeys(FLAGS, st.booleans()),
    "restricted": st.booleans(),
    "acknowledge_each_shift": st.booleans(),
    "headcount": st.integers(0, 99_999),
    **dict.fromkeys(("district", "address", "manager", "deputy", "duty_contact"), _LINE),
    "postcode": st.sampled_from(["", "ZZ1 1AL", "-1"]),
}


@given(st.lists(st.fixed_dictionaries(_FIELDS), max_size=3, unique_by=lambda row: row["id"]))
def test_what_is_written_is_read_again_as_it_was(rows: list[dict[str, Any]]) -> None:
    parsed = parse_csv("".join(write_csv(rows)))
    assert parsed.faults == []
    assert parsed.rows == rows


@given(st.fixed_dictionaries(_FIELDS))
def test_json_is_read_again_as_it_was(row: dict[str, Any]) -> None:
    assert read_fields(as_json(row)) == (row, [])


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_starts_a_formula(start: str) -> None:
    row = {"id": "a", **DEFAULTS, "name": f"{start}cmd"}
    assert f"a,'{start}cmd," in "".join(write_csv([row]))


@pytest.mark.parametrize(
    ("field", "value"),
    [("staffed", 1), ("kinds", {"hq": True}), ("kinds", [1]), ("name", 7), ("headcount", True), ("headcount", 1.0)],
)
def test_json_of_another_type_is_told(field: str, value: object) -> None:
    values, found = read_fields({field: value})
    assert values == {}
    assert [fault.field for fault in found] == [field]


def test_an_unknown_field_is_told() -> None:
    assert [fault.field for fault in read_fields({"colour": "red"})[1]] == ["colour"]


def test_every_column_says_what_it_means_and_reads_its_own_default() -> None:
    for name, default in DEFAULTS.items():
        column = BY_NAME[name]
        assert column.meaning
        assert default == "" or column.read(column.write(default)) == default
