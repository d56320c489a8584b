"""What would it do: the effect of threat changes that nobody has made. The same deciding, and nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.errors import FieldFault, Invalid
from service.operations import access, deciding
from service.operations.answers import effect_answer, level_name
from service.operations.context import Context
from service.operations.deliberation import Deliberation, Outcome
from service.operations.effect import effect
from service.operations.people import Principal
from service.store import estate, levels
from service.store.levels import Standing
from service.store.transactions import Reader


@dataclass(frozen=True)
class Supposed:
    """A threat level to suppose; ``level`` None means ``not_set``."""

    scope: Scope
    level: ThreatLevel | None
    premises_id: str | None = None


def simulate(
    context: Context, principal: Principal, changes: Sequence[Supposed], after: str = "", limit: int = 50
) -> dict[str, Any]:
    """The effect that all of ``changes`` together would have now, and the premises before and after, by page.

    Raises Invalid for changes that cannot be made together, NotFound for premises that the principal may not see.
    """
    _check(changes)
    supposed = {change.premises_id: change.level for change in changes if change.premises_id is not None}
    shared = {f"threat.{change.scope}": level_name(change.level) for change in changes if change.premises_id is None}
    whole_estate = any(change.premises_id is None and context.policy.reads(change.scope) for change in changes)
    with context.store.read() as reader:
        for premises_id in supposed:
            access.visible_premises(reader, principal, premises_id)
        rehearsal = _Rehearsal(context, reader, {**deciding.present_facts(reader), **shared})
        outcomes = rehearsal.decide(supposed, whole_estate=whole_estate)
        hidden = {(s.fact_set_id, s.menu_id): s.count for s in levels.hidden_standings(reader, principal.sight)}
        counted = effect(deciding.visible_movements(outcomes, hidden), levels.level_counts(reader, principal.sight))
        page = _page(rehearsal, reader, principal, None if whole_estate else set(supposed), after, limit)
    return {"effect": effect_answer(counted), "premises": page}


def _check(changes: Sequence[Supposed]) -> None:
    faults = []
    if not changes:
        faults.append(FieldFault("changes", "suppose at least one change"))
    seen: set[tuple[Scope, str | None]] = set()
    for index, change in enumerate(changes):
        if (change.scope is Scope.PREMISES) != (change.premises_id is not None):
            faults.append(
                FieldFault(f"changes[{index}].premises_id", "is needed for the scope premises, and for no other")
            )
        if (change.scope, change.premises_id) in seen:
            faults.append(FieldFault(f"changes[{index}].scope", "is supposed twice"))
        seen.add((change.scope, change.premises_id))
    if faults:
        raise Invalid("the simulation is not complete", fields=tuple(faults))


class _Rehearsal:
    """One snapshot under supposed facts. Remembers the outcome of each premises that has facts of its own."""

    def __init__(self, context: Context, reader: Reader, facts: Mapping[str, str]) -> None:
        self.context = context
        self.reader = reader
        self.facts = facts
        self.deliberation = Deliberation(context.policy)
        self.by_standing: dict[tuple[int, int | None], Outcome] = {}
        self.by_premises: dict[str, Outcome] = {}

    def decide(self, supposed: Mapping[str, ThreatLevel | None], *, whole_estate: bool) -> list[Outcome]:
        """The outcome of each standing, where the premises with a supposed level of their own stand apart."""
        own = levels.standings_of(self.reader, supposed)
        standings = levels.standings(self.reader) if whole_estate else []
        for standing in own.values():
            standings = [_less_one(other, standing) for other in standings]
        found = self.deliberation.outcomes(self.reader, [s for s in standings if s.count], self.facts, self.reader.at)
        self.by_standing = {(o.standing.fact_set_id, o.standing.menu_id): o for o in found}
        menus = levels.menus_by_id(self.reader, {s.menu_id for s in own.values() if s.menu_id is not None})
        for premises_id, standing in own.items():
            profile = {**(estate.profile_of(self.reader, premises_id) or {})}
            profile["threat.premises"] = level_name(supposed[premises_id])
            menu = menus.get(standing.menu_id) if standing.menu_id else None
            self.by_premises[premises_id] = self.deliberation.outcome(
                standing, profile, menu, self.facts, self.reader.at
            )
        return [*found, *self.by_premises.values()]

    def outcome_of(self, premises_id: str, fact_set_id: int, menu_id: int | None) -> Outcome:
        """What one premises would come to."""
        return self.by_premises.get(premises_id) or self.by_standing[fact_set_id, menu_id]


def _less_one(standing: Standing, apart: Standing) -> Standing:
    same = (standing.fact_set_id, standing.menu_id) == (apart.fact_set_id, apart.menu_id)
    return Standing(standing.fact_set_id, standing.menu_id, standing.count - same)


def _page(
    rehearsal: _Rehearsal, reader: Reader, principal: Principal, only: Collection[str] | None, after: str, limit: int
) -> dict[str, Any]:
    rows = levels.premises_standings(reader, principal.sight, only, after, limit + 1)
    items = [
        {
            "premises_id": row["subject"],
            "before": _name(row["response_level"]),
            "after": rehearsal.outcome_of(row["subject"], row["fact_set_id"], row["menu_id"]).level.name,
        }
        for row in rows[:limit]
    ]
    return {"items": items, "next": items[-1]["premises_id"] if len(rows) > limit else None}


def _name(level: ResponseLevel | None) -> str | None:
    return None if level is None else level.name
