"""The engine under threads, forks and reloads, in a short form of ``benchmarks/engine_soak.py``."""

import subprocess
import sys

from benchmarks.engine_soak import resident_mib, soak
from rules.engine import DurableEvaluator
from tests.reliability.forking_engine import BOOK, fact_set


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
        evaluator = DurableEvaluator(BOOK.conditions)
        evaluator.fired(fact_set(0))
        evaluator.close()

    for _ in range(10):
        reload()
    before = resident_mib()
    for _ in range(100):
        reload()
    assert resident_mib() - before < 15


def test_children_forked_while_the_parent_evaluates_answer_rightly_and_so_does_the_parent():
    command = [sys.executable, "-W", "ignore", "-m", "tests.reliability.forking_engine"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (run.returncode, run.stderr) == (0, "")
