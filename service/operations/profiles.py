"""The profile of a subject: the facts of its own that the loaded rules and options read, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from rules.facts import FLAGS, KINDS, OVERRIDE_KINDS, headcount_threshold
from rules.levels import NOT_SET, ResponseLevel, Scope, ThreatLevel

GLOBAL_SCOPES = (Scope.NATIONAL, Scope.NORTHERN_IRELAND, Scope.POLICE_SECTOR, Scope.FORCE)
"""Scopes that are one and the same for every subject, and so no part of a profile."""

_NOT_OF_A_PROFILE = frozenset({*(f"threat.{scope.value}" for scope in GLOBAL_SCOPES), "response_level"})


_ATTRIBUTES = ("risk_category", "minimum_response_level", *FLAGS)


def shape(facts_read: frozenset[str], premises: Mapping[Any, Any]) -> tuple[object, ...]:
    """What of a register row its profile depends on: rows of one shape have one profile, overrides and threat alike."""
    steps = [premises["headcount"] >= threshold for _, threshold in _own_facts(facts_read) if threshold is not None]
    return (*(premises[name] for name in _ATTRIBUTES), *premises["kinds"], *steps)


def profile(
    facts_read: frozenset[str],
    premises: Mapping[Any, Any],
    overrides: Mapping[str, ResponseLevel],
    threat: ThreatLevel | None,
) -> dict[str, str]:
    """The profile of a premises from its register row, its overrides in force by kind, and its own threat level."""
    values = {
        "subject": "premises",
        "threat.premises": _name(threat, NOT_SET),
        "premises.risk_category": premises["risk_category"],
        "premises.minimum_response_level": premises["minimum_response_level"].name,
        **{f"override.{kind}": _name(overrides.get(kind), "none") for kind in OVERRIDE_KINDS},
        **{f"premises.{flag}": _yes_no(premises[flag]) for flag in FLAGS},
        **{f"premises.kind.{kind}": _yes_no(kind in premises["kinds"]) for kind in KINDS},
    }
    return _read(facts_read, values, premises["headcount"])


def force_profile(facts_read: frozenset[str]) -> dict[str, str]:
    """The profile of the force itself: no premises' attributes, no overrides."""
    values = {
        "subject": "force",
        "threat.premises": NOT_SET,
        "premises.risk_category": "low",
        "premises.minimum_response_level": ResponseLevel.NORMAL.name,
        **{f"override.{kind}": "none" for kind in OVERRIDE_KINDS},
        **{f"premises.{flag}": "no" for flag in FLAGS},
        **{f"premises.kind.{kind}": "no" for kind in KINDS},
    }
    return _read(facts_read, values, 0)


def _read(facts_read: frozenset[str], values: Mapping[str, str], headcount: int) -> dict[str, str]:
    return {
        fact: values[fact] if threshold is None else _yes_no(headcount >= threshold)
        for fact, threshold in _own_facts(facts_read)
    }


@cache
def _own_facts(facts_read: frozenset[str]) -> tuple[tuple[str, int | None], ...]:
    return tuple((fact, headcount_threshold(fact)) for fact in sorted(facts_read - _NOT_OF_A_PROFILE))


def threat_facts(levels: Mapping[Scope, ThreatLevel]) -> dict[str, str]:
    """The facts of the scopes that all subjects share; a scope without a level is ``not_set``."""
    return {f"threat.{scope.value}": _name(levels.get(scope), NOT_SET) for scope in GLOBAL_SCOPES}


def _name(level: ThreatLevel | ResponseLevel | None, otherwise: str) -> str:
    return otherwise if level is None else level.name


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"
