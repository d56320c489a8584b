"""Queries over lists as issued: one list with its menu, a subject's lists, and who has one in hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, insert, select, update

from service.store.estate import Sight, shows
from service.store.levels import RESPONSE
from service.store.tables import FORCE, checklists, menus, people, premises
from service.store.transactions import Reader
from service.store.types import Row

LISTS = (
    select(
        checklists,
        menus.c.plan,
        menus.c.entered,
        people.c.name.label("signed_off_name"),
        premises.c.name.label("premises_name"),
        premises.c.restricted,
    )
    .join(menus, menus.c.id == checklists.c.menu_id)
    .outerjoin(premises, premises.c.id == checklists.c.subject)
    .outerjoin(people, people.c.id == checklists.c.signed_off_by)
)
"""Lists, each with its menu and, unless it is the force's, whose it is."""

# The most frequent reads, so the statements are put together once.
_PRESENT = LISTS.where(
    checklists.c.subject == bindparam("subject"), checklists.c.kind == RESPONSE, checklists.c.superseded_at.is_(None)
)
_BY_ID = LISTS.where(checklists.c.id == bindparam("list_id"))


def present_of_premises(reader: Reader, sight: Sight, premises_id: str) -> Row | None:
    """The response list in force at a premises with its menu, None when ``sight`` shows no such premises."""
    row = reader.connection.execute(_PRESENT, {"subject": premises_id}).mappings().first()
    return row if row is not None and shown(sight, row) else None


def present_of_force(reader: Reader) -> Row | None:
    """The response list in force of the force itself with its menu, None before the first decision."""
    return reader.connection.execute(_PRESENT, {"subject": FORCE}).mappings().first()


def by_id(reader: Reader, sight: Sight, checklist_id: int) -> Row | None:
    """One list with its menu, old ones too; None when there is none or ``sight`` does not show its premises."""
    row = reader.connection.execute(_BY_ID, {"list_id": checklist_id}).mappings().first()
    return row if row is not None and (row["subject"] == FORCE or shown(sight, row)) else None


def shown(sight: Sight, row: Row) -> bool:
    """Whether ``sight`` shows the premises of a list that was read."""
    # No premises, no answer: "restricted" is then unknown.
    return row["restricted"] is not None and shows(sight, row["subject"], row["restricted"])


def of_subject(reader: Reader, subject: str, before: int | None, limit: int) -> list[Row]:
    """The lists of a subject, both kinds, newest first; only those issued before the list ``before``, if given."""
    query = (
        select(checklists, people.c.name.label("signed_off_name"))
        .outerjoin(people, people.c.id == checklists.c.signed_off_by)
        .where(checklists.c.subject == subject)
        .order_by(checklists.c.id.desc())
        .limit(limit)
    )
    query = query if before is None else query.where(checklists.c.id < before)
    return list(reader.connection.execute(query).mappings())


def present_id(reader: Reader, subject: str, kind: str) -> int | None:
    """The id of the list of this kind in force, None when there is none."""
    query = select(checklists.c.id).where(
        checklists.c.subject == subject, checklists.c.kind == kind, checklists.c.superseded_at.is_(None)
    )
    return reader.connection.execute(query).scalar()


def bump(writer: Reader, checklist_id: int) -> int | None:
    """Take the next version of a list in force, and with it the list's lock; None when it was superseded."""
    ours = and_(checklists.c.id == checklist_id, checklists.c.superseded_at.is_(None))
    new = update(checklists).where(ours).values(version=checklists.c.version + 1).returning(checklists.c.version)
    return writer.connection.execute(new).scalar()


def change(writer: Reader, checklist_id: int, **values: Any) -> None:
    """Write values into a list."""
    writer.connection.execute(update(checklists).where(checklists.c.id == checklist_id).values(**values))
    writer.wrote(checklists)


def lock_present(writer: Reader, kind: str, subjects: Collection[str]) -> dict[str, Row]:
    """The lists of this kind in force, by subject, each with its menu; nobody else writes to them from now on."""
    query = (
        select(checklists, menus.c.plan, menus.c.entered)
        .join(menus, menus.c.id == checklists.c.menu_id)
        .where(checklists.c.subject.in_(subjects), checklists.c.kind == kind, checklists.c.superseded_at.is_(None))
        .order_by(checklists.c.id)
        .with_for_update(of=checklists)
    )
    return {row["subject"]: row for row in writer.connection.execute(query).mappings()}


def superseded(reader: Reader, trigger_id: int, subjects: Collection[str]) -> dict[str, Row]:
    """By subject, the menu (``plan``) of the response list that the trigger superseded."""
    query = (
        select(checklists.c.subject, menus.c.plan)
        .join(menus, menus.c.id == checklists.c.menu_id)
        .where(
            checklists.c.superseded_by == trigger_id, checklists.c.kind == RESPONSE, checklists.c.subject.in_(subjects)
        )
    )
    return {row["subject"]: row for row in reader.connection.execute(query).mappings()}


def supersede(writer: Reader, ids: Sequence[int], trigger_id: int | None) -> None:
    """End the lists of ``ids`` now, because of a trigger."""
    if ids:
        ended = update(checklists).where(checklists.c.id.in_(ids))
        writer.connection.execute(ended.values(superseded_at=writer.at, superseded_by=trigger_id))
        writer.wrote(checklists)


def add(writer: Reader, rows: Sequence[Mapping[str, Any]]) -> None:
    """Issue lists."""
    if rows:
        writer.connection.execute(insert(checklists), list(rows))
        writer.wrote(checklists)
