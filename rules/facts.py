"""The vocabulary of facts: every name a rule or an option may read, and the values it may have.

All facts are enumerated strings. A premises' headcount is read only by threshold, so that a fact set
holds outcomes of conditions and never identifies a premises.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from rules.levels import NOT_SET, ResponseLevel, Scope, ThreatLevel

YES_NO = ("no", "yes")
KINDS = (
    "hq", "station", "front_counter", "custody", "control_room", "armoury",
    "vehicle_compound", "workshop", "training", "office", "partner_site",
)  # fmt: skip
FLAGS = (
    "public_access", "staffed", "staffed_24h", "shared", "lockdown_capable", "mail_handling", "cctv",
    "parking",
)  # fmt: skip
RISK_CATEGORIES = ("low", "medium", "high")
OVERRIDE_KINDS = ("raise", "hold", "lower")
SUBJECTS = ("premises", "force")

RESPONSE_LEVELS = tuple(level.name for level in ResponseLevel)
THREAT_VALUES = (NOT_SET, *(level.name for level in ThreatLevel))

_DOMAINS: dict[str, tuple[str, ...]] = {
    **{f"threat.{scope.value}": THREAT_VALUES for scope in Scope},
    **{f"override.{kind}": ("none", *RESPONSE_LEVELS) for kind in OVERRIDE_KINDS},
    **{f"premises.kind.{kind}": YES_NO for kind in KINDS},
    **{f"premises.{flag}": YES_NO for flag in FLAGS},
    "premises.risk_category": RISK_CATEGORIES,
    "premises.minimum_response_level": RESPONSE_LEVELS,
    "response_level": RESPONSE_LEVELS,
    "subject": SUBJECTS,
}
_THRESHOLD = re.compile(r"premises\.headcount_at_least\.([1-9][0-9]{0,4})")


def domain(fact: str) -> tuple[str, ...]:
    """Every value that ``fact`` may have, mildest first where there is an order.

    Raises KeyError when no such fact exists.
    """
    if _THRESHOLD.fullmatch(fact):
        return YES_NO
    return _DOMAINS[fact]


def is_fact(fact: str) -> bool:
    """Whether a rule or an option may read ``fact``."""
    return fact in _DOMAINS or _THRESHOLD.fullmatch(fact) is not None


def unknown_fact(name: str) -> str:
    """What to tell the author of a policy file who wrote ``name`` where a fact is asked for."""
    near = get_close_matches(name, _DOMAINS, n=3)
    return f"unknown fact {name!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")


def headcount_threshold(fact: str) -> int | None:
    """How many people a ``premises.headcount_at_least.N`` fact asks for; None for other facts."""
    match = _THRESHOLD.fullmatch(fact)
    return int(match[1]) if match else None


def default(fact: str) -> str:
    """The mildest value of ``fact``: a threat level not set, no override, ``no``, ``low``, ``NORMAL``."""
    return domain(fact)[0]


def in_words(fact: str, value: str) -> str:
    """Plain English for "``fact`` is ``value``", such as "the national threat level is CRITICAL"."""
    family, _, name = fact.partition(".")
    shown = value.replace("_", " ")
    if family == "threat":
        scope = "threat level of this premises" if name == "premises" else f"{name.replace('_', ' ')} threat level"
        return f"the {scope} is {shown}"
    if family == "override":
        return _override_in_words(name, shown)
    threshold = headcount_threshold(fact)
    if threshold is not None:
        return f"the premises has {threshold} people or more: {shown}"
    attribute = (name or family).replace(".", " ").replace("_", " ")
    return f"the {attribute} of the premises is {shown}"


def _override_in_words(kind: str, value: str) -> str:
    if value == "none":
        return f"there is no {kind} override"
    return {
        "raise": f"an override raises this premises to {value} or above",
        "hold": f"an override holds this premises at {value} or above",
        "lower": f"an approved override lowers this premises to {value}",
    }[kind]
