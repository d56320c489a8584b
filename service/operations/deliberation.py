"""What each standing comes to: its decision, its menu, and what that moves. Reads only; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from contingency_plans.plan import Plan
from rules.decision import Decision, NoCandidateError
from rules.evaluation import FactError, Selection, decide_level, select_options, settled_level
from rules.levels import ResponseLevel
from service.clock import rfc3339
from service.operations.effect import Movement
from service.operations.policy import Policy
from service.store import estate, levels
from service.store.levels import Standing
from service.store.record import digest
from service.store.transactions import Reader
from service.store.types import Row


@dataclass(frozen=True)
class Outcome:
    """What one standing comes to. ``entered`` says since when each option of the menu has been on the list."""

    standing: Standing
    present: ResponseLevel | None
    level: ResponseLevel
    decision: Decision
    selection: Selection
    entered: Mapping[str, str]
    issued: bool
    staff_hours_before: Decimal
    staff_hours: Decimal
    of_force: bool

    def movement(self, count: int) -> Movement:
        """This outcome as a movement of ``count`` premises."""
        return Movement(
            count, self.present, self.level, self.issued, len(self.entered), self.staff_hours_before, self.staff_hours
        )

    @property
    def word(self) -> str:
        """The outcome in one word: first, raised, lowered or unchanged."""
        if self.present is None:
            return "first"
        if self.level == self.present:
            return "unchanged"
        return "raised" if self.level > self.present else "lowered"


class Deliberation:
    """Decisions and selections, each made once per distinct set of facts, however many standings share it.

    An operation fills one from a snapshot before it takes the write lock, and uses it again under the lock, where only
    facts that have changed meanwhile cost anything.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._decisions: dict[frozenset[tuple[str, str]], Decision] = {}
        self._selections: dict[frozenset[tuple[str, str]], Selection] = {}

    def decide(self, facts: Mapping[str, str]) -> Decision:
        """The decision on these facts."""
        key = frozenset(facts.items())
        if key not in self._decisions:
            self._decisions[key] = decide_level(self.policy.rulebook, self.policy.levels, facts)
        return self._decisions[key]

    def select(self, facts: Mapping[str, str], level: ResponseLevel) -> Selection:
        """The options for these facts at ``level``."""
        facts = {**facts, "response_level": level.name}
        key = frozenset(facts.items())
        if key not in self._selections:
            self._selections[key] = select_options(self.policy.options, facts)
        return self._selections[key]

    def outcomes(
        self, reader: Reader, standings: Iterable[Standing], threats: Mapping[str, str], at: datetime
    ) -> list[Outcome]:
        """What each of ``standings`` comes to under ``threats`` (facts of the shared scopes) at the instant ``at``."""
        standings = list(standings)
        profiles = estate.facts_of(reader, {standing.fact_set_id for standing in standings})
        menus = levels.menus_by_id(reader, {s.menu_id for s in standings if s.menu_id is not None})
        return [
            self.outcome(s, profiles[s.fact_set_id], menus.get(s.menu_id) if s.menu_id else None, threats, at)
            for s in standings
        ]

    def outcome(
        self, standing: Standing, profile: Mapping[str, str], menu: Row | None, threats: Mapping[str, str], at: datetime
    ) -> Outcome:
        """What one standing comes to, given its profile and its present menu."""
        facts = {**threats, **profile}
        present = menu["response_level"] if menu else None
        before: Mapping[str, str] = menu["entered"] if menu else {}
        try:
            decision = self.decide(facts)
            level = settled_level(decision, present)
            selection = self.select(facts, level)
        except (FactError, NoCandidateError) as fault:
            decision, selection = _undecided(facts, present, before, str(fault))
            level = decision.response_level
        now = rfc3339(at)
        entered = {option: before.get(option, now) for option in sorted(selection.option_ids)}
        same = menu is not None and (level, self.policy.plan.sha256, entered.keys()) == (
            present, menu["plan"], before.keys(),
        )  # fmt: skip
        return Outcome(
            standing,
            present,
            level,
            decision,
            selection,
            entered,
            issued=not same,
            staff_hours_before=menu["staff_hours"] if menu else Decimal(0),
            staff_hours=staff_hours(self.policy.plan, entered),
            of_force=profile["subject"] == "force",
        )


def _undecided(
    facts: Mapping[str, str], present: ResponseLevel | None, before: Mapping[str, str], fault: str
) -> tuple[Decision, Selection]:
    """A fact set that the rules cannot take holds up no other: its level and its list stay, and people are told."""
    level = ResponseLevel.HEIGHTENED if present is None else present
    decision = Decision(level, winner="none", candidates=(), facts=facts, failed=True, fault=fault)
    return decision, Selection(frozenset(before), "reference", degraded=False, failed=True, fault=fault)


def staff_hours(plan: Plan, option_ids: Iterable[str]) -> Decimal:
    """Staff-hours per day that these options of a plan cost together."""
    return sum((plan.option(option_id).staff_hours_per_day for option_id in option_ids), Decimal(0))


def menu_row(plan: Plan, outcome: Outcome) -> dict[str, Any]:
    """The menu of an outcome as it is kept: alike menus have the same digest."""
    entered = dict(outcome.entered)
    return {
        "sha256": digest([plan.sha256, outcome.level.name, entered]),
        "plan": plan.sha256,
        "response_level": outcome.level,
        "entered": entered,
        "item_count": len(outcome.entered),
        "staff_hours": outcome.staff_hours,
    }
