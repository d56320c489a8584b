"""The present threat levels."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from service.api.answering import answered
from service.api.caller import context, principal
from service.api.contract import contract
from service.api.shapes.threat_levels import ThreatLevels
from service.operations import threat_levels

routes = APIBlueprint("threat_levels", __name__, tag="Threat levels")


@routes.get("/threat-levels")
@contract("threat_levels.read")
@routes.output(ThreatLevels)
def list_threat_levels() -> Response:
    """List the present threat levels

    The police-sector, force and premises levels show to a few roles only.
    """
    return answered(threat_levels.threat_levels(context(), principal()))
