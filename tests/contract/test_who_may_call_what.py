"""Every route, for every role, against the one table of permissions."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.routing import Rule

from service.api.auth import permissions
from service.operations.access import PERMISSIONS
from service.operations.people import Role
from service.web.page import OPEN as OPEN_PAGE
from service.web.page import SIGNED_IN, page_permissions
from tests.callers import Callers

OPEN = {"health.healthz", "health.readyz", "metrics.metrics", "openapi.spec", "swagger_ui.show"}
WITHIN = {"overrides.lower": "overrides.create", "force_checklist.write": "checklists.write"}
"""Permissions that an operation asks for besides the one of its route."""
PEOPLE = [role for role in Role if role is not Role.SYSTEM]
ARGUMENTS: dict[str, Any] = {"Number": 123456789, "Slug": "no-such-place", "OptionId": "C07"}


@pytest.fixture
def callers(shared_callers: Callers) -> Callers:
    return shared_callers


def guarded(callers: Callers) -> list[tuple[Rule, str]]:
    needed = permissions(callers.app)
    return [(rule, needed[rule.endpoint]) for rule in callers.app.url_map.iter_rules() if rule.endpoint in needed]


def call(callers: Callers, rule: Rule, role: Role | None) -> Any:
    path = callers.app.url_map.bind("localhost").build(
        rule.endpoint, {name: ARGUMENTS[type(rule._converters[name]).__name__] for name in rule.arguments}
    )
    client = callers.nobody() if role is None else callers.as_(role, "south-office")
    method = next(iter(set(rule.methods or ()) - {"HEAD", "OPTIONS"}))
    return client.open(path, method=method, data=b"no JSON")


def test_all_but_a_few_endpoints_name_a_permission(callers: Callers) -> None:
    named = {*permissions(callers.app), *page_permissions(callers.app)}
    assert set(callers.app.view_functions) - named == OPEN


def test_every_permission_is_used_by_a_route_or_within_one(callers: Callers) -> None:
    named = {*permissions(callers.app).values(), *page_permissions(callers.app).values()} - {OPEN_PAGE, SIGNED_IN}
    assert named | set(WITHIN) == set(PERMISSIONS)
    for narrower, wider in WITHIN.items():
        assert PERMISSIONS[narrower] < PERMISSIONS[wider]


def test_no_route_answers_without_a_token(callers: Callers) -> None:
    answers = {rule.rule: call(callers, rule, None) for rule, _ in guarded(callers)}
    assert {route: answer.status_code for route, answer in answers.items() if answer.status_code != 401} == {}
    assert all(answer.headers["WWW-Authenticate"] == "Bearer" for answer in answers.values())


@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_is_refused_just_where_the_table_does_not_name_it(callers: Callers, role: Role) -> None:
    wrong = [
        f"{sorted(rule.methods or ())} {rule.rule}: {answer.status_code}"
        for rule, permission in guarded(callers)
        for answer in [call(callers, rule, role)]
        if (answer.status_code == 403) == (role in PERMISSIONS[permission])
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer nonsense", "Bearer \u00e9", "bearer opq_wrong extra"]
)
def test_what_is_no_good_token_is_refused(callers: Callers, header: str) -> None:
    answer = callers.nobody().get("/api/v1/audit", headers={"Authorization": header.encode().decode("latin-1")})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_a_revoked_token_is_refused_at_once(callers: Callers) -> None:
    gone, admin = callers.as_(Role.AUDITOR, name="Gone"), callers.as_(Role.ADMIN)
    assert gone.get("/api/v1/audit").status_code == 200
    known = admin.get("/api/v1/tokens").get_json()["items"]
    token_id = next(item["id"] for item in known if item["name"] == "Gone")
    assert admin.delete(f"/api/v1/tokens/{token_id}").get_json()["revoked_at"] is not None
    assert gone.get("/api/v1/audit").status_code == 401


def test_a_forbidden_caller_is_refused_before_the_body_is_read(callers: Callers) -> None:
    answer = callers.as_(Role.MONITOR).post("/api/v1/threat-changes", data=b"{", content_type="application/json")
    assert answer.status_code == 403
