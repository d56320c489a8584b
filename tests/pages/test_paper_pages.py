"""Lists and posters to print, as pages and as PDF, and keying in from them."""

from __future__ import annotations

import pytest

from rules.levels import Scope, ThreatLevel
from service.operations import checklists, printing, threat
from service.operations.people import Role
from tests import builders
from tests.visitors import Visitors

SITE = "north-hq"


@pytest.fixture(autouse=True)
def _critical(visitors: Visitors) -> None:
    wish = threat.ThreatWish(Scope.NATIONAL, ThreatLevel.CRITICAL, "a test")
    threat.set_level(visitors.context, builders.lead(visitors.context), wish)


def printed(visitors: Visitors) -> tuple[int, dict[str, str]]:
    found = printing.printed_present(visitors.context, builders.lead(visitors.context), SITE)
    return found["id"], {item["option_id"]: item["code"] for item in found["items"]}


def test_a_list_to_print_is_marked_and_gives_each_item_its_code(visitors: Visitors) -> None:
    list_id, code = printed(visitors)
    manager = visitors.as_(Role.STATION_MANAGER, SITE)
    page = manager.get(f"/premises/{SITE}/print")
    assert page.text.count("OFFICIAL-SENSITIVE") == 2
    assert page.text.count("EXAMPLE: this plan") == 2
    assert f"List {list_id} version" in page.text
    assert all(one in page.text for one in code.values())
    assert "Caution:" in page.text
    assert f"/checklists/{list_id}/codes" in page.links
    assert manager.get(f"/checklists/{list_id}/print").text == page.text


def test_staff_print_what_is_for_them_and_key_nothing_in(visitors: Visitors) -> None:
    list_id, code = printed(visitors)
    staff = visitors.as_(Role.STAFF, SITE)
    page = staff.get(f"/premises/{SITE}/print")
    shown = {option for option, one in code.items() if one in page.text}
    found = checklists.present_checklist(visitors.context, builders.lead(visitors.context), SITE)
    assert shown == {item["option_id"] for item in found["items"] if item["audience"] == "all_staff"}
    assert f"/checklists/{list_id}/codes" not in page.links
    assert staff.get(f"/checklists/{list_id}/codes").status == 403


def test_the_poster_shows_the_level_and_only_what_is_for_all_staff(visitors: Visitors) -> None:
    page = visitors.as_(Role.STAFF, SITE).get(f"/premises/{SITE}/poster")
    assert "EXCEPTIONAL" in page.text
    assert page.text.count("OFFICIAL") == 2
    found = checklists.present_checklist(visitors.context, builders.lead(visitors.context), SITE)
    for item in found["items"]:
        assert (item["text"] in page.text) is (item["audience"] == "all_staff")


@pytest.mark.parametrize("name", ["checklist.pdf", "poster.pdf", "pack.pdf"])
def test_paper_comes_as_pdf_that_nobody_keeps(visitors: Visitors, name: str) -> None:
    answer = visitors.as_(Role.STATION_MANAGER, SITE).get(f"/premises/{SITE}/{name}").answer
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["print", "poster", "checklist.pdf", "poster.pdf", "pack.pdf"])
def test_paper_of_a_premises_is_for_those_who_may_see_it(visitors: Visitors, path: str) -> None:
    assert visitors.as_(Role.STATION_MANAGER, "south-office").get(f"/premises/{SITE}/{path}").status == 404
    assert visitors.as_(Role.OP_QUANTITY_LEAD).get(f"/premises/quiet-house/{path}").status == 404
    assert visitors.as_(Role.ADMIN).get(f"/premises/{SITE}/{path}").status == 403


def test_paper_of_one_list_is_for_those_who_may_see_it(visitors: Visitors) -> None:
    list_id, _ = printed(visitors)
    stranger = visitors.as_(Role.STATION_MANAGER, "south-office")
    for path in ("print", "checklist.pdf", "codes"):
        assert stranger.get(f"/checklists/{list_id}/{path}").status == 404
    assert visitors.as_(Role.CTSA).get(f"/checklists/{list_id}/checklist.pdf").status == 200


def test_codes_are_keyed_in_and_the_list_says_so(visitors: Visitors) -> None:
    list_id, code = printed(visitors)
    manager = visitors.as_(Role.STATION_MANAGER, SITE)
    path = f"/checklists/{list_id}/codes"
    assert manager.get(path).text.count("Row ") == 10
    rows = {"code-2": code["A11"].lower(), "at-2": "12:00", "by-2": "Al Alder", "status-2": "done"}
    done = manager.follow(manager.post(path, rows))
    assert "1 item is on the list now" in done.text
    assert "done 21 Nov 12:00, Al Alder (keyed in later)" in manager.get(f"/premises/{SITE}/print").text


def test_each_fault_stands_beside_its_row_and_nothing_is_taken(visitors: Visitors) -> None:
    list_id, code = printed(visitors)
    manager = visitors.as_(Role.STATION_MANAGER, SITE)
    path = f"/checklists/{list_id}/codes"
    rows = {"code-1": code["A11"], "at-1": "12:00", "by-1": "Al", "code-3": "QQQ", "at-3": "later", "status-3": "open"}
    page = manager.post(path, rows)
    assert page.status == 422
    assert "Row 3: the code has at least one wrong character" in page.text
    assert "Row 3: the time cannot be read" in page.text
    assert {"code-3-error", "at-3-error", "by-3-error", "status-3-error"} <= set(page.ids)
    assert "code-1-error" not in page.ids
    assert {"#code-3", "#at-3"} <= set(page.links)
    assert b'value="QQQ"' in page.answer.data
    assert "keyed in later" not in manager.get(f"/premises/{SITE}/print").text


def test_a_form_sent_twice_is_keyed_in_once(visitors: Visitors) -> None:
    list_id, code = printed(visitors)
    manager = visitors.as_(Role.STATION_MANAGER, SITE)
    path = f"/checklists/{list_id}/codes"
    rows = {"mark": manager.get(path).fields["mark"], "code-1": code["A11"], "at-1": "12:00", "by-1": "Al"}
    assert [manager.post(path, rows).status, manager.post(path, rows).status] == [303, 303]
