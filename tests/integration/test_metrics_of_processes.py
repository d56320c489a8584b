"""Figures of several web processes on one store: of the installation the same from each, of requests each its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.operations.context import Context
from service.operations.fanning_out import fan_out
from service.operations.watching import check_record
from service.worker import Job, run_once
from tests import builders
from tests.builders import NOON
from tests.fakes import FrozenClock
from tests.hooks import context_here, hook, move

OF_REQUESTS = ("opq_requests", "opq_request_seconds")


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def contexts(migrated_url: str, clock: FrozenClock) -> Iterator[list[Context]]:
    with ExitStack() as stack:
        first = stack.enter_context(context_here(migrated_url, clock))
        yield [first, *(stack.enter_context(builders.context_on(migrated_url, clock=clock)) for _ in range(2))]


def figures(process: FlaskClient, *, of_requests: bool) -> set[str]:
    lines = process.get("/metrics").get_data(as_text=True).splitlines()
    return {line for line in lines if line.startswith(OF_REQUESTS) is of_requests and not line.startswith("#")}


def test_every_process_tells_the_same_of_the_installation_whoever_did_the_work(
    contexts: list[Context], clock: FrozenClock
) -> None:
    processes = [create_app(context).test_client() for context in contexts]
    before = figures(processes[0], of_requests=False)
    worker, web, _ = contexts
    hook(web)
    move(web, "CRITICAL")
    fan_out(worker)
    run_once(worker, Job("check_record", 60, check_record), "a worker")
    clock.tick(timedelta(minutes=2))
    one, two, three = (figures(process, of_requests=False) for process in processes)
    assert one == two == three != before
    assert {
        'opq_premises{response_level="EXCEPTIONAL"} 2.0',
        'opq_webhooks{state="active"} 1.0',
        'opq_job_age_seconds{job="check_record"} 120.0',
        "opq_worker_silence_seconds 120.0",
        "opq_record_faults 0.0",
    } <= one
    assert "opq_deliveries_pending 0.0" not in one


def test_each_process_counts_its_own_requests_so_that_their_sum_is_right(contexts: list[Context]) -> None:
    processes = [create_app(context).test_client() for context in contexts]
    for times, process in enumerate(processes, 1):
        for _ in range(times):
            process.get("/healthz")
    for times, process in enumerate(processes, 1):
        counted = f'opq_requests_total{{method="GET",route="/healthz",status="200"}} {times}.0'
        assert counted in figures(process, of_requests=True)
