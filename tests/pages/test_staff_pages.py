"""What staff see and say, and what a manager and the control room see of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.levels import Scope, ThreatLevel
from service.operations import threat
from service.operations.people import Role
from tests import builders
from tests.fakes import FrozenClock
from tests.visitors import Visitor, Visitors

HQ, TOLD = "/premises/north-hq/staff", "/premises/north-hq/told"


def set_national(visitors: Visitors, level: ThreatLevel) -> None:
    wish = threat.ThreatWish(Scope.NATIONAL, level, "a test")
    threat.set_level(visitors.context, builders.lead(visitors.context), wish)


def know(visitor: Visitor, path: str = HQ) -> str:
    """Read the page and press its button; gives what it says then."""
    fields = visitor.get(path).fields
    return visitor.follow(visitor.post(f"{path}/acknowledge", fields)).text


def test_staff_with_one_premises_acknowledge_its_level_in_two_taps(visitors: Visitors) -> None:
    set_national(visitors, ThreatLevel.CRITICAL)
    staff = visitors.as_(Role.STAFF, "north-hq")
    assert "/staff" in staff.get("/welcome").links
    page = staff.follow(staff.get("/staff"))
    assert "north-hq The level here is EXCEPTIONAL" in page.text
    assert "Since 21 November 2026, 12:00 (just now)" in page.text
    done = staff.follow(staff.post(f"{HQ}/acknowledge", page.fields))
    assert "You acknowledged at 12:00 Do it again when the level changes" in done.text
    assert "I know the level" not in done.text.split("Press")[0]


def test_staff_see_what_all_staff_must_do_and_no_measure_of_managers_or_name(visitors: Visitors) -> None:
    set_national(visitors, ThreatLevel.SEVERE)
    know(visitors.as_(Role.STATION_MANAGER, "north-hq"))
    text = visitors.as_(Role.STAFF, "north-hq").get(HQ).text
    options = visitors.context.policy.plan.options
    hidden = [option.text for option in options if option.audience.value == "managers" and option.text in text]
    assert hidden == []
    assert "Report anything suspicious at once" in text
    assert "OFFICIAL-SENSITIVE" in text
    assert "EXAMPLE" in text
    assert "Station Manager" not in text
    assert "Who has been told" not in text


def test_managers_too_see_there_only_what_is_for_all_staff(visitors: Visitors) -> None:
    staff, manager = (visitors.as_(role, "north-hq").get(HQ).text for role in (Role.STAFF, Role.STATION_MANAGER))
    of_staff = staff.split("What you must do")[1].split("Press")[0]
    assert of_staff == manager.split("What you must do")[1].split("For managers")[0]
    assert len(of_staff) > 100


def test_who_has_several_premises_or_none_of_their_own_finds_theirs(visitors: Visitors) -> None:
    several = visitors.as_(Role.STAFF, "north-hq", "south-office", name="Sam Several").get("/staff")
    assert {HQ, "/premises/south-office/staff"} <= set(several.links)
    anybody = visitors.as_(Role.STAFF, name="Ann Any")
    assert "quiet-house" not in anybody.get("/staff").text
    found = anybody.get("/staff?q=south").links
    assert "/premises/south-office/staff" in found
    assert HQ not in found
    assert "No premises with “atlantis”" in anybody.get("/staff?q=atlantis").text
    assert "no premises here" in visitors.as_(Role.STATION_MANAGER, name="Nat New").get("/staff").text


def test_many_premises_come_by_page(visitors: Visitors) -> None:
    builders.register(visitors.context, *({"id": f"post-{number:02}", "district": "West"} for number in range(22)))
    anybody = visitors.as_(Role.STAFF)
    first = anybody.get("/staff?q=west")
    [more] = [link for link in first.links if "after=" in link]
    assert "/premises/post-21/staff" in anybody.get(more).links


def test_restricted_and_others_premises_are_not_found(visitors: Visitors) -> None:
    staff = visitors.as_(Role.STAFF, "north-hq")
    for path in ("/premises/quiet-house/staff", "/premises/south-office/staff"):
        assert staff.get(path).status == 404
        assert staff.post(f"{path}/acknowledge", {"decision_id": "1"}).status == 404
    assert visitors.as_(Role.STATION_MANAGER, "south-office").get(TOLD).status == 404
    assert visitors.as_(Role.DUTY_OFFICER).get("/premises/quiet-house/told").status == 404


def test_staff_neither_read_who_was_told_nor_brief(visitors: Visitors) -> None:
    staff = visitors.as_(Role.STAFF, "north-hq")
    assert staff.get(TOLD).status == 403
    assert staff.post(f"{TOLD}/brief", {"decision_id": "1", "briefed": "3"}).status == 403


@pytest.mark.parametrize("seen", ["present", "", "no number", "9" * 5_000])
def test_a_level_that_changed_meanwhile_is_shown_and_not_acknowledged(visitors: Visitors, seen: str) -> None:
    staff = visitors.as_(Role.STAFF, "north-hq")
    old = staff.get(HQ).fields["decision_id"]
    set_national(visitors, ThreatLevel.CRITICAL)
    page = staff.post(f"{HQ}/acknowledge", {"decision_id": old if seen == "present" else seen})
    assert page.status == 409
    assert "The level has changed" in page.text
    assert "The level here is EXCEPTIONAL" in page.text
    assert page.fields["decision_id"] != old
    assert "You acknowledged" in staff.follow(staff.post(f"{HQ}/acknowledge", page.fields)).text


def test_a_supervisor_notes_a_parade_and_the_control_room_sees_it(visitors: Visitors) -> None:
    manager, officer = visitors.as_(Role.STATION_MANAGER, "north-hq", name="Mo"), visitors.as_(Role.DUTY_OFFICER)
    assert "Nobody has acknowledged this level yet" in officer.get(TOLD).text
    form = manager.get(TOLD).fields
    for _ in range(2):
        noted = manager.post(f"{TOLD}/brief", {**form, "briefed": "14"})
    assert "Mo 12:00 briefed 14" in manager.follow(noted).text
    text = officer.get(TOLD).text
    assert "Acknowledged themselves 1 Briefed by somebody 14 Not yet 5 of 20" in text
    assert text.count("briefed 14") == 1
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    assert TOLD in lead.get("/board").links
    assert "I have briefed others" not in visitors.as_(Role.AUDITOR).get(TOLD).text


@pytest.mark.parametrize(("typed", "told"), [("", "Enter how many"), ("some", "Enter how many"), ("0", "from 1 to")])
def test_a_briefing_without_a_number_is_told_beside_its_field(visitors: Visitors, typed: str, told: str) -> None:
    manager = visitors.as_(Role.STATION_MANAGER, "north-hq")
    page = manager.post(f"{TOLD}/brief", {**manager.get(TOLD).fields, "briefed": typed})
    assert (page.status, told in page.text, "#briefed" in page.links) == (422, True, True)
    assert "Nobody has acknowledged" in page.text


def test_a_briefing_of_an_old_level_is_not_noted(visitors: Visitors) -> None:
    manager = visitors.as_(Role.STATION_MANAGER, "north-hq")
    form = manager.get(TOLD).fields
    set_national(visitors, ThreatLevel.CRITICAL)
    page = manager.post(f"{TOLD}/brief", {**form, "briefed": "14"})
    assert (page.status, "It is EXCEPTIONAL now" in page.text) == (409, True)
    assert "briefed 14" not in page.text


def test_where_the_premises_asks_for_it_everybody_is_asked_again_each_shift(
    visitors: Visitors, clock: FrozenClock
) -> None:
    builders.register(visitors.context, {"id": "cells", "kinds": ["custody"], "acknowledge_each_shift": True})
    staff = visitors.as_(Role.STAFF, "cells", "north-hq")
    assert "after the next shift handover, 14:00" in know(staff, "/premises/cells/staff")
    assert "shift handover" not in know(staff)
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    assert "asked again after the shift handover at 14:00" in lead.get("/premises/cells/told").text
    assert "1 person has acknowledged" in lead.get("/premises/cells").text
    clock.tick(timedelta(hours=2))
    staff = visitors.as_(Role.STAFF, "cells", "north-hq")
    assert "You acknowledged" not in staff.get("/premises/cells/staff").text
    assert "You acknowledged" in staff.get(HQ).text
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    assert "Nobody has acknowledged" in lead.get("/premises/cells/told").text
    assert "Nobody has acknowledged" in lead.get("/premises/cells").text


def test_who_only_reads_sees_no_button(visitors: Visitors) -> None:
    page = visitors.as_(Role.AUDITOR).get(HQ)
    assert page.status == 200
    assert "decision_id" not in page.fields
