"""What sources said, readings pushed by a force's own channel, and a person's word on those that are held."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from rules.levels import Scope, ThreatLevel
from service.api.answering import answered
from service.api.caller import context, principal
from service.api.contract import contract
from service.api.once import HEADER as IDEMPOTENCY_KEY
from service.api.once import carry_out
from service.api.shapes.fields import NumberPage
from service.api.shapes.readings import (
    ConfirmedReading,
    Reading,
    ReadingPage,
    ReadingWish,
    ReadingWithBody,
    RejectionWish,
)
from service.operations import readings

routes = APIBlueprint("readings", __name__, tag="Threat levels")


@routes.get("/threat-readings")
@contract("readings.read")
@routes.input(NumberPage, location="query", arg_name="page")
@routes.output(ReadingPage)
def list_readings(page: NumberPage) -> Response:
    """List what sources said, newest first"""
    return answered(readings.list_readings(context(), principal(), page.after, page.limit))


@routes.get("/threat-readings/<number:reading_id>")
@contract("readings.read")
@routes.output(ReadingWithBody)
def get_reading(reading_id: int) -> Response:
    """Read what a source said, with the body it came in"""
    return answered(readings.get_reading(context(), principal(), reading_id))


@routes.post("/threat-readings")
@contract("readings.push", headers=(IDEMPOTENCY_KEY,))
@routes.input(ReadingWish, arg_name="wish")
@routes.output(Reading, 201)
def push_reading(wish: ReadingWish) -> Response:
    """Push a reading from a force's own channel

    It goes through the same gate as the public feed: `accepted`, `held` or `unchanged`.
    """
    given = dict(wish) | {"scope": Scope(wish.scope), "level": ThreatLevel[wish.level]}
    return answered(carry_out(readings.push_reading, readings.Pushed(**given)), 201)


@routes.post("/threat-readings/<number:reading_id>/confirm")
@contract("readings.decide", refusals=(409,))
@routes.output(ConfirmedReading)
def confirm_reading(reading_id: int) -> Response:
    """Confirm a held reading

    A duty officer may confirm a rise, never a fall (403).
    """
    return answered(readings.confirm_reading(context(), principal(), reading_id))


@routes.post("/threat-readings/<number:reading_id>/reject")
@contract("readings.decide", refusals=(409,))
@routes.input(RejectionWish, arg_name="wish")
@routes.output(Reading)
def reject_reading(reading_id: int, wish: RejectionWish) -> Response:
    """Reject a held reading; the level stays"""
    return answered(readings.reject_reading(context(), principal(), reading_id, wish.reason))
