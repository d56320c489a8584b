"""Reading the record: its entries, and whether it is whole."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from service.clock import rfc3339
from service.operations.context import Context
from service.operations.people import Principal
from service.operations.watching import whole
from service.store import record
from service.store.record import Head


def verify(context: Context, principal: Principal, known: Collection[Head] = ()) -> dict[str, Any]:
    """Read the whole record: ``valid``, how many ``entries``, the ``head``, and every fault found.

    ``known`` are heads that were seen before, which it must have, as it must those that the worker noted.
    """
    found = whole(context, known)
    return {"valid": found.valid, "entries": found.entries, "head": found.head, "faults": list(found.faults)}


def entries(
    context: Context,
    principal: Principal,
    after: int = 0,
    limit: int = 50,
    subject: str | None = None,
    request_id: str | None = None,
) -> dict[str, Any]:
    """Audit entries in order after the sequence ``after``, of one subject and one request if given.

    Each has the ids of the ``events`` that went out with it. A detail that was disposed of is null.
    """
    with context.store.read() as reader:
        rows = record.entries(reader.connection, after, limit + 1, subject, request_id)
        told = record.event_ids(reader.connection, [row["sequence"] for row in rows[:limit]])
    items = [
        {
            "sequence": row["sequence"],
            "at": rfc3339(row["at"]),
            "actor": row["actor"],
            "action": row["action"],
            "subject": row["subject"],
            "request_id": row["request_id"],
            "events": told[row["sequence"]],
            "detail": json.loads(row["detail"]) if row["detail"] is not None else None,
            "detail_digest": row["detail_digest"],
            "previous_hash": row["previous_hash"],
            "hash": row["hash"],
        }
        for row in rows[:limit]
    ]
    return {"items": items, "next": items[-1]["sequence"] if len(rows) > limit else None}
