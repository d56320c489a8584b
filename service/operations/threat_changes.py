"""The history of threat changes: each with the effect that it had, told from what was decided and issued then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rules.levels import Scope
from service.errors import NotFound
from service.operations import register, threat
from service.operations.answers import effect_answer, threat_change_answer
from service.operations.context import Context
from service.operations.effect import Effect, Movement, effect
from service.operations.people import Principal
from service.store import levels
from service.store import threat_history as store
from service.store.transactions import Reader
from service.store.types import Row


def list_changes(context: Context, principal: Principal, before: int | None = None, limit: int = 50) -> dict[str, Any]:
    """Threat changes without their effects, newest first, older than the id ``before``."""
    with context.store.read() as reader:
        rows = store.changes(reader, principal.sight, before, limit + 1)
    items = [threat_change_answer(row, principal) for row in rows[:limit]]
    return {"items": items, "next": items[-1]["id"] if len(rows) > limit else None}


def get_change(context: Context, principal: Principal, change_id: int) -> dict[str, Any]:
    """One threat change; an accepted one with the ``effect`` that it had on what the principal may see now.

    Raises NotFound.
    """
    with context.store.read() as reader:
        change = _visible(reader, principal, change_id)
        answer = threat_change_answer(change, principal)
        if change["status"] != threat.ACCEPTED:
            return answer
        return {**answer, "effect": effect_answer(_effect(reader, principal, change))}


def premises_moved(
    context: Context, principal: Principal, change_id: int, after: str = "", limit: int = 50
) -> dict[str, Any]:
    """The premises whose level a threat change moved, with their level ``before`` (null: none) and ``after``.

    In order of id after the id ``after``. Raises NotFound.
    """
    rows = _moved(context, principal, change_id, store.moved, after, limit + 1)
    items = [_move(row) for row in rows[:limit]]
    return {"items": items, "next": items[-1]["premises_id"] if len(rows) > limit else None}


def premises_moved_by_name(
    context: Context, principal: Principal, change_id: int, after: str = "", limit: int = 50
) -> dict[str, Any]:
    """As ``premises_moved``, but each with its ``name`` and in order of that, after the ``next`` of the page before.

    Raises NotFound, and Invalid for an ``after`` that nothing can be found by.
    """
    after_id, _, after_name = after.partition(" ")
    register.check_page(limit, {"after": after_id, "name": after_name})
    rows = _moved(context, principal, change_id, store.moved_by_name, (after_name, after_id), limit + 1)
    items = [{**_move(row), "name": row["name"]} for row in rows[:limit]]
    return {"items": items, "next": "{premises_id} {name}".format_map(items[-1]) if len(rows) > limit else None}


def _moved(
    context: Context, principal: Principal, change_id: int, find: Callable[..., list[Row]], after: Any, limit: int
) -> list[Row]:
    with context.store.read() as reader:
        change = _visible(reader, principal, change_id)
        trigger = store.trigger_of(reader, change_id)
        return find(reader, principal.sight, trigger, _of_premises(change), after, limit) if trigger else []


def _move(row: Row) -> dict[str, Any]:
    before = row["previous_level"].name if row["previous_level"] else None
    return {"premises_id": row["id"], "before": before, "after": row["response_level"].name}


def _visible(reader: Reader, principal: Principal, change_id: int) -> Row:
    change = store.change(reader, principal.sight, change_id)
    if change is None:
        raise NotFound(f"there is no threat change {change_id}")
    return change


def _of_premises(change: Row) -> bool:
    return bool(change["scope"] == Scope.PREMISES)


def _effect(reader: Reader, principal: Principal, change: Row) -> Effect:
    trigger = store.trigger_of(reader, change["id"])
    if trigger is None:
        accepted_at = change["decided_at"] or change["requested_at"]
        return effect([], store.level_counts_before(reader, principal.sight, accepted_at))
    rows = store.movements(reader, principal.sight, trigger, _of_premises(change))
    menu_ids = {row[key] for row in rows for key in ("menu_id", "previous_menu_id")} - {None}
    menus = levels.menus_by_id(reader, menu_ids)
    before = store.level_counts_before(reader, principal.sight, trigger["at"])
    return effect((_movement(row, menus) for row in rows), before)


def _movement(row: Row, menus: dict[int, Row]) -> Movement:
    menu, previous = menus[row["menu_id"]], menus.get(row["previous_menu_id"])
    return Movement(
        count=row["count"],
        before=row["previous_level"],
        after=row["response_level"],
        issued=row["menu_id"] != row["previous_menu_id"],
        items=menu["item_count"],
        staff_hours_before=previous["staff_hours"] if previous else menu["staff_hours"] * 0,
        staff_hours_after=menu["staff_hours"],
    )
