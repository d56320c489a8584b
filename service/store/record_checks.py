"""Queries over what the last reading of the whole record found."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from service.store.record import Verification
from service.store.tables import record_checks
from service.store.transactions import Reader
from service.store.types import Row


def put(writer: Reader, found: Verification) -> None:
    """Keep what was found just now, in place of what was found before."""
    writer.connection.execute(delete(record_checks))
    row = {"id": 1, "at": writer.at, "entries": found.entries, "faults": len(found.faults)}
    writer.connection.execute(insert(record_checks).values(row))


def last(reader: Reader) -> Row | None:
    """What was found last (``at``, ``entries``, ``faults``), None before the first time."""
    return reader.connection.execute(select(record_checks)).mappings().first()
