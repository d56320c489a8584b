"""Registering, changing, listing and closing premises, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.operations import register, threat
from service.operations.approvals import approve_request, list_requests, withdraw_request
from service.operations.context import Context
from service.operations.idempotency import Once, Replayed
from service.operations.people import Principal, Role
from service.operations.threat import ThreatWish
from service.store.tables import checklists, events, subject_fact_sets
from tests import builders


@pytest.fixture
def context(adopted_url: str) -> Iterator[Context]:
    with builders.context_on(adopted_url) as context:
        yield context


@pytest.fixture
def admin(context: Context) -> Principal:
    return builders.person(context, "Ada Admin", Role.ADMIN)


def put(context: Context, admin: Principal, premises_id: str, **fields: Any) -> dict[str, Any]:
    return register.put_premises(context, admin, premises_id, {"name": premises_id.title(), **fields})


def count(context: Context, table: Any, *where: Any) -> int:
    with context.store.read() as reader:
        return int(reader.connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def test_a_premises_gets_its_level_and_list_as_soon_as_it_is_registered(context: Context, admin: Principal) -> None:
    answer = put(context, admin, "north", kinds=["custody"], headcount=12)
    assert (answer["status"], answer["version"], answer["response_level"]) == ("added", 1, "HEIGHTENED")
    assert (answer["kinds"], answer["risk_category"], answer["restricted"]) == (["custody"], "medium", False)
    assert count(context, checklists, checklists.c.subject == "north") == 1
    assert register.get_premises(context, admin, "north") == {k: v for k, v in answer.items() if k != "status"}


def test_a_field_that_is_absent_keeps_what_is_stored(context: Context, admin: Principal) -> None:
    put(context, admin, "north", district="East", cctv=True)
    answer = register.put_premises(context, admin, "north", {"headcount": 7})
    assert (answer["status"], answer["version"]) == ("changed", 2)
    assert (answer["district"], answer["cctv"], answer["headcount"]) == ("East", True, 7)


def test_the_same_again_changes_nothing(context: Context, admin: Principal) -> None:
    put(context, admin, "north")
    answer = put(context, admin, "north")
    assert (answer["status"], answer["version"]) == ("unchanged", 1)


def test_an_edit_that_raises_takes_effect_at_once(context: Context, admin: Principal) -> None:
    put(context, admin, "north")
    answer = put(context, admin, "north", minimum_response_level="EXCEPTIONAL")
    assert (answer["status"], answer["response_level"]) == ("changed", "EXCEPTIONAL")


def test_an_edit_that_lowers_waits_for_a_second_person(context: Context, admin: Principal) -> None:
    put(context, admin, "north", minimum_response_level="EXCEPTIONAL")
    answer = put(context, admin, "north", minimum_response_level="NORMAL", district="East")
    assert answer["status"] == "awaiting_second_person"
    assert register.get_premises(context, admin, "north")["response_level"] == "EXCEPTIONAL"
    (waiting,) = list_requests(context, admin)["items"]
    assert (waiting["id"], waiting["requested_by"]) == (answer["id"], "Ada Admin")
    assert waiting["about"]["fields"]["minimum_response_level"] == "NORMAL"
    with pytest.raises(Conflict):
        put(context, admin, "north", minimum_response_level="NORMAL")
    with pytest.raises(Forbidden):
        approve_request(context, admin, answer["id"])
    approved = approve_request(context, builders.gold(context), answer["id"])
    assert (approved["response_level"], approved["district"]) == ("HEIGHTENED", "East")
    with pytest.raises(Conflict):
        approve_request(context, builders.gold(context), answer["id"])


def test_an_edit_that_waits_can_be_withdrawn(context: Context, admin: Principal) -> None:
    put(context, admin, "north", minimum_response_level="EXCEPTIONAL")
    waiting = put(context, admin, "north", minimum_response_level="NORMAL")
    assert withdraw_request(context, admin, waiting["id"])["status"] == "withdrawn"
    assert list_requests(context, admin)["items"] == []
    assert register.get_premises(context, admin, "north")["response_level"] == "EXCEPTIONAL"


def test_an_edit_that_lowers_takes_effect_at_once_where_one_person_is_enough(adopted_url: str) -> None:
    with builders.context_on(adopted_url, falls_need_two=False) as context:
        admin = builders.person(context, "Ada Admin", Role.ADMIN)
        put(context, admin, "north", minimum_response_level="EXCEPTIONAL")
        assert put(context, admin, "north", minimum_response_level="NORMAL")["response_level"] == "HEIGHTENED"


@pytest.mark.parametrize(
    ("premises_id", "fields", "wrong"),
    [
        ("North", {"name": "N"}, {"id"}),
        ("north\x00", {"name": "N"}, {"id"}),
        ("north", {"name": "N", "id": "south"}, {"id"}),
        ("north", {}, {"name"}),
        ("north", {"name": ""}, {"name"}),
        ("north", {"name": "N", "colour": "red", "headcount": "many"}, {"colour", "headcount"}),
    ],
)
def test_a_bad_field_is_told_by_name_and_nothing_is_written(
    context: Context, admin: Principal, premises_id: str, fields: dict[str, Any], wrong: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        register.put_premises(context, admin, premises_id, fields)
    assert {fault.field for fault in refused.value.fields} == wrong
    assert register.list_premises(context, admin)["items"] == []


def test_an_editor_who_saw_another_version_is_refused(context: Context, admin: Principal) -> None:
    put(context, admin, "north")
    with pytest.raises(Conflict):
        register.put_premises(context, admin, "north", {"headcount": 5}, version=2)
    assert register.put_premises(context, admin, "north", {"headcount": 5}, version=1)["version"] == 2
    with pytest.raises(Conflict):
        register.put_premises(context, admin, "south", {"name": "South"}, version=1)


def test_the_same_wish_is_carried_out_once(context: Context, admin: Principal) -> None:
    once = Once("PUT /premises", "key", "body")
    first = register.put_premises(context, admin, "north", {"name": "North"}, once)
    with pytest.raises(Replayed) as replayed:
        register.put_premises(context, admin, "north", {"name": "North"}, once)
    assert replayed.value.answer == first


def test_a_closed_premises_keeps_its_history_and_has_no_level(context: Context, admin: Principal) -> None:
    put(context, admin, "north")
    closed = register.close_premises(context, admin, "north", "sold")
    assert closed["status"] == "closed"
    assert count(context, checklists, checklists.c.subject == "north", checklists.c.superseded_at.is_(None)) == 0
    assert count(context, checklists, checklists.c.subject == "north") == 1
    present = (subject_fact_sets.c.subject == "north", subject_fact_sets.c.until_at.is_(None))
    assert count(context, subject_fact_sets, *present) == 0
    assert register.list_premises(context, admin)["items"] == []
    for act in (register.get_premises, register.close_premises):
        with pytest.raises(NotFound):
            act(context, admin, "north")
    assert context.store.verify().valid


def test_a_change_of_threat_level_does_not_reach_a_closed_premises(context: Context, admin: Principal) -> None:
    put(context, admin, "north")
    register.close_premises(context, admin, "north")
    wish = ThreatWish(Scope.NATIONAL, ThreatLevel.CRITICAL, "JTAC said so")
    assert threat.set_level(context, builders.lead(context), wish)["effect"]["premises"] == 0


def test_a_closed_id_may_be_registered_anew_from_the_defaults(context: Context, admin: Principal) -> None:
    put(context, admin, "north", district="East")
    register.close_premises(context, admin, "north")
    with pytest.raises(Invalid):
        register.put_premises(context, admin, "north", {"district": "West"})
    answer = put(context, admin, "north")
    assert (answer["status"], answer["district"], answer["version"]) == ("added", "", 3)
    assert answer["response_level"] == "HEIGHTENED"


def test_registering_a_closed_id_below_the_level_at_which_it_was_closed_waits_for_a_second_person(
    context: Context, admin: Principal
) -> None:
    put(context, admin, "north", minimum_response_level="EXCEPTIONAL")
    register.close_premises(context, admin, "north")
    waiting = put(context, admin, "north")
    assert waiting["status"] == "awaiting_second_person"
    with pytest.raises(NotFound):
        register.get_premises(context, admin, "north")
    approved = approve_request(context, builders.gold(context), waiting["id"])
    assert (approved["status"], approved["response_level"]) == ("added", "HEIGHTENED")


def test_a_closed_id_is_registered_anew_at_once_at_its_level_or_above(context: Context, admin: Principal) -> None:
    put(context, admin, "north", minimum_response_level="EXCEPTIONAL")
    register.close_premises(context, admin, "north")
    assert put(context, admin, "north", minimum_response_level="EXCEPTIONAL")["status"] == "added"


def test_only_the_last_closing_counts_when_an_id_is_registered_anew(context: Context, admin: Principal) -> None:
    put(context, admin, "north", minimum_response_level="EXCEPTIONAL")
    register.close_premises(context, admin, "north")
    approve_request(context, builders.gold(context), put(context, admin, "north")["id"])
    register.close_premises(context, admin, "north")
    assert put(context, admin, "north")["status"] == "added"


def test_closing_needs_the_version_that_was_named_and_a_reason_that_can_be_kept(
    context: Context, admin: Principal
) -> None:
    put(context, admin, "north")
    with pytest.raises(Conflict):
        register.close_premises(context, admin, "north", version=2)
    with pytest.raises(Invalid):
        register.close_premises(context, admin, "north", "sold\x00")


def test_what_waits_about_a_premises_lapses_when_it_is_closed(context: Context, admin: Principal) -> None:
    put(context, admin, "north", minimum_response_level="EXCEPTIONAL")
    waiting = put(context, admin, "north", minimum_response_level="NORMAL")
    register.close_premises(context, admin, "north")
    with pytest.raises(Conflict):
        approve_request(context, builders.gold(context), waiting["id"])


def test_the_list_comes_by_pages_in_order_of_id(context: Context, admin: Principal) -> None:
    builders.register(context, *({"id": f"p-{number}"} for number in range(5)))
    first = register.list_premises(context, admin, limit=2)
    second = register.list_premises(context, admin, limit=2, after=first["next"])
    last = register.list_premises(context, admin, limit=2, after=second["next"])
    pages = [[row["id"] for row in page["items"]] for page in (first, second, last)]
    assert pages == [["p-0", "p-1"], ["p-2", "p-3"], ["p-4"]]
    assert last["next"] is None


def test_the_list_is_narrowed_by_level_district_and_words(context: Context, admin: Principal) -> None:
    builders.register(
        context,
        {"id": "alder", "district": "East", "name": "Alder 100% House"},
        {"id": "birch", "district": "West", "postcode": "ZZ1 1AL"},
        {"id": "cedar", "minimum_response_level": ResponseLevel.EXCEPTIONAL},
    )

    def ids(**narrow: Any) -> list[str]:
        return [row["id"] for row in register.list_premises(context, admin, **narrow)["items"]]

    assert ids() == ["alder", "birch", "cedar"]
    assert ids(response_level=ResponseLevel.EXCEPTIONAL) == ["cedar"]
    assert ids(district="East") == ["alder"]
    assert ids(q="zz1") == ["birch"]
    assert ids(q="HOUSE") == ["alder"]
    assert ids(q="100%") == ["alder"]
    assert ids(q="%") == ["alder"]


@pytest.mark.parametrize("page", [{"limit": 0}, {"limit": 501}, {"q": "a\x00"}, {"district": "\ud800"}])
def test_a_bad_page_is_refused(context: Context, admin: Principal, page: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        register.list_premises(context, admin, **page)


def test_a_restricted_premises_shows_only_to_those_named_on_it(context: Context, admin: Principal) -> None:
    put(context, admin, "north")
    put(context, admin, "quiet", restricted=True, deputy="Dora Deputy")
    named = builders.person(context, "Dora Deputy", Role.CTSA)
    by_token = builders.person(context, "Tom Token", Role.DUTY_OFFICER, "quiet")
    auditor = builders.person(context, "Ann Auditor", Role.AUDITOR)
    lead = builders.lead(context)
    for who, seen in ((named, 2), (by_token, 2), (auditor, 2), (lead, 1), (admin, 1)):
        assert len(register.list_premises(context, who)["items"]) == seen
        assert register.export_premises(context, who).count("\r\n") == seen + 1
    with pytest.raises(NotFound):
        register.get_premises(context, lead, "quiet")
    with pytest.raises(NotFound):
        register.put_premises(context, admin, "quiet", {"restricted": False})


def test_what_waits_about_a_restricted_premises_shows_only_to_those_named_on_it(
    context: Context, admin: Principal
) -> None:
    put(context, admin, "quiet", restricted=True, manager="Ada Admin", minimum_response_level="EXCEPTIONAL")
    named = builders.person(context, "Ada Admin", Role.ADMIN)
    waiting = register.put_premises(context, named, "quiet", {"minimum_response_level": "NORMAL"})
    assert len(list_requests(context, named)["items"]) == 1
    assert list_requests(context, builders.gold(context))["items"] == []
    with pytest.raises(NotFound):
        approve_request(context, builders.gold(context), waiting["id"])


def test_a_station_manager_sees_their_own_premises_and_staff_see_no_more_than_they_need(
    context: Context, admin: Principal
) -> None:
    put(context, admin, "north", lockdown_capable=True)
    put(context, admin, "south")
    manager = builders.person(context, "Mia Manager", Role.STATION_MANAGER, "south")
    assert [row["id"] for row in register.list_premises(context, manager)["items"]] == ["south"]
    staff = builders.person(context, "Sam Staff", Role.STAFF)
    seen = register.get_premises(context, staff, "north")
    assert seen["response_level"] == "HEIGHTENED"
    assert seen.keys().isdisjoint({"lockdown_capable", "risk_category", "restricted", "headcount"})


def test_events_about_the_register_tell_no_names(context: Context, admin: Principal) -> None:
    put(context, admin, "north", name="Secret Name")
    with context.store.read() as reader:
        told = [str(data) for data in reader.connection.execute(select(events.c.data)).scalars()]
    assert told
    assert not any("Secret" in data or "north" in data.replace("'reference': 'north'", "") for data in told)
