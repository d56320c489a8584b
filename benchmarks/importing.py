"""Importing a register of growing size from CSV into an empty store, each in a process of its own.

``python -m benchmarks import`` prints seconds, CPU seconds and peak memory of the operation and what it leaves behind.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.estates import rows
from service.bootstrap import init, open_context
from service.config import Settings
from service.operations.importing import import_premises
from service.operations.people import SYSTEM
from service.operations.premises_csv import write_csv

SIZES = (10_000, 100_000)
_REGISTERED = datetime(2026, 11, 21, tzinfo=UTC)


@dataclass(frozen=True)
class Figures:
    """One size: seconds by the clock and of the processor, MiB at most, and MiB before the import."""

    premises: int
    seconds: float
    processor: float
    memory: float
    memory_before: float


def main() -> None:
    """Print the figures of every size."""
    print(f"{'premises':>9} {'seconds':>8} {'CPU s':>6} {'us/row':>7} {'MiB':>5} {'before':>7}")
    for size in SIZES:
        command = [sys.executable, "-m", "benchmarks.importing", str(size)]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        found = Figures(**json.loads(answer.stdout))
        print(
            f"{found.premises:>9,} {found.seconds:>8.2f} {found.processor:>6.2f}"
            f" {1e6 * found.processor / found.premises:>7.0f} {found.memory:>5.0f} {found.memory_before:>7.0f}"
        )


def measure(size: int) -> Figures:
    """The figures of one size."""
    file = "".join(write_csv(rows(size, _REGISTERED))).encode()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        init(settings)
        context = open_context(settings)
        before = _peak()
        start, busy = time.perf_counter(), time.process_time()
        answer = import_premises(context, SYSTEM, file)
        seconds, processor = time.perf_counter() - start, time.process_time() - busy
        context.store.close()
    if answer["added"] != size:
        raise RuntimeError(f"{answer['added']} of {size} premises were added")
    return Figures(size, seconds, processor, _peak(), before)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(asdict(measure(int(sys.argv[1])))))
