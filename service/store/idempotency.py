"""Queries over what each person has already asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, select

from service.store.tables import idempotency_keys as keys
from service.store.transactions import Reader
from service.store.types import Row


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
