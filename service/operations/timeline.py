"""How the national threat level and the response levels went, change by change."""

from __future__ import annotations

from typing import Any

from rules.levels import Scope
from service.operations.answers import instant, level_name
from service.operations.context import Context
from service.operations.people import Principal
from service.operations.threat import ACCEPTED
from service.store import threat_history as store
from service.store.transactions import INSTANT

MOST = 20
"""Changes that are shown."""

_READ = 200


def timeline(context: Context, principal: Principal) -> dict[str, Any]:
    """The last national threat changes in force, oldest first.

    Each with its ``level``, ``at`` which it was accepted, its ``source`` and ``reason``, and ``response_levels``: how
    many premises (of those one may see now) stood at each just after. ``until`` is the present instant.
    """
    with context.store.read() as reader:
        rows = [
            row
            for row in store.changes(reader, principal.sight, None, _READ)
            if row["scope"] == Scope.NATIONAL and row["status"] == ACCEPTED
        ][:MOST]
        items = []
        for row in reversed(rows):
            at = row["decided_at"] or row["requested_at"]
            counts = store.level_counts_before(reader, principal.sight, at + INSTANT)
            items.append(
                {
                    "id": row["id"],
                    "level": level_name(row["level"]),
                    "at": instant(at),
                    "source": row["source"],
                    "reason": row["reason"],
                    "response_levels": {level.name: count for level, count in counts.items()},
                }
            )
        return {"items": items, "until": instant(reader.at)}
