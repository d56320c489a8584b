"""A dated history of threat changes as CSV, for replaying: every fault is named by line and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from rules.levels import NOT_SET, Scope, ThreatLevel
from service.clock import parse_rfc3339
from service.errors import FieldFault, Invalid
from service.operations.plain_text import REASON_LENGTH, text_fault

COLUMNS = ("effective_at", "scope", "level", "note", "source")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NEEDED = ("effective_at", "scope", "level")
EARLIEST = datetime(2001, 1, 1, tzinfo=UTC)
"""Nothing was published before; the record of a store starts in 2000."""


@dataclass(frozen=True)
class HistoryRow:
    """One change as it happened. ``level`` None means that the scope had none from then on."""

    effective_at: datetime
    scope: Scope
    level: ThreatLevel | None
    note: str
    source: str


def parse_history(body: bytes) -> list[HistoryRow]:
    """The rows of a CSV file (UTF-8, with or without BOM), in order of time.

    ``effective_at`` is a date, which begins at midnight UTC, or an RFC 3339 instant. Raises Invalid with a fault for
    each bad cell, named by line (the first is 1, the heading) and column.
    """
    try:
        reader = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
        lines = [(reader.line_num, cells) for cells in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"the history is not CSV in UTF-8: {error}") from error
    _check_heading(list(reader.fieldnames or ()))
    if not lines:
        raise Invalid("the history has a heading and no rows")
    faults: list[FieldFault] = []
    rows = [_row(line, cells, faults) for line, cells in lines]
    for (line, _), (before, row) in zip(lines[1:], pairwise(rows), strict=True):
        if before and row and row.effective_at < before.effective_at:
            faults.append(_fault(line, "effective_at", "lies before the line above; put the rows in order of time"))
    if faults:
        raise Invalid("the history has faults", fields=tuple(faults))
    return [row for row in rows if row is not None]


def _check_heading(found: list[str]) -> None:
    missing = [FieldFault(f"line 1, {name}", "the column is missing") for name in _NEEDED if name not in found]
    unknown = [
        FieldFault(f"line 1, {name}", f"there is no such column; they are {', '.join(COLUMNS)}")
        for name in found
        if name not in COLUMNS
    ]
    twice = [FieldFault(f"line 1, {name}", "the column stands twice") for name in COLUMNS if found.count(name) > 1]
    if faults := (*missing, *unknown, *twice):
        raise Invalid("the heading of the history has faults", fields=faults)


def _row(line: int, cells: Mapping[str | None, object], faults: list[FieldFault]) -> HistoryRow | None:
    if None in cells or None in cells.values():
        faults.append(_fault(line, "the row", "has another number of cells than the heading; quote commas in a cell"))
        return None
    found: dict[str, Any] = {}
    for name, read in _CELLS.items():
        try:
            found[name] = read(str(cells.get(name, "")).strip())
        except ValueError as error:
            faults.append(_fault(line, name, str(error)))
    if (found.get("scope"), found.get("level", False)) == (Scope.NATIONAL, None):
        faults.append(_fault(line, "level", "the national level cannot be taken away"))
    return HistoryRow(**found) if len(found) == len(_CELLS) else None


def _instant(text: str) -> datetime:
    try:
        at = parse_rfc3339(f"{text}T00:00:00Z" if _DAY.fullmatch(text) else text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no date such as 2006-08-01, nor a time such as 2020-11-03T16:15:00Z") from error
    if at < EARLIEST:
        raise ValueError(f"{text!r} lies before {EARLIEST:%Y}")
    return at


def _scope(text: str) -> Scope:
    try:
        return Scope(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is none of {', '.join(scope.value for scope in Scope)}") from error


def _level(text: str) -> ThreatLevel | None:
    names = ThreatLevel.__members__
    if text != NOT_SET and text not in names:
        raise ValueError(f"{text!r} is none of {', '.join(names)}, {NOT_SET}")
    return names.get(text)


def _text(text: str) -> str:
    if fault := text_fault(text, REASON_LENGTH):
        raise ValueError(fault)
    return text


_CELLS: dict[str, Callable[[str], Any]] = {
    "effective_at": _instant,
    "scope": _scope,
    "level": _level,
    "note": _text,
    "source": _text,
}


def _fault(line: int, column: str, message: str) -> FieldFault:
    return FieldFault(f"line {line}, {column}", message)
