"""The register over HTTP: who sees which premises, edits, import and export."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api.body import LARGEST
from service.api.premises import LARGEST_IMPORT
from service.operations.people import Role
from tests.callers import Callers

OF_A_PREMISES = ["", "/response-level", "/checklist", "/checklists", "/overrides", "/acknowledgements"]


@pytest.fixture
def admin(callers: Callers) -> FlaskClient:
    return callers.as_(Role.ADMIN)


def listed(client: FlaskClient, query: str = "") -> list[str]:
    return [row["id"] for row in client.get("/api/v1/premises" + query).get_json()["items"]]


def imported(client: FlaskClient, text: str, query: str = "") -> Any:
    return client.post("/api/v1/premises/import" + query, data=text.encode(), content_type="text/csv")


@pytest.mark.parametrize("part", OF_A_PREMISES)
def test_a_station_manager_sees_only_their_own_premises(callers: Callers, part: str) -> None:
    manager = callers.as_(Role.STATION_MANAGER, "south-office")
    assert manager.get("/api/v1/premises/south-office" + part).status_code == 200
    assert manager.get("/api/v1/premises/north-hq" + part).status_code == 404


@pytest.mark.parametrize("part", OF_A_PREMISES)
def test_a_restricted_premises_is_not_there_for_those_not_named_on_it(lead: FlaskClient, part: str) -> None:
    hidden, unknown = (lead.get(f"/api/v1/premises/{name}{part}") for name in ("quiet-house", "no-house"))
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.get_data(as_text=True).replace("quiet", "no") == unknown.get_data(as_text=True)


def test_a_restricted_premises_shows_to_one_whose_token_names_it_and_to_the_auditor(callers: Callers) -> None:
    named = callers.as_(Role.STATION_MANAGER, "quiet-house")
    assert listed(named) == ["quiet-house"]
    assert "quiet-house" in listed(callers.as_(Role.AUDITOR))
    assert "quiet-house" not in listed(callers.as_(Role.OP_QUANTITY_LEAD))


def test_staff_are_shown_no_posture(callers: Callers) -> None:
    shown = callers.as_(Role.STAFF).get("/api/v1/premises/north-hq").get_json()
    assert {"risk_category", "cctv", "manager", "headcount"} & set(shown) == set()
    assert shown["response_level"] == "HEIGHTENED"


def test_premises_are_listed_by_level_district_and_words_and_by_page(lead: FlaskClient) -> None:
    assert listed(lead) == ["north-hq", "south-office"]
    assert listed(lead, "?response_level=EXCEPTIONAL") == []
    assert listed(lead, "?district=South") == ["south-office"]
    assert listed(lead, "?q=HQ") == ["north-hq"]
    first = lead.get("/api/v1/premises?limit=1").get_json()
    assert listed(lead, f"?after={first['next']}") == ["south-office"]


def test_a_premises_is_added_changed_and_closed(admin: FlaskClient) -> None:
    path = "/api/v1/premises/east-shop"
    added = admin.put(path, json={"name": "East shop", "kinds": ["front_counter"], "staffed": "yes"})
    assert (added.status_code, added.get_json()["status"]) == (201, "added")
    assert added.get_json()["response_level"] == "HEIGHTENED"
    changed = admin.put(path, json={"kinds": "front_counter;office", "headcount": 12.0})
    assert (changed.status_code, changed.get_json()["kinds"]) == (200, ["front_counter", "office"])
    assert admin.put(path, json={"headcount": 12}).get_json()["status"] == "unchanged"
    closed = admin.delete(path + "?reason=sold")
    assert (closed.status_code, closed.get_json()["status"]) == (200, "closed")
    assert admin.get(path).status_code == 404


def test_an_edit_of_an_old_version_is_refused(admin: FlaskClient) -> None:
    path = "/api/v1/premises/north-hq"
    seen = admin.get(path).headers["ETag"]
    assert admin.put(path, json={"headcount": 9}, headers={"If-Match": seen}).status_code == 200
    assert admin.put(path, json={"headcount": 8}, headers={"If-Match": seen}).status_code == 409
    assert admin.delete(path, headers={"If-Match": seen}).status_code == 409


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kinds": ["castle"]}, "kinds"),
        ({"headcount": -1}, "headcount"),
        ({"headcount": 10**30}, "headcount"),
        ({"staffed": "maybe"}, "staffed"),
        ({"colour": "blue"}, "colour"),
        ({"name": "a\x00"}, "name"),
        ({"id": "other"}, "id"),
    ],
)
def test_a_bad_field_of_a_premises_is_named(admin: FlaskClient, fields: dict[str, Any], field: str) -> None:
    answer = admin.put("/api/v1/premises/north-hq", json=fields)
    assert answer.status_code == 422
    assert {fault["field"].partition(".")[0].partition("[")[0] for fault in answer.get_json()["errors"]} == {field}


def test_an_edit_that_lowers_waits_for_a_second_person(admin: FlaskClient, callers: Callers) -> None:
    path = "/api/v1/premises/north-hq"
    admin.put(path, json={"minimum_response_level": "EXCEPTIONAL"})
    waiting = admin.put(path, json={"minimum_response_level": "NORMAL"})
    assert waiting.status_code == 202
    assert admin.get(path).get_json()["response_level"] == "EXCEPTIONAL"
    approved = callers.as_(Role.GOLD).post(f"/api/v1/requests/{waiting.get_json()['id']}/approve")
    assert approved.status_code == 200
    assert admin.get(path).get_json()["response_level"] == "HEIGHTENED"


def test_an_import_tells_every_fault_by_row_and_column_and_writes_nothing(admin: FlaskClient) -> None:
    before = listed(admin)
    answer = imported(admin, "id,name,headcount\neast,East,many\nWest!,West,3\n")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    found = [(fault["row"], fault["column"]) for fault in answer.get_json()["faults"]]
    assert found == [(2, "headcount"), (3, "id")]
    assert [fault["field"] for fault in answer.get_json()["errors"]] == ["row 2, headcount", "row 3, id"]
    assert listed(admin) == before


def test_a_dry_run_counts_and_writes_nothing(admin: FlaskClient) -> None:
    before = listed(admin)
    answer = imported(admin, "id,name\neast,East\nnorth-hq,North\n", "?dry_run=true")
    found = answer.get_json()
    assert (answer.status_code, found["status"], found["added"], found["changed"]) == (200, "dry_run", 1, 1)
    assert listed(admin) == before


def test_what_is_exported_can_be_imported(admin: FlaskClient) -> None:
    text = admin.get("/api/v1/premises/export")
    assert text.mimetype == "text/csv"
    again = imported(admin, text.get_data(as_text=True)).get_json()
    assert (again["status"], again["added"], again["changed"]) == ("imported", 0, 0)


def test_staff_and_monitors_cannot_export(callers: Callers) -> None:
    for role in (Role.STAFF, Role.MONITOR, Role.FEED):
        assert callers.as_(role).get("/api/v1/premises/export").status_code == 403


def test_an_import_may_be_large_and_must_be_csv(admin: FlaskClient) -> None:
    rows = "".join(f"p{number},{'x' * 190}\n" for number in range(LARGEST // 190))
    assert imported(admin, "id,name\n" + rows, "?dry_run=yes").status_code == 200
    assert imported(admin, "x" * (LARGEST_IMPORT + 1)).status_code == 413
    assert admin.post("/api/v1/premises/import", data="id,name\n", content_type="text/plain").status_code == 415


@pytest.mark.parametrize("text", ["", "\x00", 'id,name\n"', "id,name\n\udcff,x\n", "a;b\n1;2\n"])
def test_a_file_that_is_no_register_is_refused(admin: FlaskClient, text: str) -> None:
    answer = admin.post("/api/v1/premises/import", data=text.encode(errors="surrogateescape"), content_type="text/csv")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
