"""What is done without being asked: polling the feed, settling what is held, the sweeps of what has come due, and
delivering to webhooks, which every worker does all the time.

Any number of workers may run against one store. A lease row per job lets each run of it happen once; where a worker
died in the middle of one, another takes over when the lease ends. Jobs are idempotent, so a run too many harms nothing.
"""

from __future__ import annotations

import os
import signal
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Thread

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from service.config import Settings
from service.logs import during_run
from service.operations.context import Context
from service.operations.courier import Courier
from service.operations.holding import settle_held_readings
from service.operations.idempotency import forget_old_keys
from service.operations.override_expiry import sweep_overrides
from service.operations.packs import write_packs
from service.operations.policy_reviews import tell_reviews_due
from service.operations.polling import poll_feed
from service.operations.retention import forget_old_deliveries
from service.operations.sweep_acknowledgements import sweep_acknowledgements
from service.operations.sweep_overdue import sweep_overdue
from service.operations.watching import check_record
from service.store import jobs

HEARTBEAT = "heartbeat"
LEASE = 12
"""Seconds for which a run keeps other workers out, and so how long a dead worker's run waits to be taken over.

A run that takes longer (a poll of a dripping feed may) can be done twice, which harms nothing.
"""

_EARLY = 0.8
"""The part of an interval after which a job is free again, so that the next tick finds it so even when it is early."""

_DEFAULTS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": 30}


@dataclass(frozen=True)
class Job:
    """Something done every so many ``seconds``."""

    name: str
    seconds: int
    run: Callable[[Context], object]


def scheduled(settings: Settings) -> tuple[Job, ...]:
    """Every job of an installation."""
    return (
        Job(HEARTBEAT, 5, _beat),
        Job("poll_feed", settings.feed_interval, poll_feed),
        Job("settle_held_readings", 5, settle_held_readings),
        Job("sweep_overrides", 10, sweep_overrides),
        Job("sweep_overdue", 60, sweep_overdue),
        Job("sweep_acknowledgements", 60, sweep_acknowledgements),
        Job("tell_reviews_due", 3600, tell_reviews_due),
        Job("forget_old_keys", 3600, forget_old_keys),
        Job("forget_old_deliveries", 3600, forget_old_deliveries),
        Job("check_record", 3600, check_record),
        Job("write_packs", 10, write_packs),
    )


def _beat(_context: Context) -> None:
    """Nothing: the lease row of the run says when a worker was last alive."""


def run_once(context: Context, job: Job, holder: str) -> bool:
    """Run a job unless another worker has its lease; gives whether it ran. Raises what the job raises.

    What a run logs and records carries an id of that run, as a request does.
    """
    with context.store.housekeeping() as writer:
        started = writer.now
        if not jobs.take(writer, job.name, holder, LEASE):
            return False
    try:
        with during_run(job.name):
            job.run(context)
    finally:
        with context.store.housekeeping() as writer:
            jobs.release(writer, job.name, holder, started + timedelta(seconds=job.seconds * _EARLY))
    return True


def work(context: Context) -> None:
    """Run every job at its times until SIGTERM or SIGINT; what is under way then is finished."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    with working(context):
        stop.wait()


@contextmanager
def working(context: Context) -> Iterator[None]:
    """Run every job at its times in threads of this process, while the context is open."""
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults=_DEFAULTS)
    holder = f"{socket.gethostname()[:60]}/{os.getpid()}"
    for job in scheduled(context.settings):
        scheduler.add_job(
            run_once,
            "interval",
            args=(context, job, holder),
            seconds=job.seconds,
            id=job.name,
            name=job.name,
            next_run_time=context.store.clock.now(),
        )
    stop = Event()
    courier = Thread(target=Courier(context, f"{holder}/{uuid.uuid4().hex}").work, args=(stop,), name="courier")
    scheduler.start()
    courier.start()
    structlog.get_logger().info("working", holder=holder)
    try:
        yield
    finally:
        stop.set()
        scheduler.shutdown(wait=True)
        courier.join()
