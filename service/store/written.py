"""The digest of the rows that an operation wrote, for its audit entry.

It costs what was written: rows are read back by the instant or the keys of the operation, by index, and hashed as they
come. A digest is the same on SQLite and on PostgreSQL, so that it holds after a move from one to the other.
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

from sqlalchemy import JSON, ColumnElement, Connection, Numeric, Select, String, Table, bindparam, insert, select
from sqlalchemy import type_coerce as as_type

from service.clock import rfc3339
from service.store.covered import DATED, KEPT, Dated, Kept
from service.store.tables import row_digests
from service.store.types import Instant, Level

BATCH = 5_000
_CHUNK = 500

Contents = tuple[int, str]
"""How many rows, and the SHA-256, in hex, of their canonical lines."""


def digests(connection: Connection, at: datetime, written: Mapping[Table, Collection[Any]]) -> dict[str, list[Any]]:
    """By name, how many rows the operation of the instant ``at`` wrote and their digest.

    ``written`` names the tables, and the keys of kept rows, of which a digest is left behind each.
    """
    kept = [row for rows in KEPT if rows.table in written for row in _left(connection, at, rows, written[rows.table])]
    if kept:
        connection.execute(insert(row_digests), kept)
    found = {}
    for dated in DATED:
        if dated.table in written or (kept and dated.table is row_digests):
            batches = connection.execute(_of_instant(dated, connection.dialect.name), {"at": at}).partitions(BATCH)
            count, sha256 = contents(dated, batches)
            if count:
                found[dated.name] = [count, sha256]
    return found


def contents(dated: Dated, batches: Iterable[Sequence[Any]]) -> Contents:
    """How many rows these are, and their digest."""
    columns = [dated.table.c[name] for name in dated.columns]
    sha256, count = hashlib.sha256(), 0
    for batch in batches:
        sha256.update(_lines(columns, batch))
        count += len(batch)
    return count, sha256.hexdigest()


def kept_digests(rows: Kept, found: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """By key, the digest of kept rows, given as ``kept_columns`` selects them with those of a key side by side."""
    for key, group in groupby(found, key=lambda row: str(row[0])):
        lines = sorted(_lines(rows.columns, [tuple(row[1:])]) for row in group)
        yield key, hashlib.sha256(b"".join(lines)).hexdigest()


def kept_columns(rows: Kept) -> list[ColumnElement[Any]]:
    """The key and the covered columns of kept rows, as the database has them."""
    return [rows.table.c[rows.key], *map(raw, rows.columns)]


def dated_columns(dated: Dated) -> list[ColumnElement[Any]]:
    """The covered columns of dated rows, as the database has them."""
    return [raw(dated.table.c[name]) for name in dated.columns]


def in_order(dated: Dated, dialect: str) -> ColumnElement[Any]:
    """What puts rows of one instant in the same order on every database: by byte where it is text."""
    column = dated.table.c[dated.order]
    return column.collate("C") if dialect == "postgresql" and isinstance(column.type, String) else column


def raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column as the database has it, so that even a value that cannot be read is found and not fallen over."""
    return as_type(column, String) if isinstance(column.type, Instant | Level | JSON | Numeric) else column


def _left(connection: Connection, at: datetime, rows: Kept, keys: Collection[Any]) -> Iterator[dict[str, Any]]:
    key = rows.table.c[rows.key]
    wanted = sorted(keys)
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        query = select(*kept_columns(rows)).where(key.in_(chunk)).order_by(key)
        present = dict(kept_digests(rows, connection.execute(query)))
        for one in map(str, chunk):
            yield {"table_name": rows.table.name, "key": one, "at": at, "sha256": present.get(one)}


@cache
def _of_instant(dated: Dated, dialect: str) -> Select[Any]:
    mine = dated.table.c[dated.instant] == bindparam("at")
    return select(*dated_columns(dated)).where(mine).order_by(in_order(dated, dialect))


def _lines(columns: Sequence[ColumnElement[Any]], batch: Sequence[Sequence[Any]]) -> bytes:
    """One canonical JSON array a row, a comma after each, so that the lines do not tell how they came in batches."""
    readers = [_reader(column) for column in columns]
    values = (
        value if reader is None else map(reader, value)
        for reader, value in zip(readers, zip(*batch, strict=True), strict=True)
    )
    rows = list(zip(*values, strict=True))
    return (
        json.dumps(rows, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)[1:-1] + ","
    ).encode()


def _reader(column: ColumnElement[Any]) -> Callable[[Any], Any] | None:
    if isinstance(column.type, Instant):
        return _instant
    if isinstance(column.type, JSON):
        return _document
    return _number if isinstance(column.type, Numeric) else None


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
