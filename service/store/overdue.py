"""Queries over deadlines that have passed, by menu: set-based, whatever the size of the estate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, select

from service.store.tables import checklists, item_states, menus, overdue_notices
from service.store.transactions import Reader
from service.store.types import Row


def menus_in_force(reader: Reader) -> list[Row]:
    """Each menu of which lists are in force, with their ``kind`` and how many there are (``checklists``)."""
    counted = (
        select(checklists.c.menu_id, checklists.c.kind, func.count().label("checklists"))
        .where(checklists.c.superseded_at.is_(None))
        .group_by(checklists.c.menu_id, checklists.c.kind)
        .subquery()
    )
    query = select(menus.c.id, menus.c.plan, menus.c.entered, counted.c.kind, counted.c.checklists)
    return list(
        reader.connection.execute(query.join(counted, counted.c.menu_id == menus.c.id).order_by(menus.c.id)).mappings()
    )


def told(reader: Reader) -> set[tuple[int, datetime]]:
    """The deadlines, by menu in force, of which people have been told."""
    in_force = select(checklists.c.menu_id).where(checklists.c.superseded_at.is_(None))
    query = select(overdue_notices.c.menu_id, overdue_notices.c.due_at).where(overdue_notices.c.menu_id.in_(in_force))
    return {(row.menu_id, row.due_at) for row in reader.connection.execute(query)}


def decided(reader: Reader, menu_ids: Sequence[int], occurrences: Sequence[str]) -> dict[tuple[int, str, str], int]:
    """On how many lists in force an item is decided, by menu, option and occurrence."""
    of_list = and_(checklists.c.subject == item_states.c.subject, checklists.c.kind == item_states.c.kind)
    by: tuple[Any, ...] = (checklists.c.menu_id, item_states.c.option_id, item_states.c.occurrence)
    query = (
        select(*by, func.count())
        .join(checklists, of_list)
        .where(item_states.c.until_at.is_(None), item_states.c.status != "open", item_states.c.agreed)
        .where(item_states.c.occurrence.in_(occurrences))
        .where(checklists.c.superseded_at.is_(None), checklists.c.menu_id.in_(menu_ids))
        .group_by(*by)
    )
    return {(row[0], row[1], row[2]): row[3] for row in reader.connection.execute(query)}


def tell(writer: Reader, deadlines: Sequence[tuple[int, datetime]]) -> None:
    """Note that people have been told of these deadlines, by menu."""
    rows = [{"menu_id": menu_id, "due_at": due_at, "at": writer.at} for menu_id, due_at in deadlines]
    if rows:
        writer.connection.execute(insert(overdue_notices), rows)
