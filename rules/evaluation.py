"""Asks both evaluators about each fact set, compares them, and says what stands when they fail or differ."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from rules.conditions import Condition, facts_read
from rules.decision import Decision, FactSet, NoCandidateError, decide
from rules.engine import DurableEvaluator, EngineFault
from rules.facts import domain
from rules.levels import ResponseLevel
from rules.limits import conjunctions
from rules.reference import ReferenceEvaluator
from rules.rule import Rulebook

EngineName = Literal["durable", "reference"]
SAMPLES = 50


class FactError(ValueError):
    """A fact set that lacks a fact, or has a value that the fact cannot have."""


class EvaluatorsDifferError(Exception):
    """Engine and reference answered a sample differently: these conditions must not come into force."""


class Evaluator(Protocol):
    """An engine that can stand beside the reference."""

    def fired(self, facts: FactSet) -> frozenset[str]:
        """The ids of the conditions that hold for ``facts``. Raises EngineFault when it cannot answer."""
        ...

    def close(self) -> None:
        """Frees what the engine holds. Safe to repeat."""
        ...


@dataclass(frozen=True)
class Fired:
    """What both evaluators answered; ``ids_engine`` is None when the engine did not answer.

    ``fault`` says what was wrong with the engine, or where the two differ; None when nothing was.
    """

    ids_reference: frozenset[str]
    ids_engine: frozenset[str] | None
    fault: str | None

    @property
    def degraded(self) -> bool:
        """Whether the engine was asked and could not answer."""
        return self.fault is not None and self.ids_engine is None

    @property
    def failed(self) -> bool:
        """Whether the two answered differently."""
        return self.ids_engine is not None and self.ids_engine != self.ids_reference

    @property
    def evaluator(self) -> str:
        """The name of what answered."""
        return "reference" if self.ids_engine is None else "durable+reference"


@dataclass(frozen=True)
class Selection:
    """The options whose conditions hold, marked as a Decision is."""

    option_ids: frozenset[str]
    evaluator: str
    degraded: bool
    failed: bool
    fault: str | None


class Evaluation:
    """A set of conditions, ready to be asked about fact sets by both evaluators."""

    def __init__(
        self,
        conditions: Mapping[str, Condition],
        *,
        engine: EngineName,
        durable: Callable[[Mapping[str, Condition]], Evaluator] = DurableEvaluator,
    ) -> None:
        """Builds the evaluators and lets them answer a sample.

        ``engine="reference"`` leaves durable-rules out; ``durable`` makes the evaluator that stands beside
        the reference. Raises LimitError for conditions that the engine cannot take, and
        EvaluatorsDifferError when the two differ on the sample; an engine that fails is no reason to
        refuse, as the reference can decide.
        """
        self._conditions = dict(conditions)
        self._reads = sorted(facts_read(*self._conditions.values()))
        self._reference = ReferenceEvaluator(self._conditions)
        self._engine = durable(self._conditions) if engine == "durable" else None
        if self._engine is not None:
            self._refuse_differences()

    def fired(self, facts: FactSet) -> Fired:
        """What both evaluators say holds. Raises FactError for a fact set that is not whole."""
        read = {fact: self._value(fact, facts) for fact in self._reads}
        ids_reference = self._reference.fired(read)
        if self._engine is None:
            return Fired(ids_reference, None, None)
        try:
            ids_engine = self._engine.fired(read)
        except EngineFault as fault:
            return Fired(ids_reference, None, str(fault))
        if ids_engine == ids_reference:
            return Fired(ids_reference, ids_engine, None)
        differing = ", ".join(sorted(ids_engine ^ ids_reference))
        return Fired(ids_reference, ids_engine, f"the engine and the reference differ on {differing}")

    def close(self) -> None:
        """Frees the engine's memory. Safe to repeat."""
        if self._engine is not None:
            self._engine.close()

    def _refuse_differences(self) -> None:
        for facts in self._sample():
            fired = self.fired(facts)
            if fired.failed:
                self.close()
                raise EvaluatorsDifferError(f"{fired.fault}, given {facts}")

    def _value(self, fact: str, facts: FactSet) -> str:
        value = facts.get(fact)
        if value not in domain(fact):
            raise FactError(f"{fact} is {value!r}; it must be one of {', '.join(domain(fact))}")
        return value

    def _sample(self) -> Iterator[FactSet]:
        """A fact set for each way in which a condition can hold, and some more; always the same ones."""
        chance = random.Random(27)  # noqa: S311 - a repeatable sample, not a secret
        for known in [*conjunctions(self._conditions), *[()] * SAMPLES]:
            yield {fact: chance.choice(domain(fact)) for fact in self._reads} | dict(known)


def decide_level(rulebook: Rulebook, evaluation: Evaluation, facts: FactSet) -> Decision:
    """The decision for one fact set by both evaluators; ``evaluation`` holds the conditions of ``rulebook``.

    When the engine fails, the reference decides and the decision is degraded. When the two differ, the more
    severe stands and the decision is failed. Raises FactError for a fact set that is not whole.
    """
    fired = evaluation.fired(facts)
    decision = decide(rulebook, facts, fired.ids_reference)
    if fired.failed:
        decision = _more_severe(decision, rulebook, facts, fired)
    return replace(decision, evaluator=fired.evaluator, degraded=fired.degraded, failed=fired.failed, fault=fired.fault)


def _more_severe(decision: Decision, rulebook: Rulebook, facts: FactSet, fired: Fired) -> Decision:
    try:
        other = decide(rulebook, facts, fired.ids_engine or frozenset())
    except NoCandidateError:
        return decision
    return max(decision, other, key=lambda either: either.response_level)


def settled_level(decision: Decision, present: ResponseLevel | None) -> ResponseLevel:
    """The level that stands after ``decision``: a failed one never lowers the ``present`` level."""
    if decision.failed and present is not None:
        return max(decision.response_level, present)
    return decision.response_level


def select_options(evaluation: Evaluation, facts: FactSet) -> Selection:
    """The ids of the conditions that hold; when the evaluators differ, those that hold for either of them.

    Raises FactError for a fact set that is not whole.
    """
    fired = evaluation.fired(facts)
    ids = fired.ids_reference | (fired.ids_engine or frozenset())
    return Selection(ids, fired.evaluator, fired.degraded, fired.failed, fired.fault)
