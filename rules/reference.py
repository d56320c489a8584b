"""The plain evaluator: the same conditions read by plain Python, against which the engine is checked."""

from __future__ import annotations

from collections.abc import Mapping

from rules.conditions import Condition, holds
from rules.decision import FactSet


class ReferenceEvaluator:
    """Tells which conditions hold, by looking at each."""

    def __init__(self, conditions: Mapping[str, Condition]) -> None:
        self._conditions = dict(conditions)

    def fired(self, facts: FactSet) -> frozenset[str]:
        """The ids of the conditions that hold. Raises KeyError for a missing fact."""
        return frozenset(name for name, condition in self._conditions.items() if holds(condition, facts))
