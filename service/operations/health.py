"""How the installation is doing: for those who watch it, not for those who use it. No names, no restricted premises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from rules.levels import ResponseLevel
from service.errors import OpqError
from service.operations import policy as policies
from service.operations.answers import instant
from service.operations.context import Context
from service.store import deliveries, health, levels, migrate, readings, record_checks, requests, webhooks
from service.store.estate import NOT_RESTRICTED
from service.store.transactions import Reader

OK, DEGRADED, FAILED = "ok", "degraded", "failed"

SILENT_AFTER = timedelta(minutes=3)
"""A worker whose jobs have not run for so long is silent."""

_Check = tuple[str, str]


def readiness(context: Context) -> dict[str, Any]:
    """Whether requests can be served: ``status`` ok, degraded (they can, but something is wrong) or failed, and why."""
    found: dict[str, _Check] = {}
    try:
        with context.store.read() as reader:
            found["database"] = (OK, "answers")
            for name, check in _CHECKS.items():
                found[name] = check(context, reader)
    except OpqError as error:
        found["database"] = (FAILED, str(error))
    statuses = {status for status, _ in found.values()}
    return {
        "status": next(status for status in (FAILED, DEGRADED, OK) if status in statuses),
        "checks": [{"name": name, "status": status, "detail": detail} for name, (status, detail) in found.items()],
    }


def _migrations(context: Context, reader: Reader) -> _Check:
    if migrate.pending(context.settings.database_url):
        return FAILED, "the schema is not of this version; run opq init"
    return OK, "the schema is of this version"


def _policy(context: Context, reader: Reader) -> _Check:
    try:
        policies.adopted(reader, context.policy)
    except OpqError as error:
        return FAILED, str(error)
    rulebook, plan = context.policy.rulebook, context.policy.plan
    return OK, f"rulebook {rulebook.id} {rulebook.version}, plan {plan.id} {plan.version}"


def _engine(context: Context, reader: Reader) -> _Check:
    if context.settings.engine == "reference":
        return DEGRADED, "only the reference evaluator runs (OPQ_ENGINE)"
    last = health.last_decision(reader)
    if last is not None and (last["degraded"] or last["failed"]):
        return DEGRADED, f"the last decision had a fault: {last['fault']}"
    return OK, "engine and reference both decide"


def _worker(context: Context, reader: Reader) -> _Check:
    last = health.last_job_run(reader)
    if last is None:
        return DEGRADED, "no worker has run yet"
    told = f"last ran at {instant(last)}"
    return (DEGRADED, f"silent; {told}") if reader.at - last > SILENT_AFTER else (OK, told)


def _feeds(context: Context, reader: Reader) -> _Check:
    stale = [row for row in readings.all_feeds(reader) if row["stale_since"] is not None]
    if stale:
        return DEGRADED, ", ".join(f"{row['source']} is stale since {instant(row['stale_since'])}" for row in stale)
    return OK, "no source is stale"


def _record(context: Context, reader: Reader) -> _Check:
    found = record_checks.last(reader)
    if found is None:
        return OK, "the record was not read yet"
    told = f"{found['entries']} entries were read at {instant(found['at'])}"
    return (DEGRADED, f"the record is not whole; {told}") if found["faults"] else (OK, told)


_CHECKS: dict[str, Callable[[Context, Reader], _Check]] = {
    "migrations": _migrations,
    "policy": _policy,
    "engine": _engine,
    "worker": _worker,
    "feeds": _feeds,
    "record": _record,
}


def figures(context: Context) -> dict[str, Any]:
    """Figures for monitoring: premises by level (not the restricted ones), what waits, and ages in seconds.

    An age is None of what never happened, and ``exceptional_sustainable_seconds`` where the plan does not say.
    """
    sustainable = context.policy.plan.sustainable_for
    with context.store.read() as reader:
        last_run = health.last_job_run(reader)
        exceptional = levels.oldest_since(reader, NOT_RESTRICTED, ResponseLevel.EXCEPTIONAL)
        checked = record_checks.last(reader)
        return {
            "premises": {level.name: n for level, n in levels.level_counts(reader, NOT_RESTRICTED).items()},
            "held_readings": len(readings.held(reader)),
            "waiting_requests": len(requests.all_waiting(reader, NOT_RESTRICTED)),
            "feed_age_seconds": {
                row["source"]: (reader.at - row["last_read_at"]).total_seconds()
                for row in readings.all_feeds(reader)
                if row["last_read_at"] is not None
            },
            "webhooks": webhooks.counts(reader),
            "deliveries_pending": deliveries.pending(reader),
            "job_age_seconds": {name: _age(reader, at) for name, at in health.job_runs(reader).items()},
            "worker_silence_seconds": _age(reader, last_run),
            "exceptional_seconds": _age(reader, exceptional) or 0,
            "exceptional_sustainable_seconds": sustainable and sustainable.total_seconds(),
            "record_faults": checked and checked["faults"],
            "record_check_age_seconds": None if checked is None else _age(reader, checked["at"]),
        }


def _age(reader: Reader, instant: datetime | None) -> float | None:
    return None if instant is None else (reader.at - instant).total_seconds()
