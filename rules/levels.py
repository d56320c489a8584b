"""Threat levels, response levels and scopes, with their order. Everything else speaks in these words."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class ThreatLevel(IntEnum):
    """The likelihood of an attack as JTAC or MI5 publishes it, least severe first."""

    LOW = 1
    MODERATE = 2
    SUBSTANTIAL = 3
    SEVERE = 4
    CRITICAL = 5


class ResponseLevel(IntEnum):
    """The security posture of a premises (published JTAC response level table), least severe first."""

    NORMAL = 1
    HEIGHTENED = 2
    EXCEPTIONAL = 3


class Scope(StrEnum):
    """What a threat level speaks of. Scopes are independent of each other."""

    NATIONAL = "national"
    NORTHERN_IRELAND = "northern_ireland"
    POLICE_SECTOR = "police_sector"
    FORCE = "force"
    PREMISES = "premises"


NOT_SET = "not_set"
"""The fact of a scope for which no threat level is known."""
