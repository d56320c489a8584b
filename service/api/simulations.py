"""What would it do: threat changes that nobody makes."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from rules.levels import Scope
from service.api.answering import answered
from service.api.caller import context, principal
from service.api.contract import contract
from service.api.shapes.fields import NamePage
from service.api.shapes.simulation import Simulation, SimulationWish
from service.api.threat_changes import level
from service.operations import simulate

routes = APIBlueprint("simulations", __name__, tag="Threat levels")


@routes.post("/simulations")
@contract("simulations.run", refusals=(404,))
@routes.input(SimulationWish, arg_name="wish")
@routes.input(NamePage, location="query", arg_name="page")
@routes.output(Simulation)
def simulate_threat_changes(wish: SimulationWish, page: NamePage) -> Response:
    """Show what threat changes would do

    All of them together, by the same deciding as the real thing. Writes nothing.
    """
    supposed = [
        simulate.Supposed(Scope(change.scope), level(change.level), change.premises_id) for change in wish.changes
    ]
    return answered(simulate.simulate(context(), principal(), supposed, page.after or "", page.limit))
