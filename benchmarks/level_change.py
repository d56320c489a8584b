"""A move to CRITICAL at estates of growing size: the operation against the bare SQL that writes the same rows.

``python -m benchmarks level-change`` runs each size in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.estates import FACT_SETS, fill
from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.clock import SystemClock
from service.config import Settings
from service.operations import deciding, threat
from service.operations.adopting import adopt
from service.operations.context import Context
from service.operations.deliberation import Deliberation
from service.operations.people import SYSTEM
from service.operations.policy import load_policy
from service.operations.threat import ThreatWish
from service.store import levels
from service.store import threat as threat_store
from service.store.estate import facts_of
from service.store.migrate import upgrade
from service.store.transactions import Store

SIZES = (1_000, 10_000, 100_000)
KEY = b"benchmark"


@dataclass(frozen=True)
class Figures:
    """One size: seconds, megabytes and ratios."""

    premises: int
    fact_sets: int
    change: float
    deciding: float
    write: float
    bare: float
    ratio: float
    memory: float
    naive: float | None


def main() -> None:
    """Print the figures of every size."""
    print(
        f"{'premises':>9} {'sets':>5} {'change s':>9} {'ms/set':>7} {'write s':>8} {'bare s':>7} {'ratio':>6}"
        f" {'MiB':>6} {'naive s':>8}"
    )
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            _child("prepare", folder, size)
            figures = Figures(**json.loads(_child("measure", folder, size)))
        print(
            f"{figures.premises:>9,} {figures.fact_sets:>5} {figures.change:>9.2f}"
            f" {1000 * figures.deciding / figures.fact_sets:>7.2f} {figures.write:>8.3f} {figures.bare:>7.3f}"
            f" {figures.ratio:>6.2f} {figures.memory:>6.0f} {figures.naive or float('nan'):>8.2f}"
        )


def _child(step: str, folder: str, size: int) -> str:
    command = [sys.executable, "-m", "benchmarks.level_change", step, folder, str(size)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def prepare(folder: Path, size: int) -> None:
    """Make a store with ``size`` premises at HEIGHTENED, and a copy of it for the bare SQL."""
    file = folder / "opq.db"
    upgrade(f"sqlite:///{file}", KEY)
    context = _context(file)
    fill(context, size)
    adopt(context)
    threat.set_level(context, SYSTEM, ThreatWish(Scope.NATIONAL, ThreatLevel.SEVERE, "benchmark"))
    context.store.close()
    _checkpoint(file)
    shutil.copy(file, folder / "bare.db")


def measure(folder: Path, size: int) -> Figures:
    """The figures of one size, on the stores that ``prepare`` made."""
    file = folder / "opq.db"
    context = _context(file)
    wish = ThreatWish(Scope.NATIONAL, ThreatLevel.CRITICAL, "benchmark")
    start = time.perf_counter()
    deliberation = deciding.prepare(context, {"threat.national": "CRITICAL"})
    decided = time.perf_counter() - start
    write = _timed_write(context, wish, deliberation)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    naive = _naive(context, folder) if size == SIZES[0] else None
    bare = _bare(file, folder / "bare.db")
    context.store.close()
    return Figures(size, FACT_SETS, decided + write, decided, write, bare, write / bare, memory, naive)


def _context(file: Path) -> Context:
    url = f"sqlite:///{file}"
    settings = Settings(database_url=url)
    return Context(Store(url, SystemClock(), KEY), load_policy(settings), settings)


def _timed_write(context: Context, wish: ThreatWish, deliberation: Any) -> float:
    start = time.perf_counter()
    with context.store.write(deciding=True) as writer:
        present = threat_store.level_of(writer, wish.scope, None)
        threat._change(context, writer, SYSTEM, wish, present, writer.at, deliberation)
    return time.perf_counter() - start


def _checkpoint(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _bare(done: Path, before: Path) -> float:
    """Seconds to write, in one transaction of plain SQL, the rows that the operation wrote; nothing is decided."""
    after = sqlite3.connect(done)
    (trigger,) = after.execute("SELECT max(id) FROM triggers").fetchone()
    written = {
        "menus": after.execute(
            "SELECT * FROM menus WHERE id IN (SELECT menu_id FROM decisions WHERE trigger_id = ?)"
            " AND id NOT IN (SELECT previous_menu_id FROM decisions WHERE trigger_id = ?)",
            (trigger, trigger),
        ).fetchall(),
        "triggers": after.execute("SELECT * FROM triggers WHERE id = ?", (trigger,)).fetchall(),
        "decisions": after.execute("SELECT * FROM decisions WHERE trigger_id = ?", (trigger,)).fetchall(),
    }
    (at,) = after.execute("SELECT at FROM triggers WHERE id = ?", (trigger,)).fetchone()
    expected = after.execute("SELECT count(*) FROM checklists").fetchone()
    after.close()
    connection = sqlite3.connect(before, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    start = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for table, rows in written.items():
        connection.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)
    connection.execute(
        "UPDATE checklists SET superseded_at = ?1, superseded_by = ?2"
        " WHERE kind = 'response' AND superseded_at IS NULL",
        (at, trigger),
    )
    connection.execute(
        "INSERT INTO checklists (subject, kind, response_level, since, menu_id, decision_id, version, issued_at)"
        " SELECT s.subject, 'response', d.response_level, ?1, d.menu_id, d.id, c.version + 1, ?1"
        " FROM checklists c JOIN subject_fact_sets s ON s.subject = c.subject AND s.until_at IS NULL"
        " JOIN decisions d ON d.trigger_id = ?2 AND d.fact_set_id = s.fact_set_id AND d.previous_menu_id = c.menu_id"
        " WHERE c.superseded_by = ?2",
        (at, trigger),
    )
    connection.execute("COMMIT")
    seconds = time.perf_counter() - start
    if connection.execute("SELECT count(*) FROM checklists").fetchone() != expected:
        raise RuntimeError("the bare SQL did not write the same rows")
    connection.close()
    return seconds


def _naive(context: Context, folder: Path) -> float:
    """Seconds to ask the engine once per premises and write each premises by itself, in one transaction."""
    scratch = folder / "naive.db"
    shutil.copy(folder / "bare.db", scratch)
    with context.store.read() as reader:
        standings = levels.premises_standings(reader, SYSTEM.sight, None, "", 10**6)
        facts = facts_of(reader, {row["fact_set_id"] for row in standings})
        shared = {**deciding.present_facts(reader), "threat.national": "CRITICAL"}
    connection = sqlite3.connect(scratch, isolation_level=None)
    start = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for row in standings:
        deliberation = Deliberation(context.policy)
        own = {**shared, **facts[row["fact_set_id"]]}
        decision = deliberation.decide(own)
        deliberation.select(own, decision.response_level)
        connection.execute(
            "UPDATE checklists SET superseded_at = 'now' WHERE subject = ? AND superseded_at IS NULL", (row["subject"],)
        )
        connection.execute(
            "INSERT INTO checklists (subject, kind, response_level, since, menu_id, decision_id, version, issued_at)"
            " SELECT ?, 'response', ?, 'now', max(id), 1, 2, 'now' FROM menus",
            (row["subject"], ResponseLevel.EXCEPTIONAL.name),
        )
    connection.execute("COMMIT")
    connection.close()
    return time.perf_counter() - start


if __name__ == "__main__":
    step, folder, size = sys.argv[1:]
    if step == "prepare":
        prepare(Path(folder), int(size))
    else:
        print(json.dumps(asdict(measure(Path(folder), int(size)))))
