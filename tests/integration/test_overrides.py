"""Overrides by hand: what a raise, a hold and a lower do, who may, and what waits for a second person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.operations import register, threat
from service.operations.approvals import approve_request, list_requests, withdraw_request
from service.operations.context import Context
from service.operations.idempotency import Once, Replayed
from service.operations.override_ends import end_override
from service.operations.overrides import OverrideWish, approve_override, create_override, list_overrides
from service.operations.people import Principal, Role
from service.operations.threat import ThreatWish
from tests import builders
from tests.builders import NOON
from tests.fakes import FrozenClock

DAY = timedelta(days=1)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(adopted_url: str, clock: FrozenClock) -> Iterator[Context]:
    with builders.context_on(adopted_url, clock=clock) as context:
        builders.register(context, {"id": "alder"}, {"id": "birch"}, {"id": "quiet", "restricted": True})
        yield context


@pytest.fixture
def lead(context: Context) -> Principal:
    return builders.lead(context)


@pytest.fixture
def gold(context: Context) -> Principal:
    return builders.gold(context)


def wish(kind: str, level: str | None = None, **more: Any) -> OverrideWish:
    given = {"reason": "works next door", "expires_at": NOON + DAY, **more}
    return OverrideWish(kind, response_level=level and ResponseLevel[level], **given)  # type: ignore[arg-type]


def level(context: Context, premises_id: str = "alder") -> str:
    auditor = builders.person(context, "Ann Auditor", Role.AUDITOR)
    return str(register.get_premises(context, auditor, premises_id)["response_level"])


def national(context: Context, principal: Principal, name: str) -> dict[str, Any]:
    return threat.set_level(context, principal, ThreatWish(Scope.NATIONAL, ThreatLevel[name], "JTAC said so"))


def test_a_raise_takes_effect_at_once_on_its_premises_only(context: Context, lead: Principal) -> None:
    made = create_override(context, lead, "alder", wish("raise", "EXCEPTIONAL"))
    assert (made["state"], made["response_level"], made["created_by"]) == ("active", "EXCEPTIONAL", "Lena Lead")
    assert (level(context, "alder"), level(context, "birch")) == ("EXCEPTIONAL", "HEIGHTENED")


def test_a_station_manager_raises_their_own_premises_and_no_other(context: Context) -> None:
    manager = builders.person(context, "Mia Manager", Role.STATION_MANAGER, "alder")
    assert create_override(context, manager, "alder", wish("raise", "EXCEPTIONAL"))["state"] == "active"
    with pytest.raises(NotFound):
        create_override(context, manager, "birch", wish("raise", "EXCEPTIONAL"))


@pytest.mark.parametrize("role", [Role.STATION_MANAGER, Role.DUTY_OFFICER])
def test_only_lead_and_gold_may_ask_for_a_lower(context: Context, role: Role) -> None:
    who = builders.person(context, "Mia", role, "alder")
    with pytest.raises(Forbidden):
        create_override(context, who, "alder", wish("lower", "NORMAL"))


def test_a_restricted_premises_cannot_be_varied_by_one_not_named_on_it(context: Context, lead: Principal) -> None:
    with pytest.raises(NotFound):
        create_override(context, lead, "quiet", wish("raise", "EXCEPTIONAL"))


def test_a_hold_keeps_the_present_level_when_the_threat_falls(
    adopted_url: str,
) -> None:
    with builders.context_on(adopted_url, falls_need_two=False) as context:
        builders.register(context, {"id": "alder"}, {"id": "birch"})
        lead = builders.lead(context)
        made = create_override(context, lead, "alder", wish("hold"))
        assert made["response_level"] == "HEIGHTENED"
        national(context, lead, "LOW")
        assert (level(context, "alder"), level(context, "birch")) == ("HEIGHTENED", "NORMAL")
        assert end_override(context, lead, "alder", made["id"], "over")["state"] == "ended"
        assert level(context, "alder") == "NORMAL"


def test_a_lower_waits_for_a_second_person(context: Context, lead: Principal, gold: Principal) -> None:
    made = create_override(context, lead, "alder", wish("lower", "NORMAL"))
    assert made["state"] == "awaiting_second_person"
    assert level(context) == "HEIGHTENED"
    with pytest.raises(Forbidden):
        approve_override(context, lead, "alder", made["id"])
    approved = approve_override(context, gold, "alder", made["id"])
    assert (approved["state"], approved["approved_by"]) == ("active", "Greta Gold")
    assert level(context) == "NORMAL"
    with pytest.raises(Conflict):
        approve_override(context, gold, "alder", made["id"])


def test_a_lower_waits_even_where_falls_need_no_second_person(adopted_url: str) -> None:
    with builders.context_on(adopted_url, falls_need_two=False) as context:
        builders.register(context, {"id": "alder"})
        made = create_override(context, builders.lead(context), "alder", wish("lower", "NORMAL"))
        assert made["state"] == "awaiting_second_person"


def test_a_lower_ends_when_a_scope_that_it_reads_rises(context: Context, lead: Principal, gold: Principal) -> None:
    national(context, lead, "SUBSTANTIAL")
    made = create_override(context, lead, "alder", wish("lower", "NORMAL"))
    approve_override(context, gold, "alder", made["id"])
    national(context, lead, "SEVERE")
    assert level(context) == "HEIGHTENED"
    assert list_overrides(context, lead, "alder")["items"][0]["state"] == "ended"


def test_a_lower_asked_for_before_a_rise_is_not_approved_after_it(
    context: Context, lead: Principal, gold: Principal
) -> None:
    national(context, lead, "SUBSTANTIAL")
    made = create_override(context, lead, "alder", wish("lower", "NORMAL"))
    national(context, lead, "SEVERE")
    with pytest.raises(Conflict):
        approve_override(context, gold, "alder", made["id"])
    assert level(context) == "HEIGHTENED"


def test_a_rise_that_no_rule_reads_does_not_stand_in_the_way_of_a_lower(
    context: Context, lead: Principal, gold: Principal
) -> None:
    made = create_override(context, lead, "alder", wish("lower", "NORMAL"))
    threat.set_level(context, lead, ThreatWish(Scope.NORTHERN_IRELAND, ThreatLevel.SEVERE, "MI5 said so"))
    assert approve_override(context, gold, "alder", made["id"])["state"] == "active"


def test_a_lower_that_expired_while_it_waited_is_not_approved(
    context: Context, clock: FrozenClock, lead: Principal, gold: Principal
) -> None:
    made = create_override(context, lead, "alder", wish("lower", "NORMAL"))
    clock.tick(2 * DAY)
    with pytest.raises(Conflict):
        approve_override(context, gold, "alder", made["id"])


def test_a_lower_that_waits_is_withdrawn_by_the_one_who_asked(context: Context, lead: Principal) -> None:
    made = create_override(context, lead, "alder", wish("lower", "NORMAL"))
    assert end_override(context, lead, "alder", made["id"])["state"] == "withdrawn"
    assert list_requests(context, lead)["items"] == []


def test_the_end_of_a_lower_raises_and_so_takes_effect_at_once(
    context: Context, lead: Principal, gold: Principal
) -> None:
    made = create_override(context, lead, "alder", wish("lower", "NORMAL"))
    approve_override(context, gold, "alder", made["id"])
    duty = builders.person(context, "Dan Duty", Role.DUTY_OFFICER)
    assert end_override(context, duty, "alder", made["id"], "no longer")["state"] == "ended"
    assert level(context) == "HEIGHTENED"


def test_the_early_end_of_a_raise_waits_for_a_second_person(context: Context, lead: Principal, gold: Principal) -> None:
    made = create_override(context, lead, "alder", wish("raise", "EXCEPTIONAL"))
    answer = end_override(context, lead, "alder", made["id"], "over")
    assert (answer["state"], level(context)) == ("active", "EXCEPTIONAL")
    with pytest.raises(Conflict):
        end_override(context, lead, "alder", made["id"], "over")
    with pytest.raises(Forbidden):
        approve_request(context, lead, answer["request"])
    approved = approve_override(context, gold, "alder", made["id"])
    assert (approved["state"], approved["end_reason"], level(context)) == ("ended", "over", "HEIGHTENED")


def test_the_early_end_of_a_raise_can_be_withdrawn(context: Context, lead: Principal) -> None:
    made = create_override(context, lead, "alder", wish("raise", "EXCEPTIONAL"))
    answer = end_override(context, lead, "alder", made["id"], "over")
    assert withdraw_request(context, lead, answer["request"])["state"] == "active"
    assert list_requests(context, lead)["items"] == []
    assert "request" in end_override(context, lead, "alder", made["id"], "over after all")


def test_a_duty_officer_does_not_end_what_keeps_a_premises_up(context: Context, lead: Principal) -> None:
    made = create_override(context, lead, "alder", wish("raise", "EXCEPTIONAL"))
    duty = builders.person(context, "Dan Duty", Role.DUTY_OFFICER)
    with pytest.raises(Forbidden):
        end_override(context, duty, "alder", made["id"], "over")


def test_a_raise_that_keeps_nothing_up_ends_at_once(context: Context, lead: Principal) -> None:
    made = create_override(context, lead, "alder", wish("raise", "HEIGHTENED"))
    assert end_override(context, lead, "alder", made["id"], "not needed")["state"] == "ended"
    with pytest.raises(Conflict):
        end_override(context, lead, "alder", made["id"], "again")


def test_both_doors_approve_and_withdraw_a_lower(context: Context, lead: Principal, gold: Principal) -> None:
    create_override(context, lead, "alder", wish("lower", "NORMAL"))
    create_override(context, lead, "birch", wish("lower", "NORMAL"))
    first, second = list_requests(context, gold)["items"]
    assert (first["kind"], first["about"]["premises_id"]) == ("override_lower", "alder")
    assert approve_request(context, gold, first["id"])["state"] == "active"
    assert withdraw_request(context, gold, second["id"])["state"] == "withdrawn"
    with pytest.raises(NotFound):
        approve_request(context, gold, 448)


def test_a_fall_of_the_threat_is_approved_and_withdrawn_through_the_same_door(
    context: Context, lead: Principal, gold: Principal
) -> None:
    national(context, lead, "CRITICAL")
    national(context, lead, "SEVERE")
    (waiting,) = list_requests(context, gold)["items"]
    assert (waiting["kind"], waiting["about"]["level"]) == ("threat_fall", "SEVERE")
    assert approve_request(context, gold, waiting["id"])["status"] == "accepted"
    national(context, lead, "LOW")
    (waiting,) = list_requests(context, gold)["items"]
    assert withdraw_request(context, lead, waiting["id"])["status"] == "withdrawn"


def test_what_waits_about_a_protected_scope_tells_no_level_to_an_admin(context: Context, lead: Principal) -> None:
    for name in ("CRITICAL", "LOW"):
        threat.set_level(context, lead, ThreatWish(Scope.POLICE_SECTOR, ThreatLevel[name], "told by the region"))
    admin = builders.person(context, "Ada Admin", Role.ADMIN)
    (waiting,) = list_requests(context, admin)["items"]
    assert waiting["about"]["level"] == waiting["about"]["previous_level"] == "protected input"


def test_closing_a_premises_ends_its_lowers_and_keeps_its_raises(
    context: Context, lead: Principal, gold: Principal
) -> None:
    made = create_override(context, lead, "alder", wish("lower", "NORMAL"))
    approve_override(context, gold, "alder", made["id"])
    create_override(context, lead, "alder", wish("raise", "HEIGHTENED"))
    create_override(context, lead, "alder", wish("lower", "NORMAL"))
    admin = builders.person(context, "Ada Admin", Role.ADMIN)
    register.close_premises(context, admin, "alder")
    assert list_requests(context, lead)["items"] == []
    register.put_premises(context, admin, "alder", {"name": "Alder"})
    states = [row["state"] for row in list_overrides(context, lead, "alder")["items"]]
    assert states == ["ended", "active", "ended"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (wish("lift", "EXCEPTIONAL"), "kind"),
        (wish("raise"), "response_level"),
        (wish("raise", "NORMAL"), "response_level"),
        (wish("hold", "EXCEPTIONAL"), "response_level"),
        (wish("lower", "HEIGHTENED"), "response_level"),
        (wish("raise", "EXCEPTIONAL", reason=" "), "reason"),
        (wish("raise", "EXCEPTIONAL", reason="r" * 2_001), "reason"),
        (wish("raise", "EXCEPTIONAL", expires_at=NOON), "expires_at"),
        (wish("raise", "EXCEPTIONAL", expires_at=NOON + 91 * DAY), "expires_at"),
    ],
)
def test_an_override_that_makes_no_sense_is_refused_by_field(
    context: Context, lead: Principal, asked: OverrideWish, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        create_override(context, lead, "alder", asked)
    assert [fault.field for fault in refused.value.fields] == [field]
    assert list_overrides(context, lead, "alder")["items"] == []


def test_an_end_reason_that_cannot_be_kept_is_refused(context: Context, lead: Principal) -> None:
    with pytest.raises(Invalid):
        end_override(context, lead, "alder", 1, "r" * 2_001)


def test_an_override_of_another_premises_is_not_found(context: Context, lead: Principal) -> None:
    made = create_override(context, lead, "alder", wish("raise", "EXCEPTIONAL"))
    with pytest.raises(NotFound):
        end_override(context, lead, "birch", made["id"])


def test_the_same_override_is_made_once(context: Context, lead: Principal) -> None:
    once = Once("POST /overrides", "key", "body")
    made = create_override(context, lead, "alder", wish("raise", "EXCEPTIONAL"), once)
    with pytest.raises(Replayed) as replayed:
        create_override(context, lead, "alder", wish("raise", "EXCEPTIONAL"), once)
    assert replayed.value.answer == made
    assert len(list_overrides(context, lead, "alder")["items"]) == 1
