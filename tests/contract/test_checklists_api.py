"""Checklists over HTTP: versions that readers name, and who sees what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.operations import printing
from service.operations.context import Context
from service.operations.people import SYSTEM, Role
from tests.callers import Callers
from tests.counting import counted
from tests.fakes import FrozenClock

LIST = "/api/v1/premises/north-hq/checklist"


def tick(client: FlaskClient, seen: Any, place: int = 0, **wish: Any) -> Any:
    found = seen.get_json()
    path = f"/api/v1/checklists/{found['id']}/items/{found['items'][place]['option_id']}"
    return client.patch(path, json={"status": "done", **wish}, headers={"If-Match": seen.headers["ETag"]})


def test_a_reader_who_has_the_version_gets_304_for_two_queries(lead: FlaskClient, context: Context) -> None:
    first = lead.get(LIST)
    with counted(context) as queries:
        again = lead.get(LIST, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data(), again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert len(queries) == 2


def test_reading_a_checklist_takes_at_most_four_queries(lead: FlaskClient, context: Context) -> None:
    tick(lead, lead.get(LIST))
    with counted(context) as queries:
        assert lead.get(LIST).status_code == 200
    assert len(queries) <= 4, queries


def test_a_reader_with_an_old_version_gets_the_new_one(lead: FlaskClient) -> None:
    first = lead.get(LIST)
    ticked = tick(lead, first)
    again = lead.get(LIST, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert again.headers["ETag"] == ticked.headers["ETag"] != first.headers["ETag"]


def test_a_checklist_may_be_kept_but_only_by_its_reader_and_never_unasked(lead: FlaskClient) -> None:
    for headers in ({}, {"If-None-Match": lead.get(LIST).headers["ETag"]}):
        answer = lead.get(LIST, headers=headers)
        assert (answer.headers["Cache-Control"], answer.headers["Vary"]) == ("private, no-cache", "Authorization")


@pytest.mark.parametrize("path", [LIST, "/api/v1/force/checklist"])
def test_the_etag_stands_in_the_body_too(lead: FlaskClient, path: str) -> None:
    answer = lead.get(path)
    assert answer.headers["ETag"] == f'"{answer.get_json()["etag"]}"'


def test_a_tick_must_name_the_version_that_was_seen(lead: FlaskClient) -> None:
    seen = lead.get(LIST).get_json()
    answer = lead.patch(
        f"/api/v1/checklists/{seen['id']}/items/{seen['items'][0]['option_id']}", json={"status": "done"}
    )
    assert (answer.status_code, answer.get_json()["type"]) == (428, "/problems/precondition-missing")


@pytest.mark.parametrize(
    "version", ["*", "1", '"1"', 'W/"1.1.0"', '"a.b.c"', '"1.1.0", "1.2.0"', '"' + "9" * 30 + '.1."']
)
def test_a_version_that_is_no_etag_of_a_list_is_refused(lead: FlaskClient, version: str) -> None:
    seen = lead.get(LIST).get_json()
    path = f"/api/v1/checklists/{seen['id']}/items/{seen['items'][0]['option_id']}"
    answer = lead.patch(path, json={"status": "done"}, headers={"If-Match": version})
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "If-Match"


def test_a_version_of_another_list_is_refused(lead: FlaskClient) -> None:
    seen, other = lead.get(LIST).get_json(), lead.get("/api/v1/premises/south-office/checklist")
    path = f"/api/v1/checklists/{seen['id']}/items/{seen['items'][0]['option_id']}"
    answer = lead.patch(path, json={"status": "done"}, headers={"If-Match": other.headers["ETag"]})
    assert answer.status_code == 409


def test_two_people_may_tick_two_items_of_the_version_they_both_saw(lead: FlaskClient, callers: Callers) -> None:
    seen = lead.get(LIST)
    assert tick(lead, seen, 0).status_code == 200
    assert tick(callers.as_(Role.GOLD), seen, 1).status_code == 200


def test_the_second_of_two_people_who_tick_one_item_is_told_of_the_first(lead: FlaskClient, callers: Callers) -> None:
    seen = lead.get(LIST)
    tick(lead, seen)
    answer = tick(callers.as_(Role.GOLD), seen, status="not_applicable", note="no such door")
    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/stale")
    assert answer.get_json()["errors"][0]["field"] == "status"


def test_a_reason_is_needed_for_not_doing_something(lead: FlaskClient) -> None:
    answer = tick(lead, lead.get(LIST), status="declined")
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "note")


def test_a_list_is_signed_off_only_in_the_version_seen_and_when_all_is_decided(lead: FlaskClient) -> None:
    seen = lead.get(LIST)
    path = f"/api/v1/checklists/{seen.get_json()['id']}/sign-off"
    assert lead.post(path).status_code == 428
    undecided = lead.post(path, headers={"If-Match": seen.headers["ETag"]})
    assert (undecided.status_code, undecided.get_json()["type"]) == (409, "/problems/undecided")
    for place in range(len(seen.get_json()["items"])):
        ticked = tick(lead, lead.get(LIST), place)
        assert ticked.status_code == 200
    assert lead.post(path, headers={"If-Match": seen.headers["ETag"]}).status_code == 409
    signed = lead.post(path, headers={"If-Match": lead.get(LIST).headers["ETag"]})
    assert (signed.status_code, signed.get_json()["state"]) == (200, "signed_off")


def test_a_required_item_that_is_declined_waits_for_a_second_person(lead: FlaskClient, callers: Callers) -> None:
    seen = lead.get(LIST)
    items = seen.get_json()["items"]
    required = next(place for place, item in enumerate(items) if item["obligation"] == "required")
    assert (
        tick(lead, seen, required, status="declined", reason_code="risk_accepted").get_json()["item"]["agreed"] is False
    )
    waiting = lead.get("/api/v1/requests").get_json()["items"]
    assert [row["kind"] for row in waiting] == ["item_agreement"]
    assert lead.post(f"/api/v1/requests/{waiting[0]['id']}/approve").status_code == 403
    assert lead.post(f"/api/v1/requests/{waiting[0]['id']}/withdraw").status_code == 409
    agreed = callers.as_(Role.GOLD).post(f"/api/v1/requests/{waiting[0]['id']}/approve")
    assert (agreed.status_code, agreed.get_json()["item"]["agreed"]) == (200, True)


def test_own_items_are_added_once_under_one_key(lead: FlaskClient) -> None:
    checklist_id = lead.get(LIST).get_json()["id"]
    wish = {"text": "Move the bins", "owner_role": "station_manager", "due_at": "2026-11-22T00:00:00+01:00"}
    answers = [
        lead.post(f"/api/v1/checklists/{checklist_id}/items", json=wish, headers={"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].get_json() == answers[1].get_json()
    assert answers[0].get_json()["item"]["due_at"] == "2026-11-21T23:00:00Z"
    texts = [item["text"] for item in lead.get(LIST).get_json()["items"]]
    assert texts.count("Move the bins") == 1


def test_a_list_is_handed_over_by_name(lead: FlaskClient) -> None:
    checklist_id = lead.get(LIST).get_json()["id"]
    answer = lead.post(f"/api/v1/checklists/{checklist_id}/hand-over", json={"to": "Nora Night"})
    assert answer.get_json()["holder"] == lead.get(LIST).get_json()["holder"] == "Nora Night"


def test_what_was_done_on_paper_is_keyed_in_once_by_its_codes(
    lead: FlaskClient, context: Context, clock: FrozenClock
) -> None:
    clock.tick(timedelta(hours=1))
    printed = printing.printed_present(context, SYSTEM, "north-hq")
    done, declined = printed["items"][:2]
    rows = [
        {"code": done["code"].lower(), "at": printed["issued_at"], "by": "Al Alder"},
        {"code": declined["code"], "at": "12:00", "by": "Bo", "status": "declined", "note": "No staff"},
    ]
    path = f"/api/v1/checklists/{printed['id']}/codes"
    answers = [lead.post(path, json={"rows": rows}, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].get_json()
    assert answers[0].get_json() == answers[1].get_json()
    assert answers[0].get_json()["taken"] == 2
    seen = {item["option_id"]: item for item in lead.get(LIST).get_json()["items"]}
    assert (seen[done["option_id"]]["status"], seen[declined["option_id"]]["status"]) == ("done", "declined")
    assert seen[declined["option_id"]]["retrospective"]["by"] == "Bo"


def test_each_fault_of_what_is_keyed_in_names_its_row_and_field(lead: FlaskClient) -> None:
    path = f"/api/v1/checklists/{lead.get(LIST).get_json()['id']}/codes"
    good = {"code": "2222", "at": "12:00", "by": "Bo"}
    wrong = [{**good, "code": "2223"}, {**good, "at": "noon"}, {**good, "status": "blocked"}]
    answer = lead.post(path, json={"rows": wrong})
    told = {error["field"] for error in answer.get_json()["errors"]}
    assert answer.status_code == 422
    assert {"rows[0].code", "rows[1].at", "rows[2].note", "rows[2].code"} <= told
    answer = lead.post(path, json={"rows": []})
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "rows")
    answer = lead.post(path, json={"rows": [good]}, headers={"Idempotency-Key": "two words"})
    assert answer.get_json()["errors"][0]["field"] == "Idempotency-Key"


def test_staff_are_shown_the_items_for_all_staff_and_no_names(lead: FlaskClient, callers: Callers) -> None:
    tick(lead, lead.get(LIST))
    seen = callers.as_(Role.STAFF).get(LIST).get_json()
    assert {item["audience"] for item in seen["items"]} <= {"all_staff"}
    assert {item["by"] for item in seen["items"]} <= {None}


def test_only_command_works_on_the_force_checklist(callers: Callers) -> None:
    seen = callers.as_(Role.GOLD).get("/api/v1/force/checklist")
    assert seen.get_json()["premises_id"] is None
    assert tick(callers.as_(Role.STATION_MANAGER, "north-hq"), seen).status_code in (403, 404)
    assert callers.as_(Role.STAFF).get("/api/v1/force/checklist").status_code == 403
    assert callers.as_(Role.STAFF).get(f"/api/v1/checklists/{seen.get_json()['id']}").status_code == 404


def test_lists_of_a_premises_come_by_page(lead: FlaskClient) -> None:
    for level in ("CRITICAL", "SEVERE"):
        lead.post("/api/v1/threat-changes", json={"scope": "police_sector", "level": level, "reason": "told"})
    first = lead.get(LIST + "s?limit=1").get_json()
    assert [row["state"] for row in first["items"]] == ["open"]
    rest = lead.get(LIST + f"s?after={first['next']}").get_json()
    assert [row["state"] for row in rest["items"]] == ["superseded"]
    assert rest["next"] is None
