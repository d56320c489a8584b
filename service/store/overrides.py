"""Queries over overrides: a person's recorded variation of the level of one premises."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, select, update

from rules.levels import ResponseLevel
from service.store.estate import Sight, visible
from service.store.tables import overrides, people, premises
from service.store.transactions import Reader
from service.store.types import Row

ACTIVE = "active"
AWAITING = "awaiting_second_person"


def add(writer: Reader, row: Mapping[str, Any]) -> int:
    """Write an override; gives its id."""
    made = int(writer.connection.execute(insert(overrides).values(row).returning(overrides.c.id)).scalar_one())
    writer.wrote(overrides, made)
    return made


def change(writer: Reader, override_id: int, **values: Any) -> None:
    """Write values into an override."""
    writer.connection.execute(update(overrides).where(overrides.c.id == override_id).values(**values))
    writer.wrote(overrides, override_id)


def by_id(reader: Reader, override_id: int) -> Row | None:
    """One override, None when there is none."""
    return reader.connection.execute(select(overrides).where(overrides.c.id == override_id)).mappings().first()


def of_premises(
    reader: Reader, premises_id: str, override_id: int | None = None, *, unended: bool = False
) -> list[Row]:
    """All overrides that a premises ever had (or the one of that id), newest first, with the names of people.

    ``created_by_name``, ``approved_by_name`` and ``ended_by_name``; empty for the system. ``unended``: only those in
    force, and those that wait for a second person.
    """
    query = select(overrides).where(overrides.c.premises_id == premises_id).order_by(overrides.c.id.desc())
    for word in ("created_by", "approved_by", "ended_by"):
        who = people.alias(word)
        query = query.add_columns(who.c.name.label(f"{word}_name")).outerjoin(who, who.c.id == overrides.c[word])
    if override_id is not None:
        query = query.where(overrides.c.id == override_id)
    if unended:
        query = query.where(overrides.c.state.in_((ACTIVE, AWAITING)))
    return list(reader.connection.execute(query).mappings())


def expired(reader: Reader) -> list[Row]:
    """Overrides, in force or waiting, whose time is up; lowers first, since their end makes the rest weigh less."""
    query = select(overrides).where(overrides.c.state.in_((ACTIVE, AWAITING)), overrides.c.expires_at <= reader.at)
    rows = reader.connection.execute(query.order_by(overrides.c.id)).mappings()
    return sorted(rows, key=lambda row: row["kind"] != "lower")


def expiring(reader: Reader, sight: Sight, before: datetime) -> int:
    """How many overrides in force, of open premises that ``sight`` may see, end before ``before``."""
    query = (
        select(func.count())
        .select_from(overrides.join(premises, premises.c.id == overrides.c.premises_id))
        .where(ends_before(before), premises.c.closed_at.is_(None), visible(sight))
    )
    return int(reader.connection.execute(query).scalar_one())


def ends_before(instant: datetime) -> ColumnElement[bool]:
    """Whether an override of a premises is in force and ends before ``instant``."""
    of_premises = overrides.c.premises_id == premises.c.id
    return and_(of_premises, overrides.c.state == ACTIVE, overrides.c.expires_at < instant)


def active(reader: Reader, premises_ids: Collection[str] | None = None, kind: str | None = None) -> list[Row]:
    """Overrides in force, of some premises (None: all) and of one kind (None: any)."""
    query = select(overrides).where(overrides.c.state == ACTIVE).order_by(overrides.c.id)
    if premises_ids is not None and len(premises_ids) <= 500:
        query = query.where(overrides.c.premises_id.in_(premises_ids))
    if kind is not None:
        query = query.where(overrides.c.kind == kind)
    rows = reader.connection.execute(query).mappings().all()
    return [row for row in rows if premises_ids is None or row["premises_id"] in premises_ids]


def levels_in_force(rows: Collection[Row]) -> dict[str, dict[str, ResponseLevel]]:
    """By premises and kind, the level that counts among overrides in force: of floors the highest, so of ceilings."""
    found: dict[str, dict[str, ResponseLevel]] = {}
    for row in rows:
        kinds = found.setdefault(row["premises_id"], {})
        kinds[row["kind"]] = max(row["response_level"], kinds.get(row["kind"], row["response_level"]))
    return found
