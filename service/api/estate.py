"""The estate board, the response level of a premises with its reason, and who knows it."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from service.api.answering import answered
from service.api.caller import context, principal
from service.api.contract import contract
from service.api.once import HEADER as IDEMPOTENCY_KEY
from service.api.once import carry_out
from service.api.shapes.estate import (
    Acknowledgement,
    Acknowledgements,
    AcknowledgementWish,
    Estate,
    ResponseLevelQuery,
    ResponseLevelShown,
)
from service.operations import acknowledgements, board, response_levels

routes = APIBlueprint("estate", __name__, tag="Estate")


@routes.get("/estate")
@contract("estate.read")
@routes.output(Estate)
def get_estate() -> Response:
    """Read the estate board"""
    return answered(board.estate(context(), principal()))


@routes.get("/premises/<slug:premises_id>/response-level")
@contract("response_level.read")
@routes.input(ResponseLevelQuery, location="query", arg_name="asked")
@routes.output(ResponseLevelShown)
def get_response_level(premises_id: str, asked: ResponseLevelQuery) -> Response:
    """Read the response level of a premises, and why

    `as_at` any past minute: as it was recorded then.
    """
    return answered(response_levels.response_level(context(), principal(), premises_id, asked.as_at))


@routes.post("/premises/<slug:premises_id>/acknowledgements")
@contract("acknowledgements.create", refusals=(409,), headers=(IDEMPOTENCY_KEY,))
@routes.input(AcknowledgementWish, arg_name="wish")
@routes.output(Acknowledgement, 201)
def acknowledge(premises_id: str, wish: AcknowledgementWish) -> Response:
    """Say that you know the level, or that you briefed others

    It names the decision that you saw: 409 when the level has moved since.
    """
    return answered(carry_out(acknowledgements.acknowledge, premises_id, wish.decision_id, wish.briefed), 201)


@routes.get("/premises/<slug:premises_id>/acknowledgements")
@contract("acknowledgements.read")
@routes.output(Acknowledgements)
def list_acknowledgements(premises_id: str) -> Response:
    """See who has been told of the present level, by whom and when"""
    return answered(acknowledgements.acknowledgements_of(context(), principal(), premises_id))
