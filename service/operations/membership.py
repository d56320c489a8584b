"""Keeping each premises in the fact set that its register row, overrides and own threat level put it in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from service.operations.context import Context
from service.operations.profiles import force_profile, profile, shape
from service.store import estate, overrides, threat
from service.store.tables import FORCE
from service.store.transactions import Reader, Writer
from service.store.types import Row


def profiles_of(context: Context, reader: Reader, ids: Collection[str] | None = None) -> dict[str, dict[str, str]]:
    """The profile, as it should be now, of each open premises (of ``ids``, or of all)."""
    return profiles_from(context, reader, estate.open_premises(reader, ids), overrides.active(reader, ids))


def profiles_from(
    context: Context, reader: Reader, rows: Iterable[Mapping[Any, Any]], in_force: Collection[Row]
) -> dict[str, dict[str, str]]:
    """The profiles that register ``rows`` would have with the overrides ``in_force``. Alike premises share one."""
    levels = overrides.levels_in_force(in_force)
    threats = threat.of_premises(reader)
    read = context.policy.facts_read
    shared: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
    by_shape: dict[tuple[object, ...], dict[str, str]] = {}
    found = {}
    for row in rows:
        raised, threatened = levels.get(row["id"], {}), threats.get(row["id"])
        key = (threatened, *raised.items(), *shape(read, row))
        if key not in by_shape:
            facts = profile(read, row, raised, threatened)
            by_shape[key] = shared.setdefault(tuple(facts.items()), facts)
        found[row["id"]] = by_shape[key]
    return found


def refresh(context: Context, writer: Writer, ids: Collection[str] | None = None) -> int:
    """Move every premises (of ``ids``, or all, and with all the force) to its right fact set; gives how many moved."""
    profiles = profiles_of(context, writer, ids)
    if ids is None:
        profiles[FORCE] = force_profile(context.policy.facts_read)
    return estate.enter_fact_sets(writer, profiles)
