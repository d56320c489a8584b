"""The OpenAPI document is valid, whole, and says what people need."""

from __future__ import annotations

import re
from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.callers import Callers


@pytest.fixture
def callers(shared_callers: Callers) -> Callers:
    return shared_callers


def document(callers: Callers) -> dict[str, Any]:
    answer = callers.nobody().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def operations(callers: Callers) -> list[dict[str, Any]]:
    return [operation for path in document(callers)["paths"].values() for operation in path.values()]


def test_the_document_is_valid_openapi_3_1(callers: Callers) -> None:
    found = document(callers)
    assert found["openapi"].startswith("3.1")
    validate(found)


def test_every_route_behind_a_token_is_in_the_document(callers: Callers) -> None:
    told = document(callers)["paths"]
    served = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in callers.app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }
    assert set(told) == served


def test_every_operation_has_an_id_a_summary_its_roles_and_its_refusals(callers: Callers) -> None:
    found = operations(callers)
    assert len({operation["operationId"] for operation in found}) == len(found)
    for operation in found:
        assert operation["summary"]
        assert "Roles: " in operation["description"]
        assert {"401", "403", "503"} <= set(operation["responses"])
        assert operation["security"] == [{"bearer": []}]


def test_refusals_are_shown_as_problems(callers: Callers) -> None:
    for operation in operations(callers):
        for status, response in operation["responses"].items():
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"]


def test_every_body_is_required(callers: Callers) -> None:
    assert all(operation["requestBody"]["required"] for operation in operations(callers) if "requestBody" in operation)


def test_the_document_does_not_repeat_the_host_of_whoever_asks(callers: Callers) -> None:
    answer = callers.nobody().get("/api/v1/openapi.json", headers={"Host": "elsewhere.example"})
    assert "elsewhere" not in answer.get_data(as_text=True)
