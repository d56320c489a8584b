"""People's own word: overrides, what waits for a second person, acknowledgements."""

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

from rules.levels import ResponseLevel
from service.store.tables.base import metadata, person
from service.store.types import Document, Instant, Key, Level

overrides = Table(
    "overrides",
    metadata,
    Column("id", Key, primary_key=True),
    Column("premises_id", ForeignKey("premises.id"), nullable=False, index=True),
    Column("kind", String(5), nullable=False),
    Column("response_level", Level(ResponseLevel), nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", String(24), nullable=False, index=True),
    person("created_by", nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("prompted_at", Instant),
    person("approved_by"),
    Column("approved_at", Instant),
    person("ended_by"),
    Column("ended_at", Instant),
    Column("end_reason", Text),
)

requests = Table(
    "requests",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("reference", String(80), nullable=False),
    Column("premises_id", ForeignKey("premises.id")),
    Column("payload", Document, nullable=False),
    Column("reason", Text, nullable=False),
    Column("status", String(24), nullable=False, index=True),
    person("requested_by", nullable=False),
    Column("requested_at", Instant, nullable=False),
    person("decided_by"),
    Column("decided_at", Instant),
    Index("ix_requests_reference", "kind", "reference"),
)
"""What waits for a second person: a fall, a lower, the end of a raise, a register edit that lowers. ``premises_id``
where it is about one premises, so that it shows only to those who may see that one."""

acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("id", Key, primary_key=True),
    Column("premises_id", ForeignKey("premises.id"), nullable=False),
    Column("decision_id", ForeignKey("decisions.id"), nullable=False),
    person("person_id", nullable=False),
    Column("briefed", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_acknowledgements_premises_id", "premises_id", "at"),
)

acknowledgement_notices = Table(
    "acknowledgement_notices",
    metadata,
    Column("response_level", Level(ResponseLevel), nullable=False),
    Column("since", Instant, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("response_level", "since"),
)
"""Of which levels, by the instant at which premises came to them, people were told who had not acknowledged in time."""
