"""Deliveries by a worker against a bare loop of ``requests.Session().post``, and the delay of first attempts.

A receiver of its own process takes both. The worker is the real one; it signs, guards each address, keeps the leases
and notes every attempt in the store. The loop posts the same bodies over as many connections and keeps no word of it.
They take turns, so that the machine's other load falls on both alike.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import requests

from benchmarks.installations import DATABASES, installed, worker
from benchmarks.receiving import Receiver, receiving
from service.clock import SystemClock
from service.operations.context import Context
from service.operations.event_types import EVENT_TYPES
from service.operations.people import SYSTEM, Principal
from service.operations.tokens import authenticate, create_token
from service.operations.webhooks import WebhookWish, create_webhook

WEBHOOKS, EVENTS, ROUNDS = 32, 100, 3
CALM, CALM_PAUSE = 40, 0.37
TYPE = "feed.stale"


@dataclass(frozen=True)
class Figures:
    """Deliveries per second of each round, ours and the loop's, and delays in seconds."""

    ours: list[float]
    bare: list[float]
    delays: list[float]


def main() -> None:
    """Print the rates, their ratio and the delays, on each database."""
    print(f"{'database':<11} {'worker/s':>9} {'loop/s':>8} {'ratio':>6} {'p50 s':>6} {'p95 s':>6} {'p99 s':>6}")
    for database in DATABASES:
        with receiving() as receiver, installed(database) as context:
            figures = _measured(context, receiver)
        ratio = median(ours / bare for ours, bare in zip(figures.ours, figures.bare, strict=True))
        delays = quantiles(figures.delays, n=100)
        print(
            f"{database:<11} {median(figures.ours):>9,.0f} {median(figures.bare):>8,.0f} {ratio:>6.2f}"
            f" {delays[49]:>6.3f} {delays[94]:>6.3f} {delays[98]:>6.3f}"
        )


def _measured(context: Context, receiver: Receiver) -> Figures:
    who = monitor(context)
    for number in range(WEBHOOKS):
        create_webhook(context, who, WebhookWish(receiver.url(number), event_types=(TYPE,)))
    ours, bare = [], []
    with worker(context):
        _tell(context, 1)
        receiver.wait_for(WEBHOOKS)
        for _ in range(ROUNDS):
            rate, bodies = _ours(context, receiver)
            ours.append(rate)
            bare.append(_bare(context.settings.data_dir, receiver, bodies))
        delays = _delays(context, receiver)
    return Figures(ours, bare, delays)


def monitor(context: Context) -> Principal:
    """One who may have webhooks."""
    return authenticate(context, create_token(context, SYSTEM, "monitor", "Bench Monitor")["token"])


def _tell(context: Context, events: int) -> float:
    """Commit events; gives the clock's seconds right after."""
    with context.store.write() as writer:
        for _ in range(events):
            writer.emit(TYPE, EVENT_TYPES[TYPE].example)
        writer.record(SYSTEM.actor, "benchmark.told", "estate", {})
    return SystemClock().now().timestamp()


def _ours(context: Context, receiver: Receiver) -> tuple[float, dict[str, list[str]]]:
    """Deliveries per second from the commit of all events to the last arrival; and each path's bodies."""
    committed = _tell(context, EVENTS)
    arrivals = receiver.wait_for(WEBHOOKS * EVENTS)
    bodies: dict[str, list[str]] = {}
    for path, _, _, body in arrivals:
        bodies.setdefault(path, []).append(body)
    return len(arrivals) / (max(at for _, _, at, _ in arrivals) - committed), bodies


def _bare(folder: Path, receiver: Receiver, bodies: dict[str, list[str]]) -> float:
    """Posts per second of the bare loop, in a process of its own, as the worker is."""
    file = folder / "bodies.json"
    file.write_text(json.dumps({f"http://127.0.0.1:{receiver.port}{path}": found for path, found in bodies.items()}))
    command = [sys.executable, "-m", "benchmarks.deliveries", str(file)]
    rate = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    receiver.wait_for(WEBHOOKS * EVENTS)
    return rate


def _loop(bodies: dict[str, list[str]]) -> float:
    """Posts per second, one thread and one session for each address."""

    def post(url: str) -> None:
        with requests.Session() as session:
            for body in bodies[url]:
                session.post(url, body, headers={"Content-Type": "application/json"}, timeout=15).raise_for_status()

    with ThreadPoolExecutor(len(bodies)) as threads:
        start = time.perf_counter()
        list(threads.map(post, bodies))
        return sum(map(len, bodies.values())) / (time.perf_counter() - start)


def _delays(context: Context, receiver: Receiver) -> list[float]:
    """Seconds from the commit of an event to its arrival at each webhook, at a calm rate."""
    found: list[float] = []
    for _ in range(CALM):
        time.sleep(CALM_PAUSE)
        committed = _tell(context, 1)
        found += [at - committed for _, _, at, _ in receiver.wait_for(WEBHOOKS)]
    return found


if __name__ == "__main__":
    print(_loop(json.loads(Path(sys.argv[1]).read_text())))
