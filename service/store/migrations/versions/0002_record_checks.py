"""What the last reading of the whole record found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.types import Instant, Key

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make its table."""
    op.create_table(
        "record_checks",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("entries", Key, nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_record_checks_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_checks")),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("record_checks")
