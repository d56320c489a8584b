"""Setting a threat level by hand: what it does to levels and lists, who may, and what waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.operations import threat
from service.operations.context import Context
from service.operations.people import Role
from service.operations.threat import ThreatWish
from service.store import levels
from service.store.estate import EVERYTHING
from tests import builders
from tests.builders import NOON


@pytest.fixture
def context(adopted_url: str) -> Iterator[Context]:
    with builders.context_on(adopted_url) as context:
        builders.register(
            context,
            {"id": "alder"},
            {"id": "birch", "kinds": ["station", "custody"], "public_access": True},
            {"id": "cedar", "minimum_response_level": ResponseLevel.HEIGHTENED},
        )
        yield context


def _national(level: str, **more: object) -> ThreatWish:
    return ThreatWish(Scope.NATIONAL, ThreatLevel[level], "JTAC said so", **more)  # type: ignore[arg-type]


def _levels(context: Context) -> dict[str, int]:
    with context.store.read() as reader:
        return {level.name: count for level, count in levels.level_counts(reader, EVERYTHING).items() if count}


def test_before_any_national_level_is_known_every_site_is_heightened(context: Context) -> None:
    assert _levels(context) == {"HEIGHTENED": 3}


def test_a_move_to_critical_puts_every_site_at_exceptional_with_a_list_each(context: Context) -> None:
    answer = threat.set_level(context, builders.lead(context), _national("CRITICAL"))
    assert answer["status"] == "accepted"
    assert answer["effect"] | {"items": 0, "staff_hours_per_day": 0} == {
        "premises": 3,
        "changed": 3,
        "raised": 3,
        "lowered": 0,
        "response_levels": {"NORMAL": 0, "HEIGHTENED": 0, "EXCEPTIONAL": 3},
        "checklists_issued": 3,
        "items": 0,
        "staff_hours_per_day": 0,
    }
    assert _levels(context) == {"EXCEPTIONAL": 3}


def test_the_same_level_again_is_a_confirmation_and_issues_nothing(context: Context) -> None:
    lead = builders.lead(context)
    first = threat.set_level(context, lead, _national("SEVERE"))
    again = threat.set_level(context, lead, _national("SEVERE"))
    assert (again["status"], again["id"]) == ("unchanged", first["id"])


def test_a_change_that_moves_no_site_still_leaves_its_decisions(context: Context) -> None:
    lead = builders.lead(context)
    threat.set_level(context, lead, _national("SUBSTANTIAL"))
    answer = threat.set_level(context, lead, _national("SEVERE"))
    assert (answer["effect"]["changed"], answer["effect"]["checklists_issued"]) == (0, 0)
    assert answer["effect"]["premises"] == 3


def test_a_fall_by_hand_waits_for_a_second_person_and_then_lowers(context: Context) -> None:
    lead, gold = builders.lead(context), builders.gold(context)
    threat.set_level(context, lead, _national("CRITICAL"))
    waiting = threat.set_level(context, lead, _national("SEVERE"))
    assert waiting["status"] == "awaiting_second_person"
    assert _levels(context) == {"EXCEPTIONAL": 3}
    with pytest.raises(Forbidden, match="second person"):
        threat.approve(context, lead, waiting["id"])
    answer = threat.approve(context, gold, waiting["id"])
    assert (answer["status"], answer["effect"]["lowered"]) == ("accepted", 3)
    assert _levels(context) == {"HEIGHTENED": 3}
    with pytest.raises(Conflict):
        threat.approve(context, gold, waiting["id"])


def test_a_waiting_fall_can_be_withdrawn_and_is_then_gone(context: Context) -> None:
    lead, gold = builders.lead(context), builders.gold(context)
    threat.set_level(context, lead, _national("CRITICAL"))
    waiting = threat.set_level(context, lead, _national("LOW"))
    assert threat.withdraw(context, gold, waiting["id"])["status"] == "withdrawn"
    with pytest.raises(Conflict):
        threat.approve(context, gold, waiting["id"])
    assert _levels(context) == {"EXCEPTIONAL": 3}


def test_a_waiting_fall_cannot_be_approved_when_the_level_has_moved_meanwhile(context: Context) -> None:
    lead, gold = builders.lead(context), builders.gold(context)
    threat.set_level(context, lead, _national("SEVERE"))
    waiting = threat.set_level(context, lead, _national("SUBSTANTIAL"))
    threat.set_level(context, lead, _national("CRITICAL"))
    with pytest.raises(Conflict, match="changed since"):
        threat.approve(context, gold, waiting["id"])


def test_one_person_may_lower_where_the_settings_say_so(adopted_url: str) -> None:
    with builders.context_on(adopted_url, falls_need_two=False) as context:
        builders.register(context, {"id": "alder"})
        lead = builders.lead(context)
        threat.set_level(context, lead, _national("CRITICAL"))
        assert threat.set_level(context, lead, _national("LOW"))["effect"]["lowered"] == 1
        assert _levels(context) == {"NORMAL": 1}


def test_a_first_level_that_would_lower_sites_counts_as_a_fall(context: Context) -> None:
    assert threat.set_level(context, builders.lead(context), _national("LOW"))["status"] == "awaiting_second_person"


def test_a_duty_officer_raises_but_never_lowers(context: Context) -> None:
    duty = builders.person(context, "Dora Duty", Role.DUTY_OFFICER)
    assert threat.set_level(context, duty, _national("CRITICAL"))["status"] == "accepted"
    with pytest.raises(Forbidden, match="never lower"):
        threat.set_level(context, duty, _national("SEVERE"))


def test_the_threat_to_one_premises_moves_that_premises_only(context: Context) -> None:
    lead = builders.lead(context)
    threat.set_level(context, lead, _national("SUBSTANTIAL"))
    wish = ThreatWish(Scope.PREMISES, ThreatLevel.CRITICAL, "a credible threat", premises_id="birch")
    answer = threat.set_level(context, lead, wish)
    assert (answer["effect"]["premises"], answer["effect"]["raised"]) == (1, 1)
    assert _levels(context) == {"HEIGHTENED": 2, "EXCEPTIONAL": 1}


def test_the_police_sector_raises_sites_while_the_national_level_stays(context: Context) -> None:
    lead = builders.lead(context)
    threat.set_level(context, lead, _national("MODERATE"))
    wish = ThreatWish(Scope.POLICE_SECTOR, ThreatLevel.CRITICAL, "announced by the national lead")
    assert threat.set_level(context, lead, wish)["effect"]["response_levels"]["EXCEPTIONAL"] == 3


def test_a_scope_other_than_national_can_be_set_back_to_not_set_by_two_people(context: Context) -> None:
    lead, gold = builders.lead(context), builders.gold(context)
    threat.set_level(context, lead, ThreatWish(Scope.FORCE, ThreatLevel.CRITICAL, "a threat to the force"))
    assert _levels(context) == {"EXCEPTIONAL": 3}
    waiting = threat.set_level(context, lead, ThreatWish(Scope.FORCE, None, "the threat is over"))
    answer = threat.approve(context, gold, waiting["id"])
    assert (answer["level"], _levels(context)) == ("not_set", {"HEIGHTENED": 3})


def test_the_northern_ireland_level_is_recorded_and_moves_nothing(context: Context) -> None:
    wish = ThreatWish(Scope.NORTHERN_IRELAND, ThreatLevel.CRITICAL, "announced")
    answer = threat.set_level(context, builders.lead(context), wish)
    assert (answer["status"], answer["effect"]["premises"], answer["effect"]["changed"]) == ("accepted", 0, 0)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (ThreatWish(Scope.PREMISES, ThreatLevel.SEVERE, "why"), "premises_id"),
        (ThreatWish(Scope.NATIONAL, ThreatLevel.SEVERE, "why", premises_id="alder"), "premises_id"),
        (ThreatWish(Scope.NATIONAL, ThreatLevel.SEVERE, "  "), "reason"),
        (ThreatWish(Scope.NATIONAL, None, "why"), "level"),
        (_national("SEVERE", effective_at=NOON + timedelta(hours=1)), "effective_at"),
    ],
)
def test_a_wish_that_is_not_whole_is_refused_by_field(context: Context, wish: ThreatWish, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        threat.set_level(context, builders.lead(context), wish)
    assert [fault.field for fault in refused.value.fields] == [field]


def test_a_change_cannot_take_effect_before_the_present_level_began(context: Context) -> None:
    lead = builders.lead(context)
    threat.set_level(context, lead, _national("SEVERE"))
    with pytest.raises(Invalid, match="before"):
        threat.set_level(context, lead, _national("CRITICAL", effective_at=NOON - timedelta(days=1)))


def test_a_premises_that_does_not_exist_or_a_change_that_does_not_is_not_found(context: Context) -> None:
    lead = builders.lead(context)
    with pytest.raises(NotFound):
        threat.set_level(context, lead, ThreatWish(Scope.PREMISES, ThreatLevel.SEVERE, "why", premises_id="oak"))
    with pytest.raises(NotFound):
        threat.approve(context, lead, 999)


def test_every_change_is_in_the_record_and_the_chain_is_whole(context: Context) -> None:
    threat.set_level(context, builders.lead(context), _national("CRITICAL"))
    assert context.store.verify().valid
