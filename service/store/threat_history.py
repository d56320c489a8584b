"""Queries over threat changes as they were: the list of them, and what each did, told from decisions and lists.

What was in force just before a change is the list issued before it that it superseded or left standing; lists and
fact sets are dated intervals, so the past is read as it was recorded.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_

from rules.levels import ResponseLevel
from service.store.estate import Sight, visible
from service.store.levels import RESPONSE
from service.store.tables import checklists, decisions, premises, subject_fact_sets, threat_changes, triggers
from service.store.transactions import Reader
from service.store.types import Row


def changes(reader: Reader, sight: Sight, before: int | None, limit: int) -> list[Row]:
    """Threat changes that ``sight`` may see, newest first, older than the id ``before``."""
    query = _visible_changes(sight).order_by(threat_changes.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(threat_changes.c.id < before)
    return list(reader.connection.execute(query).mappings())


def change(reader: Reader, sight: Sight, change_id: int) -> Row | None:
    """One threat change, None when there is none that ``sight`` may see."""
    query = _visible_changes(sight).where(threat_changes.c.id == change_id)
    return reader.connection.execute(query).mappings().first()


def _visible_changes(sight: Sight) -> Select[Any]:
    query = select(threat_changes).outerjoin(premises, premises.c.id == threat_changes.c.premises_id)
    return query.where(or_(threat_changes.c.premises_id.is_(None), visible(sight)))


def trigger_of(reader: Reader, change_id: int) -> Row | None:
    """The trigger of a threat change, None when nobody had to be decided about."""
    query = select(triggers).where(triggers.c.kind == "threat_change", triggers.c.reference == str(change_id))
    return reader.connection.execute(query).mappings().first()


def level_counts_before(reader: Reader, sight: Sight, instant: datetime) -> dict[ResponseLevel, int]:
    """How many visible premises stood at each response level just before ``instant``."""
    query = (
        select(checklists.c.response_level, func.count().label("count"))
        .join(premises, premises.c.id == checklists.c.subject)
        .where(_listed_before(instant), visible(sight))
        .group_by(checklists.c.response_level)
    )
    found = {row["response_level"]: row["count"] for row in reader.connection.execute(query).mappings()}
    return {level: found.get(level, 0) for level in ResponseLevel}


def movements(reader: Reader, sight: Sight, trigger: Row, entered_only: bool) -> list[Row]:
    """What a trigger decided about visible premises: ``count`` of them by level and menu before and after.

    ``entered_only`` leaves out those that were in their fact set before and so were not decided about.
    """
    before_and_after = (
        decisions.c.previous_level,
        decisions.c.response_level,
        decisions.c.previous_menu_id,
        decisions.c.menu_id,
    )
    query = _decided(sight, trigger, entered_only, *before_and_after, func.count().label("count"))
    return list(reader.connection.execute(query.group_by(*before_and_after)).mappings())


def moved(reader: Reader, sight: Sight, trigger: Row, entered_only: bool, after: str, limit: int) -> list[Row]:
    """Visible premises whose level a trigger moved, in order of id after ``after``.

    Each with ``id``, ``name``, ``previous_level`` and ``response_level``.
    """
    query = _moved(sight, trigger, entered_only).where(premises.c.id > after).order_by(premises.c.id)
    return list(reader.connection.execute(query.limit(limit)).mappings())


def moved_by_name(
    reader: Reader, sight: Sight, trigger: Row, entered_only: bool, after: tuple[str, str], limit: int
) -> list[Row]:
    """As ``moved``, in order of name whatever its capitals, and of id, beyond the name and id ``after``."""
    name = func.lower(premises.c.name)
    beyond = tuple_(name, premises.c.id) > tuple_(func.lower(after[0]), literal(after[1]))
    query = _moved(sight, trigger, entered_only).where(beyond).order_by(name, premises.c.id)
    return list(reader.connection.execute(query.limit(limit)).mappings())


def _moved(sight: Sight, trigger: Row, entered_only: bool) -> Select[Any]:
    before_and_after = (decisions.c.previous_level, decisions.c.response_level)
    query = _decided(sight, trigger, entered_only, premises.c.id, premises.c.name, *before_and_after)
    return query.where(decisions.c.response_level.is_distinct_from(decisions.c.previous_level))


def _decided(sight: Sight, trigger: Row, entered_only: bool, *columns: Any) -> Select[Any]:
    interval = subject_fact_sets.c
    at = trigger["at"]
    entered = interval.from_at == at if entered_only else interval.from_at <= at
    return (
        select(*columns)
        .select_from(subject_fact_sets)
        .join(premises, premises.c.id == interval.subject)
        .outerjoin(checklists, and_(checklists.c.subject == interval.subject, _listed_before(at)))
        .join(
            decisions,
            and_(
                decisions.c.trigger_id == trigger["id"],
                decisions.c.fact_set_id == interval.fact_set_id,
                decisions.c.previous_menu_id.is_not_distinct_from(checklists.c.menu_id),
            ),
        )
        .where(entered, or_(interval.until_at.is_(None), interval.until_at > at), visible(sight))
    )


def _listed_before(instant: datetime) -> ColumnElement[bool]:
    superseded_at = checklists.c.superseded_at
    return and_(
        checklists.c.kind == RESPONSE,
        checklists.c.issued_at < instant,
        or_(superseded_at.is_(None), superseded_at >= instant),
    )
