"""Webhooks and deliveries."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from service.api.shapes.events import EventTypeName
from service.api.shapes.fields import Count, Given, GivenInstant, Id, Instant, Line, PremisesId, Shown
from service.operations.webhooks import MOST_NAMED
from service.webhooks.addresses import LONGEST_URL

Url = Annotated[str, Field(max_length=LONGEST_URL, description="https; private addresses where OPQ_WEBHOOK_ALLOW says")]
EventTypes = Annotated[list[EventTypeName], Field(max_length=50, description="None: all")]
Premises = Annotated[list[PremisesId], Field(max_length=MOST_NAMED, description="Only these, and those of `districts`")]
Districts = Annotated[list[Line], Field(max_length=MOST_NAMED, description="Only these, and those of `premises`")]


class WebhookGiven(Given):
    """Where to send what. Without premises and districts: of the whole estate."""

    url: Url
    event_types: EventTypes = Field(default_factory=list)
    premises: Premises = Field(default_factory=list)
    districts: Districts = Field(default_factory=list)


class WebhookChange(Given):
    """What to change; what is absent stays."""

    url: Url | None = None
    state: Literal["active", "paused"] | None = None
    event_types: EventTypes | None = None
    premises: Premises | None = None
    districts: Districts | None = None


class Webhook(Shown):
    """A webhook without its secret."""

    id: Id
    url: str
    state: Literal["active", "paused", "disabled"]
    reason: Literal["gone", "failing"] | None
    event_types: list[EventTypeName]
    premises: list[PremisesId]
    districts: list[str]
    created_by: str
    created_at: Instant
    failing_since: Instant | None
    last_delivered_at: Annotated[Instant | None, Field(description="When the newest that arrived did so")]
    pending: Annotated[Count, Field(description="Deliveries that are still to arrive")]


class NewWebhook(Webhook):
    """A webhook with its secret, shown this once; null in a replay."""

    secret: str | None


class WebhookPage(Shown):
    """All webhooks that are the caller's to see."""

    items: list[Webhook]
    next: None


class NewSecret(Shown):
    """A new secret, shown this once; until `former_until` the former ones sign too."""

    id: Id
    secret: str
    former_until: Instant


class RecoveryWish(Given):
    """Since when to deliver what did not arrive."""

    since: GivenInstant


class Recovery(Shown):
    """How many deliveries begin anew; `complete` is false where there are more: ask again."""

    recovering: Count
    complete: bool


class Attempt(Shown):
    """One attempt. No status: no answer came, and `error` says why. `response`: the start of the answer's body."""

    at: Instant
    status: int | None
    duration_ms: Count
    error: str | None
    response: str


class Delivery(Shown):
    """One event for one webhook, or a test message (no sequence)."""

    id: Id
    webhook_id: Id
    event_id: str
    event_type: str
    sequence: Id | None
    state: Literal["pending", "delivered", "failed"]
    created_at: Instant
    next_attempt_at: Instant | None
    attempts: list[Attempt]


class DeliveryPage(Shown):
    """Deliveries, newest first."""

    items: list[Delivery]
    next: Id | None
