"""Webhooks and what became of their deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.types import Document, Instant, Key

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("delivery_attempts", "webhook_secrets", "webhook_scopes", "deliveries", "webhooks", "fan_out")


def upgrade() -> None:
    """Make the tables. Events from before there were webhooks count as fanned out."""
    op.create_table(
        "fan_out",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", Key, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_fan_out_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fan_out")),
    )
    op.create_table(
        "webhooks",
        sa.Column("id", Key, nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("event_types", Document, nullable=False),
        sa.Column("narrowed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("created_by", Key, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("deleted_at", Instant(), nullable=True),
        sa.Column("failing_since", Instant(), nullable=True),
        sa.Column("slow", sa.Boolean(), nullable=False),
        sa.Column("busy_by", sa.String(length=120), nullable=True),
        sa.Column("busy_until", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_webhooks_created_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", Key, nullable=False),
        sa.Column("webhook_id", Key, nullable=False),
        sa.Column("sequence", Key, nullable=True),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("event_type", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", Instant(), nullable=False),
        sa.Column("tried_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name=op.f("fk_deliveries_webhook_id_webhooks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("webhook_id", "sequence", name=op.f("uq_deliveries_webhook_id_sequence")),
    )
    op.create_index(
        "ix_deliveries_pending",
        "deliveries",
        ["webhook_id", "due"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_deliveries_untried",
        "deliveries",
        ["webhook_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending' AND tried_at IS NULL"),
        postgresql_where=sa.text("state = 'pending' AND tried_at IS NULL"),
    )
    op.create_index("ix_deliveries_webhook_id", "deliveries", ["webhook_id", "id"], unique=False)
    op.create_table(
        "webhook_scopes",
        sa.Column("webhook_id", Key, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_scopes_webhook_id_webhooks")),
        sa.UniqueConstraint("webhook_id", "kind", "value", name=op.f("uq_webhook_scopes_webhook_id_kind_value")),
    )
    op.create_table(
        "webhook_secrets",
        sa.Column("id", Key, nullable=False),
        sa.Column("webhook_id", Key, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_secrets_webhook_id_webhooks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_secrets")),
    )
    op.create_index(op.f("ix_webhook_secrets_webhook_id"), "webhook_secrets", ["webhook_id"], unique=False)
    op.create_table(
        "delivery_attempts",
        sa.Column("id", Key, nullable=False),
        sa.Column("delivery_id", Key, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("response", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_attempts_delivery_id_deliveries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempts")),
    )
    op.create_index(op.f("ix_delivery_attempts_delivery_id"), "delivery_attempts", ["delivery_id"], unique=False)
    op.execute("INSERT INTO fan_out (id, sequence) SELECT 1, coalesce(max(sequence), 0) FROM events")


def downgrade() -> None:
    """Take them away again."""
    for table in TABLES:
        op.drop_table(table)
