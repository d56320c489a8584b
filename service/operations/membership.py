"""Keeping each premises in the fact set that its register row, overrides and own threat level put it in."""

from __future__ import annotations

from collections.abc import Collection

from service.operations.context import Context
from service.operations.profiles import force_profile, profile
from service.store import estate, overrides, threat
from service.store.tables import FORCE
from service.store.transactions import Reader, Writer


def profiles_of(context: Context, reader: Reader, ids: Collection[str] | None = None) -> dict[str, dict[str, str]]:
    """The profile, as it should be now, of each open premises (of ``ids``, or of all)."""
    in_force = overrides.levels_in_force(overrides.active(reader, ids))
    threats = threat.of_premises(reader)
    shared: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
    found = {}
    for row in estate.open_premises(reader, ids):
        facts = profile(context.policy.facts_read, row, in_force.get(row["id"], {}), threats.get(row["id"]))
        found[row["id"]] = shared.setdefault(tuple(facts.items()), facts)
    return found


def refresh(context: Context, writer: Writer, ids: Collection[str] | None = None) -> int:
    """Move every premises (of ``ids``, or all, and with all the force) to its right fact set; gives how many moved."""
    profiles = profiles_of(context, writer, ids)
    if ids is None:
        profiles[FORCE] = force_profile(context.policy.facts_read)
    return estate.enter_fact_sets(writer, profiles)
