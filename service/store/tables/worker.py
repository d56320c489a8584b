"""Scheduled jobs."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    String,
    Table,
)

from service.store.tables.base import metadata
from service.store.types import Instant

jobs = Table(
    "jobs",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(80), nullable=False),
    Column("leased_until", Instant, nullable=False),
    Column("last_run_at", Instant),
)
"""A lease per scheduled job, and when it last ran; the last run of any job is the worker's heartbeat."""
