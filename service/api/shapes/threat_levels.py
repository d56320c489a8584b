"""The present threat levels."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.api.shapes.fields import Instant, PremisesId, ScopeName, Shown, ThreatValue


class ThreatLevelShown(Shown):
    """The level of one scope; ``premises_id`` only where a premises has a level of its own."""

    scope: ScopeName
    premises_id: PremisesId | None
    level: ThreatValue
    since: Instant | None
    source: str | None
    last_confirmed_at: Instant | None
    stale: Annotated[bool, Field(description="The feed that speaks of it is silent or unreadable; the level stays")]
    note: Annotated[str | None, Field(description="Where a level set by hand differs from what the sources say")]


class ThreatLevels(Shown):
    """The level of every scope that the caller may see."""

    items: list[ThreatLevelShown]
