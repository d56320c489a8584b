"""The id of the request that did something, in the record and with the deliveries that follow from it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("audit_entries", "deliveries")


def upgrade() -> None:
    """Add it. What was written before has none, and its hash is as it was."""
    for table in TABLES:
        op.add_column(table, sa.Column("request_id", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_audit_entries_request_id"), "audit_entries", ["request_id"], unique=False)
    op.create_index(op.f("ix_events_audit_sequence"), "events", ["audit_sequence"], unique=False)


def downgrade() -> None:
    """Take it away. Entries that have one are then found to be edited, since it is part of their hash."""
    op.drop_index(op.f("ix_events_audit_sequence"), table_name="events")
    op.drop_index(op.f("ix_audit_entries_request_id"), table_name="audit_entries")
    for table in TABLES:
        op.drop_column(table, "request_id")
