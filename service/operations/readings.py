"""What sources said: reading it, pushing it, and a person's word on what is held."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.levels import Scope, ThreatLevel
from service.clock import rfc3339
from service.errors import Conflict, FieldFault, Forbidden, Invalid, NotFound
from service.feeds.reading import Reading
from service.operations import gate, holding, intake
from service.operations.answers import instant, reading_answer
from service.operations.context import Context
from service.operations.deliberation import Deliberation
from service.operations.gate import Status
from service.operations.idempotency import Once
from service.operations.people import Principal, Role
from service.store import readings as store
from service.store import threat
from service.store.transactions import Reader, Writer
from service.store.types import Row

STAMP_LENGTH, NOTE_LENGTH = 100, 2_000


@dataclass(frozen=True)
class Pushed:
    """What a force's own channel says: a level, when it was stated, and a note that is kept with it."""

    scope: Scope
    level: ThreatLevel
    stamp: str = ""
    stamped_at: datetime | None = None
    note: str = ""


def list_readings(context: Context, principal: Principal, before: int | None = None, limit: int = 50) -> dict[str, Any]:
    """Readings without their bodies, newest first, older than the id ``before``."""
    with context.store.read() as reader:
        rows = store.newest(reader, before, limit + 1)
    items = [reading_answer(row) for row in rows[:limit]]
    return {"items": items, "next": items[-1]["id"] if len(rows) > limit else None}


def held_readings(context: Context, principal: Principal) -> dict[str, Any]:
    """The readings that wait for a person's word, without their bodies."""
    with context.store.read() as reader:
        return {"items": [reading_answer(row) for row in store.held(reader)], "next": None}


def get_reading(context: Context, principal: Principal, reading_id: int) -> dict[str, Any]:
    """One reading with its ``body``. Raises NotFound."""
    with context.store.read() as reader:
        row = _known(reader, reading_id)
    return {**reading_answer(row), "body": row["body"]}


def push_reading(context: Context, principal: Principal, pushed: Pushed, once: Once | None = None) -> dict[str, Any]:
    """Take a reading from an authenticated channel, the source ``push/`` and the principal's name.

    Without a stamp its own instant serves as one. Raises Invalid, Replayed.
    """
    _check(pushed)
    stamp = pushed.stamp or instant(pushed.stamped_at) or ""
    body = json.dumps(
        {
            "scope": pushed.scope.value,
            "level": pushed.level.name,
            "stamp": pushed.stamp,
            "stamped_at": instant(pushed.stamped_at),
            "note": pushed.note,
        }
    )
    reading = Reading(f"push/{principal.name}", {pushed.scope: pushed.level}, stamp, pushed.stamped_at)
    sha256 = hashlib.sha256(body.encode()).hexdigest()
    answer: dict[str, Any] = intake.take_reading(context, principal, reading, sha256, body, once)["items"][0]
    return answer


def _check(pushed: Pushed) -> None:
    faults = []
    if pushed.scope is Scope.PREMISES:
        faults.append(FieldFault("scope", "a premises' own level is set by hand"))
    if len(pushed.stamp) > STAMP_LENGTH or not pushed.stamp.isprintable():
        faults.append(FieldFault("stamp", f"must be at most {STAMP_LENGTH} printable characters"))
    if len(pushed.note) > NOTE_LENGTH:
        faults.append(FieldFault("note", f"must be at most {NOTE_LENGTH} characters"))
    if faults:
        raise Invalid("the reading cannot be taken", fields=tuple(faults))


def confirm_reading(context: Context, principal: Principal, reading_id: int) -> dict[str, Any]:
    """A person's yes to a held reading; gives it with its ``threat_change`` and effect.

    Raises NotFound, Conflict (not held, or contradicted by something newer), Forbidden (a fall, by a duty officer).
    """
    with context.store.read() as reader:
        row = _held(reader, reading_id)
    deliberation = holding.prepare(context, Scope(row["scope"]), row["level"])
    with context.store.write(deciding=True) as writer:
        row = _held(writer, reading_id)
        _check_standing(context, writer, row)
        _check_may(context, writer, principal, row, deliberation)
        decided = {"decided_by": principal.person_id, "decided_at": writer.at}
        reason = f"Confirmed by a person. {row['reason']}"
        store.change(writer, reading_id, status=Status.ACCEPTED, reason=reason, **decided)
        change = holding.accept_reading(context, writer, principal, row, reason, deliberation, **decided)
        return {**reading_answer(_known(writer, reading_id)), "threat_change": change}


def reject_reading(context: Context, principal: Principal, reading_id: int, reason: str) -> dict[str, Any]:
    """A person's no to a held reading: the level stays. Raises Invalid (no reason), NotFound or Conflict (not held)."""
    if not reason.strip():
        raise Invalid("say why", fields=(FieldFault("reason", "say why, in a sentence"),))
    with context.store.write(deciding=True) as writer:
        row = _held(writer, reading_id)
        store.change(
            writer,
            reading_id,
            status=Status.REJECTED,
            reason=f"Rejected by a person: {reason}",
            decided_by=principal.person_id,
            decided_at=writer.at,
        )
        holding.record_reading(writer, principal, "reading.rejected", {**row, "reason": reason})
        return reading_answer(_known(writer, reading_id))


def _known(reader: Reader, reading_id: int) -> Row:
    row = store.by_id(reader, reading_id)
    if row is None:
        raise NotFound(f"there is no reading {reading_id}")
    return row


def _held(reader: Reader, reading_id: int) -> Row:
    _known(reader, reading_id)
    return holding.held(reader, reading_id)


def _check_standing(context: Context, writer: Writer, row: Row) -> None:
    """Raises Conflict when the source, or a person, has said something newer that leaves nothing to confirm."""
    verdict = holding.verdict_on(context, writer, row)
    if verdict is not None and verdict.status is Status.SUPERSEDED:
        raise Conflict(f"reading {row['id']} is out of date: {verdict.reason}")
    present = threat.level_of(writer, Scope(row["scope"]), None)
    if present is None or row["level"] > present["level"]:
        return
    changed_at = threat.accepted_at(writer, present["change_id"])
    if changed_at > row["last_seen_at"]:
        said = f"{row['source']} was last heard to say {row['level'].name} before that; set the level by hand"
        raise Conflict(f"the level became {present['level'].name} at {rfc3339(changed_at)}, and {said}")


def _check_may(context: Context, writer: Writer, principal: Principal, row: Row, deliberation: Deliberation) -> None:
    scope = Scope(row["scope"])
    prospect = holding.prospect(context, writer, scope, row["level"], deliberation)
    if principal.role is Role.DUTY_OFFICER and gate.falls(
        holding.kept(row), holding.situation_of(context, writer, scope), prospect
    ):
        raise Forbidden("a duty officer may confirm a rise, never a fall")
