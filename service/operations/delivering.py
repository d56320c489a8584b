"""Taking deliveries that are due, and noting how they went.

One worker speaks to a webhook at a time: it holds the webhook's row by a lease. That keeps first attempts in the order
of events, and lets no two workers send the same. When a worker dies, its leases end, and others begin where its notes
do: what it had sent without noting is sent twice, which receivers tell by the id.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from service.errors import Conflict
from service.operations.context import Context
from service.operations.people import SYSTEM
from service.store import deliveries, webhooks
from service.store.transactions import Reader
from service.store.types import Row
from service.store.webhooks import ACTIVE, DISABLED
from service.webhooks.retry import DISABLED_AFTER, GIVEN_UP_AFTER, is_last, next_attempt
from service.webhooks.sending import Answer
from service.webhooks.vault import Vault

LEASE = timedelta(seconds=15)
"""How long a webhook stays a worker's that is heard of no more."""

RUN_LENGTH = 50
"""Deliveries that are taken for a webhook at a time."""

GONE = 410

FAILING = "failing"
GONE_FOR_GOOD = "gone"


@dataclass(frozen=True)
class Run:
    """What is due for one webhook, in order, and the secrets to sign it with."""

    webhook_id: int
    slow: bool
    url: str
    secrets: tuple[str, ...] = field(repr=False)
    deliveries: tuple[Row, ...]


@dataclass(frozen=True)
class Attempt:
    """One message that was sent ``at`` an instant, and how it was answered."""

    delivery: Row
    at: datetime
    answer: Answer


@dataclass(frozen=True)
class Ended:
    """A run is over; ``slow`` when the receiver failed, or took its time."""

    webhook_id: int
    slow: bool


def note_and_take(
    context: Context, holder: str, notes: Iterable[Attempt | Ended], held: Iterable[int], room: Mapping[bool, int]
) -> list[tuple[Row, list[Row], list[str]]]:
    """In one transaction: note how attempts went, keep what is ``held``, and take what is due, as there is ``room``.

    ``room`` is for how many more slow webhooks, and prompt ones. Gives each webhook taken with its deliveries and its
    sealed secrets.
    """
    notes = list(notes)
    with context.store.housekeeping() as writer:
        _note(writer, [note for note in notes if isinstance(note, Attempt)])
        _release(writer, holder, [note for note in notes if isinstance(note, Ended)])
        until = writer.now + LEASE
        if held := list(held):
            deliveries.hold(writer, holder, held, until)
        taken = [row for slow in (False, True) for row in _take(writer, holder, until, room[slow], slow)]
        if not taken:
            return []
        ids = [row["id"] for row in taken]
        secrets, due = webhooks.sealed_secrets(writer, ids), deliveries.due_for(writer, ids, RUN_LENGTH)
        return [(row, due[row["id"]], secrets[row["id"]]) for row in taken]


def _release(writer: Reader, holder: str, ended: list[Ended]) -> None:
    for slow in (False, True):
        if ids := [note.webhook_id for note in ended if note.slow == slow]:
            deliveries.release(writer, holder, ids, slow)


def _take(writer: Reader, holder: str, until: datetime, most: int, slow: bool) -> list[Row]:
    return deliveries.take(writer, holder, until, most, slow=slow) if most else []


def opened(vault: Vault, webhook: Row, due: list[Row], sealed: list[str]) -> Run:
    """A run, ready to be sent. Raises Permanent when the secrets cannot be opened."""
    secrets = tuple(vault.open(text) for text in sealed)
    return Run(webhook["id"], webhook["slow"], webhook["url"], secrets, tuple(due))


def _note(writer: Reader, attempts: list[Attempt]) -> None:
    deliveries.add_attempts(writer, [_attempt_row(attempt) for attempt in attempts])
    _note_delivered(writer, [attempt.delivery for attempt in attempts if attempt.answer.accepted])
    last = {attempt.delivery["webhook_id"]: attempt for attempt in attempts}
    for attempt in attempts:
        if not attempt.answer.accepted:
            made = attempt.delivery["attempts"]
            deliveries.note_failed(writer, attempt.delivery["id"], made, attempt.at, _again(attempt))
    for webhook_id, attempt in last.items():
        if not attempt.answer.accepted:
            webhooks.note_failing(writer, webhook_id, attempt.at)


def _note_delivered(writer: Reader, arrived: list[Row]) -> None:
    by_made: defaultdict[int, list[int]] = defaultdict(list)
    for delivery in arrived:
        by_made[delivery["attempts"]].append(delivery["id"])
    for made, ids in by_made.items():
        deliveries.note_delivered(writer, ids, made)
    if arrived:
        webhooks.note_working(writer, {delivery["webhook_id"] for delivery in arrived})


def _attempt_row(attempt: Attempt) -> dict[str, Any]:
    answer = attempt.answer
    return {
        "delivery_id": attempt.delivery["id"],
        "at": attempt.at,
        "status": answer.status,
        "duration_ms": answer.duration,
        "error": answer.error,
        "response": answer.body,
    }


def _again(attempt: Attempt) -> datetime | None:
    """When to try again after one that failed, None when not."""
    answer = attempt.answer
    if answer.status == GONE:
        return None
    after = attempt.at + timedelta(milliseconds=answer.duration)
    luck = random.random()  # noqa: S311 - it only spreads retries
    return next_attempt(attempt.delivery["attempts"] + 1, after, answer.status, answer.retry_after, luck)


def to_disable(context: Context, attempts: Iterable[Attempt]) -> dict[int, str]:
    """Which webhooks are to be disabled after these attempts, and why: gone (410), or failing for very long."""
    failed = {attempt.delivery["webhook_id"]: attempt for attempt in attempts if not attempt.answer.accepted}
    found: dict[int, str] = {}
    if not failed:
        return found
    with context.store.read() as reader:
        for webhook_id, attempt in failed.items():
            row = webhooks.by_id(reader, webhook_id)
            if row is None or row["state"] != ACTIVE:
                continue
            if attempt.answer.status == GONE:
                found[webhook_id] = GONE_FOR_GOOD
            elif row["failing_since"] is not None and row["failing_since"] + _patience(attempt) <= attempt.at:
                found[webhook_id] = FAILING
    return found


def _patience(attempt: Attempt) -> timedelta:
    return GIVEN_UP_AFTER if is_last(attempt.delivery["attempts"]) else DISABLED_AFTER


def disable(context: Context, webhook_id: int, reason: str) -> None:
    """Stop telling a webhook, loudly: an event, an entry in the record, and the board. Raises Conflict: not active."""
    with context.store.write() as writer:
        row = webhooks.by_id(writer, webhook_id, locked=True)
        if row is None or row["state"] != ACTIVE:
            raise Conflict("it is not active")
        deliveries.give_up(writer, webhook_id)
        undelivered = deliveries.failed_since(writer, webhook_id, row["failing_since"] or writer.at)
        webhooks.change(writer, webhook_id, state=DISABLED, reason=reason)
        writer.emit("webhook.disabled", {"id": webhook_id, "reason": reason, "undelivered": undelivered})
        detail = {"reason": reason, "undelivered": undelivered}
        writer.record(SYSTEM.actor, "webhook.disabled", f"webhook/{webhook_id}", detail)
