"""Queries over events as they were written, and over what of them one with a given sight may be told.

What an event tells of many premises is counted anew for those who may not see them all, from the lists that were
issued at its instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select

from rules.levels import ResponseLevel
from service.store.estate import Sight, visible
from service.store.levels import RESPONSE
from service.store.tables import (
    acknowledgements,
    audit_entries,
    checklists,
    decisions,
    events,
    head,
    premises,
    requests,
)
from service.store.transactions import Reader
from service.store.types import Row


@dataclass(frozen=True)
class Audience:
    """Whom an event is told: what they may see, and the webhook whose premises and districts narrow it, if any."""

    sight: Sight
    narrowed_by: int | None = None


def after(reader: Reader, sequence: int, limit: int) -> list[Row]:
    """At most ``limit`` events that follow a sequence, in order."""
    query = _written().where(events.c.sequence > sequence).order_by(events.c.sequence).limit(limit)
    return list(reader.connection.execute(query).mappings())


def since(reader: Reader, at: datetime, after_sequence: int, limit: int) -> list[Row]:
    """At most ``limit`` events from an instant on that follow a sequence, in order."""
    query = _written().where(events.c.at >= at, events.c.sequence > after_sequence)
    return list(reader.connection.execute(query.order_by(events.c.sequence).limit(limit)).mappings())


def _written() -> Select[Any]:
    """Events with the ``request_id`` of the audit entry that they went out with."""
    return select(events, audit_entries.c.request_id).join(
        audit_entries, audit_entries.c.sequence == events.c.audit_sequence
    )


def last_sequence(reader: Reader) -> int:
    """The sequence of the last event; 0 when there is none."""
    return int(reader.connection.execute(select(head.c.event_sequence)).scalar_one())


def tells_of(reader: Reader, sight: Sight, premises_id: str) -> bool:
    """Whether one with this sight is told of a premises, a closed one included."""
    query = select(premises.c.id).where(premises.c.id == premises_id, visible(sight))
    return reader.connection.execute(query).first() is not None


def hides(reader: Reader, sight: Sight) -> bool:
    """Whether there is any premises that ``sight`` may not see."""
    if sight == Sight(restricted=None):
        return False
    return reader.connection.execute(select(premises.c.id).where(_hidden(sight)).limit(1)).first() is not None


def hidden_moves(reader: Reader, sight: Sight, at: datetime) -> dict[tuple[ResponseLevel | None, ResponseLevel], int]:
    """How many premises out of sight moved at an instant, by previous and present level."""
    levels = (decisions.c.previous_level, checklists.c.response_level)
    query = _lists(_hidden(sight), *levels, func.count())
    query = query.join(decisions, decisions.c.id == checklists.c.decision_id).where(level_reached(at))
    rows = reader.connection.execute(query.group_by(*levels))
    return {(previous, present): count for previous, present, count in rows}


def hidden_lists_issued(reader: Reader, sight: Sight, at: datetime, kind: str) -> int:
    """How many lists of a kind were issued at an instant for premises out of sight."""
    lists = issued_last(at, kind).join(premises, premises.c.id == checklists.c.subject).where(_hidden(sight))
    return int(reader.connection.execute(select(func.count()).select_from(lists.subquery())).scalar_one())


def hidden_lists_of_menu(reader: Reader, sight: Sight, menu_id: int) -> int:
    """How many present lists of premises out of sight share a menu."""
    query = _lists(_hidden(sight), func.count())
    query = query.where(checklists.c.menu_id == menu_id, checklists.c.superseded_at.is_(None))
    return int(reader.connection.execute(query).scalar_one())


def reviews_prompted(reader: Reader, sight: Sight, at: datetime) -> int:
    """How many premises that ``sight`` may see were put up for review at an instant."""
    query = _lists(visible(sight), func.count())
    query = query.where(checklists.c.kind == RESPONSE, checklists.c.review_prompted_at == at)
    return int(reader.connection.execute(query).scalar_one())


def not_acknowledged(reader: Reader, sight: Sight, level: ResponseLevel, since: datetime, at: datetime) -> int:
    """How many premises that ``sight`` may see had been at a level since then, unacknowledged, at an instant."""
    query = _lists(visible(sight), func.count()).where(unacknowledged(level, since, at))
    return int(reader.connection.execute(query).scalar_one())


def level_reached(at: datetime) -> ColumnElement[bool]:
    """Whether a list is the one with which its level was reached at an instant.

    Said without ``issued_at == at``, as is ``issued_last``: databases think that few lists were issued at the newest
    instant, and would look through all that were for those of each premises.
    """
    return and_(checklists.c.kind == RESPONSE, checklists.c.since == at, checklists.c.issued_at <= at)


def issued_last(at: datetime, kind: str) -> Select[Any]:
    """The subjects whose last list of a kind up to an instant was issued at it."""
    query = select(checklists.c.subject).where(checklists.c.kind == kind, checklists.c.issued_at <= at)
    return query.group_by(checklists.c.subject).having(func.max(checklists.c.issued_at) == at)


def unacknowledged(level: ResponseLevel, since: datetime, at: datetime) -> ColumnElement[bool]:
    """Whether a list had been at a level since then, and nobody had acknowledged that at an instant."""
    known = exists().where(
        acknowledgements.c.premises_id == checklists.c.subject, acknowledgements.c.at.between(since, at)
    )
    return and_(
        checklists.c.kind == RESPONSE,
        checklists.c.response_level == level,
        checklists.c.since == since,
        checklists.c.issued_at <= at,
        or_(checklists.c.superseded_at.is_(None), checklists.c.superseded_at > at),
        ~known,
    )


def premises_of_request(reader: Reader, request_id: int) -> str | None:
    """The one premises that a request is about, None when it is about more, or about none."""
    return reader.connection.execute(select(requests.c.premises_id).where(requests.c.id == request_id)).scalar()


def _lists(which: ColumnElement[bool], *columns: Any) -> Select[Any]:
    return select(*columns).select_from(premises).join(checklists, checklists.c.subject == premises.c.id).where(which)


def _hidden(sight: Sight) -> ColumnElement[bool]:
    # Restricted premises are few and have an index of their own.
    return not_(visible(sight)) if sight.only is not None else and_(premises.c.restricted, not_(visible(sight)))
