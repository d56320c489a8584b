"""Threat changes, readings, overrides and what follows from them, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.operations.people import Role
from tests.callers import Callers
from tests.fakes import FrozenClock

UNTIL = "2026-11-25T00:00:00Z"


@pytest.fixture
def gold(callers: Callers) -> FlaskClient:
    return callers.as_(Role.GOLD)


def change(client: FlaskClient, level: str, scope: str = "national", **more: Any) -> Any:
    return client.post("/api/v1/threat-changes", json={"scope": scope, "level": level, "reason": "published", **more})


def override(client: FlaskClient, premises_id: str = "north-hq", **wish: Any) -> Any:
    body = {"kind": "raise", "response_level": "EXCEPTIONAL", "reason": "a march", "expires_at": UNTIL, **wish}
    return client.post(f"/api/v1/premises/{premises_id}/overrides", json=body)


def level_of(client: FlaskClient, premises_id: str = "north-hq", query: str = "") -> Any:
    return client.get(f"/api/v1/premises/{premises_id}/response-level{query}").get_json()


def test_a_rise_is_201_the_same_again_200_and_a_fall_202(lead: FlaskClient) -> None:
    rise, again, fall = change(lead, "CRITICAL"), change(lead, "CRITICAL"), change(lead, "SEVERE")
    assert [(answer.status_code, answer.get_json()["status"]) for answer in (rise, again, fall)] == [
        (201, "accepted"),
        (200, "unchanged"),
        (202, "awaiting_second_person"),
    ]
    assert rise.get_json()["effect"]["raised"] == 2


def test_a_fall_takes_another_person(lead: FlaskClient, gold: FlaskClient, callers: Callers) -> None:
    change(lead, "CRITICAL")
    path = f"/api/v1/threat-changes/{change(lead, 'SEVERE').get_json()['id']}"
    same_person = callers.as_(Role.GOLD, name=Role.OP_QUANTITY_LEAD.value)
    assert [client.post(path + "/approve").status_code for client in (lead, same_person, gold)] == [403, 403, 200]
    assert gold.post(path + "/approve").status_code == 409
    assert lead.get(path).get_json()["effect"]["lowered"] == 2


def test_a_fall_may_be_withdrawn_by_the_one_who_asked(lead: FlaskClient) -> None:
    change(lead, "CRITICAL")
    path = f"/api/v1/threat-changes/{change(lead, 'SEVERE').get_json()['id']}"
    assert lead.post(path + "/withdraw").get_json()["status"] == "withdrawn"
    assert lead.get("/api/v1/requests").get_json()["items"] == []


def test_the_history_comes_newest_first_by_page_with_the_premises_moved(lead: FlaskClient) -> None:
    first = change(lead, "CRITICAL").get_json()
    change(lead, "SEVERE", scope="force")
    page = lead.get("/api/v1/threat-changes?limit=1").get_json()
    assert [row["scope"] for row in page["items"]] == ["force"]
    rest = lead.get(f"/api/v1/threat-changes?after={page['next']}").get_json()
    assert [row["scope"] for row in rest["items"]] == ["national"]
    path = f"/api/v1/threat-changes/{first['id']}/premises"
    moved = lead.get(path + "?limit=1").get_json()
    assert moved["items"] == [{"premises_id": "north-hq", "before": "HEIGHTENED", "after": "EXCEPTIONAL"}]
    assert [row["premises_id"] for row in lead.get(f"{path}?after={moved['next']}").get_json()["items"]] == [
        "south-office"
    ]


def test_a_simulation_shows_what_the_change_then_does(lead: FlaskClient) -> None:
    shown = lead.post("/api/v1/simulations?limit=1", json={"changes": [{"scope": "national", "level": "CRITICAL"}]})
    assert shown.get_json()["effect"] == change(lead, "CRITICAL").get_json()["effect"]
    assert shown.get_json()["premises"]["next"] == "north-hq"


def test_protected_levels_show_to_a_few_roles_only(lead: FlaskClient, callers: Callers) -> None:
    change(lead, "CRITICAL", scope="police_sector")
    scopes = [row["scope"] for row in callers.as_(Role.STAFF).get("/api/v1/threat-levels").get_json()["items"]]
    assert scopes == ["national", "northern_ireland"]
    seen = level_of(callers.as_(Role.STAFF))
    assert seen["response_level"] == "EXCEPTIONAL"
    assert "CRITICAL" not in str(seen)
    shown = {row["scope"]: row["level"] for row in lead.get("/api/v1/threat-levels").get_json()["items"]}
    assert shown["police_sector"] == "CRITICAL"


def test_a_station_manager_may_raise_their_own_premises_and_no_other(callers: Callers) -> None:
    manager = callers.as_(Role.STATION_MANAGER, "south-office")
    assert override(manager, "south-office").status_code == 201
    assert override(manager, "north-hq").status_code == 404
    assert level_of(manager, "south-office")["response_level"] == "EXCEPTIONAL"


def test_a_lower_and_the_early_end_of_a_raise_wait(lead: FlaskClient, gold: FlaskClient) -> None:
    lower = override(lead, kind="lower", response_level="NORMAL")
    assert (lower.status_code, lower.get_json()["state"]) == (202, "awaiting_second_person")
    path = f"/api/v1/premises/north-hq/overrides/{lower.get_json()['id']}"
    assert lead.post(path + "/approve").status_code == 403
    assert gold.post(path + "/approve").get_json()["state"] == "active"
    assert level_of(lead)["response_level"] == "NORMAL"
    assert lead.delete(path).status_code == 200
    raised = override(lead).get_json()
    ending = lead.delete(f"/api/v1/premises/north-hq/overrides/{raised['id']}?reason=over")
    assert ending.status_code == 202
    assert gold.post(f"/api/v1/requests/{ending.get_json()['request']}/approve").get_json()["state"] == "ended"
    states = [row["state"] for row in lead.get("/api/v1/premises/north-hq/overrides").get_json()["items"]]
    assert states == ["ended", "ended"]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"kind": "sideways"}, "kind"),
        ({"reason": ""}, "reason"),
        ({"expires_at": "2026-11-20T00:00:00Z"}, "expires_at"),
        ({"expires_at": "soon"}, "expires_at"),
        ({"response_level": "NORMAL"}, "response_level"),
        ({"kind": "hold"}, "response_level"),
    ],
)
def test_a_bad_override_is_refused_by_field(lead: FlaskClient, wish: dict[str, Any], field: str) -> None:
    answer = override(lead, **wish)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.get_json()["errors"]] == [field]


def test_a_pushed_fall_is_held_until_a_person_confirms_or_rejects_it(lead: FlaskClient, callers: Callers) -> None:
    change(lead, "SEVERE")
    feed = callers.as_(Role.FEED)
    pushed = [
        feed.post("/api/v1/threat-readings", json={"scope": "national", "level": level, "stamp": level})
        for level in ("MODERATE", "LOW")
    ]
    assert [(answer.status_code, answer.get_json()["status"]) for answer in pushed] == [(201, "held"), (201, "held")]
    first, second = (f"/api/v1/threat-readings/{answer.get_json()['id']}" for answer in pushed)
    assert callers.as_(Role.DUTY_OFFICER).post(second + "/confirm").status_code == 403
    assert lead.post(first + "/reject", json={"reason": "a slip"}).status_code in (200, 409)
    confirmed = lead.post(second + "/confirm")
    assert confirmed.get_json()["threat_change"]["level"] == "LOW"
    assert lead.post(second + "/confirm").status_code == 409
    assert '"LOW"' in lead.get(second).get_json()["body"]
    assert [row["level"] for row in lead.get("/api/v1/threat-readings").get_json()["items"]] == ["LOW", "MODERATE"]


def test_a_reading_pushed_twice_under_one_key_is_one_reading(callers: Callers) -> None:
    feed = callers.as_(Role.FEED)
    wish = {"scope": "force", "level": "SEVERE"}
    answers = [
        feed.post("/api/v1/threat-readings", json=wish, headers={"Idempotency-Key": "k"}).get_json() for _ in range(2)
    ]
    assert answers[0] == answers[1]


def test_the_level_of_a_past_minute_is_told_as_it_was(lead: FlaskClient, clock: FrozenClock) -> None:
    clock.tick(timedelta(hours=1))
    before = "2026-11-21T12:30:00Z"
    change(lead, "CRITICAL")
    assert level_of(lead)["response_level"] == "EXCEPTIONAL"
    assert level_of(lead, query=f"?as_at={before}")["response_level"] == "HEIGHTENED"
    assert level_of(lead, query="?as_at=2099-01-01T00:00:00Z")["status"] == 422


def test_an_acknowledgement_names_the_decision_it_saw(lead: FlaskClient, callers: Callers) -> None:
    path = "/api/v1/premises/north-hq/acknowledgements"
    seen = {"decision_id": level_of(lead)["decision"]["id"]}
    assert callers.as_(Role.STAFF).post(path, json=seen).status_code == 201
    assert lead.post(path, json={**seen, "briefed": 14}).get_json()["briefed"] == 14
    told = lead.get(path).get_json()
    assert (told["acknowledged"], told["briefed"], told["not_yet"]) == (2, 14, 4)
    change(lead, "CRITICAL")
    answer = lead.post(path, json=seen)
    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/superseded")


def test_the_board_counts_what_the_caller_may_see(lead: FlaskClient, callers: Callers) -> None:
    change(lead, "CRITICAL")
    change(lead, "SEVERE")
    board = lead.get("/api/v1/estate").get_json()
    assert board["response_levels"] == {"NORMAL": 0, "HEIGHTENED": 0, "EXCEPTIONAL": 2}
    assert (board["waiting"]["requests"], board["not_yet"]) == (1, 2)
    assert callers.as_(Role.AUDITOR).get("/api/v1/estate").get_json()["premises"] == 3


def test_the_record_tells_it_all_and_is_whole(lead: FlaskClient) -> None:
    change(lead, "CRITICAL")
    actions = [row["action"] for row in lead.get("/api/v1/audit?limit=200").get_json()["items"]]
    assert actions[-1] == "threat_change.accepted"
    first = lead.get("/api/v1/audit?limit=1").get_json()
    assert lead.get(f"/api/v1/audit?limit=1&after={first['next']}").get_json()["items"][0]["sequence"] == 2
    verified = lead.get("/api/v1/audit/verify").get_json()
    assert (verified["valid"], verified["entries"], verified["faults"]) == (True, len(actions), [])


def test_the_record_is_searched_from_the_newest_on(lead: FlaskClient) -> None:
    for level in ("SEVERE", "CRITICAL"):
        change(lead, level)
    times = "since=2020-01-01T00:00:00Z&until=2100-01-01T00:00:00Z"
    asked = f"actor=OP_quantity_lead&action=threat_change&{times}&order=newest_first"
    newest = lead.get(f"/api/v1/audit?limit=1&{asked}").get_json()
    assert newest["items"][0]["detail"]["level"] == "CRITICAL"
    [older] = lead.get(f"/api/v1/audit?limit=1&{asked}&after={newest['next']}").get_json()["items"]
    assert older["detail"]["level"] == "SEVERE"
    assert lead.get(f"/api/v1/audit/{older['sequence']}").get_json() == older
    assert lead.get("/api/v1/audit/999999").status_code == 404
