"""``opq up``: everything in one process, with an estate to look at and a way to sign in."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.feed_server import FeedServer, feed_xml
from tests.opq import PATIENCE, Opq


@pytest.fixture
def opq(tmp_path: Path, database_url: str) -> Iterator[Opq]:
    with FeedServer() as server:
        server.serve(feed_xml(national="SEVERE"))
        yield Opq(tmp_path / "var", database_url=database_url, feed_url=server.url, engine="reference")


@contextmanager
def up(opq: Opq) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """The running product: its process, its address and what it said before it began to serve."""
    with opq.running("up", "--example", "--port", str(_free_port())) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "The log follows" in line:
                break
        serving = next(json.loads(line) for line in process.stderr if '"serving"' in line)
        yield process, serving["addresses"][0], "".join(said)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
        assert process.returncode == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_says_where_to_look_and_the_token_it_shows_signs_in(opq: Opq) -> None:
    with up(opq) as (_, url, said):
        assert "EXAMPLE" in said.splitlines()[0]
        assert f"serves on {url}" in said
        assert "curl -H" in said
        assert "40 premises" in said
        token = re.search(r"export OPQ_TOKEN=(\S+)", said)
        assert token is not None
        headers = {"Authorization": f"Bearer {token[1]}"}
        answer = requests.get(f"{url}/api/v1/audit", headers=headers, timeout=PATIENCE)
        assert answer.status_code == 200
        assert requests.get(f"{url}/readyz", timeout=PATIENCE).json()["status"] != "failed"
        assert opq.json("threat", "show", token=token[1])["items"][0]["scope"] == "national"


def test_on_later_runs_it_keeps_the_estate_and_shows_no_token(opq: Opq) -> None:
    with up(opq):
        pass
    with up(opq) as (_, _, said):
        assert "export OPQ_TOKEN" not in said
        assert "opq token create" in said
        assert "was loaded" not in said
    assert len(opq.json("token", "list")["items"]) == 2
