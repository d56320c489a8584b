"""How far the event that is being fanned out has got, so that it can be done in several goes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.types import Key

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("fan_out", sa.Column("webhook_id", Key, nullable=False, server_default="0"))


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("fan_out", "webhook_id")
