"""Writing a row that another writer may be writing at the same moment."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from service.store.transactions import Reader


def insert_once(writer: Reader, table: Table, **row: Any) -> bool:
    """Write a row unless there is one with its key already; gives whether it was written."""
    dialect = postgresql if writer.connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(row).on_conflict_do_nothing().returning(*table.primary_key)
    return writer.connection.execute(statement).first() is not None
