"""Queries over who has been told of a response level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, exists, false, insert, or_, select

from rules.levels import ResponseLevel
from service.store.levels import RESPONSE
from service.store.tables import FORCE, acknowledgements, checklists, decisions, people, premises, subject_fact_sets
from service.store.tables import acknowledgement_notices as notices
from service.store.transactions import Reader
from service.store.types import Row


def add(writer: Reader, row: Mapping[str, Any]) -> int:
    """Write an acknowledgement; gives its id."""
    new = insert(acknowledgements).values(row).returning(acknowledgements.c.id)
    made = int(writer.connection.execute(new).scalar_one())
    writer.wrote(acknowledgements, made)
    return made


def in_effect(shift_began: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Whether an acknowledgement is of the present level of a list's premises, and counts still.

    It lapses when the level changes and, where the premises asks for that, when a shift begins: the present one did
    at ``shift_began``.
    """
    return and_(
        acknowledgements.c.premises_id == checklists.c.subject,
        acknowledgements.c.at >= checklists.c.since,
        or_(premises.c.acknowledge_each_shift == false(), acknowledgements.c.at >= shift_began),
    )


def of_premises(reader: Reader, premises_id: str, shift_began: datetime) -> list[Row]:
    """The acknowledgements of a premises in effect, oldest first, each with the ``name`` of the person."""
    query = _of_premises(premises_id, shift_began).join(people, people.c.id == acknowledgements.c.person_id)
    columns = (acknowledgements, people.c.name)
    return list(reader.connection.execute(query.with_only_columns(*columns)).mappings())


def last_of_person(reader: Reader, premises_id: str, person_id: int | None, shift_began: datetime) -> datetime | None:
    """When a person last acknowledged the level of a premises, None if that is not in effect."""
    query = _of_premises(premises_id, shift_began).where(acknowledgements.c.person_id == person_id)
    return max(reader.connection.execute(query).scalars(), default=None)


def _of_premises(premises_id: str, shift_began: datetime) -> Select[datetime]:
    return (
        select(acknowledgements.c.at)
        .join(premises, premises.c.id == acknowledgements.c.premises_id)
        .join(checklists, checklists.c.subject == premises.c.id)
        .where(premises.c.id == premises_id, in_effect(shift_began))
        .where(checklists.c.kind == RESPONSE, checklists.c.superseded_at.is_(None))
        .order_by(acknowledgements.c.id)
    )


def untold_levels(reader: Reader, reached_by: datetime) -> list[Row]:
    """Each level above NORMAL that premises have been at since an instant up to ``reached_by``, and that instant.

    ``response_level`` and ``since``; those left out of which people were told already.
    """
    of_level = (notices.c.response_level == checklists.c.response_level, notices.c.since == checklists.c.since)
    query = (
        select(checklists.c.response_level, checklists.c.since)
        .distinct()
        .where(checklists.c.kind == RESPONSE, checklists.c.superseded_at.is_(None), checklists.c.subject != FORCE)
        .where(checklists.c.response_level != ResponseLevel.NORMAL, checklists.c.since <= reached_by)
        .where(~exists().where(*of_level))
        .order_by(checklists.c.since, checklists.c.response_level)
    )
    return list(reader.connection.execute(query).mappings())


def tell(writer: Reader, levels: Sequence[Row]) -> None:
    """Note that people have been told what is not acknowledged of these levels."""
    if levels:
        writer.connection.execute(insert(notices), [{**level, "at": writer.at} for level in levels])


def decision_about(reader: Reader, premises_id: str, decision_id: int) -> Row | None:
    """A decision (``at``, ``response_level``), None unless it was about the fact set that the premises was in then."""
    membership = subject_fact_sets
    then = and_(
        membership.c.fact_set_id == decisions.c.fact_set_id,
        membership.c.from_at <= decisions.c.at,
        or_(membership.c.until_at.is_(None), membership.c.until_at > decisions.c.at),
    )
    query = (
        select(decisions.c.at, decisions.c.response_level)
        .join(membership, then)
        .where(decisions.c.id == decision_id, membership.c.subject == premises_id)
    )
    return reader.connection.execute(query).mappings().first()
