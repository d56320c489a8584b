"""Who is told by webhook, of what, and what became of each delivery."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from service.store.tables.base import metadata, person
from service.store.types import Document, Instant, Key

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Key, primary_key=True),
    Column("url", String(2000), nullable=False),
    Column("event_types", Document, nullable=False),
    Column("narrowed", Boolean, nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", Text),
    Column("role", String(40), nullable=False),
    person("created_by", nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("deleted_at", Instant),
    Column("failing_since", Instant),
    Column("slow", Boolean, nullable=False),
    Column("busy_by", String(120)),
    Column("busy_until", Instant),
)
"""``event_types`` is empty for all; ``narrowed``: only of the premises in ``webhook_scopes``. ``busy_by`` is the worker
that speaks to it now. ``failing_since`` is empty from a success until the next failure."""

webhook_scopes = Table(
    "webhook_scopes",
    metadata,
    Column("webhook_id", ForeignKey("webhooks.id"), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("value", String(100), nullable=False),
    UniqueConstraint("webhook_id", "kind", "value"),
)
"""By ``kind``: the ``premises`` and each ``district`` that a webhook is told of, and the premises ``granted`` by the
token that made it, which may be restricted ones."""

webhook_secrets = Table(
    "webhook_secrets",
    metadata,
    Column("id", Key, primary_key=True),
    Column("webhook_id", ForeignKey("webhooks.id"), nullable=False, index=True),
    Column("sealed", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Key, primary_key=True),
    Column("webhook_id", ForeignKey("webhooks.id"), nullable=False),
    Column("sequence", Key),
    Column("event_id", String(40), nullable=False),
    Column("event_type", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("request_id", String(64)),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", Instant, nullable=False),
    Column("tried_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("finished_at", Instant),
    UniqueConstraint("webhook_id", "sequence"),
    Index("ix_deliveries_webhook_id", "webhook_id", "id"),
    Index(
        "ix_deliveries_pending",
        "webhook_id",
        "due",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index(
        "ix_deliveries_untried",
        "webhook_id",
        "id",
        sqlite_where=text("state = 'pending' AND tried_at IS NULL"),
        postgresql_where=text("state = 'pending' AND tried_at IS NULL"),
    ),
)
"""One event for one webhook, with its body fixed. ``sequence`` is the event's, empty for a test; ``request_id`` is
that of the request which caused it. ``attempts`` counts those of the present round of the retry schedule, ``tried_at``
is empty until the first of all."""

delivery_attempts = Table(
    "delivery_attempts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("status", Integer),
    Column("duration_ms", Integer, nullable=False),
    Column("error", Text),
    Column("response", Text, nullable=False),
)

fan_out = Table(
    "fan_out",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", Key, nullable=False),
    Column("webhook_id", Key, nullable=False, server_default="0"),
    CheckConstraint("id = 1", name="one_row"),
)
"""One row: the last event that was turned into deliveries, and up to which webhook the one after it was."""
