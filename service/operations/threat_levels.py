"""The present threat levels, as those may see them who ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.levels import Scope
from service.operations import access, feed_health
from service.operations.answers import instant, level_name
from service.operations.context import Context
from service.operations.people import Principal
from service.operations.threat import BY_HAND
from service.store import estate, readings, threat
from service.store.transactions import Reader
from service.store.types import Row

PUBLIC = (Scope.NATIONAL, Scope.NORTHERN_IRELAND)
"""The scopes that the public feed speaks of, and that everybody may see."""


def threat_levels(context: Context, principal: Principal) -> dict[str, Any]:
    """Every scope's level, ``not_set`` where it has none; of premises only those with a level of their own.

    ``stale`` says that the feed which speaks of the scope is silent or unreadable, so that ``last_confirmed_at`` lags;
    ``note`` says where a level set by hand differs from what the sources say.
    """
    protected = access.sees_protected_scopes(principal)
    with context.store.read() as reader:
        stale = any(
            feed_health.is_stale(feed, reader.at, context.settings.feed_interval) for feed in readings.all_feeds(reader)
        )
        items = [
            _item(reader, scope, level, stale and scope in PUBLIC)
            for scope, level in _levels(reader, principal)
            if protected or scope in PUBLIC
        ]
    return {"items": items}


def _levels(reader: Reader, principal: Principal) -> Iterator[tuple[Scope, Row | None]]:
    present = threat.all_present(reader)
    of_premises = [row["premises_id"] for row in present if row["premises_id"]]
    shown = {"", *estate.visible_of(reader, principal.sight, of_premises)}
    for scope in Scope:
        rows = [row for row in present if row["scope"] == scope and row["premises_id"] in shown]
        yield from ((scope, row) for row in rows)
        if not rows:
            yield scope, None


def _item(reader: Reader, scope: Scope, level: Row | None, stale: bool) -> dict[str, Any]:
    return {
        "scope": scope.value,
        "premises_id": (level["premises_id"] or None) if level else None,
        "level": level_name(level["level"] if level else None),
        "since": instant(level["since"]) if level else None,
        "source": level["source"] if level else None,
        "last_confirmed_at": instant(level["last_confirmed_at"]) if level else None,
        "stale": stale,
        "note": _note(reader, scope, level) if level else None,
    }


def _note(reader: Reader, scope: Scope, level: Row) -> str | None:
    said = [row["level"] for row in readings.latest(reader, scope)]
    if level["source"] != BY_HAND or level["premises_id"] or not said:
        return None
    if max(said) < level["level"]:
        return "feed has not caught up"
    if min(said) > level["level"]:
        return f"set by hand below what sources say ({min(said).name})"
    return None
