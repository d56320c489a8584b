"""Queries over scheduled jobs: the lease that lets one worker among many run a job, and when it last ran."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from service.store.insert_once import insert_once
from service.store.tables import jobs
from service.store.transactions import Reader
from service.store.types import Row

SKEW = timedelta(seconds=5)
"""By which clocks of several machines may differ."""


def take(writer: Reader, name: str, holder: str, lease_seconds: float) -> bool:
    """Lease a job to ``holder`` for so many seconds; False where another's lease still runs.

    Leases go by the clock. One that was taken in the future, by more than clocks differ, is over: the clock was set
    back.
    """
    lease = {"holder": holder, "leased_until": writer.now + timedelta(seconds=lease_seconds), "last_run_at": writer.now}
    over = or_(jobs.c.leased_until <= writer.now, jobs.c.last_run_at > writer.now + SKEW)
    free = update(jobs).where(jobs.c.name == name, over)
    if writer.connection.execute(free.values(lease)).rowcount:
        return True
    return job(writer, name) is None and insert_once(writer, jobs, name=name, **lease)


def release(writer: Reader, name: str, holder: str, at: datetime) -> None:
    """End the lease of ``holder`` at the instant ``at``; nothing where it ran out and went to another."""
    held = update(jobs).where(jobs.c.name == name, jobs.c.holder == holder)
    writer.connection.execute(held.values(leased_until=at))


def job(reader: Reader, name: str) -> Row | None:
    """One job's lease and last run, None before its first."""
    return reader.connection.execute(select(jobs).where(jobs.c.name == name)).mappings().first()
