"""What waits for a second person. Two people are two persons, whatever tokens they hold."""

from __future__ import annotations

from typing import Any

from service.errors import Conflict, Forbidden, NotFound
from service.operations import access
from service.operations.people import Principal
from service.store import requests as table
from service.store.transactions import Reader, Writer
from service.store.types import Row

THREAT_FALL = "threat_fall"
OVERRIDE_LOWER = "override_lower"
OVERRIDE_END = "override_end"
PREMISES_EDIT = "premises_edit"
PREMISES_IMPORT = "premises_import"
ITEM_AGREEMENT = "item_agreement"

AWAITING, APPROVED, WITHDRAWN = "awaiting_second_person", "approved", "withdrawn"


def ask(
    writer: Writer,
    principal: Principal,
    kind: str,
    reference: str,
    payload: dict[str, Any],
    reason: str,
    premises_id: str | None = None,
) -> int:
    """Let something wait for a second person; gives the request's id and tells people.

    ``premises_id`` where it is about one premises, so that it shows only to those who may see that one.
    Raises Conflict when the same already waits: what is approved must be what was read.
    """
    if table.waiting(writer, kind, reference) is not None:
        raise Conflict("the like already waits for a second person; have it approved or withdrawn first")
    request_id = table.add(
        writer,
        {
            "kind": kind,
            "reference": reference,
            "premises_id": premises_id,
            "payload": payload,
            "reason": reason,
            "status": AWAITING,
            "requested_by": principal.person_id,
            "requested_at": writer.at,
        },
    )
    writer.emit("request.waiting", {"id": request_id, "kind": kind})
    return request_id


def approve(writer: Writer, principal: Principal, kind: str, reference: str) -> Row:
    """Mark a waiting request approved; gives it. Raises Forbidden for the one who asked, Conflict when none waits."""
    access.check(principal, "requests.approve")
    request = _waiting(writer, kind, reference)
    if request["requested_by"] == principal.person_id:
        raise Forbidden("the second person must be another than the one who asked")
    _decide(writer, principal, request, APPROVED)
    return request


def withdraw(writer: Writer, principal: Principal, kind: str, reference: str) -> Row:
    """Mark a waiting request withdrawn, by the one who asked or one who could approve it; gives it."""
    request = _waiting(writer, kind, reference)
    if request["requested_by"] != principal.person_id:
        access.check(principal, "requests.approve")
    _decide(writer, principal, request, WITHDRAWN)
    return request


def lapse(writer: Writer, kind: str, reference: str) -> None:
    """Withdraw what waits about a thing that is no more."""
    request = table.waiting(writer, kind, reference)
    if request is not None:
        table.change(writer, request["id"], status=WITHDRAWN, decided_at=writer.at)


def by_id(reader: Reader, request_id: int) -> Row:
    """One request. Raises NotFound."""
    request = table.by_id(reader, request_id)
    if request is None:
        raise NotFound(f"there is no request {request_id}")
    return request


def _waiting(writer: Writer, kind: str, reference: str) -> Row:
    request = table.waiting(writer, kind, reference)
    if request is None:
        raise Conflict("nothing waits for a second person here")
    return request


def _decide(writer: Writer, principal: Principal, request: Row, status: str) -> None:
    table.change(writer, request["id"], status=status, decided_by=principal.person_id, decided_at=writer.at)
