"""What waits for a second person."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from service.api.answering import answered
from service.api.caller import context, principal
from service.api.contract import contract
from service.api.shapes.overrides import Outcome, WaitingPage
from service.operations import approvals

routes = APIBlueprint("requests", __name__, tag="Second person")


@routes.get("/requests")
@contract("requests.read")
@routes.output(WaitingPage)
def list_requests() -> Response:
    """List what waits for a second person, oldest first"""
    return answered(approvals.list_requests(context(), principal()))


@routes.post("/requests/<number:request_id>/approve")
@contract("requests.approve", refusals=(409, 422))
@routes.output(Outcome)
def approve_request(request_id: int) -> Response:
    """Approve a request

    By another person than the one who asked (403). It is checked again whether it can still be done (409, 422).
    """
    return answered(approvals.approve_request(context(), principal(), request_id))


@routes.post("/requests/<number:request_id>/withdraw")
@contract("requests.withdraw", refusals=(409,))
@routes.output(Outcome)
def withdraw_request(request_id: int) -> Response:
    """Take a request back, as the one who asked or one who could approve it"""
    return answered(approvals.withdraw_request(context(), principal(), request_id))
