"""The words that commands take as arguments: levels, scopes, instants."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from rules.levels import NOT_SET, ResponseLevel, Scope, ThreatLevel
from service.clock import parse_rfc3339


class InstantType(click.ParamType[datetime]):
    """An RFC 3339 instant."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The instant that ``value`` writes; anything else is a fault of usage."""
        try:
            return value if isinstance(value, datetime) else parse_rfc3339(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class _Name(click.Choice[str]):
    """One of the names of an enumeration, in any capitals."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(names, case_sensitive=False)


INSTANT = InstantType()
SCOPE = _Name([scope.value for scope in Scope])
THREAT_LEVEL = _Name([*(level.name for level in ThreatLevel), NOT_SET])
RESPONSE_LEVEL = _Name([level.name for level in ResponseLevel])


def threat_level(name: str) -> ThreatLevel | None:
    """The level of that name, None for ``not_set``."""
    return None if name == NOT_SET else ThreatLevel[name]
