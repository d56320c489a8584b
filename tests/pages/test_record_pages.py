from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from rules.levels import ThreatLevel
from service.operations.people import Role
from tests.pages.test_waiting import set_national
from tests.visitors import Visitor, Visitors


@pytest.fixture
def auditor(visitors: Visitors) -> Visitor:
    set_national(visitors, ThreatLevel.SEVERE)
    return visitors.as_(Role.AUDITOR)


def test_the_record_is_read_newest_first_and_page_by_page(visitors: Visitors, auditor: Visitor) -> None:
    for number in range(60):
        visitors.as_(Role.AUDITOR, name=f"Visitor {number}")
    first = auditor.get("/record")
    older = auditor.get(next(link for link in first.links if "after=" in link))
    numbers = [int(link.rsplit("/", 1)[1]) for page in (first, older) for link in page.links if link[8:].isdecimal()]
    assert numbers[:100] == sorted(numbers, reverse=True)[:100]
    assert len(numbers) == 100


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("actor=lena lead", True),
        ("actor=Lena Lead&action=threat_change&subject=threat/national", True),
        ("actor=system&action=threat_change", False),
        ("since=2026-11-21T11:59&action=threat_change", True),
        ("since=2026-11-21T12:01", False),
        ("until=2026-11-21T12:00&action=threat_change", False),
        ("request_id=no-such-request", False),
        ("action=threat_chang", False),
        ("action=changed a threat level", True),
        ("action=Made a token", False),
    ],
)
def test_the_record_is_searched_by_who_what_and_when(auditor: Visitor, asked: str, found: bool) -> None:
    page = auditor.get(f"/record?{asked}")
    assert page.status == 200
    assert ("threat/national" in page.text.partition("Search")[2], "Nothing in the record" in page.text) == (
        found,
        not found,
    )


@pytest.mark.parametrize(("asked", "field"), [("since=yesterday", "#since"), ("actor=%00", "#actor")])
def test_what_nothing_can_be_found_by_is_told_beside_its_field(auditor: Visitor, asked: str, field: str) -> None:
    page = auditor.get(f"/record?{asked}")
    assert (page.status, field in page.links) == (422, True)


def test_a_detail_that_names_a_hidden_premises_is_not_shown_to_a_lead(visitors: Visitors, auditor: Visitor) -> None:
    with visitors.context.store.write() as writer:
        writer.record("system", "test.named", "register", {"added": ["quiet-house"]})
    path = next(link for link in auditor.get("/record?action=test.named").links if link[8:].isdecimal())
    assert "quiet-house" in auditor.get(path).text
    shown = visitors.as_(Role.OP_QUANTITY_LEAD).get(path).text
    assert "quiet-house" not in shown
    assert "An auditor can read it" in shown


def test_the_way_back_leads_past_entries_that_are_hidden(visitors: Visitors, auditor: Visitor) -> None:
    for subject in ("premises/quiet-house", "premises/north-hq"):
        with visitors.context.store.write() as writer:
            writer.record("system", "test.named", subject, {})
    path = next(link for link in auditor.get("/record?action=test.named").links if link[8:].isdecimal())
    last = int(path[8:])
    assert f"/record/{last - 1}" in auditor.get(path).links
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    assert f"/record/{last - 1}" not in lead.get(path).links
    assert f"/record/{last - 2}" in lead.get(path).links


def test_one_entry_shows_who_did_what_and_what_proves_it(visitors: Visitors, auditor: Visitor) -> None:
    listed = auditor.get("/record?actor=Lena Lead&subject=threat/national")
    assert "Changed a threat level threat_change.accepted" in listed.text
    page = auditor.get(next(link for link in listed.links if link[8:].isdecimal()))
    assert "Changed a threat level (threat_change.accepted)" in page.text
    assert "Lena Lead (person/" in page.text
    assert "evt_" in page.text
    assert "a test" in page.text
    assert "Hash of the entry before" in page.text
    assert auditor.get("/record/999999").status == 404


def test_a_detail_that_was_disposed_of_is_told_so_and_an_empty_one_too(visitors: Visitors, auditor: Visitor) -> None:
    with visitors.context.store.write() as writer:
        writer.record("system", "test.empty", "test", {})
    listed = auditor.get("/record?action=test.empty")
    assert "Nothing more." in auditor.get(next(link for link in listed.links if link[8:].isdecimal())).text


def test_a_whole_record_is_told_to_be_whole(auditor: Visitor) -> None:
    assert "Verify now" in auditor.get("/record/verify").text
    assert "The record is whole" in auditor.post("/record/verify").text


def test_a_record_that_was_edited_is_told_with_each_fault(visitors: Visitors, auditor: Visitor) -> None:
    forged = json.dumps({"forged": True})
    with visitors.context.store.housekeeping() as writer:
        for trigger in writer.connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_details'")
        ).scalars():
            writer.connection.execute(text(f"DROP TRIGGER {trigger}"))
        writer.connection.execute(
            text("UPDATE audit_details SET detail = :forged WHERE sequence = 2"), {"forged": forged}
        )
    page = auditor.post("/record/verify")
    assert "The record is not as it was written" in page.text
    assert "entry 2: its detail was edited" in page.text


def test_the_record_is_for_lead_and_auditor_alone(visitors: Visitors) -> None:
    assert "Record" in visitors.as_(Role.OP_QUANTITY_LEAD).get("/help").text
    for role in (Role.ADMIN, Role.STAFF, Role.DUTY_OFFICER):
        visitor = visitors.as_(role)
        assert "/record" not in visitor.get("/help").links
        assert {visitor.get(path).status for path in ("/record", "/record/1", "/record/verify")} == {403}


def test_yes_no_and_nothing_are_told_in_words(visitors: Visitors, auditor: Visitor) -> None:
    with visitors.context.store.write() as writer:
        detail = {"so": True, "not_so": False, "count": 0, "empty": [], "none": None, "many": ["a", "b"]}
        writer.record("system", "test.words", "test", detail)
    listed = auditor.get("/record?action=test.words")
    told = auditor.get(next(link for link in listed.links if link[8:].isdecimal())).text
    for words in ("So yes", "Not so no", "Count 0", "Empty nothing", "None nothing", 'Many [ "a", "b" ]'):
        assert words in told


@pytest.mark.parametrize(
    ("subject", "said", "link"),
    [
        ("threat/national", "National threat level", "/history"),
        ("threat/premises/north-hq", "Threat level of Head Office", "/premises/north-hq"),
        ("premises/north-hq", "Head Office", "/premises/north-hq"),
        ("premises/no-longer", "no-longer", None),
        ("force", "Force checklist", "/force"),
        ("register", "Register of premises", "/register"),
        ("webhook/7", "Webhook 7", None),
        ("account/3", "Account 3", None),
        ("feed/a source", "Source a source", None),
        ("store", "Store", None),
    ],
)
def test_what_an_entry_is_about_is_told_in_words_that_lead_to_it(
    visitors: Visitors, auditor: Visitor, subject: str, said: str, link: str | None
) -> None:
    with visitors.context.store.write() as writer:
        writer.connection.execute(text("UPDATE premises SET name = 'Head Office' WHERE id = 'north-hq'"))
        writer.record("system", "test.about", subject, {})
    listed = auditor.get(f"/record?subject={subject}&action=test.about")
    assert f"{said} {subject}" in listed.text
    path = next(found for found in listed.links if found[8:].isdecimal())
    assert f"{said} ({subject})" in auditor.get(path).text
    for page in (listed, auditor.get(path)):
        source = page.answer.get_data(as_text=True)
        assert (f">{said}</a>" in source) == (link is not None)
        assert link is None or f'href="{link}">{said}</a>' in source


def test_a_lead_is_led_from_an_entry_to_the_webhooks(visitors: Visitors) -> None:
    with visitors.context.store.write() as writer:
        writer.record("system", "test.about", "webhook/7", {})
    page = visitors.as_(Role.OP_QUANTITY_LEAD).get("/record?subject=webhook/7")
    assert page.links.count("/webhooks") == 2
