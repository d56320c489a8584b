"""Threat levels and threat changes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from service.api.shapes.fields import (
    Count,
    Given,
    GivenInstant,
    Id,
    Instant,
    PremisesId,
    Reason,
    ScopeName,
    Shown,
    ShownThreat,
    Text,
    ThreatValue,
)


class ThreatChangeWish(Given):
    """The level that a scope is to have, and why."""

    scope: ScopeName
    level: Annotated[ThreatValue, Field(description="`not_set` takes a level away; the national one never goes")]
    reason: Reason
    reference: Text = ""
    premises_id: Annotated[PremisesId | None, Field(description="For the scope `premises`, and for no other")] = None
    effective_at: Annotated[
        GivenInstant | None, Field(description="Neither in the future nor before the present level's own start")
    ] = None


class LevelCounts(Shown):
    """Premises at each response level."""

    NORMAL: Count
    HEIGHTENED: Count
    EXCEPTIONAL: Count


class StaffHours(Shown):
    """Staff-hours per day that the lists ask for, over the premises decided about."""

    before: float
    after: float


class Effect(Shown):
    """What a change does to the premises that the caller may see."""

    premises: Annotated[Count, Field(description="Decided about")]
    changed: Count
    raised: Count
    lowered: Count
    response_levels: LevelCounts
    checklists_issued: Count
    items: Annotated[Count, Field(description="Items on the lists that were issued")]
    staff_hours_per_day: StaffHours


class ThreatChangeShown(Shown):
    """A threat change, in force or waiting for its second person."""

    id: Id
    status: Literal["accepted", "awaiting_second_person", "withdrawn"]
    scope: ScopeName
    premises_id: PremisesId | None
    level: ShownThreat
    previous_level: ShownThreat
    source: str
    reason: str
    reference: str
    effective_at: Instant
    requested_at: Instant
    decided_at: Instant | None


class ThreatChange(ThreatChangeShown):
    """A threat change and, once it is in force, what it did."""

    effect: Effect | None = None


class UnchangedThreat(Shown):
    """The same level again: noted as confirmed, nothing issued. ``id`` is the change that set it."""

    id: Id | None
    status: Literal["unchanged"]
    scope: ScopeName
    level: ShownThreat


class ThreatChangePage(Shown):
    """Threat changes, newest first, without what they did."""

    items: list[ThreatChangeShown]
    next: Id | None
