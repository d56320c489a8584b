"""Lists as issued, and what people did with their items."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
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

from rules.levels import ResponseLevel
from service.store.tables.base import index_where_set, metadata, person
from service.store.types import Instant, Key, Level

checklists = Table(
    "checklists",
    metadata,
    Column("id", Key, primary_key=True),
    Column("subject", String(80), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("response_level", Level(ResponseLevel), nullable=False),
    Column("since", Instant, nullable=False),
    Column("menu_id", ForeignKey("menus.id"), nullable=False),
    Column("decision_id", ForeignKey("decisions.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("superseded_at", Instant),
    Column("superseded_by", ForeignKey("triggers.id")),
    Column("review_prompted_at", Instant),
    Column("holder", String(200)),
    person("signed_off_by"),
    Column("signed_off_at", Instant),
    Index("ix_checklists_subject", "subject", "kind", "issued_at"),
    Index("ix_checklists_decision_id", "decision_id"),
    Index("ix_checklists_superseded_by", "superseded_by"),
    Index("ix_checklists_issued_at", "issued_at"),
    index_where_set("checklists", "superseded_at", "superseded_by"),
    index_where_set("checklists", "signed_off_at"),
    Index(
        "uq_checklists_current",
        "subject",
        "kind",
        unique=True,
        sqlite_where=text("superseded_at IS NULL"),
        postgresql_where=text("superseded_at IS NULL"),
    ),
)
"""Lists by subject. A response list is issued whenever the level or the menu changes, so the level's history is the
history of the response lists: ``response_level`` since ``since``, in force from ``issued_at`` to ``superseded_at``."""

item_states = Table(
    "item_states",
    metadata,
    Column("id", Key, primary_key=True),
    Column("subject", String(80), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("option_id", String(40), nullable=False),
    Column("occurrence", String(25), nullable=False),
    Column("status", String(14), nullable=False),
    Column("note", Text, nullable=False),
    Column("agreed", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    person("by"),
    person("agreed_by"),
    Column("from_at", Instant, nullable=False),
    Column("until_at", Instant),
    Column("stated_at", Instant),
    Column("stated_by", String(200)),
    Index("ix_item_states_subject", "subject", "kind", "from_at"),
    Index("ix_item_states_from_at", "from_at"),
    index_where_set("item_states", "until_at"),
    Index(
        "uq_item_states_current",
        "subject",
        "kind",
        "option_id",
        "occurrence",
        unique=True,
        sqlite_where=text("until_at IS NULL"),
        postgresql_where=text("until_at IS NULL"),
    ),
)
"""What people did with an item, by interval. An item that nobody touched has no row and is open.

``from_at`` is when it was recorded. What was keyed in later, after an outage, also says when it was done,
``stated_at``, and by whom, ``stated_by``; both are null of what was recorded at once."""

ad_hoc_items = Table(
    "ad_hoc_items",
    metadata,
    Column("id", Key, primary_key=True),
    Column("subject", String(80), nullable=False, index=True),
    Column("from_level", Level(ResponseLevel), nullable=False),
    Column("text", Text, nullable=False),
    Column("reverse", Text),
    Column("owner_role", String(40), nullable=False),
    Column("due_at", Instant),
    person("added_by", nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

overdue_notices = Table(
    "overdue_notices",
    metadata,
    Column("menu_id", ForeignKey("menus.id"), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("menu_id", "due_at"),
)
"""Which deadlines of which menu people have already been told are past."""
