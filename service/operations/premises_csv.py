"""The register as CSV (RFC 4180, UTF-8 with or without BOM): read with every fault told, and written to be opened."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.operations.premises_form import BY_NAME, COLUMNS, Column, as_json, read_value

LARGEST = 20_000_000
"""Bytes of a file at most."""

MOST_ROWS = 200_000
MOST_FAULTS = 1_000
"""Faults told of one file at most; a last one says that there are more."""

LONGEST_TOLD = 200
"""Characters of a faulty line that are shown."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula (OWASP, CSV injection)."""


@dataclass(frozen=True)
class CsvFault:
    """One fault: the line of the file (from 1), the column (empty when it is of the whole line), and the reason."""

    row: int
    column: str
    reason: str


@dataclass
class ParsedRegister:
    """What a file says: the fields of each row, and the faults. With faults the rows are not to be used."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: list[CsvFault] = field(default_factory=list)


class _TooManyFaults(Exception):
    """Further faults are not worth telling."""


def parse_csv(source: str | bytes) -> ParsedRegister:
    """Read a register file. Every fault is told, none raised."""
    parsed = ParsedRegister()
    try:
        for fault in _parse(source, parsed.rows):
            _tell(parsed.faults, fault)
    except _TooManyFaults:
        pass
    return parsed


def _tell(faults: list[CsvFault], fault: CsvFault) -> None:
    if len(faults) == MOST_FAULTS:
        faults.append(CsvFault(fault.row, "", f"more than {MOST_FAULTS} faults; mend these first"))
        raise _TooManyFaults
    faults.append(fault)


def _parse(source: str | bytes, rows: list[dict[str, Any]]) -> Iterator[CsvFault]:
    text = _text(source)
    if isinstance(text, CsvFault):
        yield text
        return
    lines = _lines(text)
    first = next(lines, CsvFault(1, "", "the file is empty; its first line must name the columns"))
    if isinstance(first, CsvFault):
        yield first
        return
    columns, faults = _header(*first)
    yield from faults
    seen: dict[str, int] = {}
    for count, line in enumerate(lines, 1):
        if isinstance(line, CsvFault):
            yield line
            continue
        if count > MOST_ROWS:
            yield CsvFault(line[0], "", f"there are more than {MOST_ROWS} premises; split the file")
            return
        yield from _row(line[0], line[1], columns, seen, rows)


def _text(source: str | bytes) -> str | CsvFault:
    size = len(source) if isinstance(source, bytes) else len(source.encode(errors="surrogatepass"))
    if size > LARGEST:
        return CsvFault(1, "", f"the file has {size} bytes; {LARGEST} is the most")
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        return CsvFault(line, "", "is not UTF-8; save the file as CSV UTF-8")


def _lines(text: str) -> Iterator[tuple[int, list[str]] | CsvFault]:
    """The cells of each line that is not blank, with the number of the line on which they start."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield CsvFault(start, "", f"cannot be read as CSV: {error}")
            return
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield start, cells


def _header(line: int, cells: list[str]) -> tuple[list[Column | None], list[CsvFault]]:
    names = [cell.strip().lower() for cell in cells]
    faults = []
    for position, name in enumerate(names):
        if name not in BY_NAME:
            faults.append(CsvFault(line, name, "there is no such column; remove it, or correct its name"))
        elif name in names[:position]:
            faults.append(CsvFault(line, name, "the column is there twice"))
    for column in COLUMNS:
        if column.default is None and column.name not in names:
            faults.append(CsvFault(line, column.name, "the column is missing"))
    return [BY_NAME.get(name) for name in names], faults


def _row(
    line: int, cells: list[str], columns: list[Column | None], seen: dict[str, int], rows: list[dict[str, Any]]
) -> Iterator[CsvFault]:
    if len(cells) != len(columns):
        yield CsvFault(line, "", f"has {len(cells)} cells where the first line has {len(columns)}")
        return
    values: dict[str, Any] = {}
    for column, cell in zip(columns, cells, strict=True):
        if column is None:
            continue
        try:
            values[column.name] = read_value(column, _without_guard(cell.strip()))
        except ValueError as error:
            yield CsvFault(line, column.name, str(error))
    premises_id = values.get("id")
    if premises_id is not None:
        if premises_id in seen:
            yield CsvFault(line, "id", f"the same id stands on line {seen[premises_id]}")
        seen.setdefault(premises_id, line)
    rows.append(values)


def lines_of(source: bytes, numbers: Collection[int]) -> dict[int, str]:
    """The lines of a file, from 1, with these numbers, as they stand there, no longer than ``LONGEST_TOLD``."""
    text = source.decode("utf-8-sig", errors="replace")
    lines = enumerate(io.StringIO(text, newline=""), 1)
    return {number: line.rstrip()[:LONGEST_TOLD] for number, line in lines if number in numbers}


def write_csv(rows: Iterable[Mapping[Any, Any]]) -> Iterator[str]:
    """The register as CSV, line by line, in the columns that ``parse_csv`` reads.

    A cell that a spreadsheet would take for a formula starts with an apostrophe, which ``parse_csv`` takes off again.
    """
    yield _line(column.name for column in COLUMNS)
    for row in rows:
        yield _line(_guarded(_cell(value)) for value in as_json(row).values())


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def _cell(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ";".join(value)
        case _:
            return str(value)


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def _without_guard(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell
