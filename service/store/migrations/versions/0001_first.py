"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rules.levels import ResponseLevel, ThreatLevel
from service.store import refusals
from service.store.types import Document, Instant, Key, Level

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "checklists",
    "acknowledgements",
    "threat_levels",
    "decisions",
    "triggers",
    "threat_changes",
    "overdue_notices",
    "tokens",
    "subject_fact_sets",
    "requests",
    "readings",
    "overrides",
    "menus",
    "item_states",
    "idempotency_keys",
    "events",
    "audit_details",
    "adoptions",
    "ad_hoc_items",
    "premises",
    "policies",
    "people",
    "jobs",
    "head",
    "feeds",
    "fact_sets",
    "audit_entries",
)
"""In the order in which they can be dropped."""


def upgrade() -> None:
    """Make the tables, and have the database refuse to rewrite the record."""
    op.create_table(
        "audit_entries",
        sa.Column("sequence", Key, autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("detail_digest", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_entries")),
    )
    op.create_index(op.f("ix_audit_entries_action"), "audit_entries", ["action"], unique=False)
    op.create_index(op.f("ix_audit_entries_subject"), "audit_entries", ["subject"], unique=False)
    op.create_table(
        "fact_sets",
        sa.Column("id", Key, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("facts", Document, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_sets")),
        sa.UniqueConstraint("sha256", name=op.f("uq_fact_sets_sha256")),
    )
    op.create_table(
        "feeds",
        sa.Column("source", sa.String(length=210), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("last_polled_at", Instant(), nullable=True),
        sa.Column("last_read_at", Instant(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("stale_since", Instant(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_feeds")),
    )
    op.create_table(
        "head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", Key, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("event_sequence", Key, nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_head")),
    )
    op.create_table(
        "jobs",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("leased_until", Instant(), nullable=False),
        sa.Column("last_run_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_jobs")),
    )
    op.create_table(
        "people",
        sa.Column("id", Key, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("name", name=op.f("uq_people_name")),
    )
    op.create_table(
        "policies",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_policies")),
    )
    op.create_table(
        "premises",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("postcode", sa.String(length=12), nullable=False),
        sa.Column("kinds", Document, nullable=False),
        sa.Column("risk_category", sa.String(length=10), nullable=False),
        sa.Column("minimum_response_level", Level(ResponseLevel), nullable=False),
        sa.Column("public_access", sa.Boolean(), nullable=False),
        sa.Column("staffed", sa.Boolean(), nullable=False),
        sa.Column("staffed_24h", sa.Boolean(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("lockdown_capable", sa.Boolean(), nullable=False),
        sa.Column("mail_handling", sa.Boolean(), nullable=False),
        sa.Column("cctv", sa.Boolean(), nullable=False),
        sa.Column("parking", sa.Boolean(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("manager", sa.String(length=200), nullable=False),
        sa.Column("deputy", sa.String(length=200), nullable=False),
        sa.Column("duty_contact", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("registered_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premises")),
    )
    op.create_index(op.f("ix_premises_district"), "premises", ["district"], unique=False)
    op.create_index(
        "ix_premises_restricted",
        "premises",
        ["id"],
        unique=False,
        sqlite_where=sa.text("restricted"),
        postgresql_where=sa.text("restricted"),
    )
    op.create_table(
        "ad_hoc_items",
        sa.Column("id", Key, nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("from_level", Level(ResponseLevel), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reverse", sa.Text(), nullable=True),
        sa.Column("owner_role", sa.String(length=40), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("added_by", Key, nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["added_by"], ["people.id"], name=op.f("fk_ad_hoc_items_added_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ad_hoc_items")),
    )
    op.create_index(op.f("ix_ad_hoc_items_subject"), "ad_hoc_items", ["subject"], unique=False)
    op.create_table(
        "adoptions",
        sa.Column("id", Key, nullable=False),
        sa.Column("rulebook", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["plan"], ["policies.sha256"], name=op.f("fk_adoptions_plan_policies")),
        sa.ForeignKeyConstraint(["rulebook"], ["policies.sha256"], name=op.f("fk_adoptions_rulebook_policies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoptions")),
    )
    op.create_table(
        "audit_details",
        sa.Column("sequence", Key, autoincrement=False, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sequence"], ["audit_entries.sequence"], name=op.f("fk_audit_details_sequence_audit_entries")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_details")),
    )
    op.create_table(
        "events",
        sa.Column("sequence", Key, autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("data", Document, nullable=False),
        sa.Column("audit_sequence", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_sequence"], ["audit_entries.sequence"], name=op.f("fk_events_audit_sequence_audit_entries")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_events")),
        sa.UniqueConstraint("id", name=op.f("uq_events_id")),
    )
    op.create_index(op.f("ix_events_type"), "events", ["type"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("person_id", Key, nullable=False),
        sa.Column("route", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("answer", Document, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_idempotency_keys_person_id_people")),
        sa.UniqueConstraint("person_id", "route", "key", name=op.f("uq_idempotency_keys_person_id_route_key")),
    )
    op.create_index(op.f("ix_idempotency_keys_at"), "idempotency_keys", ["at"], unique=False)
    op.create_table(
        "item_states",
        sa.Column("id", Key, nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("option_id", sa.String(length=40), nullable=False),
        sa.Column("occurrence", sa.String(length=25), nullable=False),
        sa.Column("status", sa.String(length=14), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by", Key, nullable=True),
        sa.Column("agreed_by", Key, nullable=True),
        sa.Column("from_at", Instant(), nullable=False),
        sa.Column("until_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["agreed_by"], ["people.id"], name=op.f("fk_item_states_agreed_by_people")),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_item_states_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_states")),
    )
    op.create_index("ix_item_states_subject", "item_states", ["subject", "kind", "from_at"], unique=False)
    op.create_index(
        "uq_item_states_current",
        "item_states",
        ["subject", "kind", "option_id", "occurrence"],
        unique=True,
        sqlite_where=sa.text("until_at IS NULL"),
        postgresql_where=sa.text("until_at IS NULL"),
    )
    op.create_table(
        "menus",
        sa.Column("id", Key, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("response_level", Level(ResponseLevel), nullable=False),
        sa.Column("entered", Document, nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("staff_hours", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.ForeignKeyConstraint(["plan"], ["policies.sha256"], name=op.f("fk_menus_plan_policies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menus")),
        sa.UniqueConstraint("sha256", name=op.f("uq_menus_sha256")),
    )
    op.create_table(
        "overrides",
        sa.Column("id", Key, nullable=False),
        sa.Column("premises_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("response_level", Level(ResponseLevel), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("created_by", Key, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("prompted_at", Instant(), nullable=True),
        sa.Column("approved_by", Key, nullable=True),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.Column("ended_by", Key, nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["approved_by"], ["people.id"], name=op.f("fk_overrides_approved_by_people")),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_overrides_created_by_people")),
        sa.ForeignKeyConstraint(["ended_by"], ["people.id"], name=op.f("fk_overrides_ended_by_people")),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_overrides_premises_id_premises")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overrides")),
    )
    op.create_index(op.f("ix_overrides_premises_id"), "overrides", ["premises_id"], unique=False)
    op.create_index(op.f("ix_overrides_state"), "overrides", ["state"], unique=False)
    op.create_table(
        "readings",
        sa.Column("id", Key, nullable=False),
        sa.Column("source", sa.String(length=210), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("level", Level(ThreatLevel), nullable=True),
        sa.Column("stamp", sa.String(length=100), nullable=False),
        sa.Column("stamped_at", Instant(), nullable=True),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("last_seen_at", Instant(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("hold_until", Instant(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("decided_by", Key, nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_readings_decided_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
    )
    op.create_index("ix_readings_source", "readings", ["source", "scope", "id"], unique=False)
    op.create_index(op.f("ix_readings_status"), "readings", ["status"], unique=False)
    op.create_table(
        "requests",
        sa.Column("id", Key, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("premises_id", sa.String(length=80), nullable=True),
        sa.Column("payload", Document, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("requested_by", Key, nullable=False),
        sa.Column("requested_at", Instant(), nullable=False),
        sa.Column("decided_by", Key, nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_requests_decided_by_people")),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_requests_premises_id_premises")),
        sa.ForeignKeyConstraint(["requested_by"], ["people.id"], name=op.f("fk_requests_requested_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    op.create_index("ix_requests_reference", "requests", ["kind", "reference"], unique=False)
    op.create_index(op.f("ix_requests_status"), "requests", ["status"], unique=False)
    op.create_table(
        "subject_fact_sets",
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("fact_set_id", Key, nullable=False),
        sa.Column("from_at", Instant(), nullable=False),
        sa.Column("until_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["fact_set_id"], ["fact_sets.id"], name=op.f("fk_subject_fact_sets_fact_set_id_fact_sets")
        ),
    )
    op.create_index(
        "ix_subject_fact_sets_current_fact_set",
        "subject_fact_sets",
        ["fact_set_id", "subject"],
        unique=False,
        sqlite_where=sa.text("until_at IS NULL"),
        postgresql_where=sa.text("until_at IS NULL"),
    )
    op.create_index("ix_subject_fact_sets_subject", "subject_fact_sets", ["subject", "from_at"], unique=False)
    op.create_index(
        "uq_subject_fact_sets_current",
        "subject_fact_sets",
        ["subject"],
        unique=True,
        sqlite_where=sa.text("until_at IS NULL"),
        postgresql_where=sa.text("until_at IS NULL"),
    )
    op.create_table(
        "tokens",
        sa.Column("id", Key, nullable=False),
        sa.Column("person_id", Key, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("premises", Document, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_tokens_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("sha256", name=op.f("uq_tokens_sha256")),
    )
    op.create_table(
        "overdue_notices",
        sa.Column("menu_id", Key, nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["menu_id"], ["menus.id"], name=op.f("fk_overdue_notices_menu_id_menus")),
        sa.UniqueConstraint("menu_id", "due_at", name=op.f("uq_overdue_notices_menu_id_due_at")),
    )
    op.create_table(
        "threat_changes",
        sa.Column("id", Key, nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("premises_id", sa.String(length=80), nullable=True),
        sa.Column("level", Level(ThreatLevel), nullable=True),
        sa.Column("previous_level", Level(ThreatLevel), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("source", sa.String(length=210), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("effective_at", Instant(), nullable=False),
        sa.Column("reading_id", Key, nullable=True),
        sa.Column("requested_by", Key, nullable=True),
        sa.Column("requested_at", Instant(), nullable=False),
        sa.Column("decided_by", Key, nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_threat_changes_decided_by_people")),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_threat_changes_premises_id_premises")),
        sa.ForeignKeyConstraint(["reading_id"], ["readings.id"], name=op.f("fk_threat_changes_reading_id_readings")),
        sa.ForeignKeyConstraint(["requested_by"], ["people.id"], name=op.f("fk_threat_changes_requested_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threat_changes")),
    )
    op.create_index(op.f("ix_threat_changes_status"), "threat_changes", ["status"], unique=False)
    op.create_table(
        "triggers",
        sa.Column("id", Key, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("adoption_id", Key, nullable=False),
        sa.Column("whole_estate", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["adoption_id"], ["adoptions.id"], name=op.f("fk_triggers_adoption_id_adoptions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triggers")),
    )
    op.create_index("ix_triggers_reference", "triggers", ["kind", "reference"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", Key, nullable=False),
        sa.Column("trigger_id", Key, nullable=False),
        sa.Column("fact_set_id", Key, nullable=False),
        sa.Column("previous_menu_id", Key, nullable=True),
        sa.Column("previous_level", Level(ResponseLevel), nullable=True),
        sa.Column("menu_id", Key, nullable=False),
        sa.Column("response_level", Level(ResponseLevel), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("winner", sa.String(length=40), nullable=False),
        sa.Column("candidates", Document, nullable=False),
        sa.Column("facts", Document, nullable=False),
        sa.Column("degraded", sa.Boolean(), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("evaluator", sa.String(length=20), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["fact_set_id"], ["fact_sets.id"], name=op.f("fk_decisions_fact_set_id_fact_sets")),
        sa.ForeignKeyConstraint(["menu_id"], ["menus.id"], name=op.f("fk_decisions_menu_id_menus")),
        sa.ForeignKeyConstraint(["previous_menu_id"], ["menus.id"], name=op.f("fk_decisions_previous_menu_id_menus")),
        sa.ForeignKeyConstraint(["trigger_id"], ["triggers.id"], name=op.f("fk_decisions_trigger_id_triggers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_fact_set_id", "decisions", ["fact_set_id", "id"], unique=False)
    op.create_index(
        "ix_decisions_trigger_id", "decisions", ["trigger_id", "fact_set_id", "previous_menu_id"], unique=False
    )
    op.create_table(
        "threat_levels",
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("premises_id", sa.String(length=80), nullable=False),
        sa.Column("level", Level(ThreatLevel), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("source", sa.String(length=210), nullable=False),
        sa.Column("last_confirmed_at", Instant(), nullable=False),
        sa.Column("change_id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["threat_changes.id"], name=op.f("fk_threat_levels_change_id_threat_changes")
        ),
        sa.UniqueConstraint("scope", "premises_id", name=op.f("uq_threat_levels_scope_premises_id")),
    )
    op.create_table(
        "acknowledgements",
        sa.Column("id", Key, nullable=False),
        sa.Column("premises_id", sa.String(length=80), nullable=False),
        sa.Column("decision_id", Key, nullable=False),
        sa.Column("person_id", Key, nullable=False),
        sa.Column("briefed", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_acknowledgements_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_acknowledgements_person_id_people")),
        sa.ForeignKeyConstraint(
            ["premises_id"], ["premises.id"], name=op.f("fk_acknowledgements_premises_id_premises")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgements")),
    )
    op.create_index("ix_acknowledgements_premises_id", "acknowledgements", ["premises_id", "at"], unique=False)
    op.create_table(
        "checklists",
        sa.Column("id", Key, nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("response_level", Level(ResponseLevel), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("menu_id", Key, nullable=False),
        sa.Column("decision_id", Key, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("superseded_at", Instant(), nullable=True),
        sa.Column("superseded_by", Key, nullable=True),
        sa.Column("review_prompted_at", Instant(), nullable=True),
        sa.Column("holder", sa.String(length=200), nullable=True),
        sa.Column("signed_off_by", Key, nullable=True),
        sa.Column("signed_off_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_checklists_decision_id_decisions")),
        sa.ForeignKeyConstraint(["menu_id"], ["menus.id"], name=op.f("fk_checklists_menu_id_menus")),
        sa.ForeignKeyConstraint(["signed_off_by"], ["people.id"], name=op.f("fk_checklists_signed_off_by_people")),
        sa.ForeignKeyConstraint(["superseded_by"], ["triggers.id"], name=op.f("fk_checklists_superseded_by_triggers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklists")),
    )
    op.create_index("ix_checklists_decision_id", "checklists", ["decision_id"], unique=False)
    op.create_index("ix_checklists_subject", "checklists", ["subject", "kind", "issued_at"], unique=False)
    op.create_index("ix_checklists_superseded_by", "checklists", ["superseded_by"], unique=False)
    op.create_index(
        "uq_checklists_current",
        "checklists",
        ["subject", "kind"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    refusals.create(op.get_bind())


def downgrade() -> None:
    """Take it all away again."""
    refusals.drop(op.get_bind())
    for table in TABLES:
        op.drop_table(table)
