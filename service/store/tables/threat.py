"""What sources said, the changes that were accepted, and the present threat levels."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from rules.levels import ThreatLevel
from service.store.tables.base import metadata, person
from service.store.types import Instant, Key, Level

_SOURCE = String(210)
"""The name of a source: a feed, ``hand``, or ``push/`` and the name of the one who pushes."""

readings = Table(
    "readings",
    metadata,
    Column("id", Key, primary_key=True),
    Column("source", _SOURCE, nullable=False),
    Column("scope", String(20), nullable=False),
    Column("level", Level(ThreatLevel)),
    Column("stamp", String(100), nullable=False),
    Column("stamped_at", Instant),
    Column("received_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("status", String(12), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("hold_until", Instant),
    Column("sha256", String(64), nullable=False),
    Column("body", Text, nullable=False),
    person("decided_by"),
    Column("decided_at", Instant),
    Index("ix_readings_source", "source", "scope", "id"),
)

feeds = Table(
    "feeds",
    metadata,
    Column("source", _SOURCE, primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("last_polled_at", Instant),
    Column("last_read_at", Instant),
    Column("failures", Integer, nullable=False),
    Column("stale_since", Instant),
    Column("fault", Text),
)
"""How each source is doing: operational state that every poll rewrites, outside the record."""

threat_changes = Table(
    "threat_changes",
    metadata,
    Column("id", Key, primary_key=True),
    Column("scope", String(20), nullable=False),
    Column("premises_id", ForeignKey("premises.id")),
    Column("level", Level(ThreatLevel)),
    Column("previous_level", Level(ThreatLevel)),
    Column("status", String(24), nullable=False, index=True),
    Column("source", _SOURCE, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("reading_id", ForeignKey("readings.id")),
    person("requested_by"),
    Column("requested_at", Instant, nullable=False),
    person("decided_by"),
    Column("decided_at", Instant),
)
"""Changes, accepted or waiting. No level means that the scope is set back to ``not_set``."""

threat_levels = Table(
    "threat_levels",
    metadata,
    Column("scope", String(20), nullable=False),
    Column("premises_id", String(80), nullable=False),
    Column("level", Level(ThreatLevel), nullable=False),
    Column("since", Instant, nullable=False),
    Column("source", _SOURCE, nullable=False),
    Column("last_confirmed_at", Instant, nullable=False),
    Column("change_id", ForeignKey("threat_changes.id"), nullable=False),
    UniqueConstraint("scope", "premises_id"),
)
"""The present level of each scope; ``premises_id`` is empty but for the premises scope."""
