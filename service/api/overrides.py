"""Overrides: varying one premises from what the rules say."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from rules.levels import ResponseLevel
from service.api.answering import answered
from service.api.caller import context, principal
from service.api.contract import contract
from service.api.once import HEADER as IDEMPOTENCY_KEY
from service.api.once import carry_out
from service.api.shapes.overrides import EndingOverride, EndingQuery, Override, OverridePage, OverrideWish
from service.operations import override_ends, overrides, requests

routes = APIBlueprint("overrides", __name__, tag="Premises")


@routes.get("/premises/<slug:premises_id>/overrides")
@contract("overrides.read")
@routes.output(OverridePage)
def list_overrides(premises_id: str) -> Response:
    """List all overrides of a premises, newest first"""
    return answered(overrides.list_overrides(context(), principal(), premises_id))


@routes.post("/premises/<slug:premises_id>/overrides")
@contract("overrides.create", also={202: Override}, headers=(IDEMPOTENCY_KEY,))
@routes.input(OverrideWish, arg_name="wish")
@routes.output(Override, 201)
def create_override(premises_id: str, wish: OverrideWish) -> Response:
    """Raise, hold or lower one premises

    201: in force. 202: a lower, which waits for a second person.
    """
    level = None if wish.response_level is None else ResponseLevel[wish.response_level]
    wanted = overrides.OverrideWish(wish.kind, wish.reason, wish.expires_at, level)
    answer = carry_out(overrides.create_override, premises_id, wanted)
    return answered(answer, 202 if answer["state"] == requests.AWAITING else 201)


@routes.post("/premises/<slug:premises_id>/overrides/<number:override_id>/approve")
@contract("overrides.approve", refusals=(409,))
@routes.output(Override)
def approve_override(premises_id: str, override_id: int) -> Response:
    """Approve what waits about an override: a lower, or the end of a raise or hold"""
    return answered(overrides.approve_override(context(), principal(), premises_id, override_id))


@routes.delete("/premises/<slug:premises_id>/overrides/<number:override_id>")
@contract("overrides.create", also={202: EndingOverride}, refusals=(409,))
@routes.input(EndingQuery, location="query", arg_name="asked")
@routes.output(Override)
def end_override(premises_id: str, override_id: int, asked: EndingQuery) -> Response:
    """End an override

    202: its end would lower the premises, and waits for a second person.
    """
    answer = override_ends.end_override(context(), principal(), premises_id, override_id, asked.reason)
    return answered(answer, 202 if "request" in answer else 200)
