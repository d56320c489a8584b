"""What goes on paper: a list with the code of each item, the poster for the wall, and the pack of both."""

from __future__ import annotations

from typing import Any

from contingency_plans.option import MARKINGS
from contingency_plans.plan import Audience
from service.clock import rfc3339
from service.operations import access, checklists
from service.operations.codes import codes
from service.operations.context import Context
from service.operations.people import Principal
from service.store import checklists as table
from service.store import estate
from service.store.levels import STAND_DOWN

_CONTACTS = ("manager", "deputy", "duty_contact")


def printed_list(context: Context, principal: Principal, checklist_id: int) -> dict[str, Any]:
    """One list for paper: as ``checklists.checklist`` gives it, and more. Raises NotFound.

    More are ``premises_name`` (None for the force's), ``printed_at``, and of each item its ``code``.
    """
    return _for_paper(context, principal, checklists.checklist(context, principal, checklist_id))


def printed_present(context: Context, principal: Principal, premises_id: str) -> dict[str, Any]:
    """The response list in force at a premises as ``printed_list`` gives it. Raises NotFound."""
    return _for_paper(context, principal, checklists.present_checklist(context, principal, premises_id))


def poster(context: Context, principal: Principal, premises_id: str) -> dict[str, Any]:
    """What hangs on the wall of a premises: its level, and of its list only what is for all staff. Raises NotFound.

    ``contacts`` are whom to ask, by the register; nobody is named to staff. ``marking`` is that of what is shown.
    """
    found = checklists.present_checklist(context, principal, premises_id)
    items = [item for item in found["items"] if item["audience"] == Audience.ALL_STAFF]
    with context.store.read() as reader:
        row = access.visible_premises(reader, principal, premises_id)
        printed_at = rfc3339(reader.now)
    named = access.sees_every_item(principal)
    return {
        "premises_id": premises_id,
        "premises_name": row["name"],
        **{name: found[name] for name in ("response_level", "since", "plan")},
        "marking": max((item["marking"] for item in items), key=MARKINGS.index, default=MARKINGS[0]),
        "items": [{name: item[name] for name in ("option_id", "text", "caution", "new")} for item in items],
        "contacts": {name: row[name] for name in _CONTACTS if named and row[name]},
        "printed_at": printed_at,
    }


def pack(context: Context, principal: Principal, premises_id: str) -> dict[str, Any]:
    """All paper of a premises: its ``poster``, and its ``lists``: the response list, and a stand-down list if open.

    Raises NotFound.
    """
    lists = [printed_present(context, principal, premises_id)]
    with context.store.read() as reader:
        standing_down = table.present_id(reader, premises_id, STAND_DOWN)
    if standing_down is not None:
        lists.append(printed_list(context, principal, standing_down))
    return {"poster": poster(context, principal, premises_id), "lists": lists}


def _for_paper(context: Context, principal: Principal, found: dict[str, Any]) -> dict[str, Any]:
    with context.store.read() as reader:
        checklist = checklists.visible_checklist(reader, principal, found["id"])
        premises_id = found["premises_id"]
        premises = None if premises_id is None else estate.premises_by_id(reader, premises_id)
        printed_at = rfc3339(reader.now)
    by_option = codes(checklist["id"], checklist["entered"], (item["option_id"] for item in found["items"]))
    return {
        **found,
        "premises_name": premises and premises["name"],
        "printed_at": printed_at,
        "items": [{**item, "code": by_option[item["option_id"]]} for item in found["items"]],
    }
