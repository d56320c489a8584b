"""What became of deliveries, and delivering once more."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from datetime import datetime
from typing import Any

from service.clock import rfc3339
from service.errors import Conflict, FieldFault, Invalid, NotFound
from service.operations import event_types
from service.operations.answers import instant
from service.operations.context import Context
from service.operations.fanning_out import BATCH, audiences_of, bodies, delivery, wanting
from service.operations.people import Principal
from service.operations.webhooks import own_webhook
from service.store import deliveries as store
from service.store import events
from service.store.transactions import Reader
from service.store.types import Row
from service.store.webhooks import ACTIVE

MOST_RECOVERED = 5_000
"""Deliveries that one recovery makes at most."""


def list_deliveries(
    context: Context, principal: Principal, webhook_id: int, before: int | None = None, limit: int = 50
) -> dict[str, Any]:
    """The deliveries of a webhook with their attempts, newest first, older than the id ``before``. Raises NotFound."""
    with context.store.read() as reader:
        own_webhook(reader, principal, webhook_id)
        rows = store.of_webhook(reader, webhook_id, before, limit + 1)
        items = _shown(reader, rows[:limit])
    return {"items": items, "next": items[-1]["id"] if len(rows) > limit else None}


def redeliver(context: Context, principal: Principal, delivery_id: int) -> dict[str, Any]:
    """Deliver one again, from the start of the retry schedule. Gives it. Raises NotFound, Conflict (not active)."""
    with context.store.write() as writer:
        row = store.by_id(writer, delivery_id)
        if row is None:
            raise NotFound(f"there is no delivery {delivery_id}")
        _active(writer, principal, row["webhook_id"])
        store.repeat(writer, delivery_id)
        writer.record(principal.actor, "delivery.repeated", f"webhook/{row['webhook_id']}", {"delivery": delivery_id})
        return _shown(writer, [found for found in [store.by_id(writer, delivery_id)] if found])[0]


def send_test(context: Context, principal: Principal, webhook_id: int) -> dict[str, Any]:
    """Send a webhook a message of the type ``webhook.test``. Gives the delivery. Raises NotFound, Conflict."""
    with context.store.write() as writer:
        _active(writer, principal, webhook_id)
        event_id = f"test_{secrets.token_hex(12)}"
        payload = {
            "type": event_types.TEST,
            "timestamp": rfc3339(writer.at),
            "id": event_id,
            "data": {"webhook_id": webhook_id},
        }
        body = json.dumps(payload, separators=(",", ":"))
        store.add(writer, [delivery(webhook_id, None, event_id, event_types.TEST, body, context.store.request_id())])
        writer.record(principal.actor, "webhook.tested", f"webhook/{webhook_id}", {})
        return _shown(writer, store.of_webhook(writer, webhook_id, None, 1))[0]


def recover(context: Context, principal: Principal, webhook_id: int, since: datetime) -> dict[str, Any]:
    """Deliver everything since an instant that did not arrive: what failed, and what was never sent while disabled.

    Gives ``recovering``, how many, and ``complete``, false when there is more: ask again. Raises NotFound, Conflict
    (not active), Invalid (an instant to come).
    """
    with context.store.read() as reader:  # all events since then are looked at, which nobody else need wait for
        missed, complete = _missed(reader, own_webhook(reader, principal, webhook_id), since)
    with context.store.write() as writer:
        _active(writer, principal, webhook_id)
        if since > writer.at:
            raise Invalid(
                "nothing has happened since then", fields=(FieldFault("since", "must not lie in the future"),)
            )
        count = store.recover_failed(writer, webhook_id, since)
        known = store.known_sequences(writer, webhook_id, [row["sequence"] for row in missed])
        missed = [row for row in missed if row["sequence"] not in known]
        store.add(writer, missed)
        answer = {"recovering": count + len(missed), "complete": complete}
        detail = {**answer, "since": rfc3339(since)}
        writer.record(principal.actor, "webhook.recovered", f"webhook/{webhook_id}", detail)
        return answer


def _missed(reader: Reader, webhook: Row, since: datetime) -> tuple[list[dict[str, Any]], bool]:
    """The deliveries of a webhook that were never made, up to where events were fanned out; whether that is all."""
    audiences, reached = audiences_of(reader, [webhook]), store.fanned_out(reader).reached
    found: list[dict[str, Any]] = []
    after = 0
    while rows := events.since(reader, since, after, BATCH):
        after = rows[-1]["sequence"]
        known = store.known_sequences(reader, webhook["id"], [row["sequence"] for row in rows])
        for row in rows:
            if reached(row["sequence"], webhook["id"]) and row["sequence"] not in known:
                found += bodies(reader, row, wanting([webhook], row), audiences)
        if len(found) > MOST_RECOVERED:
            return found[:MOST_RECOVERED], False
    return found, True


def _active(reader: Reader, principal: Principal, webhook_id: int) -> None:
    row = own_webhook(reader, principal, webhook_id, locked=True)
    if row["state"] != ACTIVE:
        raise Conflict(f"the webhook is {row['state']}; make it active first")


def _shown(reader: Reader, rows: list[Row]) -> list[dict[str, Any]]:
    attempts: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for attempt in store.attempts_of(reader, [row["id"] for row in rows]):
        told = {name: attempt[name] for name in ("status", "duration_ms", "error", "response")}
        attempts[attempt["delivery_id"]].append({"at": instant(attempt["at"]), **told})
    return [
        {
            "id": row["id"],
            "webhook_id": row["webhook_id"],
            "event_id": row["event_id"],
            "event_type": row["event_type"],
            "sequence": row["sequence"],
            "state": row["state"],
            "created_at": instant(row["created_at"]),
            "next_attempt_at": instant(row["due"]) if row["state"] == store.PENDING else None,
            "attempts": attempts[row["id"]],
        }
        for row in rows
    ]
