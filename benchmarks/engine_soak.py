"""Four threads, 100,000 evaluations each, on one engine: no wrong answer, no fault, flat memory.

Run as ``python -m benchmarks.engine_soak [--threads N] [--evaluations N]``; exits 1 when the engine fails it.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rules.decision import FactSet
from rules.engine import DurableEvaluator, EngineFault
from rules.facts import domain
from rules.reference import ReferenceEvaluator
from rules.rulebook import ESTATE_RESPONSE, load_rulebook

Work = tuple[FactSet, frozenset[str]]
"""A fact set with the ids that the reference says hold."""

GROWTH_MIB = 4.0
"""The growth of resident memory over the whole run that still counts as flat."""


@dataclass(frozen=True)
class Soak:
    """What a soak found: counts, seconds, and resident memory in MiB after the warm-up and at the end."""

    threads: int
    evaluations: int
    wrong: int
    faults: int
    seconds: float
    warm_mib: float
    end_mib: float

    @property
    def passed(self) -> bool:
        """Whether every answer was right and memory stayed flat."""
        return self.wrong == 0 and self.faults == 0 and self.end_mib - self.warm_mib < GROWTH_MIB

    def __str__(self) -> str:
        return (
            f"{self.threads} threads, {self.evaluations:,} evaluations in {self.seconds:.1f} s: "
            f"{self.seconds / self.evaluations * 1e6:.0f} microseconds for a fact set; "
            f"{self.wrong} wrong, {self.faults} faults; "
            f"resident memory {self.warm_mib:.1f} MiB warm, {self.end_mib:.1f} MiB at the end"
        )


def resident_mib() -> float:
    """The resident memory of this process in MiB, as Linux tells it."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def soak(threads: int, evaluations: int) -> Soak:
    """Lets ``threads`` threads share one engine for ``evaluations`` evaluations each, once warm."""
    book = load_rulebook(ESTATE_RESPONSE)
    engine, reference = DurableEvaluator(book.conditions), ReferenceEvaluator(book.conditions)
    chance = random.Random(448)
    reads = sorted(book.facts_read)
    fact_sets: list[FactSet] = [{fact: chance.choice(domain(fact)) for fact in reads} for _ in range(1000)]
    work = [(facts, reference.fired(facts)) for facts in fact_sets]
    _evaluate(engine, work, threads, evaluations // 10)
    warm = resident_mib()
    started = time.perf_counter()
    wrong, faults = _evaluate(engine, work, threads, evaluations)
    seconds = time.perf_counter() - started
    end = resident_mib()
    engine.close()
    return Soak(threads, threads * evaluations, wrong, faults, seconds, warm, end)


def _evaluate(engine: DurableEvaluator, work: list[Work], threads: int, evaluations: int) -> tuple[int, int]:
    """Counts the wrong answers and the faults of ``threads`` threads, ``evaluations`` each."""
    wrong, faults = [0] * threads, [0] * threads

    def evaluate(thread: int) -> None:
        for number in range(evaluations):
            facts, expected = work[(number * 7 + thread) % len(work)]
            try:
                wrong[thread] += engine.fired(facts) != expected
            except EngineFault:
                faults[thread] += 1

    workers = [threading.Thread(target=evaluate, args=(thread,)) for thread in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(wrong), sum(faults)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the soak with the numbers of ``arguments`` (None: of the command line) and prints what it found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--evaluations", type=int, default=100_000, help="by each thread")
    options = parser.parse_args(arguments)
    result = soak(options.threads, options.evaluations)
    print(result)
    return 0 if result.passed else 1


if __name__ == "__main__":
    sys.exit(main())
