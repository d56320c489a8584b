"""Turning events into deliveries: after the commit, once, each webhook's body fixed as it is told it.

A go is a snapshot and one short transaction. It ends after so many bodies, in the middle of an event if need be, so
that the first of many webhooks is told while the bodies of the others are made, and memory stays bounded.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from service.operations import access
from service.operations.context import Context
from service.operations.event_views import views
from service.operations.people import Role
from service.store import deliveries, estate, events, webhooks
from service.store.deliveries import FannedOut
from service.store.events import Audience
from service.store.transactions import Reader
from service.store.types import Row
from service.store.webhooks import DISABLED

BATCH = 100
"""Events that are looked at in one go."""

TOGETHER = 20
"""Webhooks that an event's views are asked for together."""

ENOUGH = 1_000
"""Deliveries after which a go ends."""

LONGEST_GO = 0.2
"""Seconds after which a go ends, where bodies take long to make."""


def fan_out(context: Context) -> int:
    """Turn the next events into deliveries; gives how many were made. For any worker, safe to repeat and to race."""
    with context.store.read() as reader:
        start, deaf = deliveries.fanned_out(reader), webhooks.disabled(reader)
        waiting = events.after(reader, start.sequence, BATCH)
        if not waiting:
            return 0
        reached, rows = _go(reader, start, waiting)
    with context.store.housekeeping() as writer:
        if deliveries.fanned_out(writer, locked=True) != start or deaf - webhooks.disabled(writer):
            return 0  # another worker did the same, or there is a webhook that listens again
        deliveries.add(writer, rows)
        deliveries.set_fanned_out(writer, reached)
    return len(rows)


def _go(reader: Reader, start: FannedOut, waiting: list[Row]) -> tuple[FannedOut, list[dict[str, Any]]]:
    """How far a go gets from ``start``, and the deliveries it makes."""
    listening = [row for row in webhooks.all_known(reader) if row["state"] != DISABLED]
    audiences = audiences_of(reader, listening)
    reached, rows, until = start, list[dict[str, Any]](), time.monotonic() + LONGEST_GO
    for event, share, reached in _shares(start, waiting, listening):  # noqa: B007 - the last one is given
        rows += bodies(reader, event, share, audiences)
        if len(rows) >= ENOUGH or time.monotonic() > until:
            break
    return reached, rows


def _shares(start: FannedOut, waiting: list[Row], listening: list[Row]) -> Iterator[tuple[Row, list[Row], FannedOut]]:
    """What there is to do after ``start``, in order: an event, some webhooks, and how far it is when that is done."""
    for event in waiting:
        sequence = event["sequence"]
        left = [row for row in wanting(listening, event) if not start.reached(sequence, row["id"])]
        shares = [left[place : place + TOGETHER] for place in range(0, len(left), TOGETHER)] or [[]]
        for share in shares[:-1]:
            yield event, share, FannedOut(sequence - 1, share[-1]["id"])
        yield event, shares[-1], FannedOut(sequence)


def wanting(listening: list[Row], event: Row) -> list[Row]:
    """Those of the webhooks that asked for events of this type before it happened."""
    return [
        row
        for row in listening
        if event["at"] > row["created_at"] and (not row["event_types"] or event["type"] in row["event_types"])
    ]


def bodies(reader: Reader, event: Row, listening: list[Row], audiences: Mapping[int, Audience]) -> list[dict[str, Any]]:
    """The deliveries of one event to those of the webhooks that it is anything to."""
    told = views(reader, event, {audiences[row["id"]] for row in listening})
    texts = {audience: json.dumps(payload, separators=(",", ":")) for audience, payload in told.items()}
    return [
        delivery(
            row["id"], event["sequence"], event["id"], event["type"], texts[audiences[row["id"]]], event["request_id"]
        )
        for row in listening
        if audiences[row["id"]] in texts
    ]


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
    granted, named, nothing = webhooks.granted(reader), estate.named_on_restricted(reader), frozenset[str]()
    found = {}
    for row in listening:
        own = granted.get(row["id"], nothing)
        sight = access.sight(Role(row["role"]), own, named.get(row["author"], nothing))
        found[row["id"]] = Audience(sight, row["id"] if row["narrowed"] else None)
    return found
