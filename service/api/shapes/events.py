"""Events."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from service.api.shapes.fields import Asked, Id, Instant, Shown
from service.operations.event_types import EVENT_TYPES
from service.operations.events import LONGEST_WAIT

EventTypeName = Annotated[str, Field(json_schema_extra={"enum": list(EVENT_TYPES)})]


class EventsQuery(Asked):
    """From where to read, and how long to wait for something to read."""

    after: Annotated[Id, Field(description="The `next` of the answer before, or a sequence")] = 0
    wait: Annotated[int, Field(ge=0, le=LONGEST_WAIT, description="Seconds to wait for the first event")] = 0
    type: Annotated[str, Field(max_length=1000, description="Only these types, with commas between them")] = ""
    limit: Annotated[int, Field(ge=1, le=200, description="Items at most")] = 50


class Event(Shown):
    """One event. `data` by type: see `/api/v1/event-types`."""

    type: EventTypeName
    timestamp: Instant
    id: str
    sequence: Id
    data: dict[str, Any]


class EventPage(Shown):
    """Events in order. `next`: what to ask after the next time, whether there are items or not."""

    items: list[Event]
    next: Id


class EventTypeShown(Shown):
    """One type of event."""

    type: EventTypeName
    description: str
    schema_: Annotated[dict[str, Any], Field(alias="schema", description="JSON Schema 2020-12")]
    example: dict[str, Any]


class EventTypePage(Shown):
    """Every type of event."""

    items: list[EventTypeShown]
    next: None
