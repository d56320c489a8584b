"""``opq health``, by which a container says how it is."""

from __future__ import annotations

from pathlib import Path

from service.bootstrap import init, open_context
from service.config import Settings
from service.operations.policy import load_policy
from service.worker import HEARTBEAT, run_once, scheduled
from tests.opq import Opq


def test_a_container_is_told_how_the_installation_is(tmp_path: Path, database_url: str) -> None:
    folder = tmp_path / "var"
    opq = Opq(folder, database_url=database_url, engine="reference")
    assert "run opq init" in opq("health", code=1).stderr
    settings = Settings(data_dir=folder, database_url=database_url, engine="reference")
    policy = load_policy(settings)
    init(settings, policy)
    assert opq.json("health")["status"] == "degraded"  # which is fit to serve
    assert "no worker has run yet" in opq("health", "--only", "worker", code=1).stdout
    context = open_context(settings, policy)
    assert run_once(context, next(job for job in scheduled(settings) if job.name == HEARTBEAT), "a worker")
    context.store.close()
    assert opq.json("health", "--only", "worker")["status"] == "ok"
    assert "there is no check magic" in opq("health", "--only", "magic", code=2).stderr
