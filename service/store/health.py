"""Queries that tell how the installation is doing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from service.store.tables import decisions, jobs
from service.store.transactions import Reader
from service.store.types import Row


def last_job_run(reader: Reader) -> datetime | None:
    """When any job last ran: the worker's heartbeat. None when none ever did."""
    return reader.connection.execute(select(func.max(jobs.c.last_run_at))).scalar()


def job_runs(reader: Reader) -> dict[str, datetime]:
    """When each job last began, by name, whichever worker ran it."""
    query = select(jobs.c.name, jobs.c.last_run_at).where(jobs.c.last_run_at.is_not(None)).order_by(jobs.c.name)
    return {row.name: row.last_run_at for row in reader.connection.execute(query)}


def last_decision(reader: Reader) -> Row | None:
    """How the newest decision was reached, None before the first."""
    query = select(decisions.c.evaluator, decisions.c.degraded, decisions.c.failed, decisions.c.fault)
    return reader.connection.execute(query.order_by(decisions.c.id.desc()).limit(1)).mappings().first()
