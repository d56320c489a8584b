"""How the installation is doing: for those who watch it, not for those who use it. No names, no restricted premises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

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


class _Check(NamedTuple):
    status: str
    detail: str
    since: datetime | None = None


def readiness(context: Context) -> dict[str, Any]:
    """Whether requests can be served: ``status`` ok, degraded (they can, but something is wrong) or failed, and why.

    Each of the ``checks`` has ``name``, ``status``, ``detail`` and ``since``: when what it looks at was last seen to
    work, where that is known.
    """
    found: dict[str, _Check] = {}
    try:
        with context.store.read() as reader:
            found["database"] = _Check(OK, "answers")
            for name, check in _CHECKS.items():
                found[name] = check(context, reader)
    except OpqError as error:
        found["database"] = _Check(FAILED, str(error))
    statuses = {check.status for check in found.values()}
    return {
        "status": next(status for status in (FAILED, DEGRADED, OK) if status in statuses),
        "checks": [
            {"name": name, "status": check.status, "detail": check.detail, "since": instant(check.since)}
            for name, check in found.items()
        ],
    }


def _migrations(context: Context, reader: Reader) -> _Check:
    if migrate.pending(context.settings.database_url):
        return _Check(FAILED, "the schema is not of this version; run opq init")
    return _Check(OK, "the schema is of this version")


def _policy(context: Context, reader: Reader) -> _Check:
    try:
        policies.adopted(reader, context.policy)
    except OpqError as error:
        return _Check(FAILED, str(error))
    rulebook, plan = context.policy.rulebook, context.policy.plan
    return _Check(OK, f"rulebook {rulebook.id} {rulebook.version}, plan {plan.id} {plan.version}")


def _engine(context: Context, reader: Reader) -> _Check:
    last = health.last_decision(reader)
    if last is not None and (last["degraded"] or last["failed"]):
        return _Check(DEGRADED, f"the last decision had a fault: {last['fault']}")
    if context.settings.engine == "reference":
        return _Check(OK, "only the reference evaluator decides, as OPQ_ENGINE says")
    return _Check(OK, "engine and reference both decide")


def _worker(context: Context, reader: Reader) -> _Check:
    last = health.last_job_run(reader)
    if last is None:
        return _Check(DEGRADED, "no worker has run yet")
    told = f"last ran at {instant(last)}"
    return _Check(DEGRADED, f"silent; {told}", last) if reader.at - last > SILENT_AFTER else _Check(OK, told, last)


def _feeds(context: Context, reader: Reader) -> _Check:
    stale = [row for row in readings.all_feeds(reader) if row["stale_since"] is not None]
    if stale:
        told = ", ".join(f"{row['source']} is stale since {instant(row['stale_since'])}" for row in stale)
        return _Check(DEGRADED, told, min((row["last_read_at"] for row in stale if row["last_read_at"]), default=None))
    return _Check(OK, "no source is stale")


def _record(context: Context, reader: Reader) -> _Check:
    found = record_checks.last(reader)
    if found is None:
        return _Check(OK, "the record was not read yet")
    told = f"{found['entries']} entries were read at {instant(found['at'])}"
    if found["faults"]:
        return _Check(DEGRADED, f"the record is not whole; {told}")
    return _Check(OK, told, found["at"])


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
