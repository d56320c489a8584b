"""Queries over the whole estate for its board: a fixed number, whatever its size, over what a person may see."""

from __future__ import annotations

from sqlalchemy import and_, func, select

from service.store.estate import Sight, visible
from service.store.levels import RESPONSE
from service.store.register import told_of_level
from service.store.tables import checklists, item_states, menus, premises
from service.store.transactions import Reader
from service.store.types import Row


def lists_by_menu(reader: Reader, sight: Sight) -> list[Row]:
    """The menus in use among premises: each with ``count``, how many present lists have it."""
    counted = (
        select(checklists.c.menu_id, func.count().label("count"))
        .join(premises, premises.c.id == checklists.c.subject)
        .where(checklists.c.kind == RESPONSE, checklists.c.superseded_at.is_(None), visible(sight))
        .group_by(checklists.c.menu_id)
        .subquery()
    )
    query = select(menus, counted.c.count).join(counted, counted.c.menu_id == menus.c.id)
    return list(reader.connection.execute(query).mappings())


def touched_items(reader: Reader, sight: Sight) -> list[Row]:
    """How many items of present lists are touched, ``count``, by menu, option, occurrence, status and ``agreed``."""
    item = item_states.c
    kinds = (checklists.c.menu_id, item.option_id, item.occurrence, item.status, item.agreed)
    query = (
        select(*kinds, func.count().label("count"))
        .join(checklists, and_(checklists.c.subject == item.subject, checklists.c.kind == item.kind))
        .join(premises, premises.c.id == item.subject)
        .where(item.kind == RESPONSE, item.until_at.is_(None), checklists.c.superseded_at.is_(None), visible(sight))
        .group_by(*kinds)
    )
    return list(reader.connection.execute(query).mappings())


def told(reader: Reader, sight: Sight) -> int:
    """How many premises were acknowledged by anybody since they came to their present level."""
    query = (
        select(func.count())
        .select_from(checklists.join(premises, premises.c.id == checklists.c.subject))
        .where(checklists.c.kind == RESPONSE, checklists.c.superseded_at.is_(None), visible(sight), told_of_level())
    )
    return int(reader.connection.execute(query).scalar_one())
