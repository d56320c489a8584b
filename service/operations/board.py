"""The estate board: where the whole estate stands, in one look, over what the asker may see."""

from __future__ import annotations

from typing import Any

from rules.levels import ResponseLevel, Scope
from service.operations import access
from service.operations.answers import instant
from service.operations.context import Context
from service.operations.districts import districts, most_behind
from service.operations.feed_health import is_stale
from service.operations.people import Principal
from service.operations.policy_reviews import reviews_due
from service.operations.premises_filter import RUNS_OUT_WITHIN
from service.operations.progress import PROGRESS
from service.store import levels, overrides, readings, requests, threat, webhooks
from service.store.transactions import Reader

MOST_BEHIND = 10
"""Premises that the board names as furthest behind."""

_PUBLIC = (Scope.NATIONAL, Scope.NORTHERN_IRELAND)


def board(context: Context, principal: Principal) -> dict[str, Any]:
    """The whole board: the ``estate``, its ``districts``, and those most ``behind``, all from one snapshot."""
    with context.store.one_snapshot(), context.store.read() as reader:
        by_district = districts(context, reader, principal.sight)
        return {
            "estate": _estate(context, reader, principal, by_district),
            "districts": by_district,
            "behind": most_behind(context, principal, limit=MOST_BEHIND)["items"],
        }


def estate(context: Context, principal: Principal) -> dict[str, Any]:
    """The estate by itself, from what is stored alone: it answers while feed, worker or engine fail.

    Premises by response level, the threat levels, progress and overdue items, ``told`` and ``not_yet`` (premises whose
    present level somebody acknowledged, or nobody; in this shift, where the premises asks for that), what waits,
    ``overrides_expiring`` within 24 hours, the feeds, the level of the force itself, webhooks by state (a disabled one
    is told nothing), and what of the policy is due to be reviewed.
    """
    with context.store.read() as reader:
        return _estate(context, reader, principal, districts(context, reader, principal.sight))


def _estate(
    context: Context, reader: Reader, principal: Principal, by_district: list[dict[str, Any]]
) -> dict[str, Any]:
    sight = principal.sight
    total = {name: sum(district[name] for district in by_district) for name in ("premises", "told", *PROGRESS)}
    force = levels.force_level(reader)
    return {
        "response_levels": {
            level.name: sum(district["response_levels"][level.name] for district in by_district)
            for level in ResponseLevel
        },
        "premises": total["premises"],
        "force_response_level": force and force.name,
        "threat_levels": _threat_levels(reader, principal),
        "progress": {name: total[name] for name in PROGRESS if name != "overdue"},
        "overdue": total["overdue"],
        "told": total["told"],
        "not_yet": total["premises"] - total["told"],
        "waiting": {
            "requests": len(requests.all_waiting(reader, sight)),
            "readings": len(readings.held(reader)),
        },
        "overrides_expiring": overrides.expiring(reader, sight, reader.at + RUNS_OUT_WITHIN),
        "feed": _feeds(context, reader),
        "webhooks": webhooks.counts(reader),
        "policy_reviews_due": list(reviews_due(context.policy, reader.at).values()),
    }


def _threat_levels(reader: Reader, principal: Principal) -> list[dict[str, Any]]:
    shown = set(Scope) if access.sees_protected_scopes(principal) else set(_PUBLIC)
    return [
        {
            "scope": row["scope"],
            "level": row["level"].name,
            "since": instant(row["since"]),
            "last_confirmed_at": instant(row["last_confirmed_at"]),
        }
        for row in threat.all_present(reader)
        if Scope(row["scope"]) in shown - {Scope.PREMISES}
    ]


def _feeds(context: Context, reader: Reader) -> list[dict[str, Any]]:
    return [
        {
            "source": row["source"],
            "last_read_at": instant(row["last_read_at"]),
            "failures": row["failures"],
            "stale": is_stale(row, reader.at, context.settings.feed_interval),
        }
        for row in readings.all_feeds(reader)
    ]
