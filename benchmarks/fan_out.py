"""One change of an estate told to 1,000 webhooks, each narrowed to premises of its own, by a worker.

Two sizes of estate show how the worker's memory grows. On PostgreSQL only autovacuum analyses, as in service.

What arrived is checked: each webhook once, and of its own premises only. Then the bodies of 100 webhooks are found in
one query, as the worker does, and one by one.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from benchmarks.deliveries import monitor
from benchmarks.estates import fill
from benchmarks.installations import DATABASES, installed, worker
from benchmarks.receiving import Arrival, Receiver, receiving
from rules.levels import Scope, ThreatLevel
from service.clock import SystemClock
from service.operations import deciding, fanning_out, membership
from service.operations.context import Context
from service.operations.event_views import view, views
from service.operations.people import SYSTEM
from service.operations.threat import ThreatWish, set_level
from service.operations.webhooks import WebhookWish, create_webhook
from service.store import events, webhooks

SIZES = (10_000, 100_000)
WEBHOOKS, SAMPLE = 1_000, 100
TYPE = "response_levels.changed"


@dataclass(frozen=True)
class Figures:
    """Seconds from the commit to each first attempt, seconds to find SAMPLE bodies in both ways, and MiB."""

    delays: list[float]
    together: float
    one_by_one: float
    memory: float


def main() -> None:
    """Print the delays of first attempts, the times to find bodies, and the worker's peak memory."""
    print(
        f"{'database':<11} {'premises':>8} {'first s':>8} {'p50 s':>7} {'p95 s':>7} {'last s':>7}"
        f" {'together s':>11} {'one by one s':>13} {'MiB':>5}"
    )
    for database in DATABASES:
        for size in SIZES:
            with receiving() as receiver, installed(database) as context:
                _print(database, size, _measured(context, receiver, size))


def _print(database: str, size: int, figures: Figures) -> None:
    delays = quantiles(figures.delays, n=20)
    print(
        f"{database:<11} {size:>8,} {min(figures.delays):>8.2f} {delays[9]:>7.2f} {delays[18]:>7.2f}"
        f" {max(figures.delays):>7.2f} {figures.together:>11.2f} {figures.one_by_one:>13.2f} {figures.memory:>5.0f}"
    )


def _measured(context: Context, receiver: Receiver, size: int) -> Figures:
    _settle(context, size)
    who = monitor(context)
    for number in range(WEBHOOKS):
        create_webhook(context, who, WebhookWish(receiver.url(number), (TYPE,), _own(number, size)))
    with worker(context) as process:
        set_level(context, SYSTEM, ThreatWish(Scope.NATIONAL, ThreatLevel.CRITICAL, "benchmark"))
        committed = SystemClock().now().timestamp()
        arrivals = receiver.wait_for(WEBHOOKS, pause=0.2)
        memory = _peak_memory(process)
    _check(arrivals, size)
    return Figures([at - committed for _, _, at, _ in arrivals], *_found(context), memory)


def _settle(context: Context, size: int) -> None:
    """The estate, decided about."""
    fill(context, size)
    with context.store.write(deciding=True) as writer:
        membership.refresh(context, writer)
        deciding.decide(context, writer, SYSTEM, deciding.Trigger("register", "benchmark"), whole_estate=True)
        writer.record(SYSTEM.actor, "benchmark.settled", "estate", {})


def _own(number: int, size: int) -> list[str]:
    share = size // WEBHOOKS
    return [f"site-{place:06d}" for place in range(number * share, (number + 1) * share)]


def _check(arrivals: list[Arrival], size: int) -> None:
    """Raises RuntimeError unless each webhook was told once, and of its own premises only."""
    told = {int(path[1:]): json.loads(body)["data"]["premises"] for path, _, _, body in arrivals}
    if len(arrivals) != WEBHOOKS or len(told) != WEBHOOKS:
        raise RuntimeError("not every webhook was told once")
    if any([item["id"] for item in listed] != _own(number, size) for number, listed in told.items()):
        raise RuntimeError("a webhook was told of other premises than its own")


def _found(context: Context) -> tuple[float, float]:
    """Seconds to find SAMPLE bodies together, and one by one."""
    with context.store.read() as reader:
        [*_, event] = [row for row in events.after(reader, 0, 1_000) if row["type"] == TYPE]
        audiences = list(fanning_out.audiences_of(reader, webhooks.all_known(reader)[:SAMPLE]).values())
        start = time.perf_counter()
        views(reader, event, audiences)
        middle = time.perf_counter()
        for audience in audiences:
            view(reader, event, audience)
        return middle - start, time.perf_counter() - middle


def _peak_memory(process: int) -> float:
    """MiB, as Linux tells it."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1_024
