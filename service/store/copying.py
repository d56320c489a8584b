"""Moving a whole installation from one database to another, row by row, under the target's own refusals.

Nothing of the target is switched off: the audit entries and events go in by sequence, with the head moved along behind
them, just as they were once written. The real head is put in place last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from service.errors import Conflict, StoreFault
from service.store import record, statistics, verifying
from service.store.tables import audit_entries, events, fan_out, head, metadata
from service.store.transactions import Store

BATCH = 500
"""Rows that are written at once. The refusals count the entries behind the head, so it may not fall far behind."""

_BORN_WITH = (head, fan_out)
"""The tables in which an unused store has a row."""

_HEAD_COLUMNS = {audit_entries: head.c.sequence, events: head.c.event_sequence}


@dataclass(frozen=True)
class Contents:
    """What a table holds: the number of its rows, and one digest of all of them in whatever order."""

    rows: int
    digest: int


@dataclass(frozen=True)
class Copied:
    """What was copied: the number of rows by table, and the record as it was found in the copy."""

    rows: dict[str, int]
    record: record.Verification


def is_empty(connection: Connection) -> bool:
    """Whether a store was made but never used: no row anywhere but those that it is born with."""
    used = any(connection.execute(select(table).limit(1)).first() for table in _tables() if table not in _BORN_WITH)
    return not used and connection.execute(select(head.c.sequence)).scalar() == 0


def copy(source: Store, target: Store) -> Copied:
    """Copy all that ``source`` holds into ``target``, in one transaction, and prove that it arrived.

    Raises Conflict where the target is not empty or the source was written meanwhile, StoreFault where the target does
    not take a row, holds another one than it was given, or the record is not whole; then nothing is kept.
    """
    with source.read() as reader, target.housekeeping() as writer:
        if not is_empty(writer.connection):
            raise Conflict("the target is not empty; name a new database")
        writer.connection.execute(delete(fan_out))
        rows = {table.name: _copy_table(table, reader.connection, writer.connection) for table in _tables()}
        last = reader.connection.execute(select(head)).mappings().one()
        writer.connection.execute(update(head).values(dict(last)))
        if writer.connection.dialect.name == "postgresql":
            _count_on(writer.connection)
        statistics.renew(writer.connection, _tables())
        found = verifying.verify(writer.connection, target.seal_key)
        if not found.valid:
            raise StoreFault("the record is not whole; nothing was kept\n" + found.told())
        with source.read() as later:
            if later.connection.execute(select(head.c.hash)).scalar_one() != found.head:
                raise Conflict("the source was written meanwhile; stop every web and worker process of it first")
    return Copied(rows, found)


def contents(table: Table, connection: Connection) -> Contents:
    """What a table holds."""
    return sum_of(row for batch in _batches(table, connection) for row in batch)


def sum_of(rows: Iterator[Mapping[Any, Any]]) -> Contents:
    """The contents that these rows make."""
    count = digest = 0
    for row in rows:
        count += 1
        values = [value.name if isinstance(value, IntEnum) else value for value in row.values()]
        digest = (digest + int(record.digest(values), 16)) % 2**256
    return Contents(count, digest)


def _tables() -> list[Table]:
    return [table for table in metadata.sorted_tables if table is not head]


def _copy_table(table: Table, source: Connection, target: Connection) -> int:
    def given() -> Iterator[Mapping[Any, Any]]:
        for batch in _batches(table, source):
            _write(table, batch, target)
            yield from batch

    copied = sum_of(given())
    if contents(table, target) != copied:
        raise StoreFault(f"{table.name}: the copy is not what was copied; nothing was kept")
    return copied.rows


def _batches(table: Table, connection: Connection) -> Iterator[Sequence[Mapping[Any, Any]]]:
    ordered = select(table).order_by(*table.primary_key.columns)
    yield from connection.execute(ordered, execution_options={"yield_per": BATCH}).mappings().partitions()


def _write(table: Table, batch: Sequence[Mapping[Any, Any]], target: Connection) -> None:
    try:
        target.execute(insert(table), [dict(row) for row in batch])
    except DBAPIError as error:
        raise StoreFault(
            f"{table.name}: the target refuses a row; nothing was kept ({type(error.orig).__name__})"
        ) from error
    if table in _HEAD_COLUMNS:
        target.execute(update(head).values({_HEAD_COLUMNS[table]: batch[-1]["sequence"]}))


def _count_on(target: Connection) -> None:
    """Let PostgreSQL number new rows after the copied ones."""
    for table in _tables():
        key = table.autoincrement_column
        if key is not None:
            counter = func.pg_get_serial_sequence(table.name, key.name)
            target.execute(select(func.setval(counter, func.max(key))))
