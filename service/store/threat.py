"""Queries over threat changes and the present threat levels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update

from rules.levels import Scope, ThreatLevel
from service.store.tables import threat_changes, threat_levels
from service.store.transactions import Reader
from service.store.types import Row


def present(reader: Reader) -> dict[Scope, ThreatLevel]:
    """The present level of each scope that has one, but for the premises scope."""
    query = select(threat_levels.c.scope, threat_levels.c.level).where(threat_levels.c.premises_id == "")
    return {Scope(scope): level for scope, level in reader.connection.execute(query)}


def of_premises(reader: Reader) -> dict[str, ThreatLevel]:
    """The present threat level of each premises that has one of its own."""
    query = select(threat_levels.c.premises_id, threat_levels.c.level).where(threat_levels.c.premises_id != "")
    return {key: value for key, value in reader.connection.execute(query)}  # noqa: C416 - rows are not pairs to mypy


def all_present(reader: Reader) -> list[Row]:
    """Every present level with since, source and when it was last confirmed."""
    query = select(threat_levels).order_by(threat_levels.c.scope, threat_levels.c.premises_id)
    return list(reader.connection.execute(query).mappings())


def level_of(reader: Reader, scope: Scope, premises_id: str | None) -> Row | None:
    """The present level of one scope, or None where it is not set."""
    query = select(threat_levels).where(_key(scope, premises_id))
    return reader.connection.execute(query).mappings().first()


def _key(scope: Scope, premises_id: str | None) -> Any:
    return and_(threat_levels.c.scope == scope.value, threat_levels.c.premises_id == (premises_id or ""))


def add_change(writer: Reader, row: Mapping[str, Any]) -> int:
    """Write a threat change, accepted or waiting; gives its id."""
    new = insert(threat_changes).values(row).returning(threat_changes.c.id)
    made = int(writer.connection.execute(new).scalar_one())
    writer.wrote(threat_changes, made)
    return made


def update_change(writer: Reader, change_id: int, **values: Any) -> None:
    """Write a decision into a waiting change."""
    writer.connection.execute(update(threat_changes).where(threat_changes.c.id == change_id).values(**values))
    writer.wrote(threat_changes, change_id)


def put_level(writer: Reader, change: Mapping[str, Any]) -> None:
    """Make the level of an accepted change (with its ``id``) the present one of its scope."""
    scope, premises_id = Scope(change["scope"]), change["premises_id"]
    writer.connection.execute(delete(threat_levels).where(_key(scope, premises_id)))
    writer.wrote(threat_levels, premises_id or "")
    if change["level"] is None:
        return
    writer.connection.execute(
        insert(threat_levels).values(
            scope=scope.value,
            premises_id=premises_id or "",
            level=change["level"],
            since=change["effective_at"],
            source=change["source"],
            last_confirmed_at=writer.at,
            change_id=change["id"],
        )
    )


def confirm_level(writer: Reader, scope: Scope, premises_id: str | None, at: datetime) -> None:
    """Note that the present level of a scope was confirmed at ``at``."""
    writer.connection.execute(update(threat_levels).where(_key(scope, premises_id)).values(last_confirmed_at=at))


def change_by_id(reader: Reader, change_id: int) -> Row | None:
    """One threat change, None when there is none."""
    query = select(threat_changes).where(threat_changes.c.id == change_id)
    return reader.connection.execute(query).mappings().first()


_ACCEPTED_AT = func.coalesce(threat_changes.c.decided_at, threat_changes.c.requested_at)


def accepted_at(reader: Reader, change_id: int) -> datetime:
    """When an accepted change took force here, whenever it was effective from."""
    query = select(_ACCEPTED_AT).where(threat_changes.c.id == change_id)
    found: datetime = reader.connection.execute(query).scalar_one()
    return found


def changes_since(reader: Reader, scope: Scope, instant: datetime) -> int:
    """How many changes of a shared scope were accepted after ``instant``."""
    query = select(func.count()).where(
        threat_changes.c.scope == scope.value, threat_changes.c.status == "accepted", instant < _ACCEPTED_AT
    )
    return reader.connection.execute(query).scalar_one()


def risen_since(reader: Reader, since: datetime, premises_id: str) -> set[Scope]:
    """The scopes that reach this premises and whose level rose by a change accepted after ``since``."""
    query = select(threat_changes).where(
        threat_changes.c.status == "accepted",
        since < _ACCEPTED_AT,
        or_(threat_changes.c.premises_id.is_(None), threat_changes.c.premises_id == premises_id),
    )
    rows = reader.connection.execute(query).mappings()
    return {Scope(row["scope"]) for row in rows if (row["level"] or 0) > (row["previous_level"] or 0)}
