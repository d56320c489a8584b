"""A list as its page shows it: what the API gives, and besides what is late and what this person may do with it."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from service.errors import NotFound
from service.operations import access, checklists
from service.operations.answers import instant
from service.operations.context import Context
from service.operations.list_items import items_of, shown_to
from service.operations.people import Principal
from service.store import checklists as table
from service.store.tables import FORCE
from service.store.transactions import Reader
from service.store.types import Row

_WORK, _WORK_ON_FORCE = "checklists.write", "force_checklist.write"


def list_view(context: Context, principal: Principal, checklist_id: int, known: Container[str] = ()) -> dict[str, Any]:
    """One list as ``shown`` gives it. Raises Unchanged or NotFound."""
    with context.store.read() as reader:
        row = checklists.visible_checklist(reader, principal, checklist_id)
        return shown(context, reader, principal, row, known)


def force_view(context: Context, principal: Principal) -> dict[str, Any]:
    """The force checklist in force as ``shown`` gives it. Raises Forbidden, or NotFound before the first decision."""
    access.check(principal, "force_checklist.read")
    with context.store.read() as reader:
        row = table.present_of_force(reader)
        if row is None:
            raise NotFound("there is no force checklist yet; run opq init")
        return shown(context, reader, principal, row)


def item_view(context: Context, principal: Principal, checklist_id: int, option_id: str) -> dict[str, Any]:
    """A list as ``shown`` gives it, and the one ``item``. Raises NotFound, also for an item that they may not see."""
    found = list_view(context, principal, checklist_id)
    for item in found["items"]:
        if item["option_id"] == option_id:
            return {**found, "item": item}
    raise NotFound(f"checklist {checklist_id} has no item {option_id}")


def shown(
    context: Context, reader: Reader, principal: Principal, checklist: Row, known: Container[str] = ()
) -> dict[str, Any]:
    """A list that was read, as the API gives it, and more.

    ``premises_name`` (None for the force's), ``workable`` and ``agreeable`` (this person may work on it, or agree as a
    second person), counts of ``new`` and ``late`` items, and the instant ``at`` of all this. Each item has ``late``
    (not settled in time) and its own ``workable``. Raises Unchanged.
    """
    etag = checklists.refuse_unchanged(context, reader, checklist, known)
    items = shown_to(principal, items_of(context, reader, checklist, reader.at))
    answer = checklists.answer(context, reader, principal, checklist, items)
    in_force, signed_off_at = checklist["superseded_at"] is None, checklist["signed_off_at"]
    mine = in_force and access.allows(principal, _WORK_ON_FORCE if checklist["subject"] == FORCE else _WORK)
    for item, told in zip(items, answer["items"], strict=True):
        told["late"] = in_force and item.is_late(reader.at)
        told["workable"] = mine and (signed_off_at is None or item.occurrence.start > signed_off_at)
    return {
        **answer,
        "etag": etag,
        "premises_name": checklist["premises_name"],
        "workable": mine and signed_off_at is None,
        "agreeable": in_force and access.allows(principal, "checklists.agree"),
        "new": sum(item.new for item in items),
        "late": sum(told["late"] for told in answer["items"]),
        "at": instant(reader.at),
    }
