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


def last_decision(reader: Reader) -> Row | None:
    """How the newest decision was reached, None before the first."""
    query = select(decisions.c.evaluator, decisions.c.degraded, decisions.c.failed, decisions.c.fault)
    return reader.connection.execute(query.order_by(decisions.c.id.desc()).limit(1)).mappings().first()
