"""The answers that more than one operation gives, as plain JSON data in the words of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rules.levels import Scope, ThreatLevel
from service.clock import rfc3339
from service.operations import access
from service.operations.effect import Effect
from service.operations.people import Principal

PROTECTED = "protected input"


def instant(value: datetime | None) -> str | None:
    """RFC 3339, or null."""
    return None if value is None else rfc3339(value)


def level_name(level: ThreatLevel | None) -> str:
    """The level's name, or ``not_set``."""
    return "not_set" if level is None else level.name


def effect_answer(effect: Effect) -> dict[str, Any]:
    """An effect in the words of the contract."""
    return {
        "premises": effect.premises,
        "changed": effect.changed,
        "raised": effect.raised,
        "lowered": effect.lowered,
        "response_levels": {level.name: count for level, count in effect.response_levels.items()},
        "checklists_issued": effect.checklists_issued,
        "items": effect.items,
        "staff_hours_per_day": {
            "before": float(effect.staff_hours_per_day_before),
            "after": float(effect.staff_hours_per_day_after),
        },
    }


def threat_change_answer(change: Mapping[Any, Any], principal: Principal) -> dict[str, Any]:
    """A threat change, without its effect. Scopes that the principal may not see show no level."""
    shown = access.sees_protected_scopes(principal) or change["scope"] in (Scope.NATIONAL, Scope.NORTHERN_IRELAND)
    return {
        "id": change["id"],
        "status": change["status"],
        "scope": change["scope"],
        "premises_id": change.get("premises_id"),
        "level": level_name(change["level"]) if shown else PROTECTED,
        "previous_level": level_name(change["previous_level"]) if shown else PROTECTED,
        "source": change["source"],
        "reason": change["reason"],
        "reference": change["reference"],
        "effective_at": rfc3339(change["effective_at"]),
        "requested_at": rfc3339(change["requested_at"]),
        "decided_at": instant(change.get("decided_at")),
    }


def reading_answer(reading: Mapping[Any, Any]) -> dict[str, Any]:
    """A reading, without its body. An unreadable one has no level (null)."""
    level = reading["level"]
    return {
        "id": reading["id"],
        "status": reading["status"],
        "reason": reading["reason"],
        "source": reading["source"],
        "scope": reading["scope"],
        "level": None if level is None else level.name,
        "stamp": reading["stamp"],
        "stamped_at": instant(reading["stamped_at"]),
        "received_at": rfc3339(reading["received_at"]),
        "last_seen_at": rfc3339(reading["last_seen_at"]),
        "hold_until": instant(reading["hold_until"]),
        "decided_at": instant(reading["decided_at"]),
        "sha256": reading["sha256"],
    }
