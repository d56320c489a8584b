"""A decision in plain sentences, for pages, print and the command line."""

from __future__ import annotations

from rules.decision import Candidate, Decision
from rules.rule import Role

_ASKS = {
    Role.THREAT: "asks for {}",
    Role.FLOOR: "allows nothing below {}",
    Role.CEILING: "caps the threat at {}",
}


def explain(decision: Decision) -> list[str]:
    """One sentence on the outcome, one for each candidate in the rulebook's order, then any warning."""
    return [
        f"The response level is {decision.response_level.name}, by rule {decision.winner}.",
        *(_sentence(candidate) for candidate in decision.candidates),
        *_warnings(decision),
    ]


def _sentence(candidate: Candidate) -> str:
    asks = _ASKS[candidate.role].format(candidate.response_level.name)
    return f"{candidate.rule} {asks}, because {candidate.because} ({candidate.reference})."


def _warnings(decision: Decision) -> list[str]:
    if decision.failed:
        return [f"The two evaluators differed, so the more severe answer stands: {decision.fault}."]
    if decision.degraded:
        return [f"The rules engine could not answer, so the reference decided alone: {decision.fault}."]
    return []
