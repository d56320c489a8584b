"""The same wish sent twice is carried out once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.operations.people import Role
from tests.callers import Callers
from tests.fakes import FrozenClock

CHANGES = "/api/v1/threat-changes"
WISH = {"scope": "national", "level": "SEVERE", "reason": "published"}


def sent(client: FlaskClient, key: str, wish: dict[str, Any] = WISH) -> Any:
    return client.post(CHANGES, json=wish, headers={"Idempotency-Key": key})


def test_a_replay_gets_the_same_answer_and_does_nothing(lead: FlaskClient) -> None:
    first = sent(lead, "one")
    lead.post(CHANGES, json={**WISH, "level": "CRITICAL"})
    again = sent(lead, "one")
    assert (again.status_code, again.get_json()) == (first.status_code, first.get_json()) == (201, first.get_json())
    assert again.get_json()["level"] == "SEVERE"


def test_another_body_under_the_same_key_is_refused(lead: FlaskClient) -> None:
    sent(lead, "one")
    answer = sent(lead, "one", {**WISH, "level": "LOW"})
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "Idempotency-Key"


def test_keys_of_two_people_are_apart(lead: FlaskClient, callers: Callers) -> None:
    sent(lead, "one")
    assert sent(callers.as_(Role.GOLD), "one", {**WISH, "level": "CRITICAL"}).status_code == 201


def test_a_key_is_forgotten_after_a_day(lead: FlaskClient, clock: FrozenClock) -> None:
    sent(lead, "one")
    clock.tick(timedelta(hours=24, seconds=1))
    assert sent(lead, "one", {**WISH, "level": "CRITICAL"}).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "two words", "x" * 201, "caf\u00e9"])
def test_a_key_must_be_printable_and_short(lead: FlaskClient, key: str) -> None:
    answer = sent(lead, key)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "Idempotency-Key"


def sent_file(client: FlaskClient, text: str, query: str = "") -> Any:
    path = f"/api/v1/premises/import{query}"
    return client.post(path, data=text, content_type="text/csv", headers={"Idempotency-Key": "one"})


def test_an_import_sent_again_is_answered_alike_and_changes_nothing(callers: Callers) -> None:
    admin = callers.as_(Role.ADMIN)
    first = sent_file(admin, "id,name\neast,East\n")
    admin.put("/api/v1/premises/east", json={"name": "Far East"})
    again = sent_file(admin, "id,name\neast,East\n")
    assert (again.status_code, again.get_json()) == (first.status_code, first.get_json()) == (200, first.get_json())
    assert again.get_json()["added"] == 1
    assert admin.get("/api/v1/premises/east").get_json()["name"] == "Far East"


def test_an_import_that_waits_is_asked_for_once(callers: Callers) -> None:
    admin = callers.as_(Role.ADMIN)
    admin.put("/api/v1/premises/north-hq", json={"minimum_response_level": "EXCEPTIONAL"})
    lowering = "id,name,minimum_response_level\nnorth-hq,North,NORMAL\n"
    first, again = sent_file(admin, lowering), sent_file(admin, lowering)
    assert (again.status_code, again.get_json()["id"]) == (first.status_code, first.get_json()["id"])
    assert first.status_code == 202


def test_another_file_under_the_same_key_is_refused(callers: Callers) -> None:
    admin = callers.as_(Role.ADMIN)
    sent_file(admin, "id,name\neast,East\n")
    answer = sent_file(admin, "id,name\nwest,West\n")
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "Idempotency-Key"
    assert admin.get("/api/v1/premises/west").status_code == 404


def test_a_dry_run_or_a_faulty_file_uses_no_key_up(callers: Callers) -> None:
    admin = callers.as_(Role.ADMIN)
    assert sent_file(admin, "id,name\neast,East\n", "?dry_run=true").status_code == 200
    assert sent_file(admin, "id,name\nEast!,East\n").status_code == 422
    assert sent_file(admin, "id,name\neast,East\n").get_json()["status"] == "imported"
