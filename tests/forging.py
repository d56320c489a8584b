"""An intruder with the whole database, and no key: edits, deletions and additions of rows that the record covers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import IntEnum
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, String, Table, and_, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from service.store import refusals
from service.store.covered import DATED, EVENTS, KEPT
from service.store.tables import audit_entries
from service.store.types import Instant, Level, Row

_FAR = 1_000_000


@dataclass(frozen=True)
class Target:
    """A row, the columns in which a change of it must be found, and how the fault that tells of it begins."""

    row: Row
    table: Table
    columns: tuple[str, ...]
    fault: str


def unguarded(connection: Connection) -> None:
    """Take away what the database itself refuses, in this transaction."""
    refusals.drop(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))


def dated_targets(connection: Connection, chance: random.Random) -> Iterator[Target]:
    """For each name of each entry, one row at random of those that it vouches for under that name."""
    entries = {row.at: row.sequence for row in connection.execute(select(audit_entries))}
    for dated in (*DATED, EVENTS):
        instant = dated.table.c[dated.instant]
        rows = connection.execute(select(dated.table).where(instant.is_not(None)).order_by(instant)).mappings()
        columns = (dated.instant, *dated.columns, *dated.listed)
        for at, group in groupby(rows, key=itemgetter(dated.instant)):
            yield Target(chance.choice(list(group)), dated.table, columns, f"entry {entries[at]}: {dated.name}:")


def kept_targets(connection: Connection, _chance: random.Random) -> Iterator[Target]:
    """Every row that is rewritten in place."""
    for kept in KEPT:
        columns = tuple(column.name for column in kept.columns if column.name != kept.key)
        for row in connection.execute(select(kept.table)).mappings():
            yield Target(row, kept.table, columns, f"{kept.table.name}, {kept.key} {str(row[kept.key])!r}:")


def forge(connection: Connection, target: Target, chance: random.Random) -> bool:
    """Edit, delete or double the row; gives whether there was still such a row, and the database took it."""
    act = chance.choice([_edit, _edit, _delete, _double])
    try:
        with connection.begin_nested():
            return act(connection, target, chance)
    except IntegrityError:
        return False


def _is(target: Target) -> Any:
    table = target.table
    key = list(table.primary_key) or [table.c[name] for name in target.row if target.row[name] is not None]
    return and_(*(column == target.row[column.name] for column in key))


def _edit(connection: Connection, target: Target, chance: random.Random) -> bool:
    name = chance.choice(target.columns)
    other = {name: _another(target.row[name], target.table.c[name])}
    return connection.execute(update(target.table).where(_is(target)).values(other)).rowcount == 1


def _delete(connection: Connection, target: Target, chance: random.Random) -> bool:
    return connection.execute(delete(target.table).where(_is(target))).rowcount == 1


def _double(connection: Connection, target: Target, chance: random.Random) -> bool:
    """A second row, of another key, at the same instant; of what has no instant, see ``_edit``."""
    if target.fault.startswith("entry "):
        new = dict(target.row)
        for column in target.table.primary_key or [target.table.c.subject]:
            new[column.name] = _another(new[column.name], column)
        if target.table is EVENTS.table:
            new["id"] = f"evt_forged_{new['sequence']}"
        return connection.execute(insert(target.table).values(new)).rowcount == 1
    return _edit(connection, target, chance)


def _another(value: Any, column: Any) -> Any:
    match value:
        case bool():
            return not value
        case IntEnum():
            return next(level for level in type(value) if level != value)
        case int() | Decimal():
            return value + _FAR
        case datetime():
            return value + timedelta(microseconds=7)
        case str():
            return ("x" if value[:1] != "x" else "y") + value[1:]
        case dict() | list():
            return {"forged": True}
    return _first(column.type)


def _first(kind: Any) -> Any:
    """Something where nothing was."""
    if isinstance(kind, Instant):
        return datetime(2026, 11, 21, tzinfo=UTC)
    if isinstance(kind, Level):
        return next(iter(kind.levels))
    return "x" if isinstance(kind, String) else 1
