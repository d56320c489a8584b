from __future__ import annotations

from service.operations import register, threat_levels
from service.operations.people import Role
from tests import builders
from tests.builders import SYSTEM_LIKE
from tests.visitors import Page, Visitor, Visitors

CRITICAL = {"scope": "national", "level": "CRITICAL", "reason": "JTAC rang at 02:58", "reference": "CAD 12"}


def confirmed(visitor: Visitor, answers: dict[str, str], **more: str) -> Page:
    visitor.get("/change")
    check = visitor.post("/change/check", answers)
    assert check.status == 200, check.text
    return visitor.post("/change/confirm", {**check.fields, **more})


def national(visitors: Visitors) -> str:
    items = threat_levels.threat_levels(visitors.context, SYSTEM_LIKE)["items"]
    return str(next(item["level"] for item in items if item["scope"] == "national"))


def test_a_duty_officer_raises_the_estate_in_three_screens(visitors: Visitors) -> None:
    officer = visitors.as_(Role.DUTY_OFFICER)
    assert "National Now: not set" in officer.get("/change").text
    check = officer.post("/change/check", CRITICAL)
    assert "JTAC rang at 02:58" in check.text
    assert "Premises that go up 2" in check.text
    assert "Premises with no manager named 2" in check.text
    assert "quiet-house" not in check.text
    assert national(visitors) == "not_set"
    done = officer.follow(officer.post("/change/confirm", check.fields))
    assert "National threat level: CRITICAL" in done.text
    assert "Premises that went up 2" in done.text
    assert national(visitors) == "CRITICAL"


def test_what_moves_stands_in_order_of_name_and_leads_to_what_is_still_open(visitors: Visitors) -> None:
    names = {"a-post": "Zeal Post", "z-post": "alder Post", "m-post": "Mill Post"}
    builders.register(visitors.context, *({"id": premises_id, "name": name} for premises_id, name in names.items()))
    officer = visitors.as_(Role.DUTY_OFFICER)
    officer.get("/change")
    check = officer.post("/change/check", CRITICAL)
    done = officer.follow(officer.post("/change/confirm", check.fields))
    for page in (check, done):
        assert page.text.index("alder Post") < page.text.index("Mill Post") < page.text.index("Zeal Post")
    assert "/premises/z-post" in done.links
    register.close_premises(visitors.context, SYSTEM_LIKE, "m-post", "Sold", version=1)
    later = officer.get(done.answer.request.path)
    assert ("Mill Post" in later.text, "/premises/m-post" in later.links) == (True, False)


def test_a_form_sent_twice_changes_the_level_once(visitors: Visitors) -> None:
    officer = visitors.as_(Role.DUTY_OFFICER)
    officer.get("/change")
    fields = officer.post("/change/check", CRITICAL).fields
    first, second = (officer.post("/change/confirm", fields) for _ in range(2))
    assert first.location == second.location


def test_missing_answers_are_named_and_what_was_typed_is_kept(visitors: Visitors) -> None:
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    lead.get("/change")
    page = lead.post("/change/check", {"scope": "national", "reason": "half typed"})
    assert page.status == 422
    assert {"#level"} <= set(page.links)
    assert "Select the new level" in page.text
    assert "half typed" in page.text


def test_a_person_can_go_back_with_their_answers(visitors: Visitors) -> None:
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    lead.get("/change")
    fields = lead.post("/change/check", CRITICAL).fields
    page = lead.post("/change/check", {**fields, "back": "yes"})
    assert (page.status, "JTAC rang at 02:58" in page.text) == (200, True)
    assert national(visitors) == "not_set"


def test_a_fall_waits_for_a_second_person_and_a_duty_officer_cannot_ask_for_it(visitors: Visitors) -> None:
    lead, officer = visitors.as_(Role.OP_QUANTITY_LEAD), visitors.as_(Role.DUTY_OFFICER)
    confirmed(lead, CRITICAL)
    fall = {**CRITICAL, "level": "SEVERE"}
    officer.get("/change")
    refused = officer.post("/change/check", fall)
    assert "a duty officer may only raise one" in refused.text
    assert officer.post("/change/confirm", refused.fields).status == 403
    waits = lead.follow(confirmed(lead, fall))
    assert "Waiting for a second person" in waits.text
    assert national(visitors) == "CRITICAL"


def test_the_same_level_again_is_noted_and_changes_nothing(visitors: Visitors) -> None:
    lead = visitors.as_(Role.OP_QUANTITY_LEAD)
    first = confirmed(lead, CRITICAL)
    lead.get("/change")
    assert "The level is that already" in lead.post("/change/check", CRITICAL).text
    assert confirmed(lead, CRITICAL).location == first.location


def test_taking_away_a_level_that_is_not_set_leads_home(visitors: Visitors) -> None:
    answers = {**CRITICAL, "scope": "force", "level": "not_set"}
    assert confirmed(visitors.as_(Role.OP_QUANTITY_LEAD), answers).location == "/"


def test_who_may_not_change_a_level_is_told_so(visitors: Visitors) -> None:
    manager = visitors.as_(Role.STATION_MANAGER, "north-hq")
    assert manager.get("/change").status == 403
    assert "Change a level" not in manager.get("/account").text
