"""Taking a reading: what a source said goes through the gate, scope by scope, and is kept with its reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from rules.levels import Scope
from service.feeds.reading import Fetched, Reading
from service.operations import gate, holding, idempotency
from service.operations.answers import reading_answer
from service.operations.context import Context
from service.operations.deliberation import Deliberation
from service.operations.gate import NewReading, Status
from service.operations.idempotency import Once
from service.operations.people import SYSTEM, Principal
from service.store import readings, threat
from service.store.transactions import Reader, Writer

UNREADABLE_A_DAY = 24
"""How many different unreadable bodies of a source are kept within a day; more tell nobody anything."""


def take_reading(
    context: Context,
    principal: Principal,
    reading: Reading,
    sha256: str,
    body: str,
    once: Once | None = None,
) -> dict[str, Any]:
    """Gate each scope of a reading, and settle what it decides; gives ``items``, one reading for each scope.

    ``sha256`` is the digest of ``body`` as it came; both are kept with readings that are new. A repetition only moves
    ``last_seen_at`` and, where the level is the present one, its ``last_confirmed_at``. ``once`` is for a reading of a
    single scope. Raises Replayed.
    """
    ids = []
    for scope in sorted(reading.levels, key=list(Scope).index):
        new = NewReading(reading.source, reading.levels[scope], reading.stamp, reading.stamped_at)
        ids.append(_take(context, principal, scope, new, {"sha256": sha256, "body": body}, once))
    holding.settle_held_readings(context)
    with context.store.read() as reader:
        return {"items": [reading_answer(row) for row in readings.of_ids(reader, ids)]}


def _take(
    context: Context, principal: Principal, scope: Scope, new: NewReading, came: dict[str, str], once: Once | None
) -> int:
    with context.store.housekeeping() as keeper:
        idempotency.begin(keeper, principal, once)
        repeated = _note_again(context, keeper, scope, new)
        if repeated is not None:
            _remember(keeper, principal, once, repeated)
            return repeated
    deliberation = holding.prepare(context, scope, new.level)
    with context.store.write(deciding=True) as writer:
        idempotency.begin(writer, principal, once)
        reading_id = _note_again(context, writer, scope, new)
        if reading_id is not None:
            writer.record(principal.actor, "reading.repeated", f"threat/{scope}", {"id": reading_id})
        else:
            situation = holding.situation_of(context, writer, scope)
            prospect = holding.prospect(context, writer, scope, new.level, deliberation)
            verdict = gate.judge(new, situation, prospect)
            row = _row(context, writer, scope, new, verdict) | came
            row["id"] = reading_id = readings.add(writer, row)
            _carry_out(context, writer, principal, row, deliberation)
        _remember(writer, principal, once, reading_id)
        return reading_id


def _note_again(context: Context, writer: Reader, scope: Scope, new: NewReading) -> int | None:
    situation = holding.situation_of(context, writer, scope)
    known = gate.same(new, situation.last, writer.now)
    if known is None:
        return None
    readings.change(writer, known.id, last_seen_at=writer.at)
    if known.level == situation.present:
        threat.confirm_level(writer, scope, None, writer.at)
    return known.id


def _row(context: Context, writer: Writer, scope: Scope, new: NewReading, verdict: gate.Verdict) -> dict[str, Any]:
    limit = timedelta(seconds=context.settings.hold_limit)
    return {
        **vars(new),
        "scope": scope.value,
        "status": verdict.status.value,
        "reason": verdict.reason,
        "hold_until": writer.now + limit if verdict.limited else None,
        "received_at": writer.at,
        "last_seen_at": writer.at,
    }


def _carry_out(
    context: Context, writer: Writer, principal: Principal, row: dict[str, Any], deliberation: Deliberation
) -> None:
    if row["status"] == Status.ACCEPTED:
        holding.accept_reading(context, writer, principal, row, row["reason"], deliberation)
        return
    if row["status"] == Status.HELD:
        holding.tell_held(writer, row)
    else:
        threat.confirm_level(writer, Scope(row["scope"]), None, writer.at)
    holding.record_reading(writer, principal, f"reading.{row['status']}", row)


def _remember(writer: Reader, principal: Principal, once: Once | None, reading_id: int) -> None:
    for row in readings.of_ids(writer, [reading_id]):
        idempotency.keep(writer, principal, once, reading_answer(row))


def keep_unreadable(context: Context, source: str, fetched: Fetched) -> None:
    """Keep a body that could not be read, as an unreadable reading. The same body again only moves ``last_seen_at``."""
    sha256 = fetched.sha256 or ""
    with context.store.housekeeping() as keeper:
        known = readings.unreadable(keeper, source, sha256)
        if known is not None:
            readings.change(keeper, known["id"], last_seen_at=keeper.at)
            return
        if readings.unreadable_since(keeper, source, keeper.at - gate.DAY) >= UNREADABLE_A_DAY:
            return
    with context.store.write() as writer:
        row: dict[str, Any] = {
            "source": source,
            "scope": Scope.NATIONAL.value,
            "level": None,
            "stamp": "",
            "status": Status.UNREADABLE.value,
            "reason": fetched.reason,
            "received_at": writer.at,
            "last_seen_at": writer.at,
            "sha256": sha256,
            "body": fetched.body,
        }
        row["id"] = readings.add(writer, row)
        holding.record_reading(writer, SYSTEM, "reading.unreadable", row)
