"""Decide and issue: the one way in which a response level or a list ever changes.

Who calls it has already written what changed (a threat level, a fact set). It groups subjects into standings, asks
the rules once per distinct set of facts, writes one decision per standing, also where nothing moves, and issues
lists where the level or the menu differs, in statements whose number does not grow with the estate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from service.operations import policy as policies
from service.operations import stand_down
from service.operations.context import Context
from service.operations.deliberation import Deliberation, Outcome, menu_row
from service.operations.effect import Effect, effect
from service.operations.people import Principal
from service.operations.profiles import threat_facts
from service.store import levels, threat
from service.store.estate import EVERYTHING
from service.store.levels import Standing
from service.store.record import plain
from service.store.transactions import Reader, Writer


@dataclass(frozen=True)
class Trigger:
    """What makes us decide: the kind (threat_change, override, register, adoption) and the id of the thing."""

    kind: str
    reference: str


def prepare(context: Context, threats: dict[str, str] | None = None) -> Deliberation:
    """A deliberation over the whole estate from a snapshot, before any lock is taken.

    ``threats`` are facts of shared scopes that are about to change, on top of the present ones.
    """
    deliberation = Deliberation(context.policy)
    with context.store.read() as reader:
        facts = {**present_facts(reader), **(threats or {})}
        deliberation.outcomes(reader, levels.standings(reader), facts, reader.at)
    return deliberation


def decide(
    context: Context,
    writer: Writer,
    principal: Principal,
    trigger: Trigger,
    deliberation: Deliberation | None = None,
    *,
    whole_estate: bool,
) -> Effect:
    """Decide and issue within ``writer``; gives the effect as ``principal`` may see it.

    Decides about everybody, or (``whole_estate=False``) about the subjects that entered their fact set in this
    transaction. Raises Permanent when another policy is in force than the one loaded.
    """
    deliberation = deliberation or Deliberation(context.policy)
    adoption_id = policies.adopted(writer, context.policy)
    entered_at = None if whole_estate else writer.at
    present = levels.level_counts(writer, principal.sight)
    hidden = _counts(levels.hidden_standings(writer, principal.sight, entered_at))
    outcomes = deliberation.outcomes(writer, levels.standings(writer, entered_at), present_facts(writer), writer.at)
    trigger_id = levels.add_trigger(writer, trigger.kind, trigger.reference, adoption_id, whole_estate=whole_estate)
    _write(context, writer, trigger_id, outcomes)
    stand_down.settle(context, writer, trigger_id)
    _tell(writer, trigger, trigger_id, outcomes)
    return effect(visible_movements(outcomes, hidden), present)


def present_facts(reader: Reader) -> dict[str, str]:
    """The present facts of the scopes that all subjects share."""
    return threat_facts(threat.present(reader))


def no_effect(reader: Reader, principal: Principal) -> Effect:
    """The effect of what no rule and no option reads."""
    return effect([], levels.level_counts(reader, principal.sight))


def _counts(standings: Iterable[Standing]) -> dict[tuple[int, int | None], int]:
    return {(standing.fact_set_id, standing.menu_id): standing.count for standing in standings}


def visible_movements(outcomes: Iterable[Outcome], hidden: dict[tuple[int, int | None], int]) -> Iterable[Any]:
    """The movements of premises (not of the force), less those that are ``hidden`` by fact set and menu."""
    for outcome in outcomes:
        key = (outcome.standing.fact_set_id, outcome.standing.menu_id)
        count = outcome.standing.count - hidden.get(key, 0)
        if count and not outcome.of_force:
            yield outcome.movement(count)


def _write(context: Context, writer: Writer, trigger_id: int, outcomes: list[Outcome]) -> None:
    menus = {outcome.standing: menu_row(context.policy.plan, outcome) for outcome in outcomes if outcome.issued}
    ids = levels.menu_ids(writer, menus.values())
    rows = []
    for outcome in outcomes:
        menu_id = ids[menus[outcome.standing]["sha256"]] if outcome.issued else outcome.standing.menu_id
        rows.append(_decision_row(writer, trigger_id, outcome, menu_id))
    levels.add_decisions(writer, rows)
    levels.issue(writer, trigger_id)


def _decision_row(reader: Reader, trigger_id: int, outcome: Outcome, menu_id: int | None) -> dict[str, Any]:
    decision, selection = outcome.decision, outcome.selection
    faults = [fault for fault in (decision.fault, selection.fault) if fault]
    return {
        "trigger_id": trigger_id,
        "fact_set_id": outcome.standing.fact_set_id,
        "previous_menu_id": outcome.standing.menu_id,
        "previous_level": outcome.present,
        "menu_id": menu_id,
        "response_level": outcome.level,
        "outcome": outcome.word,
        "winner": decision.winner,
        "candidates": [plain(vars(candidate)) for candidate in decision.candidates],
        "facts": dict(decision.facts),
        "degraded": decision.degraded or selection.degraded,
        "failed": decision.failed or selection.failed,
        "fault": "; ".join(faults) or None,
        "evaluator": decision.evaluator,
        "at": reader.at,
    }


def _tell(writer: Writer, trigger: Trigger, trigger_id: int, outcomes: list[Outcome]) -> None:
    of_premises = [outcome for outcome in outcomes if not outcome.of_force]
    moved = [outcome for outcome in of_premises if outcome.level != outcome.present]
    about = {"trigger": {"kind": trigger.kind, "reference": trigger.reference, "id": trigger_id}}
    if moved:
        after = effect(
            (outcome.movement(outcome.standing.count) for outcome in moved), levels.level_counts(writer, EVERYTHING)
        )
        writer.emit(
            "response_levels.changed",
            {**about, "changed": after.changed, "raised": after.raised, "lowered": after.lowered},
        )
    issued = sum(outcome.standing.count for outcome in outcomes if outcome.issued)
    if issued:
        writer.emit("checklists.issued", {**about, "checklists": issued})
    failed = sum(outcome.standing.count for outcome in outcomes if outcome.decision.failed or outcome.selection.failed)
    if failed:
        writer.emit("decision.failed", {**about, "premises": failed})
