"""The worker as a process of its own: what the feed says reaches the estate, and it stops when it is told to."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.operations.context import Context
from service.operations.people import SYSTEM
from service.operations.register import get_premises
from service.operations.threat_changes import list_changes
from service.operations.threat_levels import threat_levels
from tests.feed_server import FeedServer, feed_xml
from tests.installation import example_installation
from tests.opq import PATIENCE, Opq, until

LATER = "Friday, May 1, 2026 -  07:00"


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        running.serve(feed_xml(national="SEVERE"))
        yield running


@pytest.fixture
def context(tmp_path: Path, database_url: str) -> Iterator[Context]:
    """The installation that the worker works on."""
    with example_installation(tmp_path / "var", database_url) as context:
        yield context


@pytest.fixture
def opq(tmp_path: Path, database_url: str, server: FeedServer) -> Opq:
    return Opq(
        tmp_path / "var",
        database_url=database_url,
        feed_url=server.url,
        feed_interval="1",
        hold_limit="1",
        engine="reference",
    )


def site(context: Context) -> str:
    return str(get_premises(context, SYSTEM, "gullwick-station")["response_level"])


def national(context: Context) -> list[str]:
    """The national levels that were accepted, newest first."""
    items = list_changes(context, SYSTEM)["items"]
    return [item["level"] for item in items if (item["scope"], item["status"]) == ("national", "accepted")]


def stopped(process: subprocess.Popen[str]) -> str:
    """Tell a process to stop; gives what it logged. It ends well."""
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, log
    return log


def test_a_rise_on_the_feed_raises_the_estate(opq: Opq, server: FeedServer, context: Context) -> None:
    with opq.running("worker") as worker:
        until(lambda: national(context) == ["SEVERE"])
        assert site(context) == "HEIGHTENED"
        server.serve(feed_xml(national="CRITICAL", stamp=LATER))
        until(lambda: site(context) == "EXCEPTIONAL")
        log = stopped(worker)
    assert "raised an exception" not in log
    assert national(context) == ["CRITICAL", "SEVERE"]


def test_two_workers_beside_each_other_take_a_rise_once(opq: Opq, server: FeedServer, context: Context) -> None:
    with opq.running("worker") as one, opq.running("worker") as two:
        until(lambda: national(context))
        server.serve(feed_xml(national="CRITICAL", stamp=LATER))
        until(lambda: site(context) == "EXCEPTIONAL")
        logs = stopped(one) + stopped(two)
    assert "raised an exception" not in logs
    assert national(context) == ["CRITICAL", "SEVERE"]
    assert context.store.verify().valid


def test_a_feed_that_goes_wrong_leaves_the_level_and_the_worker_standing(
    opq: Opq, server: FeedServer, context: Context
) -> None:
    with opq.running("worker") as worker:
        until(lambda: national(context))
        server.serve(b"<html>Site maintenance. LOW</html>")
        until(lambda: threat_levels(context, SYSTEM)["items"][0]["stale"])
        stopped(worker)
    assert national(context) == ["SEVERE"]


def test_the_worker_needs_a_store(opq: Opq) -> None:
    assert "run opq init" in opq("worker", code=1).stderr
