"""Queries over the whole estate for its board: a fixed number, whatever its size, over what a person may see."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from service.store.estate import Sight, visible
from service.store.levels import RESPONSE
from service.store.register import told_of_level
from service.store.tables import checklists, item_states, menus, premises
from service.store.transactions import Reader
from service.store.types import Row


def menus_in_use(reader: Reader, sight: Sight) -> list[Row]:
    """The menus of the present lists, each once: ``id``, ``plan`` and ``entered``."""
    in_use = _present(sight, checklists.c.menu_id)
    query = select(menus.c.id, menus.c.plan, menus.c.entered).where(menus.c.id.in_(in_use))
    return list(reader.connection.execute(query).mappings())


def lists_by_menu(reader: Reader, sight: Sight) -> list[Row]:
    """How many present lists have a menu (``menu_id``), by ``district``: ``count``."""
    by = (premises.c.district, checklists.c.menu_id)
    return list(reader.connection.execute(_present(sight, *by, func.count().label("count")).group_by(*by)).mappings())


def touched_items(reader: Reader, sight: Sight) -> list[Row]:
    """How many items of present lists are touched, ``count``, by district, menu, option, occurrence, status and
    ``agreed``."""
    item = item_states.c
    kinds = (premises.c.district, checklists.c.menu_id, item.option_id, item.occurrence, item.status, item.agreed)
    query = (
        select(*kinds, func.count().label("count"))
        .join(checklists, and_(checklists.c.subject == item.subject, checklists.c.kind == item.kind))
        .join(premises, premises.c.id == item.subject)
        .where(item.kind == RESPONSE, item.until_at.is_(None), checklists.c.superseded_at.is_(None), visible(sight))
        .group_by(*kinds)
    )
    return list(reader.connection.execute(query).mappings())


def districts(reader: Reader, sight: Sight, shift_began: datetime) -> list[Row]:
    """Each district by ``response_level``: how many premises (``count``), and how many of them are ``told``.

    That is, have their present level acknowledged by anybody, in the shift that began then where they ask for that.
    """
    by = (premises.c.district, checklists.c.response_level)
    counts = (func.count().label("count"), func.sum(case((told_of_level(shift_began), 1), else_=0)).label("told"))
    return list(reader.connection.execute(_present(sight, *by, *counts).group_by(*by).order_by(*by)).mappings())


def most_open(
    reader: Reader, sight: Sight, shift_began: datetime, district: str | None, after: int, limit: int
) -> list[Row]:
    """Premises by how many items of their present list nobody has dealt with, most first; ``limit`` after ``after``.

    Each with the columns of its list, its ``name``, ``district``, ``manager``, ``settled`` items and whether ``known``
    (its level, as in ``districts``).
    """
    settled = (
        select(item_states.c.subject, func.count(item_states.c.option_id.distinct()).label("settled"))
        .where(item_states.c.kind == RESPONSE, item_states.c.until_at.is_(None))
        .where(item_states.c.status.in_(("done", "not_applicable", "declined")))
        .group_by(item_states.c.subject)
        .subquery()
    )
    done = func.coalesce(settled.c.settled, 0)
    columns = (checklists, menus.c.item_count, menus.c.plan, menus.c.entered, done.label("settled"))
    of_premises = (premises.c.id.label("premises_id"), premises.c.name, premises.c.district, premises.c.manager)
    query = (
        _present(sight, *columns, *of_premises, told_of_level(shift_began).label("known"))
        .join(menus, menus.c.id == checklists.c.menu_id)
        .outerjoin(settled, settled.c.subject == checklists.c.subject)
        .order_by((done - menus.c.item_count), premises.c.id)
        .offset(after)
        .limit(limit)
    )
    if district is not None:
        query = query.where(premises.c.district == district)
    return list(reader.connection.execute(query).mappings())


def _present(sight: Sight, *columns: Any) -> Select[Any]:
    """``columns`` of the present lists of premises that may be seen."""
    return (
        select(*columns)
        .select_from(checklists.join(premises, premises.c.id == checklists.c.subject))
        .where(checklists.c.kind == RESPONSE, checklists.c.superseded_at.is_(None), visible(sight))
    )
