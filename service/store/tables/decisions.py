"""Policies in force, what made us decide, and what was decided."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Table,
    Text,
)

from rules.levels import ResponseLevel
from service.store.tables.base import metadata
from service.store.types import Document, Instant, Key, Level

policies = Table(
    "policies",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("name", String(80), nullable=False),
    Column("version", String(40), nullable=False),
    Column("text", Text, nullable=False),
    Column("review_told_at", Instant),
)
"""Every rulebook and plan that was ever in force, whole, so that an old decision can be read with its own words, and
when people were told that it is to be reviewed."""

adoptions = Table(
    "adoptions",
    metadata,
    Column("id", Key, primary_key=True),
    Column("rulebook", ForeignKey("policies.sha256"), nullable=False),
    Column("plan", ForeignKey("policies.sha256"), nullable=False),
    Column("at", Instant, nullable=False),
)
"""Which rulebook and plan are in force since when; the last row is the present one."""

triggers = Table(
    "triggers",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("reference", String(80), nullable=False),
    Column("adoption_id", ForeignKey("adoptions.id"), nullable=False),
    Column("whole_estate", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_triggers_reference", "kind", "reference"),
)
"""What made us decide: a threat change, an override, a register edit, an adoption. Unless it made us decide about the
whole estate, its decisions are about those who entered their fact set at that instant."""

menus = Table(
    "menus",
    metadata,
    Column("id", Key, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("plan", ForeignKey("policies.sha256"), nullable=False),
    Column("response_level", Level(ResponseLevel), nullable=False),
    Column("entered", Document, nullable=False),
    Column("item_count", Integer, nullable=False),
    Column("staff_hours", Numeric(10, 2), nullable=False),
)
"""A menu as issued: ``entered`` says since when each option has been on the list. Lists that are alike share it."""

decisions = Table(
    "decisions",
    metadata,
    Column("id", Key, primary_key=True),
    Column("trigger_id", ForeignKey("triggers.id"), nullable=False),
    Column("fact_set_id", ForeignKey("fact_sets.id"), nullable=False),
    Column("previous_menu_id", ForeignKey("menus.id")),
    Column("previous_level", Level(ResponseLevel)),
    Column("menu_id", ForeignKey("menus.id"), nullable=False),
    Column("response_level", Level(ResponseLevel), nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("winner", String(40), nullable=False),
    Column("candidates", Document, nullable=False),
    Column("facts", Document, nullable=False),
    Column("degraded", Boolean, nullable=False),
    Column("failed", Boolean, nullable=False),
    Column("fault", Text),
    Column("evaluator", String(20), nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Index("ix_decisions_trigger_id", "trigger_id", "fact_set_id", "previous_menu_id"),
    Index("ix_decisions_fact_set_id", "fact_set_id", "id"),
)
