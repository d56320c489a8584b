"""For those who watch the service: whether it is alive, and whether it can serve. Open to everybody."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from service.api.answering import answered
from service.api.caller import context
from service.operations import health

routes = APIBlueprint("health", __name__, tag="Watching", enable_openapi=False)


@routes.get("/healthz")
def healthz() -> Response:
    """Alive"""
    return answered({"status": health.OK})


@routes.get("/readyz")
def readyz() -> Response:
    """Ready

    200 when requests can be served, also when something is wrong (``degraded``); 503 when not.
    """
    found = health.readiness(context())
    return answered(found, 503 if found["status"] == health.FAILED else 200)
