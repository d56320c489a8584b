"""Queries that decide and issue: who stands where, what was decided, and the lists that follow. All set-based."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, insert, literal, not_, null, select, update

from rules.levels import ResponseLevel
from service.store.estate import EVERYTHING, Sight, visible
from service.store.tables import FORCE, checklists, decisions, menus, premises, subject_fact_sets, triggers
from service.store.transactions import Reader
from service.store.types import Row

RESPONSE = "response"
STAND_DOWN = "stand_down"


@dataclass(frozen=True)
class Standing:
    """Subjects that share a fact set and a present menu: how many, and which of these two. No menu: no list yet."""

    fact_set_id: int
    menu_id: int | None
    count: int


def _present() -> Any:
    return and_(
        checklists.c.subject == subject_fact_sets.c.subject,
        checklists.c.kind == RESPONSE,
        checklists.c.superseded_at.is_(None),
    )


def _standings(entered_at: datetime | None) -> Select[Any]:
    query = (
        select(subject_fact_sets.c.fact_set_id, checklists.c.menu_id, func.count().label("count"))
        .outerjoin(checklists, _present())
        .where(subject_fact_sets.c.until_at.is_(None))
        .group_by(subject_fact_sets.c.fact_set_id, checklists.c.menu_id)
        .order_by(subject_fact_sets.c.fact_set_id, checklists.c.menu_id)
    )
    return query if entered_at is None else query.where(subject_fact_sets.c.from_at == entered_at)


def standings(reader: Reader, entered_at: datetime | None = None) -> list[Standing]:
    """Everybody by fact set and present menu, or only those who entered their fact set at ``entered_at``."""
    return [Standing(**row) for row in reader.connection.execute(_standings(entered_at)).mappings()]


def standings_of(reader: Reader, subjects: Collection[str]) -> dict[str, Standing]:
    """The standing of each of a few ``subjects``, each counted as one."""
    query = (
        select(subject_fact_sets.c.subject, subject_fact_sets.c.fact_set_id, checklists.c.menu_id)
        .outerjoin(checklists, _present())
        .where(subject_fact_sets.c.until_at.is_(None), subject_fact_sets.c.subject.in_(subjects))
    )
    return {row.subject: Standing(row.fact_set_id, row.menu_id, 1) for row in reader.connection.execute(query)}


def hidden_standings(reader: Reader, sight: Sight, entered_at: datetime | None = None) -> list[Standing]:
    """As ``standings``, but only the premises that ``sight`` may not see: what to leave out of a count."""
    if sight == EVERYTHING:
        return []
    query = _standings(entered_at).join(premises, premises.c.id == subject_fact_sets.c.subject)
    query = query.where(not_(visible(sight)))
    return [Standing(**row) for row in reader.connection.execute(query).mappings()]


def premises_standings(reader: Reader, sight: Sight, only: Collection[str] | None, after: str, limit: int) -> list[Row]:
    """Subject, fact set, menu and present level of visible premises (of ``only``, or all) in order of id."""
    query = (
        select(
            subject_fact_sets.c.subject,
            subject_fact_sets.c.fact_set_id,
            checklists.c.menu_id,
            checklists.c.response_level,
        )
        .join(premises, premises.c.id == subject_fact_sets.c.subject)
        .outerjoin(checklists, _present())
        .where(subject_fact_sets.c.until_at.is_(None), visible(sight), subject_fact_sets.c.subject > after)
        .order_by(subject_fact_sets.c.subject)
        .limit(limit)
    )
    if only is not None:
        query = query.where(subject_fact_sets.c.subject.in_(only))
    return list(reader.connection.execute(query).mappings())


def level_counts(reader: Reader, sight: Sight) -> dict[ResponseLevel, int]:
    """How many premises that ``sight`` may see stand at each response level."""
    query = (
        select(checklists.c.response_level, func.count())
        .join(premises, premises.c.id == checklists.c.subject)
        .where(checklists.c.kind == RESPONSE, checklists.c.superseded_at.is_(None), visible(sight))
        .group_by(checklists.c.response_level)
    )
    found: dict[ResponseLevel, int] = {key: value for key, value in reader.connection.execute(query)}  # noqa: C416 - rows are not pairs to mypy
    return {level: found.get(level, 0) for level in ResponseLevel}


def oldest_since(reader: Reader, sight: Sight, level: ResponseLevel) -> datetime | None:
    """Since when the premises that has been at a level for longest is there, None where none is."""
    query = (
        select(func.min(checklists.c.since))
        .join(premises, premises.c.id == checklists.c.subject)
        .where(checklists.c.kind == RESPONSE, checklists.c.superseded_at.is_(None), visible(sight))
        .where(checklists.c.response_level == level)
    )
    return reader.connection.execute(query).scalar()


def add_trigger(writer: Reader, kind: str, reference: str, adoption_id: int, *, whole_estate: bool) -> int:
    """Write what makes us decide; gives its id."""
    row = {"kind": kind, "reference": reference, "adoption_id": adoption_id, "at": writer.at}
    row["whole_estate"] = whole_estate
    made = int(writer.connection.execute(insert(triggers).values(row).returning(triggers.c.id)).scalar_one())
    writer.wrote(triggers, made)
    return made


def menus_by_id(reader: Reader, ids: Collection[int]) -> dict[int, Row]:
    """The issued menus of ``ids``."""
    found: dict[int, Row] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), 500):
        query = select(menus).where(menus.c.id.in_(wanted[start : start + 500]))
        found.update((row["id"], row) for row in reader.connection.execute(query).mappings())
    return found


def menu_ids(writer: Reader, rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """The id of each menu, by its ``sha256``; menus that are new are written."""
    wanted = {row["sha256"]: row for row in rows}
    known = _known_menus(writer, wanted)
    missing = [row for sha, row in wanted.items() if sha not in known]
    if missing:
        writer.connection.execute(insert(menus), missing)
        writer.wrote(menus, *(row["sha256"] for row in missing))
        known |= _known_menus(writer, [row["sha256"] for row in missing])
    return known


def _known_menus(reader: Reader, digests: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    wanted = sorted(digests)
    for start in range(0, len(wanted), 500):
        query = select(menus.c.sha256, menus.c.id).where(menus.c.sha256.in_(wanted[start : start + 500]))
        found.update({str(row.sha256): int(row.id) for row in reader.connection.execute(query)})
    return found


def add_decisions(writer: Reader, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write decisions, one per standing."""
    if rows:
        writer.connection.execute(insert(decisions), list(rows))
        writer.wrote(decisions)


def issue(writer: Reader, trigger_id: int) -> int:
    """Supersede and issue the lists that the decisions of a trigger call for; gives how many were issued.

    Three statements, whatever the size of the estate. A list's version goes on counting from the one before it, so
    that a version named by a reader can be compared across lists.
    """
    moves = and_(
        decisions.c.trigger_id == trigger_id,
        decisions.c.fact_set_id == subject_fact_sets.c.fact_set_id,
        decisions.c.previous_menu_id == checklists.c.menu_id,
        decisions.c.menu_id != decisions.c.previous_menu_id,
    )
    at_present = and_(subject_fact_sets.c.subject == checklists.c.subject, subject_fact_sets.c.until_at.is_(None))
    writer.connection.execute(
        update(checklists)
        .where(checklists.c.kind == RESPONSE, checklists.c.superseded_at.is_(None))
        .where(exists(select(literal(1)).select_from(subject_fact_sets).join(decisions, moves).where(at_present)))
        .values(superseded_at=writer.at, superseded_by=trigger_id)
    )
    since = case((decisions.c.response_level == checklists.c.response_level, checklists.c.since), else_=writer.at)
    continued = (
        select(*_issued(writer, since, checklists.c.version + 1, checklists.c.holder))
        .select_from(checklists)
        .join(subject_fact_sets, at_present)
        .join(decisions, moves)
        .where(checklists.c.superseded_by == trigger_id, checklists.c.kind == RESPONSE)
    )
    first = (
        select(*_issued(writer, literal(writer.at, checklists.c.since.type), literal(1), null()))
        .select_from(subject_fact_sets)
        .join(decisions, decisions.c.fact_set_id == subject_fact_sets.c.fact_set_id)
        .outerjoin(checklists, _present())
        .where(decisions.c.trigger_id == trigger_id, decisions.c.previous_menu_id.is_(None))
        .where(subject_fact_sets.c.until_at.is_(None), checklists.c.id.is_(None))
    )
    writer.wrote(checklists)
    names = [
        "subject", "kind", "response_level", "since", "menu_id", "decision_id", "version", "holder", "issued_at",
    ]  # fmt: skip
    return sum(
        writer.connection.execute(insert(checklists).from_select(names, query)).rowcount for query in (continued, first)
    )


def _issued(writer: Reader, since: Any, version: Any, holder: Any) -> list[Any]:
    return [
        subject_fact_sets.c.subject,
        literal(RESPONSE),
        decisions.c.response_level,
        since,
        decisions.c.menu_id,
        decisions.c.id,
        version,
        holder,
        literal(writer.at, checklists.c.issued_at.type),
    ]


def force_level(reader: Reader) -> ResponseLevel | None:
    """The response level of the force itself, None before the first decision."""
    query = select(checklists.c.response_level).where(
        checklists.c.subject == FORCE, checklists.c.kind == RESPONSE, checklists.c.superseded_at.is_(None)
    )
    return reader.connection.execute(query).scalar()
