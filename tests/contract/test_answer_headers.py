"""What every answer carries."""

from __future__ import annotations

import json
import re

import pytest
import structlog
from flask.testing import FlaskClient

from tests.callers import Callers


@pytest.fixture
def callers(shared_callers: Callers) -> Callers:
    return shared_callers


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/api/v1/nowhere", "/api/v1/audit", "/api/v1/openapi.json"])
def test_every_answer_is_sealed_against_browsers_and_caches(callers: Callers, path: str) -> None:
    headers = callers.nobody().get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in headers


def test_a_request_id_that_is_sent_comes_back(lead: FlaskClient) -> None:
    answer = lead.get("/api/v1/audit", headers={"X-Request-Id": "control-room-1"})
    assert answer.headers["X-Request-Id"] == "control-room-1"


@pytest.mark.parametrize("sent", [None, "", "two words", "x" * 65, "<script>"])
def test_a_request_without_a_good_id_gets_one(lead: FlaskClient, sent: str | None) -> None:
    headers = {} if sent is None else {"X-Request-Id": sent}
    assert re.fullmatch("[0-9a-f]{32}", lead.get("/api/v1/audit", headers=headers).headers["X-Request-Id"])


def test_log_lines_of_a_request_carry_its_id_and_later_ones_do_not(callers: Callers) -> None:
    seen = []

    def look() -> str:
        seen.append(structlog.contextvars.get_contextvars())
        return ""

    looking = Callers(callers.context)
    looking.app.add_url_rule("/look", view_func=look)
    looking.nobody().get("/look", headers={"X-Request-Id": "a-1"})
    assert seen == [{"request_id": "a-1"}]
    assert structlog.contextvars.get_contextvars() == {}


def test_the_documentation_page_is_open_and_loads_nothing_from_elsewhere(callers: Callers) -> None:
    page = callers.nobody().get("/api/docs/", headers={"Host": "evil.example"})
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert re.findall(r'(?:src|href)="(?!/api/docs/)', text) == []
    assert "evil.example" not in text
    assert json.dumps("/api/v1/openapi.json") in text


def test_the_documentation_page_runs_only_its_own_scripts(callers: Callers) -> None:
    policy = callers.nobody().get("/api/docs/").headers["Content-Security-Policy"]
    assert re.search(r"script-src 'self' 'sha256-[A-Za-z0-9+/]{43}='", policy)
    assert "unsafe-eval" not in policy


def test_the_files_of_the_documentation_page_may_be_kept(callers: Callers) -> None:
    with callers.nobody().get("/api/docs/swagger-ui-bundle.js") as answer:
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=86400")
