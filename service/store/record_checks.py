"""Queries over what the last reading of the whole record found."""

from __future__ import annotations

from sqlalchemy import select, update

from service.store.insert_once import insert_once
from service.store.record import Verification
from service.store.tables import record_checks
from service.store.transactions import Reader
from service.store.types import Row


def put(writer: Reader, found: Verification) -> None:
    """Keep what was found just now, in place of what was found before."""
    row = {"at": writer.at, "entries": found.entries, "faults": len(found.faults)}
    if not insert_once(writer, record_checks, id=1, **row):
        writer.connection.execute(update(record_checks).values(row))


def last(reader: Reader) -> Row | None:
    """What was found last (``at``, ``entries``, ``faults``), None before the first time."""
    return reader.connection.execute(select(record_checks)).mappings().first()
