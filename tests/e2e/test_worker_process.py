"""The worker as a process of its own: what the feed says reaches the estate, and it stops when it is told to."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.feed_server import FeedServer, feed_xml
from tests.opq import PATIENCE, ROOT, Opq

ESTATE = str(ROOT / "service" / "examples" / "estate.csv")
SITE = "gullwick-station"
LATER = "Friday, May 1, 2026 -  07:00"


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


@pytest.fixture
def opq(tmp_path: Path, server: FeedServer) -> Opq:
    server.serve(feed_xml(national="MODERATE"))
    opq = Opq(tmp_path / "var", feed_url=server.url, feed_interval="1", hold_limit="1", engine="reference")
    opq("init")
    opq("premises", "import", ESTATE, token=opq.token("admin", "Ada"))
    return opq


def until(found: Callable[[], Any]) -> None:
    """Ask again and again until the answer is yes."""
    deadline = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < deadline, "it never came"


def stopped(process: subprocess.Popen[str]) -> str:
    """Tell a process to stop; gives what it logged. It ends well."""
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, log
    return log


def test_a_rise_on_the_feed_raises_the_estate(opq: Opq, server: FeedServer) -> None:
    lead = opq.token("op_quantity_lead", "Lena")

    def level() -> str:
        return str(opq.json("level", "show", SITE, token=lead)["response_level"])

    assert level() == "HEIGHTENED"
    with opq.running("worker") as worker:
        until(lambda: level() == "NORMAL")
        server.serve(feed_xml(national="SUBSTANTIAL", stamp=LATER))
        until(lambda: level() == "HEIGHTENED")
        log = stopped(worker)
    assert "raised an exception" not in log
    history = opq.json("threat", "history", token=lead)["items"]
    assert [item["level"] for item in history if item["scope"] == "national"] == ["SUBSTANTIAL", "MODERATE"]
    assert {item["source"] for item in history} == {"mi5"}


def test_two_workers_beside_each_other_poll_once_a_turn_and_take_a_rise_once(opq: Opq, server: FeedServer) -> None:
    lead = opq.token("op_quantity_lead", "Lena")
    with opq.running("worker") as one, opq.running("worker") as two:
        until(lambda: opq.json("threat", "history", token=lead)["items"])
        server.serve(feed_xml(national="SUBSTANTIAL", stamp=LATER))
        until(lambda: "SUBSTANTIAL" in opq("threat", "show", token=lead).stdout.split("northern")[0])
        logs = stopped(one) + stopped(two)
    assert "raised an exception" not in logs
    history = opq.json("threat", "history", token=lead)["items"]
    assert [item["level"] for item in history if item["scope"] == "national"] == ["SUBSTANTIAL", "MODERATE"]
    assert opq.json("audit", "verify")["valid"]


def test_a_feed_that_goes_wrong_leaves_the_level_and_the_worker_standing(opq: Opq, server: FeedServer) -> None:
    lead = opq.token("op_quantity_lead", "Lena")
    with opq.running("worker") as worker:
        until(lambda: opq.json("threat", "history", token=lead)["items"])
        server.serve(b"<html>Site maintenance. LOW</html>")
        until(lambda: any(item["stale"] for item in opq.json("threat", "show", token=lead)["items"]))
        stopped(worker)
    assert opq.json("threat", "show", token=lead)["items"][0]["level"] == "MODERATE"


def test_the_worker_needs_a_store(tmp_path: Path) -> None:
    assert "run opq init" in Opq(tmp_path / "var")("worker", code=1).stderr
