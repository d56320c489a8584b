"""The register of premises, and the fact set that each subject belongs to."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    false,
    text,
)

from rules.facts import FLAGS
from rules.levels import ResponseLevel
from service.store.tables.base import index_where_set, metadata
from service.store.types import Document, Instant, Key, Level

FORCE = "*"
"""The subject of the force-wide checklist. No premises can have this id, since an id is a slug."""

premises = Table(
    "premises",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("district", String(100), nullable=False, index=True),
    Column("address", String(400), nullable=False),
    Column("postcode", String(12), nullable=False),
    Column("kinds", Document, nullable=False),
    Column("risk_category", String(10), nullable=False),
    Column("minimum_response_level", Level(ResponseLevel), nullable=False),
    *(Column(flag, Boolean, nullable=False) for flag in FLAGS),
    Column("restricted", Boolean, nullable=False),
    Column("acknowledge_each_shift", Boolean, nullable=False, server_default=false()),
    Column("headcount", Integer, nullable=False),
    Column("manager", String(200), nullable=False),
    Column("deputy", String(200), nullable=False),
    Column("duty_contact", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("registered_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Index("ix_premises_restricted", "id", sqlite_where=text("restricted"), postgresql_where=text("restricted")),
)

fact_sets = Table(
    "fact_sets",
    metadata,
    Column("id", Key, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("facts", Document, nullable=False),
)
"""The distinct outcomes of the conditions that rules and options read of a subject; no ids, no names."""

subject_fact_sets = Table(
    "subject_fact_sets",
    metadata,
    Column("subject", String(80), nullable=False),
    Column("fact_set_id", ForeignKey("fact_sets.id"), nullable=False),
    Column("from_at", Instant, nullable=False),
    Column("until_at", Instant),
    Index("ix_subject_fact_sets_subject", "subject", "from_at"),
    Index("ix_subject_fact_sets_from_at", "from_at"),
    index_where_set("subject_fact_sets", "until_at"),
    Index(
        "uq_subject_fact_sets_current",
        "subject",
        unique=True,
        sqlite_where=text("until_at IS NULL"),
        postgresql_where=text("until_at IS NULL"),
    ),
    Index(
        "ix_subject_fact_sets_current_fact_set",
        "fact_set_id",
        "subject",
        sqlite_where=text("until_at IS NULL"),
        postgresql_where=text("until_at IS NULL"),
    ),
)
"""Which fact set a subject (a premises, or FORCE) belongs to, by interval."""
