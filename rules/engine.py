"""The evaluator on durable-rules, and the only module that imports it.

durable-rules 2.0.28 answers wrongly or crashes in many uses; this one was measured to be safe. No background
threads (they read freed memory), one lock for the process, a fresh session for each batch, facts and never
events, rules that are plain conjunctions (see ``limits``), a rule that sees every fact (so that one which was
dropped is noticed), and a new engine after any fault.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import version
from typing import Any

from rules.conditions import Condition, facts_read
from rules.decision import FactSet
from rules.limits import attribute_names, conjunctions

BATCH = 64
"""Fact sets given to the engine at once; each costs it about 8 kB until the batch ends."""
FACT_IDS = tuple(f"fact-{position}" for position in range(BATCH))
SESSION = "session"
VERSION = "2.0.28"
"""The release whose private parts this module relies on."""
_RULESET = "conditions"
_SEEN = {"seen": "yes"}

_LOCK = threading.Lock()
os.register_at_fork(before=_LOCK.acquire, after_in_parent=_LOCK.release, after_in_child=_LOCK.release)


class EngineFault(RuntimeError):
    """durable-rules is missing, raised an error, or lost a fact. Its answer, if any, must not be used."""


def durable_available() -> bool:
    """Whether durable-rules can be used here: it does not install on Python 3.13 and later."""
    try:
        _durable()
    except EngineFault:
        return False
    return True


def _durable() -> Any:
    """The engine's module. Raises EngineFault when it is missing or not the one this was built for."""
    try:
        import durable.engine as engine

        installed = version("durable-rules")
    except ImportError as error:
        raise EngineFault(f"durable-rules cannot be imported: {error}") from error
    if installed != VERSION:
        raise EngineFault(f"durable-rules {installed} is installed, {VERSION} is needed")
    native = getattr(engine, "durable_rules_engine", None)
    if not (hasattr(engine.Host, "_run") and hasattr(native, "delete_ruleset")):
        raise EngineFault("durable-rules lacks the private parts that make it safe to use")
    return engine


class DurableEvaluator:
    """Tells which conditions hold, by durable-rules. Safe to share between threads; works on after a fork."""

    def __init__(self, conditions: Mapping[str, Condition]) -> None:
        """Raises LimitError for ``conditions`` that the engine cannot take. It is built at its first use."""
        reads = facts_read(*conditions.values())
        self._attributes = attribute_names(reads)
        self._rules = conjunctions(conditions)
        self._host: Any = None
        self._pid = 0
        self._fired: list[tuple[str, frozenset[str] | None]] = []
        self._errors: list[BaseException] = []

    def fired(self, facts: FactSet) -> frozenset[str]:
        """The ids of the conditions that hold. Raises EngineFault, or KeyError for a missing fact."""
        return self.fired_each([facts])[0]

    def fired_each(self, fact_sets: Sequence[FactSet]) -> list[frozenset[str]]:
        """The same for many fact sets, in their order; faster, as the engine takes them in batches."""
        answers: list[frozenset[str]] = []
        for start in range(0, len(fact_sets), BATCH):
            answers += self._evaluate(fact_sets[start : start + BATCH])
        return answers

    def close(self) -> None:
        """Frees the engine's 2 MiB, which nothing else does. Safe to repeat; a later use builds anew."""
        with _LOCK:
            self._discard()

    def _evaluate(self, fact_sets: Sequence[FactSet]) -> list[frozenset[str]]:
        messages = [
            {"id": fact_id, "sid": SESSION, **_SEEN}
            | {attribute: facts[fact] for fact, attribute in self._attributes.items()}
            for fact_id, facts in zip(FACT_IDS, fact_sets, strict=False)
        ]
        with _LOCK:
            try:
                return self._answers(messages)
            except BaseException as error:
                self._discard()
                if isinstance(error, Exception):
                    raise EngineFault(f"durable-rules failed: {error!r}") from error
                raise

    def _answers(self, messages: list[dict[str, str]]) -> list[frozenset[str]]:
        host = self._ready_host()
        self._fired.clear()
        self._errors.clear()
        try:
            host.assert_facts(_RULESET, messages)
        finally:
            host.delete_state(_RULESET, SESSION)
        for error in self._errors:
            raise error
        seen = [fact_id for fact_id, ids in self._fired if ids is None]
        posted = [message["id"] for message in messages]
        if sorted(seen) != sorted(posted):
            raise EngineFault(f"{len(posted)} facts were given and {len(seen)} were seen")
        answers: dict[str, set[str]] = {fact_id: set() for fact_id in posted}
        for fact_id, ids in self._fired:
            answers[fact_id].update(ids or ())
        return [frozenset(answers[fact_id]) for fact_id in posted]

    def _ready_host(self) -> Any:
        if self._pid != os.getpid():
            self._discard()
        if self._host is None:
            quiet = type("QuietHost", (_durable().Host,), {"_run": lambda _: None})
            self._host = quiet({_RULESET: self._definition()})
            self._pid = os.getpid()
        return self._host

    def _definition(self) -> dict[str, Any]:
        """A fresh definition, as the engine changes the one it is given."""
        rules: dict[str, Any] = {
            f"rule-{number}": {
                "pri": 1,
                "all": [{"m": {"$and": [{self._attributes[fact]: value} for fact, value in pairs] or [_SEEN]}}],
                "run": self._action(ids),
            }
            for number, (pairs, ids) in enumerate(self._rules.items())
        }
        rules["seen"] = {"pri": 2, "all": [{"m": _SEEN}], "run": self._action(None)}
        return rules

    def _action(self, ids: frozenset[str] | None) -> Callable[[Any], None]:
        """Notes that a rule fired. The engine swallows what an action raises, so it is kept here."""

        def note(context: Any) -> None:
            try:
                self._fired.append((self._fact_id(context), ids))
            except BaseException as error:
                self._errors.append(error)

        return note

    def _fact_id(self, context: Any) -> str:
        return str(context.m.id)

    def _discard(self) -> None:
        host, self._host = self._host, None
        if host is not None:
            with suppress(Exception):
                _durable().durable_rules_engine.delete_ruleset(host.get_ruleset(_RULESET)._handle)
