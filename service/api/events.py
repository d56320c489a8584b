"""Events by pull, and what each type of event holds."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, request

from service.api.answering import answered
from service.api.caller import context, principal
from service.api.contract import contract
from service.api.shapes.events import EventPage, EventsQuery, EventTypePage
from service.operations import event_types, events

routes = APIBlueprint("events", __name__, tag="Events and webhooks")


@routes.get("/events")
@contract("events.read")
@routes.input(EventsQuery, location="query", arg_name="asked")
@routes.output(EventPage)
def list_events(asked: EventsQuery) -> Response:
    """Read what happened after a sequence, in order

    With `wait` the answer comes as soon as there is an event, or after so many seconds without any.
    """
    given = ",".join(request.args.getlist("type"))  # the name may also be repeated
    types = [type_ for type_ in given.split(",") if type_]
    return answered(events.read_events(context(), principal(), asked.after, asked.wait, types, asked.limit))


@routes.get("/event-types")
@contract("events.read")
@routes.output(EventTypePage)
def list_event_types() -> Response:
    """List the types of events, each with its JSON Schema and an example"""
    return answered(event_types.describe())
