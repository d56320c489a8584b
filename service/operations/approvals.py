"""What waits for a second person: the one list, and the one door that sends a yes or no to where it belongs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from service.errors import Conflict, NotFound
from service.operations import importing, items, override_ends, overrides, register, requests, threat, variation
from service.operations.answers import instant, threat_change_answer
from service.operations.context import Context
from service.operations.people import Principal
from service.store import overrides as override_rows
from service.store import requests as table
from service.store import threat as threat_rows
from service.store.transactions import Reader
from service.store.types import Row

Act = Callable[[Context, Principal, Row], dict[str, Any]]

_APPROVE: dict[str, Act] = {
    requests.THREAT_FALL: lambda context, who, row: threat.approve(context, who, int(row["reference"])),
    requests.OVERRIDE_LOWER: lambda context, who, row: overrides.approve_override(context, who, *_override(row)),
    requests.OVERRIDE_END: lambda context, who, row: overrides.approve_override(context, who, *_override(row)),
    requests.PREMISES_EDIT: lambda context, who, row: register.approve_edit(context, who, row["reference"]),
    requests.PREMISES_IMPORT: lambda context, who, row: importing.approve_import(context, who, row["reference"]),
    requests.ITEM_AGREEMENT: lambda context, who, row: items.agree_item(context, who, *_item(row)),
}
_WITHDRAW: dict[str, Act] = {
    requests.THREAT_FALL: lambda context, who, row: threat.withdraw(context, who, int(row["reference"])),
    requests.OVERRIDE_LOWER: lambda context, who, row: override_ends.end_override(context, who, *_override(row)),
    requests.OVERRIDE_END: lambda context, who, row: override_ends.withdraw_end(context, who, *_override(row)),
    requests.PREMISES_EDIT: lambda context, who, row: register.withdraw_edit(context, who, row["reference"]),
    requests.PREMISES_IMPORT: lambda context, who, row: importing.withdraw_import(context, who, row["reference"]),
    requests.ITEM_AGREEMENT: lambda context, who, row: _stays_with_its_item(row),
}


def _override(row: Row) -> tuple[str, int]:
    return row["premises_id"], int(row["reference"])


def _item(row: Row) -> tuple[int, str]:
    return row["payload"]["checklist_id"], row["payload"]["option_id"]


def _stays_with_its_item(row: Row) -> dict[str, Any]:
    raise Conflict("open item {1} of checklist {0} again instead".format(*_item(row)))


def list_requests(context: Context, principal: Principal) -> dict[str, Any]:
    """What waits for a second person about premises that this person may see, oldest first.

    Each has ``id``, ``kind``, ``about`` (what would be done), ``reason``, ``requested_by`` and ``requested_at``.
    """
    with context.store.read() as reader:
        rows = table.all_waiting(reader, principal.sight)
        items = [{**_shown(row), "about": _about(reader, principal, row)} for row in rows]
    return {"items": items, "next": None}


def approve_request(context: Context, principal: Principal, request_id: int) -> dict[str, Any]:
    """The second person's yes; gives what the operation gives.

    Raises NotFound, Forbidden (the same person), Conflict (nothing waits), and what the operation raises, which checks
    again whether it can still be done.
    """
    row = _waiting(context, principal, request_id)
    return _APPROVE[row["kind"]](context, principal, row)


def withdraw_request(context: Context, principal: Principal, request_id: int) -> dict[str, Any]:
    """Take back what waits, as the one who asked or one who could approve it. Raises as ``approve_request``."""
    row = _waiting(context, principal, request_id)
    return _WITHDRAW[row["kind"]](context, principal, row)


def _waiting(context: Context, principal: Principal, request_id: int) -> Row:
    with context.store.read() as reader:
        row = requests.by_id(reader, request_id)
        if row["status"] != requests.AWAITING:
            raise Conflict(f"this was {row['status']} already; nothing waits")
        if request_id not in {seen["id"] for seen in table.all_waiting(reader, principal.sight)}:
            raise NotFound(f"there is no request {request_id}")
    return row


def _shown(row: Row) -> dict[str, Any]:
    kept = {name: row[name] for name in ("id", "kind", "status", "reason")}
    return {**kept, "requested_by": row["requested_by_name"], "requested_at": instant(row["requested_at"])}


def _about(reader: Reader, principal: Principal, row: Row) -> dict[str, Any]:
    if row["kind"] == requests.THREAT_FALL:
        change = threat_rows.change_by_id(reader, int(row["reference"]))
        return {} if change is None else threat_change_answer(change, principal)
    if row["kind"] in (requests.OVERRIDE_LOWER, requests.OVERRIDE_END):
        found = override_rows.of_premises(reader, row["premises_id"], int(row["reference"]))
        return variation.answer(found[0])
    about = {name: value for name, value in row["payload"].items() if name != "csv"}
    return {"premises_id": row["premises_id"], **about}
