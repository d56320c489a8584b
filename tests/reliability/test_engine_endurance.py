"""The engine under threads, forks and reloads, in a short form of ``benchmarks/engine_soak.py``."""

import os
import subprocess
import sys
import threading

import pytest

from benchmarks.engine_soak import resident_mib, soak
from rules.engine import DurableEvaluator
from rules.facts import domain
from rules.reference import ReferenceEvaluator
from rules.rulebook import ESTATE_RESPONSE, load_rulebook

CONDITIONS = load_rulebook(ESTATE_RESPONSE).conditions
READS = sorted(load_rulebook(ESTATE_RESPONSE).facts_read)


def fact_set(number):
    """One of many fact sets, spread over all values."""
    return {fact: domain(fact)[(number // (place + 1)) % len(domain(fact))] for place, fact in enumerate(READS)}


def test_fifty_thousand_evaluations_by_four_threads_are_right_and_keep_memory_flat():
    command = [sys.executable, "-m", "benchmarks.engine_soak", "--threads", "4", "--evaluations", "12500"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)
    assert (run.returncode, run.stderr) == (0, "")
    assert "4 threads, 50,000 evaluations" in run.stdout
    assert "0 wrong, 0 faults" in run.stdout


def test_eight_threads_that_share_an_engine_get_right_answers():
    result = soak(threads=8, evaluations=500)
    assert (result.evaluations, result.wrong, result.faults) == (4000, 0, 0)


def test_a_hundred_reloads_keep_memory_bounded():
    def reload():
        evaluator = DurableEvaluator(CONDITIONS)
        evaluator.fired(fact_set(0))
        evaluator.close()

    for _ in range(10):
        reload()
    before = resident_mib()
    for _ in range(100):
        reload()
    assert resident_mib() - before < 15


def answers_rightly(evaluator, first):
    """Whether fifty fact sets from ``first`` on are answered as the reference answers them."""
    reference = ReferenceEvaluator(CONDITIONS)
    sets = [fact_set(first + number) for number in range(50)]
    return [evaluator.fired(facts) for facts in sets] == [reference.fired(facts) for facts in sets]


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_children_forked_while_the_parent_evaluates_answer_rightly_and_so_does_the_parent():
    evaluator = DurableEvaluator(CONDITIONS)
    assert answers_rightly(evaluator, 0)
    stop, right = threading.Event(), []

    def keep_evaluating():
        while not stop.is_set():
            right.append(answers_rightly(evaluator, len(right)))

    parent = [threading.Thread(target=keep_evaluating) for _ in range(2)]
    for thread in parent:
        thread.start()
    statuses = []
    for child in range(4):
        pid = os.fork()
        if pid == 0:
            os._exit(0 if answers_rightly(evaluator, 1000 * child) else 1)
        statuses.append(os.waitpid(pid, 0)[1])
    stop.set()
    for thread in parent:
        thread.join()
    assert statuses == [0, 0, 0, 0]
    assert right
    assert all(right)
    assert answers_rightly(evaluator, 7)
    evaluator.close()
