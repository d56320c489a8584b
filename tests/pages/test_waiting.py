from __future__ import annotations

from datetime import timedelta

import pytest

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.operations import overrides, readings, response_levels, threat
from service.operations.overrides import OverrideWish
from service.operations.people import Role
from tests import builders
from tests.builders import NOON
from tests.visitors import Visitors


def set_national(visitors: Visitors, level: ThreatLevel) -> None:
    wish = threat.ThreatWish(Scope.NATIONAL, level, "a test")
    threat.set_level(visitors.context, builders.lead(visitors.context), wish)


def level_of(visitors: Visitors, premises_id: str) -> str:
    told = response_levels.response_level(visitors.context, builders.lead(visitors.context), premises_id)
    return str(told["response_level"])


@pytest.fixture
def held(visitors: Visitors) -> int:
    set_national(visitors, ThreatLevel.SUBSTANTIAL)
    source = builders.person(visitors.context, "Channel", Role.FEED)
    pushed = readings.Pushed(Scope.NATIONAL, ThreatLevel.CRITICAL, "1")
    return int(readings.push_reading(visitors.context, source, pushed)["id"])


def test_a_duty_officer_confirms_a_held_rise(visitors: Visitors, held: int) -> None:
    officer = visitors.as_(Role.DUTY_OFFICER)
    assert "National threat level CRITICAL" in officer.get("/waiting").text
    done = officer.follow(officer.post(f"/waiting/readings/{held}/confirm"))
    assert "National threat level: CRITICAL" in done.text
    assert "Nothing waits" in officer.get("/waiting").text


def test_a_reading_is_rejected_with_a_reason_and_not_without(visitors: Visitors, held: int) -> None:
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    lead.get("/waiting")
    refused = lead.post(f"/waiting/readings/{held}/reject", {"reason": " "})
    assert (refused.status, f"#reason-{held}" in refused.links) == (422, True)
    assert "Nothing waits" in lead.follow(lead.post(f"/waiting/readings/{held}/reject", {"reason": "a hoax"})).text
    assert level_of(visitors, "north-hq") == "HEIGHTENED"


def test_a_fall_is_approved_by_another_person_and_not_by_the_one_who_asked(visitors: Visitors) -> None:
    context = visitors.context
    set_national(visitors, ThreatLevel.CRITICAL)
    set_national(visitors, ThreatLevel.LOW)
    asker, gold = visitors.as_(Role.OP_QUANTITY_LEAD, name="Lena Lead"), visitors.as_(Role.GOLD)
    assert "Approve" not in asker.get("/waiting").text
    page = gold.get("/waiting")
    assert "Lower the threat level of National: CRITICAL to LOW" in page.text
    with context.store.read() as reader:
        from service.store import requests as table

        request_id = table.all_waiting(reader, builders.lead(context).sight)[0]["id"]
    assert asker.post(f"/waiting/requests/{request_id}/approve").status == 403
    gold.post(f"/waiting/requests/{request_id}/approve")
    assert level_of(visitors, "north-hq") == "NORMAL"


def test_what_was_asked_for_can_be_withdrawn(visitors: Visitors) -> None:
    set_national(visitors, ThreatLevel.CRITICAL)
    wish = OverrideWish("lower", "empty building", NOON + timedelta(hours=2), ResponseLevel.NORMAL)
    overrides.create_override(visitors.context, builders.lead(visitors.context), "south-office", wish)
    asker = visitors.as_(Role.OP_QUANTITY_LEAD, name="Lena Lead")
    assert "Hold south-office down at NORMAL until 21 November 2026, 14:00" in asker.get("/waiting").text
    assert "Nothing waits" in asker.follow(asker.post("/waiting/requests/1/withdraw")).text


def test_a_manager_raises_their_own_premises_and_no_other(visitors: Visitors) -> None:
    manager = visitors.as_(Role.STATION_MANAGER, "south-office")
    form = manager.get("/premises/south-office/override")
    assert "Lower" not in form.text
    wish = {"kind": "raise", "response_level": "EXCEPTIONAL", "hours": "4", "reason": "threats by telephone"}
    page = manager.follow(manager.post("/premises/south-office/override", {**form.fields, **wish}))
    assert "Raise EXCEPTIONAL until 21 November 2026, 16:00" in page.text
    assert level_of(visitors, "south-office") == "EXCEPTIONAL"
    assert manager.get("/premises/north-hq/override").status == 404
    assert manager.post("/premises/north-hq/override", wish).status == 404


def test_faults_of_an_override_stand_beside_their_fields(visitors: Visitors) -> None:
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    lead.get("/premises/north-hq/override")
    bad = lead.post("/premises/north-hq/override", {"kind": "raise", "hours": "4", "reason": ""})
    assert (bad.status, {"#response_level", "#reason"} <= set(bad.links)) == (422, True)
    assert "Select for how long" in lead.post("/premises/north-hq/override", {"kind": "raise", "hours": "9"}).text


def test_ending_a_raise_that_keeps_the_level_up_waits_for_a_second_person(visitors: Visitors) -> None:
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    form = lead.get("/premises/north-hq/override")
    wish = {"kind": "raise", "response_level": "EXCEPTIONAL", "hours": "4", "reason": "a march"}
    lead.post("/premises/north-hq/override", {**form.fields, **wish})
    lead.post("/premises/north-hq/overrides/1/end")
    assert level_of(visitors, "north-hq") == "EXCEPTIONAL"
    assert "End the raise at north-hq early" in lead.get("/waiting").text
