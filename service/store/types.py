"""Column types that keep Python's own meaning on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, TypeVar

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, RowMapping, String, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB

Key = BigInteger().with_variant(Integer, "sqlite")
"""A surrogate key; SQLite only counts up by itself when the type is INTEGER."""

LARGEST_KEY = 2**63 - 1
"""Larger than any key can be; a database refuses to compare with numbers beyond it."""

Document = JSON().with_variant(JSONB(), "postgresql")
"""A small JSON document."""

Row = RowMapping
"""One row of a query, by column name."""

LevelT = TypeVar("LevelT", bound=IntEnum)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant. SQLite keeps no zone, so it is taken off going in and put back coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The instant in UTC. Raises ValueError for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The instant, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Level(TypeDecorator[LevelT]):
    """A threat or response level, kept by name so that the table can be read by a person."""

    impl = String(11)
    cache_ok = True

    def __init__(self, levels: type[LevelT]) -> None:
        super().__init__()
        self.levels = levels

    def process_bind_param(self, value: LevelT | None, dialect: Dialect) -> str | None:
        """The level's name."""
        return None if value is None else value.name

    def process_result_value(self, value: Any, dialect: Dialect) -> LevelT | None:
        """The level of that name."""
        return None if value is None else self.levels[value]
