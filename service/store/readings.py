"""Queries over what sources said, and how each source is doing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from rules.levels import Scope
from service.store.insert_once import insert_once
from service.store.tables import feeds, readings
from service.store.transactions import Reader
from service.store.types import Row


def add(writer: Reader, row: Mapping[str, Any]) -> int:
    """Write a reading; gives its id."""
    made = int(writer.connection.execute(insert(readings).values(row).returning(readings.c.id)).scalar_one())
    writer.wrote(readings, made)
    return made


def change(writer: Reader, reading_id: int, **values: Any) -> None:
    """Write values into a reading."""
    writer.connection.execute(update(readings).where(readings.c.id == reading_id).values(**values))
    writer.wrote(readings, reading_id)


def by_id(reader: Reader, reading_id: int) -> Row | None:
    """One reading, None when there is none."""
    return reader.connection.execute(select(readings).where(readings.c.id == reading_id)).mappings().first()


def of_ids(reader: Reader, ids: Collection[int]) -> list[Row]:
    """The readings of ``ids``, in order of id."""
    query = select(readings).where(readings.c.id.in_(ids)).order_by(readings.c.id)
    return list(reader.connection.execute(query).mappings())


def newest(reader: Reader, before: int | None, limit: int) -> list[Row]:
    """Readings without their bodies, newest first, older than the id ``before``."""
    columns = [column for column in readings.c if column.name != "body"]
    query = select(*columns).order_by(readings.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(readings.c.id < before)
    return list(reader.connection.execute(query).mappings())


def latest(reader: Reader, scope: Scope) -> list[Row]:
    """The last readable reading of each source for ``scope``."""
    last = (
        select(func.max(readings.c.id))
        .where(readings.c.scope == scope.value, readings.c.level.is_not(None))
        .group_by(readings.c.source)
    )
    return list(reader.connection.execute(select(readings).where(readings.c.id.in_(last))).mappings())


def latest_of(reader: Reader, source: str, scope: Scope) -> Row | None:
    """The last readable reading of one source for ``scope``, None when there is none."""
    return next((row for row in latest(reader, scope) if row["source"] == source), None)


def unreadable(reader: Reader, source: str, sha256: str) -> Row | None:
    """The unreadable body with this digest that ``source`` gave, None when it never did."""
    query = select(readings).where(
        readings.c.source == source, readings.c.status == "unreadable", readings.c.sha256 == sha256
    )
    return reader.connection.execute(query.order_by(readings.c.id.desc()).limit(1)).mappings().first()


def unreadable_since(reader: Reader, source: str, instant: datetime) -> int:
    """How many unreadable bodies of ``source`` were kept after ``instant``."""
    query = select(func.count()).where(
        readings.c.source == source, readings.c.status == "unreadable", readings.c.received_at > instant
    )
    return reader.connection.execute(query).scalar_one()


def held(reader: Reader) -> list[Row]:
    """Readings that are held, oldest first."""
    query = select(readings).where(readings.c.status == "held").order_by(readings.c.id)
    return list(reader.connection.execute(query).mappings())


def feed(reader: Reader, source: str) -> Row | None:
    """How a source is doing, None before its first poll."""
    return reader.connection.execute(select(feeds).where(feeds.c.source == source)).mappings().first()


def all_feeds(reader: Reader) -> list[Row]:
    """How every source is doing."""
    return list(reader.connection.execute(select(feeds).order_by(feeds.c.source)).mappings())


def put_feed(writer: Reader, source: str, **values: Any) -> None:
    """Note how a source is doing."""
    insert_once(writer, feeds, source=source, failures=0)
    writer.connection.execute(update(feeds).where(feeds.c.source == source).values(**values))
