"""The id of the request that did something, and what people were told of: levels not acknowledged, reviews due."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rules.levels import ResponseLevel
from service.store.types import Instant, Level

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FOLLOWED = ("audit_entries", "deliveries")


def upgrade() -> None:
    """Add them. What was written before has no request, and its hash is as it was."""
    for table in FOLLOWED:
        op.add_column(table, sa.Column("request_id", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_audit_entries_request_id"), "audit_entries", ["request_id"], unique=False)
    op.create_index(op.f("ix_events_audit_sequence"), "events", ["audit_sequence"], unique=False)
    op.add_column("policies", sa.Column("review_told_at", Instant(), nullable=True))
    op.create_table(
        "acknowledgement_notices",
        sa.Column("response_level", Level(ResponseLevel), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.UniqueConstraint("response_level", "since", name=op.f("uq_acknowledgement_notices_response_level_since")),
    )


def downgrade() -> None:
    """Take them away. Entries of a request are then found to be edited, since its id is part of their hash."""
    op.drop_table("acknowledgement_notices")
    op.drop_column("policies", "review_told_at")
    op.drop_index(op.f("ix_events_audit_sequence"), table_name="events")
    op.drop_index(op.f("ix_audit_entries_request_id"), table_name="audit_entries")
    for table in FOLLOWED:
        op.drop_column(table, "request_id")
