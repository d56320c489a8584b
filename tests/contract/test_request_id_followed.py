"""The id of a request, followed from its answer to the record, the events and the log lines of deliveries."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from flask.testing import FlaskClient

from service.api.headers import REQUEST_ID
from service.logs import set_up_logs
from service.operations import deliveries
from service.operations.context import Context
from service.operations.courier import deliver_due
from service.operations.people import Role
from service.worker import Job, run_once
from tests.builders import lead, person
from tests.callers import Callers
from tests.hooks import Post, hook

ID = "night-shift-7"
RISE = {"scope": "national", "level": "CRITICAL", "reason": "told by telephone"}


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    set_up_logs("DEBUG", stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def lines(logged: io.StringIO, event: str) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in logged.getvalue().splitlines()]
    return [line for line in found if line["event"] == event]


def entries(callers: Callers, request_id: str) -> list[dict[str, Any]]:
    answer = callers.as_(Role.AUDITOR).get("/api/v1/audit", query_string={"request_id": request_id})
    found: list[dict[str, Any]] = answer.get_json()["items"]
    return found


def test_from_a_request_to_its_entry_its_events_and_their_deliveries(
    callers: Callers, lead: FlaskClient, context: Context, logged: io.StringIO
) -> None:
    hook(context)
    answer = lead.post("/api/v1/threat-changes", json=RISE, headers={REQUEST_ID: ID})
    assert (answer.status_code, answer.headers[REQUEST_ID]) == (201, ID)
    [entry] = entries(callers, ID)
    assert (entry["action"], entry["request_id"]) == ("threat_change.accepted", ID)

    post = Post()
    deliver_due(context, post)
    sent = [message["event"]["id"] for message in post.sent]
    assert sent
    assert set(sent) <= set(entry["events"])
    delivered = lines(logged, "webhook delivered")
    assert [line["request_id"] for line in delivered] == [ID] * len(sent)


def test_a_delivery_that_fails_is_logged_with_the_request_that_caused_it(
    callers: Callers, context: Context, logged: io.StringIO
) -> None:
    made, post = hook(context), Post()
    post.answers(500)
    path = f"/api/v1/webhooks/{made['id']}/test"
    monitor = callers.as_(Role.MONITOR, name="Monty Monitor")
    assert monitor.post(path, headers={REQUEST_ID: ID}).status_code == 202
    deliver_due(context, post)
    [line] = lines(logged, "webhook delivery failed")
    assert (line["request_id"], line["webhook"], line["level"]) == (ID, made["id"], "warning")


def test_each_run_of_a_job_has_an_id_of_its_own(callers: Callers, context: Context) -> None:
    def tick(context: Context) -> None:
        lead(context)

    for _ in range(2):
        assert run_once(context, Job("tick", 0, tick), "one")
    auditor = callers.as_(Role.AUDITOR)
    found = auditor.get("/api/v1/audit", query_string={"limit": 200}).get_json()["items"]
    ids = [entry["request_id"] for entry in found if (entry["request_id"] or "").startswith("tick-")]
    assert len(ids) == len(set(ids)) == 2


def test_a_webhook_that_is_disabled_is_so_under_an_id_that_its_log_line_has(
    callers: Callers, context: Context, logged: io.StringIO
) -> None:
    made, post = hook(context), Post()
    post.answers(410)
    deliveries.send_test(context, person(context, "Monty Monitor", Role.MONITOR), made["id"])
    deliver_due(context, post)
    [line] = lines(logged, "webhook disabled")
    [entry] = entries(callers, line["request_id"])
    assert entry["action"] == "webhook.disabled"
    assert entry["request_id"].startswith("disable_webhook-")


def test_what_no_request_asked_for_has_no_id(callers: Callers, context: Context) -> None:
    lead(context)
    auditor = callers.as_(Role.AUDITOR)
    found = auditor.get("/api/v1/audit", query_string={"limit": 200}).get_json()["items"]
    assert {entry["request_id"] for entry in found if entry["action"] == "test.person"} == {None}
