"""Backup and restore on SQLite, and copying from SQLite to PostgreSQL, of estates of growing size after one change.

``python -m benchmarks copying`` runs each step in a process of its own, so that its peak memory is its own.
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
from benchmarks.installations import store
from rules.levels import Scope, ThreatLevel
from service.bootstrap import init, open_context, read_key
from service.clock import SystemClock
from service.config import Settings
from service.operations.backup import back_up, restore
from service.operations.copying import copy_store
from service.operations.importing import import_premises
from service.operations.people import SYSTEM
from service.operations.premises_csv import write_csv
from service.operations.threat import ThreatWish, set_level

SIZES = (10_000, 100_000)
_REGISTERED = datetime(2026, 11, 21, tzinfo=UTC)
_STORE, _BACKUP, _RESTORED = "opq.db", "opq.backup", "restored.db"


@dataclass(frozen=True)
class Figures:
    """One step: seconds by the clock and of its processor, and MiB at most."""

    seconds: float
    processor: float
    memory: float


def main() -> None:
    """Print the figures of every step at every size."""
    print(f"{'premises':>9} {'step':<9} {'store, MiB':>10} {'seconds':>8} {'CPU s':>6} {'MiB':>5}")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder, store("PostgreSQL", Path(folder)) as url:
            _child("prepare", folder, str(size))
            mebibytes = (Path(folder) / _STORE).stat().st_size / 2**20
            for step, target in (("backup", _BACKUP), ("restore", _RESTORED), ("copy", url)):
                found = Figures(**json.loads(_child(step, folder, target)))
                print(
                    f"{size:>9,} {step:<9} {mebibytes:>10.0f} {found.seconds:>8.1f} {found.processor:>6.1f}"
                    f" {found.memory:>5.0f}",
                    flush=True,
                )


def _child(*arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.copying", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def prepare(folder: Path, size: int) -> None:
    """Make a store of ``size`` premises that a change has put at EXCEPTIONAL."""
    settings = Settings(data_dir=folder)
    init(settings)
    context = open_context(settings)
    import_premises(context, SYSTEM, "".join(write_csv(rows(size, _REGISTERED))).encode())
    set_level(context, SYSTEM, ThreatWish(Scope.NATIONAL, ThreatLevel.CRITICAL, "benchmark"))
    context.store.close()


def measure(step: str, folder: Path, target: str) -> Figures:
    """Do one step, as its command does, and give its figures."""
    settings = Settings(data_dir=folder)
    key = read_key(settings.audit_key_file)
    context = open_context(settings)
    start, busy = time.perf_counter(), time.process_time()
    match step:
        case "backup":
            back_up(context, SYSTEM, folder / target)
        case "restore":
            restore(f"sqlite:///{folder / target}", folder / _BACKUP, key, SystemClock())
        case _:
            copy_store(settings.database_url, target, key, SystemClock())
    seconds, processor = time.perf_counter() - start, time.process_time() - busy
    context.store.close()
    return Figures(seconds, processor, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    task, place, what = sys.argv[1:]
    if task == "prepare":
        prepare(Path(place), int(what))
    else:
        print(json.dumps(asdict(measure(task, Path(place), what))))
