"""The first schema."""

from __future__ import annotations

from alembic import op

from service.store import refusals
from service.store.tables import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, and have the database refuse to rewrite the record."""
    metadata.create_all(op.get_bind())
    refusals.create(op.get_bind())


def downgrade() -> None:
    """Take it all away again."""
    refusals.drop(op.get_bind())
    metadata.drop_all(op.get_bind())
