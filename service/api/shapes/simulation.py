"""Simulations."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.api.shapes.fields import Given, PremisesId, ResponseLevelName, ScopeName, Shown, ThreatValue
from service.api.shapes.threat import Effect


class SupposedChange(Given):
    """A threat level to suppose."""

    scope: ScopeName
    level: ThreatValue
    premises_id: PremisesId | None = None


class SimulationWish(Given):
    """Threat levels to suppose, all together."""

    changes: Annotated[list[SupposedChange], Field(min_length=1, max_length=100)]


class Move(Shown):
    """The response level of one premises before and after; null before its first."""

    premises_id: PremisesId
    before: ResponseLevelName | None
    after: ResponseLevelName


class MovePage(Shown):
    """Some of the premises decided about, in order of id."""

    items: list[Move]
    next: PremisesId | None


class Simulation(Shown):
    """What the supposed changes would do."""

    effect: Effect
    premises: MovePage
