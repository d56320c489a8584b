"""People, their tokens, and what they have already asked for."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    String,
    Table,
    UniqueConstraint,
)

from service.store.tables.base import metadata, person
from service.store.types import Document, Instant, Key

people = Table(
    "people",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Key, primary_key=True),
    person("person_id", nullable=False),
    Column("role", String(40), nullable=False),
    Column("premises", Document, nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    person("person_id", nullable=False),
    Column("route", String(120), nullable=False),
    Column("key", String(200), nullable=False),
    Column("body_sha256", String(64), nullable=False),
    Column("answer", Document, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    UniqueConstraint("person_id", "route", "key"),
)
