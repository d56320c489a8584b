"""Queries that say at which level a premises stands, or stood at any past instant, and by which decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, or_, select

from rules.levels import Scope
from service.store.levels import RESPONSE
from service.store.tables import (
    adoptions,
    checklists,
    decisions,
    policies,
    subject_fact_sets,
    threat_changes,
    triggers,
)
from service.store.transactions import Reader
from service.store.types import Row

NATIONAL_LEVELS = select(threat_changes.c.id).where(
    threat_changes.c.scope == Scope.NATIONAL.value, threat_changes.c.status == "accepted"
)
"""The threat changes that gave a national level."""

# Only the reference of a threat change is a number.
_THREAT_CHANGE = case((triggers.c.kind == "threat_change", cast(triggers.c.reference, BigInteger)))
_TRIGGER_SCOPE = select(threat_changes.c.scope).where(threat_changes.c.id == _THREAT_CHANGE).scalar_subquery()


def standing(reader: Reader, subject: str, at: datetime | None) -> Row | None:
    """Level, ``since``, menu and fact set of a subject now (``at`` None) or as recorded at ``at``; None: it had none.

    ``list_decision_id`` issued the list, at ``issued_at``; ``entered_at`` is when it came into its fact set.
    """
    lists, members = checklists.c, subject_fact_sets.c
    query = (
        select(
            lists.response_level,
            lists.since,
            lists.issued_at,
            lists.menu_id,
            lists.decision_id.label("list_decision_id"),
            members.fact_set_id,
            members.from_at.label("entered_at"),
        )
        .join(subject_fact_sets, members.subject == lists.subject)
        .where(lists.subject == subject, lists.kind == RESPONSE)
        .where(_holds(lists.issued_at, lists.superseded_at, at), _holds(members.from_at, members.until_at, at))
    )
    return reader.connection.execute(query).mappings().first()


def _holds(start: Any, end: Any, at: datetime | None) -> ColumnElement[bool]:
    return end.is_(None) if at is None else and_(start <= at, or_(end.is_(None), end > at))


def decision(reader: Reader, standing: Row, at: datetime | None) -> Row:
    """The last decision, until ``at`` (None: now), about who had this ``standing``, with its trigger and rulebook.

    ``trigger_scope`` is the scope of the threat change that was the trigger, None for any other trigger.

    That is the one which issued the list or a later one about the same fact set and menu; and of those that were not
    about the whole estate only the one by which it came into its fact set. Raises NoResultFound when there is none.
    """
    about = or_(
        decisions.c.id == standing["list_decision_id"],
        and_(decisions.c.previous_menu_id == standing["menu_id"], decisions.c.menu_id == standing["menu_id"]),
    )
    concerned = or_(triggers.c.whole_estate, decisions.c.at == standing["entered_at"])
    query = (
        select(
            decisions,
            triggers.c.kind.label("trigger_kind"),
            triggers.c.reference.label("trigger_reference"),
            _TRIGGER_SCOPE.label("trigger_scope"),
            policies.c.name.label("rulebook_id"),
            policies.c.version.label("rulebook_version"),
            policies.c.sha256.label("rulebook_sha256"),
        )
        .join(triggers, triggers.c.id == decisions.c.trigger_id)
        .join(adoptions, adoptions.c.id == triggers.c.adoption_id)
        .join(policies, policies.c.sha256 == adoptions.c.rulebook)
        .where(decisions.c.fact_set_id == standing["fact_set_id"], about, concerned)
        .where(decisions.c.at >= standing["entered_at"], decisions.c.at >= standing["issued_at"])
        .order_by(decisions.c.id.desc())
        .limit(1)
    )
    if at is not None:
        query = query.where(decisions.c.at <= at)
    return reader.connection.execute(query).mappings().one()


def national_known(reader: Reader, at: datetime | None) -> bool:
    """Whether a national threat level was known, now or at ``at``. Once known it is never taken away."""
    taken_at = func.coalesce(threat_changes.c.decided_at, threat_changes.c.requested_at)
    query = NATIONAL_LEVELS
    if at is not None:
        query = query.where(taken_at <= at)
    return reader.connection.execute(query.limit(1)).first() is not None
