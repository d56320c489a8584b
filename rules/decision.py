"""The decision for one fact set: the candidates of the rules that fired, and the formula over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from rules.facts import in_words
from rules.levels import ResponseLevel
from rules.rule import Role, Rulebook

FactSet = Mapping[str, str]
"""The value of each fact, by fact name."""


class NoCandidateError(ValueError):
    """No threat or floor rule fired, so there is nothing to decide from."""


@dataclass(frozen=True)
class Candidate:
    """The response level that one rule asks for, with the fact it read and why, in plain words."""

    response_level: ResponseLevel
    rule: str
    role: Role
    fact: str
    reference: str
    because: str


@dataclass(frozen=True)
class Decision:
    """The response level of one fact set, with its explanation.

    ``winner`` is the id of the rule that determines the level, ``candidates`` are all that were heard, in
    the order of the rulebook, ``facts`` are exactly the facts that the rulebook reads, sorted by name.
    ``evaluator`` names what decided. ``degraded``: the engine could not answer and the reference decided
    alone. ``failed``: the two answered differently and the more severe stands. ``fault`` says what was
    wrong, if anything was.
    """

    response_level: ResponseLevel
    winner: str
    candidates: tuple[Candidate, ...]
    facts: FactSet
    evaluator: str = "reference"
    degraded: bool = False
    failed: bool = False
    fault: str | None = None


def decide(rulebook: Rulebook, facts: FactSet, fired: Set[str]) -> Decision:
    """The decision that follows when exactly the rows in ``fired`` hold.

    The level is the greatest of the floors and of the most severe threat candidate, the latter capped by the
    ceiling. Raises NoCandidateError when neither a threat nor a floor row fired, KeyError for a missing fact.
    """
    candidates = tuple(_candidates(rulebook, facts, fired))
    winner = _winner(candidates)
    return Decision(
        response_level=winner.response_level,
        winner=winner.rule,
        candidates=candidates,
        facts={fact: facts[fact] for fact in sorted(rulebook.facts_read)},
    )


def _candidates(rulebook: Rulebook, facts: FactSet, fired: Set[str]) -> Iterator[Candidate]:
    for rule in rulebook.rules:
        for value, level in rule.table.items():
            if level is not None and rule.row(value) in fired:
                because = in_words(rule.reads, value)
                if rule.because:
                    because = f"{because}: {rule.because}"
                yield Candidate(level, rule.id, rule.role, rule.reads, rule.reference, because)


def _winner(candidates: tuple[Candidate, ...]) -> Candidate:
    """The candidate that determines the level: a ceiling that bites, else the first in rulebook order."""
    threats = [candidate for candidate in candidates if candidate.role is Role.THREAT]
    if not threats:
        return _most_severe([candidate for candidate in candidates if candidate.role is Role.FLOOR])
    threat = _most_severe(threats)
    for ceiling in candidates:
        if ceiling.role is Role.CEILING and ceiling.response_level < threat.response_level:
            floors = [candidate for candidate in candidates if candidate.role is Role.FLOOR]
            return _most_severe([ceiling, *floors])
    return _most_severe([candidate for candidate in candidates if candidate.role is not Role.CEILING])


def _most_severe(candidates: list[Candidate]) -> Candidate:
    if not candidates:
        raise NoCandidateError("no threat or floor rule gave a candidate")
    return max(candidates, key=lambda candidate: candidate.response_level)
