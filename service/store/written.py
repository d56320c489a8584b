"""The digest of the rows that an operation wrote, for its audit entry.

It costs what was written: rows are read back by the instant or the keys of the operation, by index. A digest is of the
canonical lines of the rows in order of these lines, so it is the same on SQLite and on PostgreSQL, and holds after a
move from one to the other. A line leaves out what is empty or no, so a digest also holds when a column is added later
that is so in the rows from before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Connection,
    Numeric,
    Select,
    String,
    Table,
    bindparam,
    cast,
    func,
    insert,
    literal_column,
    select,
    type_coerce,
)

from service.clock import rfc3339
from service.store.covered import DATED, KEPT, Dated, Kept
from service.store.tables import row_digests
from service.store.types import Instant, Level

_CHUNK = 500
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)

Contents = list[Any]
"""How many rows, and the SHA-256, in hex, of their lines."""


def digests(connection: Connection, at: datetime, written: Mapping[Table, Collection[Any]]) -> dict[str, Contents]:
    """By name, what the operation of the instant ``at`` wrote, before its audit entry and its events.

    ``written`` names the tables, and the keys of kept rows, of each of which a digest is left behind.
    """
    for rows in KEPT:
        for chunk in _chunks(sorted(written.get(rows.table, ()))):
            connection.execute(insert(row_digests), list(_left(connection, at, rows, chunk)))
    touched = {*written, row_digests} if any(rows.table in written for rows in KEPT) else {*written}
    found = {}
    for dated in DATED:
        mine = connection.execute(_of_instant(dated), {"at": at}).all() if dated.table in touched else []
        if mine:
            found[dated.name] = contents(dated, (row[1:] for row in mine))
    return found


def contents(dated: Dated, rows: Iterable[Sequence[Any]]) -> Contents:
    """What dated rows are, given as ``dated_rows`` selects them, without the instant that they share."""
    readers = {name: _reader(dated.table.c[name]) for name in dated.columns}
    if dated.listed:
        readers["listed"] = _list
    count, lines = 0, []
    for number, *values in rows:
        count += number
        lines.append(_line(readers, values))
    return [count, _digest(lines)]


def dated_rows(dated: Dated) -> Select[Any]:
    """The instant, a count and the covered columns of dated rows, as the database has them."""
    table = dated.table
    instant, columns = raw(table.c[dated.instant]), [raw(table.c[name]) for name in dated.columns]
    if not dated.listed:
        return select(instant, literal_column("1"), *columns)
    each: ColumnElement[str] = cast(table.c[dated.listed[0]], String)
    for name in dated.listed[1:]:
        each = each + literal_column("' '", String) + cast(table.c[name], String)
    return select(instant, func.count(), *columns, func.aggregate_strings(each, ",")).group_by(instant, *columns)


def kept_contents(rows: Kept, found: Iterable[Sequence[Any]]) -> Iterator[tuple[str, str]]:
    """By key, the digest of kept rows, given as ``kept_rows`` selects them."""
    readers = {column.name: _reader(column) for column in rows.columns}
    for key, group in groupby(found, key=lambda row: str(row[0])):
        yield key, _digest([_line(readers, row[1:]) for row in group])


def kept_rows(rows: Kept) -> Select[Any]:
    """The key and the covered columns of kept rows, as the database has them, those of a key side by side."""
    key = rows.table.c[rows.key]
    return select(key, *map(raw, rows.columns)).order_by(key)


def raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column as the database has it, so that even a value that cannot be read is found and not fallen over."""
    return type_coerce(column, String) if isinstance(column.type, Instant | Level | JSON | Numeric) else column


def _left(connection: Connection, at: datetime, rows: Kept, keys: Sequence[Any]) -> Iterator[dict[str, Any]]:
    query = kept_rows(rows).where(rows.table.c[rows.key].in_(keys))
    present = dict(kept_contents(rows, connection.execute(query)))
    for key in map(str, keys):
        yield {"table_name": rows.table.name, "key": key, "at": at, "sha256": present.get(key)}


def _chunks(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]


@cache
def _of_instant(dated: Dated) -> Select[Any]:
    return dated_rows(dated).where(dated.table.c[dated.instant] == bindparam("at"))


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


_Reader = Callable[[Any], Any]


def _line(readers: Mapping[str, _Reader], values: Sequence[Any]) -> str:
    read = ((name, reader(value)) for (name, reader), value in zip(readers.items(), values, strict=True))
    return _ENCODER.encode({name: value for name, value in read if value is not None and value is not False})


def _reader(column: ColumnElement[Any]) -> _Reader:
    return next((reader for kind, reader in _READERS if isinstance(column.type, kind)), _as_it_is)


def _as_it_is(value: Any) -> Any:
    return value


@lru_cache(maxsize=4096)
def _instant(value: Any) -> Any:
    try:
        instant = datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value
    except ValueError:
        return value
    return rfc3339(instant) if isinstance(instant, datetime) else instant


def _document(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _number(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float | int | Decimal) else str(value)


def _list(value: str) -> list[str]:
    return sorted(value.split(","))


_READERS: tuple[tuple[type[Any], _Reader], ...] = (
    (Instant, _instant),
    (JSON, _document),
    (Numeric, _number),
    (Boolean, bool),
)
