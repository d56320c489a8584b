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
