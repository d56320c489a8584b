"""What PostgreSQL's planner knows of the tables.

Autovacuum tells it of new rows within about a minute. Until then it believes that there are few, and a level change
just after the register of a large estate was imported would go through all lists for each premises: minutes, not
seconds. So whoever writes much tells it at once. SQLite goes by its indexes alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Table, column, func, select, table

MANY = 10_000
"""Rows written at once from which it matters what the planner believes."""

_CATALOGUE = table("pg_class", column("oid"), column("reltuples"))


def renew(connection: Connection, tables: Iterable[Table]) -> None:
    """Let the planner look at these tables."""
    if connection.dialect.name == "postgresql":
        for looked_at in tables:
            connection.exec_driver_sql(f"ANALYZE {looked_at.name}")


def renew_after(connection: Connection, tables: Iterable[Table], most: int) -> None:
    """The same after a writing of at most so many rows to each, where that is more than the planner knew of."""
    if connection.dialect.name == "postgresql":
        renew(connection, [written for written in tables if _known(connection, written) < most])


def _known(connection: Connection, of: Table) -> float:
    query = select(_CATALOGUE.c.reltuples).where(_CATALOGUE.c.oid == func.to_regclass(of.name))
    return float(connection.execute(query).scalar_one())
