"""Held readings: what the gate needs to know about a scope, and how a reading that is believed takes effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.errors import Conflict
from service.operations import deciding, gate, threat
from service.operations.answers import instant
from service.operations.context import Context
from service.operations.deliberation import Deliberation, Outcome
from service.operations.gate import KeptReading, Prospect, Situation, Status, Verdict
from service.operations.people import SYSTEM, Principal
from service.store import estate, levels, overrides, readings
from service.store import threat as store
from service.store.transactions import Reader, Writer
from service.store.types import Row


def settle_held_readings(context: Context) -> dict[str, int]:
    """Settle every held reading that time or another reading has decided; gives ``settled``, how many.

    For the worker's tick, and after each reading. Each is settled in a transaction of its own. Safe to repeat.
    """
    settled, before = 0, -1
    while settled > before:
        before = settled
        for reading_id in _due(context):
            with suppress(Conflict):  # another process was faster
                _settle(context, reading_id)
                settled += 1
    return {"settled": settled}


def _due(context: Context) -> list[int]:
    with context.store.read() as reader:
        return [row["id"] for row in readings.held(reader) if verdict_on(context, reader, row) is not None]


def _settle(context: Context, reading_id: int) -> None:
    with context.store.read() as reader:
        row = held(reader, reading_id)
    deliberation = prepare(context, Scope(row["scope"]), row["level"])
    with context.store.write(deciding=True) as writer:
        row = held(writer, reading_id)
        verdict = verdict_on(context, writer, row)
        if verdict is None:
            raise Conflict(f"nothing has decided reading {reading_id} yet")
        _carry_out(context, writer, row, verdict, deliberation)


def _carry_out(context: Context, writer: Writer, row: Row, verdict: Verdict, deliberation: Deliberation) -> None:
    if verdict.status is Status.HELD:
        readings.change(writer, row["id"], reason=verdict.reason, hold_until=None)
        tell_held(writer, {**row, "hold_until": None})
        record_reading(writer, SYSTEM, "reading.withdrawn", {**row, "reason": verdict.reason})
        return
    readings.change(writer, row["id"], status=verdict.status, reason=verdict.reason, decided_at=writer.at)
    if verdict.status is Status.ACCEPTED:
        accept_reading(context, writer, SYSTEM, row, verdict.reason, deliberation)
    else:
        record_reading(writer, SYSTEM, f"reading.{verdict.status}", {**row, "reason": verdict.reason})


def held(reader: Reader, reading_id: int) -> Row:
    """A reading that is held. Raises Conflict when it is not, or no longer."""
    row = readings.by_id(reader, reading_id)
    if row is None or row["status"] != Status.HELD:
        raise Conflict(f"reading {reading_id} is not held" + (f" but {row['status']}" if row else ""))
    return row


def verdict_on(context: Context, reader: Reader, row: Row) -> Verdict | None:
    """What the gate says about a held reading now."""
    return gate.settle(kept(row), situation_of(context, reader, Scope(row["scope"])))


def situation_of(context: Context, reader: Reader, scope: Scope) -> Situation:
    """What the gate needs to know about a scope."""
    present = store.level_of(reader, scope, None)
    return Situation(
        at=reader.now,
        present=present["level"] if present else None,
        last=tuple(kept(row) for row in readings.latest(reader, scope)),
        recent_changes=store.changes_since(reader, scope, reader.now - gate.DAY),
        hold_limit=timedelta(seconds=context.settings.hold_limit),
    )


def kept(row: Row) -> KeptReading:
    """A stored reading as the gate sees it."""
    return KeptReading(
        source=row["source"],
        level=row["level"],
        stamp=row["stamp"],
        stamped_at=row["stamped_at"],
        id=row["id"],
        status=Status(row["status"]),
        received_at=row["received_at"],
        last_seen_at=row["last_seen_at"],
        hold_until=row["hold_until"],
    )


def prepare(context: Context, scope: Scope, level: ThreatLevel) -> Deliberation:
    """A deliberation on a scope having this level, to be made before the lock is taken."""
    return deciding.prepare(context, threat.threat_fact(context, scope, level))


def prospect(
    context: Context, reader: Reader, scope: Scope, level: ThreatLevel, deliberation: Deliberation
) -> Prospect:
    """What this level in a scope would do to the estate."""
    if not context.policy.reads(scope):
        return Prospect()
    facts = {**deciding.present_facts(reader), **threat.threat_fact(context, scope, level)}
    outcomes = deliberation.outcomes(reader, levels.standings(reader), facts, reader.at)
    uncapped = _without_lowers(reader, facts, deliberation)
    return Prospect(
        exceptional=any(_reaches_exceptional(outcome) for outcome in (*outcomes, *uncapped)),
        lowers=any(outcome.word == "lowered" for outcome in outcomes),
    )


def _without_lowers(reader: Reader, facts: Mapping[str, str], deliberation: Deliberation) -> Iterator[Outcome]:
    """The premises with a lower in force, as they stand once a rise has ended it."""
    lowered = {row["premises_id"] for row in overrides.active(reader, kind="lower")}
    standings = levels.standings_of(reader, lowered)
    menus = levels.menus_by_id(reader, {s.menu_id for s in standings.values() if s.menu_id is not None})
    for premises_id, standing in standings.items():
        profile = {**(estate.profile_of(reader, premises_id) or {}), "override.lower": "none"}
        menu = menus.get(standing.menu_id) if standing.menu_id else None
        yield deliberation.outcome(standing, profile, menu, facts, reader.at)


def _reaches_exceptional(outcome: Outcome) -> bool:
    moves = outcome.level is ResponseLevel.EXCEPTIONAL and outcome.present is not ResponseLevel.EXCEPTIONAL
    return moves and not outcome.of_force


def accept_reading(
    context: Context,
    writer: Writer,
    principal: Principal,
    reading: Mapping[Any, Any],
    reason: str,
    deliberation: Deliberation,
    **decided: Any,
) -> dict[str, Any]:
    """Put the level of a stored reading in force; gives the threat change with its effect.

    It is effective from the source's stamp, but neither in the future nor before the present level's own start.
    ``decided`` are the columns of the person who confirmed it.
    """
    present = store.level_of(writer, Scope(reading["scope"]), None)
    effective_at = min(reading["stamped_at"] or writer.at, writer.at)
    change = {
        "scope": reading["scope"],
        "premises_id": None,
        "level": reading["level"],
        "previous_level": present["level"] if present else None,
        "status": threat.ACCEPTED,
        "source": reading["source"],
        "reason": reason,
        "reference": "",
        "effective_at": max(effective_at, present["since"]) if present else effective_at,
        "reading_id": reading["id"],
        "requested_by": principal.person_id,
        "requested_at": writer.at,
        **decided,
    }
    change["id"] = store.add_change(writer, change)
    return threat.accept(context, writer, principal, change, deliberation)


def tell_held(writer: Writer, reading: Mapping[Any, Any]) -> None:
    """Tell people that a reading waits for them. Scopes that are protected show no level."""
    scope = Scope(reading["scope"])
    shown = {"level": reading["level"]} if scope in (Scope.NATIONAL, Scope.NORTHERN_IRELAND) else {}
    until = instant(reading["hold_until"])
    writer.emit("reading.held", {"id": reading["id"], "scope": scope.value, **shown, "hold_until": until})


def record_reading(writer: Writer, principal: Principal, action: str, reading: Mapping[Any, Any]) -> None:
    """The audit entry of a reading that changed no level."""
    told = ("id", "source", "level", "stamp", "sha256", "reason")
    detail = {key: reading[key] for key in told}
    writer.record(principal.actor, action, threat.subject(Scope(reading["scope"]), None), detail)
