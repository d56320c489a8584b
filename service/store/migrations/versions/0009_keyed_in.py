"""When and by whom an item was done that was keyed in later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.types import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("item_states", sa.Column("stated_at", Instant(), nullable=True))
    op.add_column("item_states", sa.Column("stated_by", sa.String(length=200), nullable=True))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("item_states", "stated_by")
    op.drop_column("item_states", "stated_at")
