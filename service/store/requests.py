"""Queries over what waits for a second person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, or_, select, update

from service.store.estate import Sight, visible
from service.store.tables import people, premises, requests
from service.store.transactions import Reader
from service.store.types import Row

AWAITING = "awaiting_second_person"


def add(writer: Reader, row: Mapping[str, Any]) -> int:
    """Write a request; gives its id."""
    made = int(writer.connection.execute(insert(requests).values(row).returning(requests.c.id)).scalar_one())
    writer.wrote(requests, made)
    return made


def change(writer: Reader, request_id: int, **values: Any) -> None:
    """Write values into a request."""
    writer.connection.execute(update(requests).where(requests.c.id == request_id).values(**values))
    writer.wrote(requests, request_id)


def by_id(reader: Reader, request_id: int) -> Row | None:
    """One request, None when there is none."""
    return reader.connection.execute(select(requests).where(requests.c.id == request_id)).mappings().first()


def waiting(reader: Reader, kind: str, reference: str) -> Row | None:
    """The newest request of this kind about this thing that still waits, None when none does."""
    query = select(requests).where(
        requests.c.kind == kind, requests.c.reference == reference, requests.c.status == AWAITING
    )
    return reader.connection.execute(query.order_by(requests.c.id.desc()).limit(1)).mappings().first()


def all_waiting(reader: Reader, sight: Sight) -> list[Row]:
    """Every request that waits, less those about a premises that ``sight`` may not see, oldest first.

    With ``requested_by_name``.
    """
    query = (
        select(requests, people.c.name.label("requested_by_name"))
        .join(people, people.c.id == requests.c.requested_by)
        .outerjoin(premises, premises.c.id == requests.c.premises_id)
        .where(requests.c.status == AWAITING, or_(requests.c.premises_id.is_(None), visible(sight)))
        .order_by(requests.c.id)
    )
    return list(reader.connection.execute(query).mappings())
