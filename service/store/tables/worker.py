"""Scheduled jobs, and what the one that reads the record found."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Integer,
    String,
    Table,
)

from service.store.tables.base import metadata
from service.store.types import Instant, Key

jobs = Table(
    "jobs",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(80), nullable=False),
    Column("leased_until", Instant, nullable=False),
    Column("last_run_at", Instant),
)
"""A lease per scheduled job, and when it last ran; the last run of any job is the worker's heartbeat."""

record_checks = Table(
    "record_checks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("entries", Key, nullable=False),
    Column("faults", Integer, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
"""One row: what the last reading of the whole record found. Outside the record, which cannot vouch for itself."""
