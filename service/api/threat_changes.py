"""Threat changes: set by hand, approved or withdrawn by a second person, and their history."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from rules.levels import NOT_SET, Scope, ThreatLevel
from service.api.answering import answered
from service.api.caller import context, principal
from service.api.contract import contract
from service.api.once import HEADER as IDEMPOTENCY_KEY
from service.api.once import carry_out
from service.api.shapes.fields import NamePage, NumberPage
from service.api.shapes.simulation import MovePage
from service.api.shapes.threat import ThreatChange, ThreatChangePage, ThreatChangeWish, UnchangedThreat
from service.operations import threat
from service.operations import threat_changes as history

routes = APIBlueprint("threat_changes", __name__, tag="Threat levels")

_STATUSES = {threat.ACCEPTED: 201, threat.AWAITING: 202}


def level(name: str) -> ThreatLevel | None:
    """The level of this name; None for ``not_set``."""
    return None if name == NOT_SET else ThreatLevel[name]


@routes.post("/threat-changes")
@contract(
    "threat_changes.create",
    also={200: UnchangedThreat, 202: ThreatChange},
    refusals=(404,),
    headers=(IDEMPOTENCY_KEY,),
)
@routes.input(ThreatChangeWish, arg_name="wish")
@routes.output(ThreatChange, 201)
def create_threat_change(wish: ThreatChangeWish) -> Response:
    """Set a threat level

    201: in force, with its effect. 202: a fall that waits for a second person. 200: the level was so already; nothing
    is issued.
    """
    given: dict[str, Any] = dict(wish)
    given |= {"scope": Scope(wish.scope), "level": level(wish.level)}
    answer = carry_out(threat.set_level, threat.ThreatWish(**given))
    return answered(answer, _STATUSES.get(answer["status"], 200))


@routes.get("/threat-changes")
@contract("threat_changes.read")
@routes.input(NumberPage, location="query", arg_name="page")
@routes.output(ThreatChangePage)
def list_threat_changes(page: NumberPage) -> Response:
    """List threat changes, newest first"""
    return answered(history.list_changes(context(), principal(), page.after, page.limit))


@routes.get("/threat-changes/<number:change_id>")
@contract("threat_changes.read")
@routes.output(ThreatChange)
def get_threat_change(change_id: int) -> Response:
    """Read a threat change and what it did"""
    return answered(history.get_change(context(), principal(), change_id))


@routes.get("/threat-changes/<number:change_id>/premises")
@contract("threat_changes.read")
@routes.input(NamePage, location="query", arg_name="page")
@routes.output(MovePage)
def list_premises_moved(change_id: int, page: NamePage) -> Response:
    """List the premises whose response level a threat change moved"""
    return answered(history.premises_moved(context(), principal(), change_id, page.after or "", page.limit))


@routes.post("/threat-changes/<number:change_id>/approve")
@contract("threat_changes.approve", refusals=(409,))
@routes.output(ThreatChange)
def approve_threat_change(change_id: int) -> Response:
    """Approve a waiting fall

    By another person than the one who asked (403).
    """
    return answered(threat.approve(context(), principal(), change_id))


@routes.post("/threat-changes/<number:change_id>/withdraw")
@contract("requests.withdraw", refusals=(409,))
@routes.output(ThreatChange)
def withdraw_threat_change(change_id: int) -> Response:
    """Take a waiting fall back"""
    return answered(threat.withdraw(context(), principal(), change_id))
