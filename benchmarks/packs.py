"""Writing the packs of an estate after a change of level: how long until the last is there, and what each costs.

The job is run again as soon as it has ended; a worker leaves up to three seconds between its runs.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.estates import rows
from rules.levels import Scope, ThreatLevel
from service.bootstrap import init, open_context
from service.config import Settings
from service.operations.context import Context
from service.operations.importing import import_premises
from service.operations.packs import write_packs
from service.operations.people import SYSTEM
from service.operations.premises_csv import write_csv
from service.operations.threat import ThreatWish, set_level

PREMISES = 1_000


def main() -> None:
    """Print the runs, their seconds, those of the processor and bytes for each pack."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as packs:
        context = _prepare(Path(folder), Path(packs))
        longest, runs, start, used = 0.0, 0, time.perf_counter(), time.process_time()
        written = 0
        while written < PREMISES:
            began = time.perf_counter()
            written += write_packs(context)
            runs, longest = runs + 1, max(longest, time.perf_counter() - began)
        seconds, used = time.perf_counter() - start, time.process_time() - used
        size = sum(path.stat().st_size for path in Path(packs).iterdir())
        context.store.close()
    names = ("packs", "runs", "longest run, s", "all, s", "of the processor, s", "each, s", "bytes each")
    print(" ".join(f"{name:>20}" for name in names))
    figures = (f"{written:,}", runs, f"{longest:.1f}", f"{seconds:.0f}", f"{used:.0f}", f"{used / written:.3f}")
    print(" ".join(f"{figure:>20}" for figure in (*figures, f"{size // written:,}")))


def _prepare(folder: Path, packs: Path) -> Context:
    settings = Settings(data_dir=folder, packs_dir=packs)
    init(settings)
    context = open_context(settings)
    import_premises(context, SYSTEM, "".join(write_csv(rows(PREMISES, context.store.clock.now()))).encode())
    set_level(context, SYSTEM, ThreatWish(Scope.NATIONAL, ThreatLevel.CRITICAL, "benchmark"))
    return context
