"""Scheduled jobs: among many workers each run happens once, and a dead worker's job goes to another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from service.errors import Permanent
from service.operations.context import Context
from service.store import jobs
from service.worker import HEARTBEAT, LEASE, Job, run_once, scheduled
from tests import builders
from tests.builders import NOON
from tests.fakes import FrozenClock


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(adopted_url: str, clock: FrozenClock) -> Iterator[Context]:
    with builders.context_on(adopted_url, clock=clock) as context:
        yield context


class Counting:
    """A job that counts its runs, and raises while it is told to."""

    def __init__(self) -> None:
        self.runs = 0
        self.fault: Exception | None = None

    def __call__(self, _context: Context) -> None:
        self.runs += 1
        if self.fault is not None:
            raise self.fault


@pytest.fixture
def counting() -> Counting:
    return Counting()


@pytest.fixture
def job(counting: Counting) -> Job:
    return Job("count", 10, counting)


def take(context: Context, holder: str, seconds: float = 30) -> bool:
    with context.store.housekeeping() as writer:
        return jobs.take(writer, "count", holder, seconds)


def test_a_second_worker_finds_the_run_done(context: Context, job: Job, counting: Counting) -> None:
    assert [run_once(context, job, "one"), run_once(context, job, "two")] == [True, False]
    assert counting.runs == 1


def test_the_next_run_is_free_to_whoever_comes_first(
    context: Context, job: Job, counting: Counting, clock: FrozenClock
) -> None:
    assert run_once(context, job, "one")
    clock.tick(timedelta(seconds=job.seconds))
    assert [run_once(context, job, "two"), run_once(context, job, "one")] == [True, False]
    assert counting.runs == 2


def test_a_tick_that_is_a_little_early_still_finds_the_job_free(context: Context, job: Job, clock: FrozenClock) -> None:
    assert run_once(context, job, "one")
    clock.tick(timedelta(seconds=job.seconds * 0.9))
    assert run_once(context, job, "one")


def test_many_workers_at_once_run_a_job_once(context: Context, job: Job, counting: Counting) -> None:
    workers = 6
    barrier = Barrier(workers)
    ran: list[bool] = []

    def work(name: str) -> None:
        barrier.wait()
        ran.append(run_once(context, job, name))

    threads = [Thread(target=work, args=(f"worker-{number}",)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ran) == [False] * (workers - 1) + [True]
    assert counting.runs == 1


def test_the_job_of_a_worker_that_died_goes_to_another_when_the_lease_ends(
    context: Context, job: Job, counting: Counting, clock: FrozenClock
) -> None:
    assert take(context, "dead", LEASE)
    clock.tick(timedelta(seconds=LEASE - 1))
    assert not run_once(context, job, "other")
    clock.tick(timedelta(seconds=2))
    assert run_once(context, job, "other")
    assert counting.runs == 1


def test_a_job_that_raises_keeps_its_schedule(
    context: Context, job: Job, counting: Counting, clock: FrozenClock
) -> None:
    counting.fault = Permanent("out of order")
    with pytest.raises(Permanent, match="out of order"):
        run_once(context, job, "one")
    counting.fault = None
    clock.tick(timedelta(seconds=job.seconds))
    assert run_once(context, job, "one")
    assert counting.runs == 2


def test_a_run_that_took_too_long_does_not_end_the_lease_of_its_successor(context: Context, clock: FrozenClock) -> None:
    assert take(context, "slow")
    clock.tick(timedelta(seconds=31))
    assert take(context, "quick")
    with context.store.housekeeping() as writer:
        jobs.release(writer, "count", "slow", writer.at)
    assert not take(context, "third")


def test_the_heartbeat_is_the_last_run_of_its_row(context: Context, clock: FrozenClock) -> None:
    heartbeat = next(job for job in scheduled(context.settings) if job.name == HEARTBEAT)
    clock.tick(timedelta(seconds=heartbeat.seconds))
    assert run_once(context, heartbeat, "one")
    with context.store.read() as reader:
        row = jobs.job(reader, HEARTBEAT)
    assert row is not None
    assert (row["holder"], row["last_run_at"]) == ("one", clock.now())


def test_every_job_runs_on_an_empty_installation(context: Context) -> None:
    offline = {"feed_url": "file:///nowhere/at/all.xml"}
    context = Context(context.store, context.policy, context.settings.model_copy(update=offline))
    with context.store.read() as reader:
        before = [jobs.job(reader, job.name) for job in scheduled(context.settings)]
    assert set(before) == {None}
    assert [job.name for job in scheduled(context.settings) if not run_once(context, job, "one")] == []


def test_leases_are_no_part_of_the_record(context: Context, job: Job) -> None:
    before = context.store.verify().entries
    run_once(context, job, "one")
    found = context.store.verify()
    assert (found.valid, found.entries) == (True, before)
