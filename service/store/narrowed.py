"""Queries over what of an event concerns the premises that webhooks are narrowed to, for many webhooks in one.

Each answers for every webhook of a ``Narrowed`` by itself; one that is not in the answer is not concerned.

Lists are asked for by the premises that they are of, page by page, and never by the newest instant alone: databases
think that few lists were issued then, when it may be those of the whole estate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, select, union

from rules.levels import ResponseLevel
from service.store.estate import Sight, visible
from service.store.events import issued_last, level_reached, unacknowledged
from service.store.levels import RESPONSE
from service.store.tables import checklists, decisions, premises, webhook_scopes
from service.store.transactions import Reader
from service.store.webhooks import DISTRICT, PREMISES

PAGE = 1_000
"""Pairs of a webhook and a premises that are held at a time."""


@dataclass(frozen=True)
class Narrowed:
    """Webhooks, each narrowed to premises and districts of its own, whose authors have the same ``sight``."""

    sight: Sight
    webhooks: tuple[int, ...]


class Move(NamedTuple):
    """A premises that came to a level from another; from None where it had none."""

    webhook_id: int
    premises_id: str
    previous_level: ResponseLevel | None
    response_level: ResponseLevel


def tells_of(reader: Reader, narrowed: Narrowed, premises_id: str) -> set[int]:
    """The webhooks that are told of a premises, a closed one included."""
    scope = _scope(narrowed)
    query = select(scope.c.webhook_id).where(scope.c.premises_id == premises_id)
    return set(reader.connection.execute(query).scalars())


def moves(reader: Reader, narrowed: Narrowed, at: datetime) -> Iterator[Move]:
    """Premises whose level moved at an instant, in order of premises; however many, few are held."""
    levels = select(checklists.c.subject, decisions.c.previous_level, checklists.c.response_level)
    levels = levels.join(decisions, decisions.c.id == checklists.c.decision_id).where(level_reached(at))
    for webhook_id, (premises_id, previous, present) in _found(reader, narrowed, levels):
        yield Move(webhook_id, premises_id, previous, present)


def lists_issued(reader: Reader, narrowed: Narrowed, at: datetime, kind: str) -> Mapping[int, int]:
    """How many lists of a kind were issued at an instant, for each webhook."""
    return _count(reader, narrowed, issued_last(at, kind))


def lists_of_menu(reader: Reader, narrowed: Narrowed, menu_id: int) -> Mapping[int, int]:
    """How many present lists share a menu, for each webhook."""
    return _count(reader, narrowed, _lists(checklists.c.menu_id == menu_id, checklists.c.superseded_at.is_(None)))


def reviews_prompted(reader: Reader, narrowed: Narrowed, at: datetime) -> Mapping[int, int]:
    """How many premises were put up for review at an instant, for each webhook."""
    return _count(reader, narrowed, _lists(checklists.c.kind == RESPONSE, checklists.c.review_prompted_at == at))


def not_acknowledged(
    reader: Reader, narrowed: Narrowed, level: ResponseLevel, since: datetime, at: datetime
) -> Mapping[int, int]:
    """How many had been at a level since then, unacknowledged, at an instant, for each webhook."""
    return _count(reader, narrowed, _lists(unacknowledged(level, since, at)))


def _count(reader: Reader, narrowed: Narrowed, lists: Select[Any]) -> Mapping[int, int]:
    return Counter(webhook_id for webhook_id, _ in _found(reader, narrowed, lists))


def _lists(*which: ColumnElement[bool]) -> Select[Any]:
    return select(checklists.c.subject).where(*which)


def _found(reader: Reader, narrowed: Narrowed, lists: Select[Any]) -> Iterator[tuple[int, Any]]:
    """Each webhook with each row of ``lists`` (a subject first, each once) that it is told of."""
    scope = _scope(narrowed)
    query = select(scope).order_by(scope.c.premises_id).execution_options(yield_per=PAGE)
    for page in reader.connection.execute(query).partitions():
        ids = {premises_id for _, premises_id in page}
        of_page = reader.connection.execute(lists.where(checklists.c.subject.in_(ids)))
        rows = {row[0]: row for row in of_page}
        yield from ((webhook_id, rows[premises_id]) for webhook_id, premises_id in page if premises_id in rows)


def _scope(narrowed: Narrowed) -> Subquery:
    """Each webhook with the premises, and those in the districts, that it is narrowed to and its author may see; each
    pair once.
    """
    of = webhook_scopes.c
    pairs = select(of.webhook_id, premises.c.id.label("premises_id"))
    pairs = pairs.where(of.webhook_id.in_(narrowed.webhooks), visible(narrowed.sight))
    return union(
        pairs.join(premises, premises.c.id == of.value).where(of.kind == PREMISES),
        pairs.join(premises, premises.c.district == of.value).where(of.kind == DISTRICT),
    ).subquery("scope")
