"""Digests of the rows that each operation wrote, and the instants by which these are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.types import Document, Instant, Key

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ALWAYS_SET = (
    ("checklists", "issued_at"),
    ("item_states", "from_at"),
    ("subject_fact_sets", "from_at"),
    ("decisions", "at"),
)
SET_LATER = (
    ("checklists", "superseded_at", "superseded_by"),
    ("checklists", "signed_off_at"),
    ("item_states", "until_at"),
    ("subject_fact_sets", "until_at"),
)


def upgrade() -> None:
    """Add them. What was written before has none, and its hash is as it was."""
    op.add_column("audit_entries", sa.Column("rows", Document, nullable=True))
    op.create_index("uq_audit_entries_at", "audit_entries", ["at"], unique=True)
    op.create_table(
        "row_digests",
        sa.Column("id", Key, nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_digests")),
    )
    op.create_index("ix_row_digests_at", "row_digests", ["at"], unique=False)
    op.create_index("ix_row_digests_key", "row_digests", ["table_name", "key"], unique=False)
    for table, column in ALWAYS_SET:
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)
    for table, column, *more in SET_LATER:
        is_set = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_{table}_{column}", table, [column, *more], sqlite_where=is_set, postgresql_where=is_set)


def downgrade() -> None:
    """Take them away. Entries that have a digest are then found to be edited, since it is part of their hash."""
    for table, column, *_ in (*ALWAYS_SET, *SET_LATER):
        op.drop_index(f"ix_{table}_{column}", table_name=table)
    op.drop_table("row_digests")
    op.drop_index("uq_audit_entries_at", table_name="audit_entries")
    op.drop_column("audit_entries", "rows")
