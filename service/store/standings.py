"""The queries behind the page of one premises: all that it needs of its lists, level and acknowledgements in one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, and_, bindparam, func, select

from service.store.acknowledgements import in_effect
from service.store.checklists import LISTS, shown
from service.store.estate import Sight
from service.store.explanations import NATIONAL_LEVELS
from service.store.levels import RESPONSE
from service.store.tables import acknowledgements, checklists, premises, subject_fact_sets
from service.store.transactions import Reader
from service.store.types import Instant, Row

_REGISTERED = ("district", "address", "postcode", "manager", "deputy", "duty_contact", "headcount")


def _former_level() -> ScalarSelect[Any]:
    former = checklists.alias("former")
    return (
        select(former.c.response_level)
        .where(
            former.c.subject == checklists.c.subject,
            former.c.kind == RESPONSE,
            former.c.superseded_at == checklists.c.since,
        )
        .scalar_subquery()
    )


def _acknowledged(what: Any) -> ScalarSelect[Any]:
    return select(what).where(in_effect(bindparam("shift_began", type_=Instant))).scalar_subquery()


_CURRENT = (
    LISTS.add_columns(
        *(premises.c[name] for name in _REGISTERED),
        checklists.c.decision_id.label("list_decision_id"),
        subject_fact_sets.c.fact_set_id,
        subject_fact_sets.c.from_at.label("entered_at"),
        NATIONAL_LEVELS.exists().label("confirmed"),
        _former_level().label("former_level"),
        _acknowledged(func.count(acknowledgements.c.person_id.distinct())).label("acknowledged"),
        _acknowledged(func.coalesce(func.sum(acknowledgements.c.briefed), 0)).label("briefed"),
        _acknowledged(func.max(acknowledgements.c.at)).label("last_told_at"),
    )
    .join(
        subject_fact_sets,
        and_(subject_fact_sets.c.subject == checklists.c.subject, subject_fact_sets.c.until_at.is_(None)),
    )
    .where(checklists.c.superseded_at.is_(None))
)


def current(reader: Reader, sight: Sight, premises_id: str, shift_began: datetime) -> dict[str, Row]:
    """By kind, the lists of a premises in force; none when ``sight`` does not show it, or it is closed.

    Each has its menu and, besides what ``explanations.standing`` gives, something of the register, ``confirmed`` (a
    national threat level is known), the ``former_level`` (None: the present one is the first), and of the
    acknowledgements in effect: how many people ``acknowledged``, how many they ``briefed``, and ``last_told_at``.
    """
    query = _CURRENT.where(checklists.c.subject == premises_id)
    rows = reader.connection.execute(query, {"shift_began": shift_began}).mappings()
    return {row["kind"]: row for row in rows if shown(sight, row)}
