"""Queries over what of an event concerns the premises that webhooks are narrowed to, for many webhooks in one.

Each answers for every webhook of a ``Narrowed`` by itself; one that is not in the answer is not concerned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, select, union

from rules.levels import ResponseLevel
from service.store.estate import Sight, visible
from service.store.events import unacknowledged
from service.store.levels import RESPONSE
from service.store.tables import checklists, decisions, premises, webhook_scopes
from service.store.transactions import Reader
from service.store.types import Row
from service.store.webhooks import DISTRICT, PREMISES


@dataclass(frozen=True)
class Narrowed:
    """Webhooks, each narrowed to premises and districts of its own, whose authors have the same ``sight``."""

    sight: Sight
    webhooks: tuple[int, ...]


def tells_of(reader: Reader, narrowed: Narrowed, premises_id: str) -> set[int]:
    """The webhooks that are told of a premises, a closed one included."""
    scope = _scope(narrowed)
    query = select(scope.c.webhook_id).join(premises, premises.c.id == scope.c.premises_id)
    query = query.where(premises.c.id == premises_id, visible(narrowed.sight))
    return set(reader.connection.execute(query).scalars())


def moves(reader: Reader, narrowed: Narrowed, at: datetime) -> list[Row]:
    """Premises whose level moved at an instant: how many (``count``) for each ``webhook_id``, by ``previous_level`` and
    ``response_level``.
    """
    scope = _scope(narrowed)
    by = (scope.c.webhook_id, decisions.c.previous_level, checklists.c.response_level)
    query = _moved(narrowed, scope, at, *by, func.count().label("count")).group_by(*by)
    return list(reader.connection.execute(query).mappings())


def moved_premises(reader: Reader, narrowed: Narrowed, at: datetime, most: int) -> list[Row]:
    """For each ``webhook_id`` at most ``most`` premises whose level moved at an instant, in order of id."""
    scope = _scope(narrowed)
    place = func.row_number().over(partition_by=scope.c.webhook_id, order_by=premises.c.id).label("place")
    columns = (scope.c.webhook_id, premises.c.id, checklists.c.response_level, place)
    moved = _moved(narrowed, scope, at, *columns).subquery()
    query = select(moved).where(moved.c.place <= most).order_by(moved.c.webhook_id, moved.c.place)
    return list(reader.connection.execute(query).mappings())


def lists_issued(reader: Reader, narrowed: Narrowed, at: datetime, kind: str) -> Mapping[int, int]:
    """How many lists of a kind were issued at an instant, for each webhook."""
    return _count(reader, narrowed, checklists.c.kind == kind, checklists.c.issued_at == at)


def lists_of_menu(reader: Reader, narrowed: Narrowed, menu_id: int) -> Mapping[int, int]:
    """How many present lists share a menu, for each webhook."""
    return _count(reader, narrowed, checklists.c.menu_id == menu_id, checklists.c.superseded_at.is_(None))


def reviews_prompted(reader: Reader, narrowed: Narrowed, at: datetime) -> Mapping[int, int]:
    """How many premises were put up for review at an instant, for each webhook."""
    return _count(reader, narrowed, checklists.c.kind == RESPONSE, checklists.c.review_prompted_at == at)


def not_acknowledged(
    reader: Reader, narrowed: Narrowed, level: ResponseLevel, since: datetime, at: datetime
) -> Mapping[int, int]:
    """How many had been at a level since then, unacknowledged, at an instant, for each webhook."""
    return _count(reader, narrowed, unacknowledged(level, since, at))


def _count(reader: Reader, narrowed: Narrowed, *which: ColumnElement[bool]) -> Mapping[int, int]:
    scope = _scope(narrowed)
    query = _lists(narrowed, scope, scope.c.webhook_id, func.count()).where(*which).group_by(scope.c.webhook_id)
    return {int(webhook_id): int(count) for webhook_id, count in reader.connection.execute(query)}


def _moved(narrowed: Narrowed, scope: Subquery, at: datetime, *columns: Any) -> Select[Any]:
    return (
        _lists(narrowed, scope, *columns)
        .join(decisions, decisions.c.id == checklists.c.decision_id)
        .where(checklists.c.kind == RESPONSE, checklists.c.issued_at == at)
        .where(checklists.c.response_level.is_distinct_from(decisions.c.previous_level))
    )


def _lists(narrowed: Narrowed, scope: Subquery, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(scope)
        .join(premises, premises.c.id == scope.c.premises_id)
        .join(checklists, checklists.c.subject == premises.c.id)
        .where(visible(narrowed.sight))
    )


def _scope(narrowed: Narrowed) -> Subquery:
    """Each webhook with the premises, and those in the districts, that it is narrowed to; each pair once."""
    of = webhook_scopes.c
    ours = of.webhook_id.in_(narrowed.webhooks)
    of_district = select(of.webhook_id, premises.c.id).join(premises, premises.c.district == of.value)
    return union(
        select(of.webhook_id, of.value.label("premises_id")).where(ours, of.kind == PREMISES),
        of_district.where(ours, of.kind == DISTRICT),
    ).subquery("scope")
