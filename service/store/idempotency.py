"""Queries over what each person has already asked for."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import and_, delete, func, insert, select

from service.store.tables import idempotency_keys as keys
from service.store.transactions import Reader
from service.store.types import Row


def wait_for_turn(writer: Reader, person_id: int | None, route: str, key: str) -> None:
    """Wait until nobody else is busy under this key, and keep others waiting until this transaction ends.

    SQLite has one writer anyway.
    """
    if writer.connection.dialect.name == "postgresql":
        turn = sha256(repr((person_id, route, key)).encode()).digest()[:8]
        number = int.from_bytes(turn, "big", signed=True)
        writer.connection.execute(select(func.pg_advisory_xact_lock(number)))


def find(reader: Reader, person_id: int | None, route: str, key: str) -> Row | None:
    """What was asked under this key, None when nothing was."""
    return reader.connection.execute(select(keys).where(_key(person_id, route, key))).mappings().first()


def _key(person_id: int | None, route: str, key: str) -> Any:
    return and_(keys.c.person_id == person_id, keys.c.route == route, keys.c.key == key)


def put(writer: Reader, person_id: int | None, route: str, key: str, body_sha256: str, answer: dict[str, Any]) -> None:
    """Keep an answer under its key, in place of one that has run out."""
    writer.connection.execute(delete(keys).where(_key(person_id, route, key)))
    row = {"person_id": person_id, "route": route, "key": key, "body_sha256": body_sha256, "answer": answer}
    writer.connection.execute(insert(keys).values(**row, at=writer.at))


def forget_before(writer: Reader, instant: datetime) -> None:
    """Drop what was kept before ``instant``."""
    writer.connection.execute(delete(keys).where(keys.c.at < instant))
