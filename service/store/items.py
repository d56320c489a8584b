"""Queries over what people did with items, and over the items that they added themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, func, insert, or_, select, update

from service.store.levels import RESPONSE
from service.store.requests import AWAITING
from service.store.tables import ad_hoc_items, checklists, item_states, people, requests
from service.store.transactions import Reader
from service.store.types import Row


def states(reader: Reader, subject: str, kind: str, occurrences: Collection[str], ended: datetime | None) -> list[Row]:
    """The states of a subject's touched items in these occurrences, with the ``name`` of who gave them.

    They are those in force, or, when ``ended`` is given, those that were in force just before that instant.
    """
    table = item_states
    query = (
        select(table, people.c.name)
        .outerjoin(people, people.c.id == table.c.by)
        .where(table.c.subject == subject, table.c.kind == kind, table.c.occurrence.in_(occurrences))
        .where(table.c.until_at.is_(None) if ended is None else _stood_before(table, "from_at", "until_at", ended))
    )
    return list(reader.connection.execute(query).mappings())


def _stood_before(table: Any, start: str, end: str, instant: datetime) -> Any:
    return and_(table.c[start] < instant, or_(table.c[end].is_(None), table.c[end] >= instant))


def put(writer: Reader, row: Mapping[str, Any], former: int | None) -> int:
    """Give an item a state from now on, in place of the ``former`` one if it had any; gives the state's id."""
    if former is not None:
        writer.connection.execute(update(item_states).where(item_states.c.id == former).values(until_at=writer.at))
    writer.wrote(item_states)
    new = insert(item_states).values(**row, from_at=writer.at).returning(item_states.c.id)
    return int(writer.connection.execute(new).scalar_one())


def touched_subjects(reader: Reader, trigger_id: int, after: str, limit: int) -> list[str]:
    """Subjects after ``after`` with touched items whose response list the trigger superseded, in order."""
    query = (
        select(item_states.c.subject)
        .distinct()
        .join(checklists, checklists.c.subject == item_states.c.subject)
        .where(checklists.c.superseded_by == trigger_id, checklists.c.kind == RESPONSE)
        .where(item_states.c.kind == RESPONSE, item_states.c.until_at.is_(None), item_states.c.subject > after)
        .order_by(item_states.c.subject)
        .limit(limit)
    )
    return list(reader.connection.execute(query).scalars())


def done_by_option(reader: Reader, kind: str, subjects: Collection[str]) -> dict[str, dict[str, bool]]:
    """By subject and touched option, whether it is done in any of its occurrences."""
    table = item_states
    query = (
        select(table.c.subject, table.c.option_id, func.max(case((table.c.status == "done", 1), else_=0)))
        .where(table.c.subject.in_(subjects), table.c.kind == kind, table.c.until_at.is_(None))
        .group_by(table.c.subject, table.c.option_id)
    )
    found: dict[str, dict[str, bool]] = {}
    for subject, option_id, done in reader.connection.execute(query):
        found.setdefault(subject, {})[option_id] = bool(done)
    return found


def statuses(reader: Reader, subjects: Collection[str], occurrences: Collection[str]) -> list[Row]:
    """Subject, option, occurrence, status and ``agreed`` of the touched items of response lists."""
    table = item_states
    query = select(table.c.subject, table.c.option_id, table.c.occurrence, table.c.status, table.c.agreed).where(
        table.c.subject.in_(subjects),
        table.c.kind == RESPONSE,
        table.c.until_at.is_(None),
        table.c.occurrence.in_(occurrences),
    )
    return list(reader.connection.execute(query).mappings())


def end(writer: Reader, kind: str, touched: Sequence[tuple[str, str]]) -> None:
    """End the states, in all occurrences, of the options in ``touched`` (subject and option)."""
    if touched:
        ending = update(item_states).where(
            item_states.c.subject == bindparam("whose"),
            item_states.c.kind == kind,
            item_states.c.option_id == bindparam("what"),
            item_states.c.until_at.is_(None),
        )
        writer.connection.execute(
            ending.values(until_at=bindparam("now")), [{"whose": s, "what": o, "now": writer.at} for s, o in touched]
        )
        writer.wrote(item_states)


def end_all(writer: Reader, subject: str) -> None:
    """End every state and every added item of a subject."""
    for table, column in ((item_states, "until_at"), (ad_hoc_items, "ended_at")):
        ours = and_(table.c.subject == subject, table.c[column].is_(None))
        ended = update(table).where(ours).values({column: writer.at}).returning(table.c.id)
        writer.wrote(table, *writer.connection.execute(ended).scalars())


def withdraw_requests(writer: Reader, kind: str) -> None:
    """Withdraw the waiting requests of this kind whose reference is a state that has ended."""
    waiting = select(requests.c.id, requests.c.reference).where(requests.c.kind == kind, requests.c.status == AWAITING)
    by_state = {int(row.reference): row.id for row in writer.connection.execute(waiting)}
    if by_state:
        ended = select(item_states.c.id).where(item_states.c.id.in_(by_state), item_states.c.until_at.is_not(None))
        ids = [by_state[state] for state in writer.connection.execute(ended).scalars()]
        withdrawn = update(requests).where(requests.c.id.in_(ids))
        writer.connection.execute(withdrawn.values(status="withdrawn", decided_at=writer.at))
        writer.wrote(requests, *ids)


def ad_hoc(reader: Reader, subjects: Collection[str], ended: datetime | None = None) -> list[Row]:
    """The items that people added at these subjects, now or, when ``ended`` is given, just before that instant."""
    table = ad_hoc_items
    standing = table.c.ended_at.is_(None) if ended is None else _stood_before(table, "added_at", "ended_at", ended)
    query = select(table).where(table.c.subject.in_(subjects), standing).order_by(table.c.id)
    return list(reader.connection.execute(query).mappings())


def add_ad_hoc(writer: Reader, row: Mapping[str, Any]) -> int:
    """Write an item that somebody added; gives its id."""
    made = int(writer.connection.execute(insert(ad_hoc_items).values(row).returning(ad_hoc_items.c.id)).scalar_one())
    writer.wrote(ad_hoc_items, made)
    return made


def end_ad_hoc(writer: Reader, ids: Collection[int]) -> None:
    """End added items for good."""
    if ids:
        writer.connection.execute(update(ad_hoc_items).where(ad_hoc_items.c.id.in_(ids)).values(ended_at=writer.at))
        writer.wrote(ad_hoc_items, *ids)
