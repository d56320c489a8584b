"""For those who watch the service."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from service.operations.context import Context
from service.store.tables import adoptions, feeds, jobs
from tests.builders import NOON
from tests.callers import Callers
from tests.fakes import FrozenClock


def checks(callers: Callers) -> tuple[int, str, dict[str, str]]:
    answer = callers.nobody().get("/readyz")
    found: dict[str, Any] = answer.get_json()
    return answer.status_code, found["status"], {check["name"]: check["status"] for check in found["checks"]}


def worked(context: Context) -> None:
    with context.store.housekeeping() as writer:
        row = {"name": "poll", "holder": "a", "leased_until": NOON, "last_run_at": writer.at}
        writer.connection.execute(insert(jobs).values(row))


def test_alive_is_alive(callers: Callers) -> None:
    assert callers.nobody().get("/healthz").get_json() == {"status": "ok"}


def test_all_is_well_when_everything_runs(callers: Callers, context: Context) -> None:
    worked(context)
    names = ("database", "migrations", "policy", "engine", "worker", "feeds", "record")
    assert checks(callers) == (200, "ok", dict.fromkeys(names, "ok"))


def test_a_worker_that_never_ran_is_shown_but_requests_are_served(callers: Callers) -> None:
    status, told, found = checks(callers)
    assert (status, told, found["worker"]) == (200, "degraded", "degraded")


def test_a_silent_worker_is_shown(callers: Callers, context: Context, clock: FrozenClock) -> None:
    worked(context)
    clock.tick(timedelta(minutes=4))
    assert checks(callers)[2]["worker"] == "degraded"


def test_a_stale_feed_is_shown(callers: Callers, context: Context) -> None:
    with context.store.housekeeping() as writer:
        writer.connection.execute(insert(feeds).values(source="mi5", failures=3, stale_since=NOON))
    assert checks(callers)[2]["feeds"] == "degraded"


def test_a_store_under_another_policy_is_not_ready(callers: Callers, context: Context) -> None:
    with context.store.housekeeping() as writer:
        other = context.policy.rulebook.sha256
        writer.connection.execute(insert(adoptions).values(rulebook=other, plan=other, at=writer.at))
    status, told, found = checks(callers)
    assert (status, told, found["policy"]) == (503, "failed", "failed")


def test_figures_leave_restricted_premises_out(callers: Callers) -> None:
    text = callers.nobody().get("/metrics").get_data(as_text=True)
    assert 'opq_premises{response_level="HEIGHTENED"} 2.0' in text
    assert "quiet-house" not in text


def test_requests_are_counted_by_route_and_not_by_address(callers: Callers) -> None:
    client = callers.nobody()
    client.post("/api/v1/threat-changes/1/approve")
    client.post("/api/v1/threat-changes/2/approve")
    client.get("/no/such/place")
    text = client.get("/metrics").get_data(as_text=True)
    route = "/api/v1/threat-changes/<number:change_id>/approve"
    assert f'opq_requests_total{{method="POST",route="{route}",status="401"}} 2.0' in text
    assert 'opq_requests_total{method="GET",route="none",status="404"} 1.0' in text


def test_feed_age_waiting_work_and_worker_silence_are_told(callers: Callers, context: Context) -> None:
    worked(context)
    with context.store.housekeeping() as writer:
        writer.connection.execute(insert(feeds).values(source="mi5", failures=0, last_read_at=NOON))
    text = callers.nobody().get("/metrics").get_data(as_text=True)
    assert 'opq_feed_age_seconds{source="mi5"} 0.0' in text
    assert "opq_held_readings 0.0" in text
    assert "opq_waiting_requests 0.0" in text
    assert "opq_worker_silence_seconds" in text
