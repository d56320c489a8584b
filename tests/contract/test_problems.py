"""How errors look: RFC 9457, with the field and what to do, and nothing of our inside."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api.body import LARGEST
from service.errors import Busy, StoreFault
from service.operations.people import Role
from tests.callers import Callers

CHANGES = "/api/v1/threat-changes"
GOOD: dict[str, Any] = {"scope": "national", "level": "CRITICAL", "reason": "published at noon"}


@pytest.fixture
def callers(shared_callers: Callers) -> Callers:
    return shared_callers


def sent(client: FlaskClient, body: bytes | str, content_type: str = "application/json") -> Any:
    return client.post(CHANGES, data=body, content_type=content_type)


def test_a_problem_has_type_title_status_and_detail(lead: FlaskClient) -> None:
    answer = lead.post(CHANGES + "/7/approve")
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json() == {
        "type": "/problems/not-found",
        "title": "Not Found",
        "status": 404,
        "detail": "there is no threat change 7",
    }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("{", 400),
        (b"\xff\xfe\xfa", 400),
        ('{"scope": "national", "scope": "force"}', 400),
        ('{"level": NaN}', 400),
        ('{"level": -Infinity}', 400),
        ("[" * 100_000, 400),
        ('{"level": ' + "9" * 5_000 + "}", 400),
        ("null", 422),
        ("[]", 422),
        ('"CRITICAL"', 422),
        ("{}", 422),
        ('{"level": 1e999}', 422),
    ],
)
def test_a_body_that_is_no_good_json_is_refused(lead: FlaskClient, body: bytes | str, status: int) -> None:
    answer = sent(lead, body)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_must_say_that_it_is_json(lead: FlaskClient, content_type: str) -> None:
    assert sent(lead, json.dumps(GOOD), content_type).status_code == 415


def test_a_large_body_is_refused(lead: FlaskClient) -> None:
    assert sent(lead, json.dumps({**GOOD, "reason": "x" * LARGEST})).status_code == 413


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"level": "HIGH"}, "level"),
        ({"level": 5}, "level"),
        ({"scope": "county"}, "scope"),
        ({"reason": ""}, "reason"),
        ({"reason": " \n"}, "reason"),
        ({"reason": "a\x00b"}, "reason"),
        ({"reason": "half a pair \ud800"}, "reason"),
        ({"reason": "x" * 2_001}, "reason"),
        ({"reference": None}, "reference"),
        ({"premises_id": "North HQ"}, "premises_id"),
        ({"premises_id": "north-hq"}, "premises_id"),
        ({"effective_at": "yesterday"}, "effective_at"),
        ({"effective_at": "2026-11-21T12:00:00"}, "effective_at"),
        ({"effective_at": "2026-02-30T12:00:00Z"}, "effective_at"),
        ({"effective_at": "2099-01-01T00:00:00Z"}, "effective_at"),
        ({"effective_at": 1_700_000_000}, "effective_at"),
        ({"levle": "LOW"}, "levle"),
    ],
)
def test_a_bad_field_is_named(lead: FlaskClient, change: dict[str, Any], field: str) -> None:
    answer = sent(lead, json.dumps({**GOOD, **change}))
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.get_json()["errors"]] == [field]


def test_a_field_within_a_list_is_named_by_its_place(lead: FlaskClient) -> None:
    changes = [{"scope": "national", "level": "LOW"}, {"scope": "force", "level": "NONE"}]
    answer = lead.post("/api/v1/simulations", json={"changes": changes})
    assert [fault["field"] for fault in answer.get_json()["errors"]] == ["changes[1].level"]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=ten", "after=-1", "after=" + "9" * 30, "befor=1"])
def test_a_bad_query_is_refused_by_name(lead: FlaskClient, query: str) -> None:
    answer = lead.get("/api/v1/audit?" + query)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.get_json()["errors"]] == [query.partition("=")[0]]


@pytest.mark.parametrize("path", ["/api/v1/nothing", CHANGES + "/x/approve", CHANGES + "/" + "9" * 19])
def test_an_address_that_leads_nowhere_is_404(lead: FlaskClient, path: str) -> None:
    answer = lead.post(path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_a_wrong_method_is_told_the_right_ones(lead: FlaskClient) -> None:
    answer = lead.put("/api/v1/audit")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("error", "status", "retry"),
    [(Busy("locked by someone"), 503, "1"), (StoreFault("disk /dev/x"), 500, None), (KeyError("inside"), 500, None)],
)
def test_what_goes_wrong_inside_is_not_told(
    callers: Callers, error: Exception, status: int, retry: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise error

    failing = Callers(callers.context)
    failing.app.add_url_rule("/fail", view_func=fail)
    answer = failing.nobody().get("/fail")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, retry)
    assert str(error) not in answer.get_data(as_text=True)


def test_a_person_who_may_not_is_told_so(callers: Callers) -> None:
    answer = callers.as_(Role.STAFF).post(CHANGES, json=GOOD)
    assert (answer.status_code, answer.get_json()["type"]) == (403, "/problems/forbidden")
