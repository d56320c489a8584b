"""Whether the level of a premises is to be acknowledged anew at every shift handover."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. No premises asks for it as yet."""
    op.add_column(
        "premises", sa.Column("acknowledge_each_shift", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("premises", "acknowledge_each_shift")
