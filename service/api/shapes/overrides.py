"""Overrides, and what waits for a second person."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.api.shapes.fields import (
    Asked,
    Given,
    GivenInstant,
    Id,
    Instant,
    PremisesId,
    Reason,
    ResponseLevelName,
    Shown,
    Text,
)

Kind = Literal["raise", "hold", "lower"]


class OverrideWish(Given):
    """How a premises is to vary from the rules, why, and until when (at most 90 days)."""

    kind: Annotated[Kind, Field(description="raise: a floor. hold: a floor at the present level. lower: a ceiling")]
    reason: Reason
    expires_at: GivenInstant
    response_level: Annotated[ResponseLevelName | None, Field(description="Not for a hold")] = None


class Override(Shown):
    """An override of the level of one premises."""

    id: Id
    premises_id: PremisesId
    kind: Kind
    response_level: ResponseLevelName
    reason: str
    state: Literal["awaiting_second_person", "active", "ended", "expired", "withdrawn"]
    end_reason: str | None
    created_by: str | None
    approved_by: str | None
    ended_by: str | None
    created_at: Instant
    expires_at: Instant
    approved_at: Instant | None
    ended_at: Instant | None


class EndingOverride(Override):
    """An override, and the request that waits where its end would lower the premises."""

    request: Id


class OverridePage(Shown):
    """All overrides that a premises ever had, newest first."""

    items: list[Override]
    next: None


class EndingQuery(Asked):
    """Why an override is ended."""

    reason: Text = ""


class WaitingRequest(Shown):
    """What waits for a second person. ``about``: what would be done."""

    id: Id
    kind: Literal["threat_fall", "override_lower", "override_end", "premises_edit", "premises_import", "item_agreement"]
    status: Literal["awaiting_second_person"]
    reason: str
    requested_by: str
    requested_at: Instant
    about: dict[str, Any]


class WaitingPage(Shown):
    """All that waits, oldest first."""

    items: list[WaitingRequest]
    next: None


class Outcome(BaseModel):
    """What the operation that was waited for answers: a threat change, an override, a premises, an import, an item."""

    model_config = ConfigDict(extra="allow")
