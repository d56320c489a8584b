"""Forks while threads evaluate; exits with 0 when children, threads and parent all answered rightly.

A program of its own, since whoever forks inherits the locks of all that runs beside it, such as a tracer of coverage.
"""

from __future__ import annotations

import os
import sys
import threading

from rules.decision import FactSet
from rules.engine import DurableEvaluator
from rules.facts import domain
from rules.reference import ReferenceEvaluator
from rules.rulebook import ESTATE_RESPONSE, load_rulebook

BOOK = load_rulebook(ESTATE_RESPONSE)
READS = sorted(BOOK.facts_read)


def fact_set(number: int) -> FactSet:
    """One of many fact sets, spread over all values."""
    return {fact: domain(fact)[(number // (place + 1)) % len(domain(fact))] for place, fact in enumerate(READS)}


def answers_rightly(evaluator: DurableEvaluator, first: int) -> bool:
    """Whether fifty fact sets from ``first`` on are answered as the reference answers them."""
    reference = ReferenceEvaluator(BOOK.conditions)
    sets = [fact_set(first + number) for number in range(50)]
    return [evaluator.fired(facts) for facts in sets] == [reference.fired(facts) for facts in sets]


def main(children: int = 8) -> int:
    """Fork ``children`` times beside two threads; gives the number of wrong answers."""
    evaluator = DurableEvaluator(BOOK.conditions)
    right = [answers_rightly(evaluator, 0)]
    stop = threading.Event()

    def keep_evaluating() -> None:
        while not stop.is_set():
            right.append(answers_rightly(evaluator, len(right)))

    threads = [threading.Thread(target=keep_evaluating) for _ in range(2)]
    for thread in threads:
        thread.start()
    for child in range(children):
        pid = os.fork()
        if pid == 0:
            os._exit(0 if answers_rightly(evaluator, 1000 * child) else 1)
        right.append(os.waitpid(pid, 0)[1] == 0)
    stop.set()
    for thread in threads:
        thread.join()
    right.append(answers_rightly(evaluator, 7))
    return right.count(False)


if __name__ == "__main__":
    sys.exit(main())
