"""Turning events into deliveries: after the commit, once, each webhook's body fixed as it is told it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.operations import access
from service.operations.context import Context
from service.operations.event_views import view
from service.operations.people import Role
from service.store import deliveries, estate, events, webhooks
from service.store.estate import Sight
from service.store.events import Audience
from service.store.transactions import Reader
from service.store.types import Row
from service.store.webhooks import DISABLED

BATCH = 100
"""Events that are looked at in one go."""

MOST_ROWS = 2_000
"""Deliveries after which a go ends, so that memory stays bounded however many webhooks there are."""


def fan_out(context: Context) -> int:
    """Turn the next events into deliveries; gives how many were made. For any worker, safe to repeat and to race."""
    with context.store.read() as reader:
        cursor = deliveries.fanned_out(reader)
        waiting = events.after(reader, cursor, BATCH)
        if not waiting:
            return 0
        reached, rows = _rows(reader, waiting)
    with context.store.housekeeping() as writer:
        if deliveries.fanned_out(writer, locked=True) != cursor:
            return 0  # another worker did the same
        deliveries.add(writer, rows)
        deliveries.set_fanned_out(writer, reached)
    return len(rows)


def _rows(reader: Reader, waiting: list[Row]) -> tuple[int, list[dict[str, Any]]]:
    listening = [row for row in webhooks.all_known(reader) if row["state"] != DISABLED]
    audiences = audiences_of(reader, listening)
    reached, rows = waiting[0]["sequence"] - 1, list[dict[str, Any]]()
    for event in waiting:
        if rows and len(rows) + len(listening) > MOST_ROWS:
            break
        rows += bodies(reader, event, listening, audiences)
        reached = event["sequence"]
    return reached, rows


def bodies(reader: Reader, event: Row, listening: list[Row], audiences: Mapping[int, Audience]) -> list[dict[str, Any]]:
    """The deliveries of one event to those of the webhooks that it is for."""
    told: dict[Audience, str | None] = {}
    rows = []
    for webhook in listening:
        if not _wants(webhook, event["type"], event["at"]):
            continue
        audience = audiences[webhook["id"]]
        if audience not in told:
            told[audience] = _body(view(reader, event, audience))
        body = told[audience]
        if body is not None:
            rows.append(
                delivery(webhook["id"], event["sequence"], event["id"], event["type"], body, event["request_id"])
            )
    return rows


def delivery(
    webhook_id: int, sequence: int | None, event_id: str, type_: str, body: str, request_id: str | None
) -> dict[str, Any]:
    """The row of a new delivery."""
    return {
        "webhook_id": webhook_id,
        "sequence": sequence,
        "event_id": event_id,
        "event_type": type_,
        "body": body,
        "request_id": request_id,
    }


def audiences_of(reader: Reader, listening: list[Row]) -> dict[int, Audience]:
    """Whom each webhook speaks to: what its author may see, and what it is narrowed to."""
    granted = webhooks.granted(reader)
    named: dict[str, frozenset[str]] = {}
    found = {}
    for row in listening:
        author = row["author"]
        if author not in named:
            named[author] = estate.named_restricted(reader, author)
        sight: Sight = access.sight(Role(row["role"]), granted.get(row["id"], frozenset()), named[author])
        found[row["id"]] = Audience(sight, row["id"] if row["narrowed"] else None)
    return found


def _wants(webhook: Row, type_: str, at: datetime) -> bool:
    return at > webhook["created_at"] and (not webhook["event_types"] or type_ in webhook["event_types"])


def _body(told: dict[str, Any] | None) -> str | None:
    return None if told is None else json.dumps(told, separators=(",", ":"))
