"""Every table, one module per part, in the order in which an item reaches them.

History is kept as dated intervals: a row is in force from its first instant until the second, and a row whose second
instant is empty is in force now. An interval row is ended, never rewritten.
"""

from __future__ import annotations

from service.store.tables.accounts import accounts, sessions, sign_in_failures
from service.store.tables.base import metadata
from service.store.tables.checklists import ad_hoc_items, checklists, item_states, overdue_notices
from service.store.tables.decisions import adoptions, decisions, menus, policies, triggers
from service.store.tables.estate import FORCE, fact_sets, premises, subject_fact_sets
from service.store.tables.people import idempotency_keys, people, tokens
from service.store.tables.record import audit_details, audit_entries, events, head, row_digests
from service.store.tables.threat import feeds, readings, threat_changes, threat_levels
from service.store.tables.webhooks import (
    deliveries,
    delivery_attempts,
    fan_out,
    webhook_scopes,
    webhook_secrets,
    webhooks,
)
from service.store.tables.word import acknowledgement_notices, acknowledgements, overrides, requests
from service.store.tables.worker import jobs, record_checks

__all__ = [
    "FORCE",
    "accounts",
    "acknowledgement_notices",
    "acknowledgements",
    "ad_hoc_items",
    "adoptions",
    "audit_details",
    "audit_entries",
    "checklists",
    "decisions",
    "deliveries",
    "delivery_attempts",
    "events",
    "fact_sets",
    "fan_out",
    "feeds",
    "head",
    "idempotency_keys",
    "item_states",
    "jobs",
    "menus",
    "metadata",
    "overdue_notices",
    "overrides",
    "people",
    "policies",
    "premises",
    "readings",
    "record_checks",
    "requests",
    "row_digests",
    "sessions",
    "sign_in_failures",
    "subject_fact_sets",
    "threat_changes",
    "threat_levels",
    "tokens",
    "triggers",
    "webhook_scopes",
    "webhook_secrets",
    "webhooks",
]
