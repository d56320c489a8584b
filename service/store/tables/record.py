"""The record: where the chain has got to, its entries, and the events that go out."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from service.store.tables.base import metadata
from service.store.types import Document, Instant, Key

head = Table(
    "head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", Key, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
    Column("event_sequence", Key, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
"""One row: where the audit chain and the event sequence have got to."""

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("sequence", Key, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(40), nullable=False),
    Column("action", String(60), nullable=False, index=True),
    Column("subject", String(120), nullable=False, index=True),
    Column("request_id", String(64), index=True),
    Column("detail_digest", String(64), nullable=False),
    Column("rows", Document),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("uq_audit_entries_at", "at", unique=True),
)
"""``request_id`` is that of the log lines of the request, or of the run of a job or of a command, that did it.
``rows`` says by table how many rows it wrote, and their digest; empty before there was such a digest."""

row_digests = Table(
    "row_digests",
    metadata,
    Column("id", Key, primary_key=True),
    Column("table_name", String(40), nullable=False),
    Column("key", String(80), nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Column("sha256", String(64)),
    Index("ix_row_digests_key", "table_name", "key"),
)
"""What a row that is rewritten in place was left as each time; no digest where it was removed."""

audit_details = Table(
    "audit_details",
    metadata,
    Column("sequence", ForeignKey("audit_entries.sequence"), primary_key=True, autoincrement=False),
    Column("detail", Text, nullable=False),
)
"""Names and free text of an entry, kept apart so that they can be disposed of without breaking the chain."""

events = Table(
    "events",
    metadata,
    Column("sequence", Key, primary_key=True, autoincrement=False),
    Column("id", String(40), nullable=False, unique=True),
    Column("type", String(60), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("data", Document, nullable=False),
    Column("audit_sequence", ForeignKey("audit_entries.sequence"), nullable=False, index=True),
)
