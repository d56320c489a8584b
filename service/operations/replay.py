"""Replaying a dated history of threat changes, by the real operations on a scratch store.

The site has no inputs but the threat levels, so that what comes out is the rulebook's answer to history and nothing
else. The scratch store lives in a temporary folder, and its clock is set to each date in turn.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from rules.levels import Scope, ThreatLevel
from service.clock import rfc3339
from service.config import Settings
from service.operations.adopting import adopt
from service.operations.answers import level_name
from service.operations.context import Context
from service.operations.history import HistoryRow
from service.operations.people import SYSTEM
from service.operations.policy import Policy
from service.operations.register import get_premises, put_premises
from service.operations.threat import ThreatWish, set_level
from service.store.migrate import upgrade
from service.store.transactions import Store

SITE = "site"


class SetClock:
    """A clock that stands where it was last set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The instant that was set."""
        return self.at


def replay(rows: Sequence[HistoryRow], policy: Policy, settings: Settings) -> dict[str, Any]:
    """What a site came to at each row of a history that has at least one row and is in order of time.

    Gives ``items`` (``effective_at``, ``scope``, ``level``, ``response_level``, ``changed``: whether that differs from
    the row before, ``note``, ``source``) and the totals ``records``, ``changes`` (rows whose scope had another level
    before; the first of a scope only establishes it) and ``response_level_changes``.
    """
    with _scratch(rows[0].effective_at, policy, settings) as (context, clock):
        items = [_step(context, clock, row) for row in rows]
    for before, item in pairwise(items):
        item["changed"] = item["response_level"] != before["response_level"]
    return {
        "records": len(items),
        "changes": _changes(rows),
        "response_level_changes": sum(item["changed"] for item in items),
        "items": items,
    }


@contextmanager
def _scratch(first: datetime, policy: Policy, settings: Settings) -> Iterator[tuple[Context, SetClock]]:
    with tempfile.TemporaryDirectory(prefix="opq-replay-") as folder:
        url = f"sqlite:///{Path(folder) / 'scratch.db'}"
        upgrade(url)
        clock = SetClock(first - timedelta(days=1))
        store = Store(url, clock, b"")
        context = Context(store, policy, settings.model_copy(update={"falls_need_two": False}))
        try:
            adopt(context)
            put_premises(context, SYSTEM, SITE, {"name": "A site on which only threat levels bear"})
            yield context, clock
        finally:
            store.close()


def _step(context: Context, clock: SetClock, row: HistoryRow) -> dict[str, Any]:
    clock.at = row.effective_at
    premises_id = SITE if row.scope is Scope.PREMISES else None
    wish = ThreatWish(row.scope, row.level, row.note or "replayed", row.source, premises_id)
    set_level(context, SYSTEM, wish)
    return {
        "effective_at": rfc3339(row.effective_at),
        "scope": row.scope.value,
        "level": level_name(row.level),
        "response_level": get_premises(context, SYSTEM, SITE)["response_level"],
        "changed": False,
        "note": row.note,
        "source": row.source,
    }


def _changes(rows: Sequence[HistoryRow]) -> int:
    present: dict[Scope, ThreatLevel | None] = {}
    changes = 0
    for row in rows:
        changes += row.scope in present and present[row.scope] != row.level
        present[row.scope] = row.level
    return changes
