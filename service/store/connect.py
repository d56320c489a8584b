"""Engines for SQLite and PostgreSQL, set so that a transaction means the same on both."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

BUSY_SECONDS = 10.0
"""How long a writer waits for another before it gives up with Busy."""

SQLITE = "sqlite:///"
"""How the address of an SQLite store begins; the path of its file follows."""

_MAY_WRITE = "op_quantity_may_write"


def is_there(url: str) -> bool:
    """Whether there can be a store at ``url`` at all: to ask SQLite would make an empty file."""
    return not url.startswith(SQLITE) or Path(url.removeprefix(SQLITE)).is_file()


def connect(url: str, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """The engine for a database ``url`` (``sqlite:///FILE`` or ``postgresql+psycopg://...``).

    A statement waits at most ``busy_seconds`` for a lock.
    SQLite runs in WAL with ``synchronous=FULL``, so that what was committed survives a power cut. SQLAlchemy's
    own BEGIN is turned off there, because a transaction that reads and then writes must take the lock at once:
    ``Store`` says BEGIN itself. Faults do not repeat the values of a statement, since they are logged.
    """
    if not url.startswith("sqlite"):
        timeout = f"-c lock_timeout={round(busy_seconds * 1000)}ms"
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args={"options": timeout})
    arguments = {"timeout": busy_seconds, "check_same_thread": False}
    engine = create_engine(url, hide_parameters=True, connect_args=arguments)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        connection.execute(f"PRAGMA {pragma}")


def begin_read(connection: Connection) -> None:
    """Start a transaction that sees one snapshot and cannot write."""
    if connection.dialect.name == "sqlite":
        _may_write(connection, False)
        connection.connection.cursor().execute("BEGIN")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def begin_write(connection: Connection, *, wait: bool = True) -> None:
    """Start a transaction that may write; on SQLite it takes the lock at once.

    One that does not ``wait`` fails where somebody else holds what it needs.
    """
    if connection.dialect.name == "sqlite":
        _may_write(connection, True)
        _begin_immediate(connection, wait)
    elif not wait:
        connection.exec_driver_sql("SET LOCAL lock_timeout='1ms'")


def _begin_immediate(connection: Connection, wait: bool) -> None:
    if wait:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    patience = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={patience}")


def _may_write(connection: Connection, wanted: bool) -> None:
    # Said only when it changes: SQLite compiles every statement of a connection anew after it.
    if connection.info.get(_MAY_WRITE) is not wanted:
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if wanted else 'ON'}")
        connection.info[_MAY_WRITE] = wanted
