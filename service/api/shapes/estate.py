"""The estate board, response levels with their reasons, and acknowledgements."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from service.api.shapes.fields import (
    LARGEST_ID,
    Asked,
    Count,
    Given,
    GivenInstant,
    Id,
    Instant,
    PremisesId,
    ResponseLevelName,
    ScopeName,
    Shown,
    ThreatLevelName,
    WholeNumber,
)
from service.api.shapes.threat import LevelCounts


class BoardThreatLevel(Shown):
    """The present level of a scope."""

    scope: ScopeName
    level: ThreatLevelName
    since: Instant
    last_confirmed_at: Instant


class EstateProgress(Shown):
    """Items on all present lists."""

    items: Count
    open: Count
    done: Count
    not_applicable: Count
    declined: Count
    blocked: Count


class WaitingCounts(Shown):
    """What waits for people."""

    requests: Count
    readings: Count


class FeedState(Shown):
    """How a source is doing."""

    source: str
    last_read_at: Instant | None
    failures: Count
    stale: bool


class WebhookCounts(Shown):
    """Webhooks by state. A disabled one is told nothing until somebody makes it active again."""

    active: Count
    paused: Count
    disabled: Count


class PolicyReview(Shown):
    """A rulebook or plan in force whose day of review has come."""

    kind: Literal["rulebook", "plan"]
    id: str
    version: str
    review_by: Annotated[str, Field(json_schema_extra={"format": "date"})]


class Estate(Shown):
    """The estate in one look, over what the caller may see."""

    response_levels: LevelCounts
    premises: Count
    force_response_level: ResponseLevelName | None
    threat_levels: list[BoardThreatLevel]
    progress: EstateProgress
    overdue: Count
    told: Annotated[Count, Field(description="Premises whose present level somebody has acknowledged")]
    not_yet: Count
    waiting: WaitingCounts
    overrides_expiring: Annotated[Count, Field(description="Within 24 hours")]
    feed: list[FeedState]
    webhooks: WebhookCounts
    policy_reviews_due: list[PolicyReview]


class ResponseLevelQuery(Asked):
    """At which moment."""

    as_at: Annotated[GivenInstant | None, Field(description="Any past minute; now when left out")] = None


class RulebookShown(Shown):
    """The rulebook that decided."""

    id: str
    version: str
    sha256: str


class Candidate(Shown):
    """A level that a rule asked for, and why."""

    response_level: ResponseLevelName
    rule: str
    reference: str
    because: str
    role: str


class TriggerShown(Shown):
    """What made us decide."""

    kind: str
    reference: str


class DecisionShown(Shown):
    """The last decision about a premises, also one that changed nothing."""

    id: Id
    outcome: str
    at: Instant
    degraded: Annotated[bool, Field(description="Only the reference evaluator decided")]
    failed: Annotated[bool, Field(description="Engine and reference differed; the more severe stands")]
    evaluator: str
    rulebook: RulebookShown
    facts: dict[str, str]
    candidates: list[Candidate]
    winner: str
    trigger: TriggerShown


class ResponseLevelShown(Shown):
    """The response level of a premises, and why."""

    premises_id: PremisesId
    response_level: ResponseLevelName
    since: Instant
    confirmed: Annotated[bool, Field(description="A national threat level was known")]
    decision: DecisionShown


class AcknowledgementWish(Given):
    """ "I know the level": the decision that was seen, and how many others were told of it."""

    decision_id: Annotated[WholeNumber, Field(ge=1, le=LARGEST_ID)]
    briefed: Annotated[WholeNumber | None, Field(ge=1, le=100_000)] = None


class Acknowledgement(Shown):
    """Somebody knows the level."""

    id: Id
    premises_id: PremisesId
    decision_id: Id
    response_level: ResponseLevelName
    briefed: Count
    at: Instant


class Told(Shown):
    """Who told, when, and how many they briefed."""

    by: str
    at: Instant
    briefed: Count


class Acknowledgements(Shown):
    """Who has been told of the present level of a premises."""

    premises_id: PremisesId
    response_level: ResponseLevelName | None
    since: Instant | None
    decision_id: Id | None
    lapses_at: Annotated[
        Instant | None,
        Field(description="The shift handover at which this lapses; null: it stands as long as the level"),
    ]
    headcount: Count
    acknowledged: Annotated[Count, Field(description="People")]
    briefed: Annotated[Count, Field(description="Those they told")]
    not_yet: Count
    items: list[Told]
