"""The record."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from service.api.shapes.fields import Count, GivenInstant, Id, Instant, Line, NumberPage, Shown


class AuditQuery(NumberPage):
    """Which entries."""

    subject: Annotated[Line | None, Field(description="Only entries about this")] = None
    request_id: Annotated[Line | None, Field(description="Only entries of the request with this X-Request-Id")] = None
    actor: Annotated[Line | None, Field(description="Only what they did: `person/7`, a name, or `system`")] = None
    action: Annotated[
        Line | None, Field(description="Only this, or what begins so: `premises` or `premises.closed`")
    ] = None
    since: Annotated[GivenInstant | None, Field(description="From this instant on")] = None
    until: Annotated[GivenInstant | None, Field(description="Before this instant")] = None
    order: Annotated[
        Literal["oldest_first", "newest_first"], Field(description="`after` goes on in the same order")
    ] = "oldest_first"


class AuditEntry(Shown):
    """One entry of the record. A detail that was disposed of, or is withheld, is null; its digest stays."""

    sequence: Id
    at: Instant
    actor: str
    name: Annotated[str | None, Field(description="Of the person who did it; null for the system")]
    action: str
    subject: str
    request_id: Annotated[
        str | None, Field(description="X-Request-Id of the request, or the run of a job, that did it")
    ]
    events: Annotated[list[str], Field(description="The ids of the events that went out with it")]
    detail: dict[str, Any] | None
    withheld: Annotated[bool, Field(description="Whether the detail names premises that are hidden from you")]
    detail_digest: str
    previous_hash: str
    hash: str


class AuditPage(Shown):
    """Entries in the order that was asked for."""

    items: list[AuditEntry]
    next: Id | None


class AuditVerification(Shown):
    """Whether the record is whole."""

    valid: bool
    entries: Count
    head: Annotated[str, Field(description="The hash of the last entry")]
    faults: list[str]
