"""What docker-compose.yml starts, as plain processes: two web, two workers, one PostgreSQL."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from service.clock import SystemClock
from service.operations.people import SYSTEM
from service.operations.tokens import create_token
from service.store import jobs
from service.store.transactions import Store
from service.store.types import Row
from service.worker import HEARTBEAT, LEASE
from tests.databases import Databases
from tests.feed_server import FeedServer, feed_xml
from tests.installation import example_installation
from tests.opq import PATIENCE, Opq, until

SITE = "gullwick-station"
LATER = "Friday, May 1, 2026 -  07:00"
RARELY = "3600"


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        running.serve(feed_xml(national="MODERATE"))
        yield running


@pytest.fixture
def url(postgresql_databases: Databases) -> Iterator[str]:
    with postgresql_databases.empty() as url:
        yield url


class Installed(Opq):
    """An installation with the example estate, and the token of its ``lead``."""

    def __init__(self, folder: Path, url: str, server: FeedServer, feed_interval: str) -> None:
        super().__init__(
            folder,
            database_url=url,
            feed_url=server.url,
            feed_interval=feed_interval,
            hold_limit="1",
            engine="reference",
        )
        with example_installation(folder, url) as context:
            self.lead = str(create_token(context, SYSTEM, "op_quantity_lead", "Lena")["token"])


class Web:
    """One web process, and how to ask it."""

    def __init__(self, process: subprocess.Popen[str], token: str) -> None:
        assert process.stderr is not None
        self.process = process
        self.address = next(json.loads(line)["addresses"][0] for line in process.stderr if '"serving"' in line)
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str) -> Any:
        return self.session.get(f"{self.address}{path}", timeout=PATIENCE).json()

    def level(self) -> str:
        return str(self.get(f"/api/v1/premises/{SITE}/response-level")["response_level"])

    def set_national(self, level: str) -> int:
        body = {"scope": "national", "level": level, "reason": "word from the centre"}
        return self.session.post(f"{self.address}/api/v1/threat-changes", json=body, timeout=PATIENCE).status_code


def checks(web: Web) -> dict[str, str]:
    return {check["name"]: check["status"] for check in web.get("/readyz")["checks"]}


@contextmanager
def two_webs(opq: Installed) -> Iterator[tuple[Web, Web]]:
    with ExitStack() as stack:
        processes = [stack.enter_context(opq.running("serve", "--port", "0")) for _ in range(2)]
        one, two = (Web(process, opq.lead) for process in processes)
        stack.enter_context(closing(one.session))
        stack.enter_context(closing(two.session))
        yield one, two


def stopped(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, log
    return log


def killed(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=PATIENCE)


def last_to_beat(url: str) -> int:
    """The process id of the worker that last had the heartbeat, 0 before the first."""
    row = job(url, HEARTBEAT)
    return int(row["holder"].rpartition("/")[2]) if row else 0


def has_ended(url: str, name: str) -> bool:
    """Whether a job has run to its end, so that nobody runs it again before it is due."""
    row = job(url, name)
    return row is not None and row["leased_until"] - row["last_run_at"] > timedelta(seconds=LEASE)


def job(url: str, name: str) -> Row | None:
    """A job's lease and last run."""
    with closing(Store(url, SystemClock(), b"")) as store, store.read() as reader:
        return jobs.job(reader, name)


def test_what_is_changed_through_one_web_is_seen_through_the_other(
    tmp_path: Path, url: str, server: FeedServer
) -> None:
    opq = Installed(tmp_path, url, server, RARELY)
    with two_webs(opq) as (one, two), opq.running("worker") as first, opq.running("worker") as second:
        assert (one.level(), two.level()) == ("HEIGHTENED", "HEIGHTENED")
        assert one.set_national("CRITICAL") == 201
        assert two.level() == "EXCEPTIONAL"
        until(lambda: checks(two)["worker"] == "ok")
        killed(first)
        killed(one.process)
        assert two.set_national("SEVERE") == 202  # a fall waits for a second person
        assert two.level() == "EXCEPTIONAL"
        until(lambda: last_to_beat(url) == second.pid)
        logs = stopped(second) + stopped(two.process)
    assert "raised an exception" not in logs
    assert opq.json("audit", "verify")["valid"]


def test_a_job_runs_once_among_two_workers_and_the_other_beats_on_when_one_is_killed(
    tmp_path: Path, url: str, server: FeedServer
) -> None:
    opq = Installed(tmp_path, url, server, RARELY)
    with opq.running("worker") as first:
        until(lambda: has_ended(url, "poll_feed"))
        with opq.running("worker") as second:
            killed(first)
            until(lambda: last_to_beat(url) == second.pid)
            assert "raised an exception" not in stopped(second)
    assert len(server.requests) == 1


def test_a_worker_killed_in_the_middle_of_a_job_is_taken_over_when_its_lease_ends(
    tmp_path: Path, url: str, server: FeedServer
) -> None:
    server.silent()
    opq = Installed(tmp_path, url, server, "1")
    with two_webs(opq) as (one, two), opq.running("worker") as first:
        until(lambda: server.requests)
        with opq.running("worker") as second:
            killed(first)
            server.serve(feed_xml(national="SUBSTANTIAL", stamp=LATER))
            until(lambda: one.get("/api/v1/threat-levels")["items"][0]["level"] == "SUBSTANTIAL")
            assert two.get("/api/v1/threat-levels")["items"][0]["source"] == "mi5"
            stopped(second)
        stopped(one.process)
        stopped(two.process)
    assert opq.json("audit", "verify")["valid"]
