"""What sources said."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from service.api.shapes.fields import (
    Given,
    GivenInstant,
    Id,
    Instant,
    Line,
    Reason,
    ScopeName,
    Shown,
    Text,
    ThreatLevelName,
)
from service.api.shapes.threat import ThreatChange


class ReadingWish(Given):
    """What a force's own channel says."""

    scope: Literal["national", "northern_ireland", "police_sector", "force"]
    level: ThreatLevelName
    stamp: Annotated[Line, Field(description="How the source itself names this statement")] = ""
    stamped_at: GivenInstant | None = None
    note: Text = ""


class RejectionWish(Given):
    """Why a held reading is not believed."""

    reason: Reason


class Reading(Shown):
    """What a source said, and what became of it."""

    id: Id
    status: Literal["unchanged", "accepted", "held", "unreadable", "rejected", "superseded"]
    reason: str
    source: str
    scope: ScopeName
    level: ThreatLevelName | None
    stamp: str
    stamped_at: Instant | None
    received_at: Instant
    last_seen_at: Instant
    hold_until: Annotated[Instant | None, Field(description="When a held rise comes into force in any case")]
    decided_at: Instant | None
    sha256: str


class ReadingWithBody(Reading):
    """A reading and the body it came in."""

    body: str


class ConfirmedReading(Reading):
    """A reading that a person confirmed, and the change that it became."""

    threat_change: ThreatChange


class ReadingPage(Shown):
    """Readings, newest first."""

    items: list[Reading]
    next: Id | None
