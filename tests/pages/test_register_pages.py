from __future__ import annotations

import io
from datetime import timedelta

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from rules.levels import ThreatLevel
from service.api.body import LARGEST
from service.operations import accounts, register
from service.operations.people import Role
from service.operations.premises_form import COLUMNS
from tests.builders import SYSTEM_LIKE
from tests.fakes import FrozenClock
from tests.pages.test_waiting import level_of, set_national
from tests.visitors import Page, Visitor, Visitors

EAST = {
    "id": "east-station",
    "name": "East Station",
    "kinds": ["station", "custody"],
    "staffed": "yes",
    "headcount": "12",
}
PUBLIC_HQ = "/register/premises/north-hq"


@pytest.fixture
def admin(visitors: Visitors) -> Visitor:
    return visitors.as_(Role.ADMIN)


def stored(visitors: Visitors, premises_id: str) -> dict[str, object]:
    return register.get_premises(visitors.context, SYSTEM_LIKE, premises_id)


def sent(visitor: Visitor, path: str, **answers: object) -> Page:
    return visitor.post(path, {**visitor.get(path).fields, **answers})


def of_hq(**answers: object) -> dict[str, object]:
    usual = {"name": "north-hq", "district": "North", "kinds": ["hq", "control_room"], "staffed": "yes"}
    return {**usual, "headcount": "20", "risk_category": "medium", "minimum_response_level": "NORMAL", **answers}


def checked(visitor: Visitor, text: str) -> Page:
    visitor.get("/register/import")
    return visitor.post("/register/import", {"file": (io.BytesIO(text.encode()), "premises.csv")})


def test_a_premises_is_added_found_changed_and_closed(visitors: Visitors, admin: Visitor) -> None:
    done = admin.follow(sent(admin, "/register/add", **EAST))
    assert "East Station is registered" in done.text
    assert stored(visitors, "east-station")["kinds"] == ["station", "custody"]
    found = admin.get("/register?q=EAST")
    assert "East Station" in found.text
    assert "north-hq" not in found.text
    path = "/register/premises/east-station"
    edited = {**EAST, "name": "East Street", "cctv": "yes", "staffed": ""}
    assert "was changed" in admin.follow(sent(admin, path, **edited)).text
    assert (stored(visitors, "east-station")["cctv"], stored(visitors, "east-station")["version"]) == (True, 2)
    assert "was that already" in admin.follow(sent(admin, path, **edited)).text
    closed = admin.follow(sent(admin, f"{path}/close", reason="sold"))
    assert "East Street was closed" in closed.text
    assert admin.get(path).status == 404


def test_the_form_asks_for_every_column_of_the_register(admin: Visitor) -> None:
    form = admin.get("/register/add")
    assert {column.name for column in COLUMNS} <= {*form.ids}


def test_faults_stand_beside_their_fields_and_what_was_typed_is_kept(admin: Visitor) -> None:
    page = sent(admin, "/register/add", id="No Slug", name="", headcount="many", manager="Mo Manager")
    assert page.status == 422
    assert {"#id", "#name", "#headcount"} <= set(page.links)
    assert 'value="Mo Manager"' in page.answer.get_data(as_text=True)
    page = sent(admin, PUBLIC_HQ, **of_hq(name="x" * 201))
    assert (page.status, "#name" in page.links) == (422, True)
    page = sent(admin, f"{PUBLIC_HQ}/close", reason="x" * 2001)
    assert (page.status, "#reason" in page.links) == (422, True)
    assert admin.get("/register?q=%00").status == 422


@pytest.mark.parametrize("taken", ["north-hq", "quiet-house"])
def test_adding_never_changes_a_premises_that_is_there(visitors: Visitors, admin: Visitor, taken: str) -> None:
    page = sent(admin, "/register/add", **{**EAST, "id": taken})
    assert (page.status, "#id" in page.links) == (409, True)
    assert "East Station" in page.answer.get_data(as_text=True)
    auditor = visitors.as_(Role.AUDITOR)
    assert "East Station" not in auditor.get("/register").text


def test_an_edit_that_raises_takes_effect_and_one_that_lowers_waits(visitors: Visitors, admin: Visitor) -> None:
    raised = of_hq(minimum_response_level="EXCEPTIONAL")
    admin.follow(sent(admin, PUBLIC_HQ, **raised))
    assert level_of(visitors, "north-hq") == "EXCEPTIONAL"
    waits = admin.follow(sent(admin, PUBLIC_HQ, **of_hq()))
    assert "waits until the Op Quantity lead or Gold approves it" in waits.text
    assert "/waiting" in waits.links
    assert level_of(visitors, "north-hq") == "EXCEPTIONAL"
    assert "north-hq" in visitors.as_(Role.GOLD).get("/waiting").text


def test_two_who_edit_at_once_see_both_sides_and_nothing_is_lost(visitors: Visitors, admin: Visitor) -> None:
    slow = admin.get(PUBLIC_HQ).fields
    other = visitors.as_(Role.ADMIN, name="Other Admin")
    other.follow(sent(other, PUBLIC_HQ, **of_hq(district="Harbour")))
    page = admin.post(PUBLIC_HQ, {**slow, **of_hq(district="Moor")})
    assert page.status == 409
    assert "District or command Harbour Moor" in page.text
    assert stored(visitors, "north-hq")["district"] == "Harbour"
    admin.post(PUBLIC_HQ, {**page.fields, **of_hq(district="Moor")})
    assert stored(visitors, "north-hq")["district"] == "Moor"


def test_a_premises_that_was_changed_meanwhile_is_not_closed(visitors: Visitors, admin: Visitor) -> None:
    slow = admin.get(f"{PUBLIC_HQ}/close").fields
    admin.follow(sent(admin, PUBLIC_HQ, **of_hq(district="Harbour")))
    page = admin.post(f"{PUBLIC_HQ}/close", {**slow, "reason": "sold"})
    assert (page.status, "changed this premises meanwhile" in page.text) == (409, True)
    assert stored(visitors, "north-hq")["district"] == "Harbour"


def test_each_fault_of_a_file_stands_beside_its_line_and_nothing_is_written(visitors: Visitors, admin: Visitor) -> None:
    page = checked(admin, "id,name,headcount\nnew-one,New,3\nBad Id,Second,x\n")
    assert page.status == 422
    assert "The file has 2 faults" in page.text
    assert page.text.count("Bad Id,Second,x") == 2
    assert "3 headcount must be a whole number" in page.text
    assert "new-one" not in admin.get("/register").text
    empty = admin.post("/register/import", {"file": (io.BytesIO(b""), "premises.csv")})
    assert (empty.status, "#file" in empty.links) == (422, True)


def test_a_file_is_imported_as_it_was_checked_and_once(visitors: Visitors, admin: Visitor) -> None:
    text = 'id,name,address,minimum_response_level\nnew-one,"New, one","1 High St\nTown",\nnorth-hq,HQ,,EXCEPTIONAL\n'
    check = checked(admin, text)
    assert "New 1 Changed 1 Unchanged 0 Level goes up 1 Level goes down 0" in check.text
    assert level_of(visitors, "north-hq") == "HEIGHTENED"
    done = admin.post("/register/import/confirm", check.fields)
    assert "1 new, 1 changed, 0 unchanged" in done.text
    assert "Premises that went up 1" in done.text
    assert stored(visitors, "new-one")["address"] == "1 High St\nTown"
    assert admin.post("/register/import/confirm", check.fields).text == done.text
    exported = admin.get("/register/export").answer
    assert (exported.mimetype, "new-one" in exported.get_data(as_text=True)) == ("text/csv", True)
    assert "Unchanged 3" in checked(admin, exported.get_data(as_text=True)).text


def test_a_file_that_lowers_waits_for_a_second_person(visitors: Visitors, admin: Visitor) -> None:
    check = checked(admin, "id,name,minimum_response_level\nnorth-hq,HQ,EXCEPTIONAL\n")
    admin.post("/register/import/confirm", check.fields)
    lowering = checked(admin, "id,name,minimum_response_level\nnorth-hq,HQ,NORMAL\n")
    assert "all of the file waits" in lowering.text
    waits = admin.post("/register/import/confirm", lowering.fields)
    assert "Waiting for a second person" in waits.text
    assert level_of(visitors, "north-hq") == "EXCEPTIONAL"


@pytest.mark.parametrize("content", ["bm90IGl0", "no base64"])
def test_a_file_that_did_not_come_back_as_it_was_checked_is_not_imported(
    visitors: Visitors, admin: Visitor, content: str
) -> None:
    check = checked(admin, "id,name\nnew-one,New\n")
    page = admin.post("/register/import/confirm", {**check.fields, "content": content})
    assert (page.status, "nothing was written" in page.text) == (422, True)
    assert "new-one" not in admin.get("/register").text


def test_a_file_larger_than_other_forms_is_taken(admin: Visitor) -> None:
    rows = "".join(f"place-{number},{'a long name ' * 16},{'long address ' * 30}\n" for number in range(2_000))
    file = FileStorage(io.BytesIO(f"id,name,address\n{rows}".encode()), "premises.csv")
    boundary, body = encode_multipart({**admin.get("/register/import").fields, "file": file})
    kind = f"multipart/form-data; boundary={boundary}"
    check = Page(admin.client.post("/register/import", data=body, content_type=kind))
    assert "Premises in the file 2000" in check.text
    boundary, body = encode_multipart(check.fields)
    assert len(body) > LARGEST
    kind = f"multipart/form-data; boundary={boundary}"
    assert "2000 new" in Page(admin.client.post("/register/import/confirm", data=body, content_type=kind)).text


def test_a_checked_file_is_kept_while_the_password_is_asked_for_again(visitors: Visitors, clock: FrozenClock) -> None:
    password = "correct horse battery"
    accounts.create_account(visitors.context, SYSTEM_LIKE, "a.admin", "Ann Admin", "admin", (), password)
    admin = visitors.nobody()
    admin.get("/sign-in")
    admin.post("/sign-in", {"username": "a.admin", "password": password})
    clock.tick(timedelta(minutes=16))
    check = checked(admin, "id,name\nnew-one,New\n")
    asked = admin.post("/register/import/confirm", check.fields)
    assert "Show that it is you" in asked.text
    assert "Imported" in admin.post("/register/import/confirm", {**asked.fields, "password": password}).text


def test_the_register_shows_to_each_what_is_theirs(visitors: Visitors) -> None:
    set_national(visitors, ThreatLevel.SEVERE)
    manager = visitors.as_(Role.STATION_MANAGER, "south-office")
    page = manager.get("/register")
    assert "south-office" in page.text
    assert "north-hq" not in page.text
    assert not {"/register/add", "/register/import"} & set(page.links)
    assert "north-hq" not in manager.get("/register/export").answer.get_data(as_text=True)
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    assert "quiet-house" not in lead.get("/register").text
    for path in ("/register/add", PUBLIC_HQ, f"{PUBLIC_HQ}/close", "/register/import"):
        assert {lead.get(path).status, lead.post(path).status, manager.get(path).status} == {403}
    assert {visitors.as_(Role.STAFF).get(path).status for path in ("/register", "/register/export")} == {403}
