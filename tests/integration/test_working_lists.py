"""Working on a list: ticks, reasons, second persons, own items, hand-over, sign-off, and who is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionMissing
from service.operations import checklists, items
from service.operations.context import Context
from service.operations.idempotency import Once, Replayed
from service.operations.people import Role
from service.store.tables import audit_entries, events, requests
from tests import builders, lists
from tests.builders import NOON
from tests.fakes import FrozenClock


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(small_url: str, clock: FrozenClock) -> Iterator[Context]:
    with lists.small_context(small_url, clock) as context:
        yield context


def told(context: Context, type_: str) -> list[dict[str, Any]]:
    with context.store.read() as reader:
        query = select(events.c.data).where(events.c.type == type_).order_by(events.c.sequence)
        return list(reader.connection.execute(query).scalars())


def waiting(context: Context) -> list[str]:
    with context.store.read() as reader:
        return list(reader.connection.execute(select(requests.c.status).order_by(requests.c.id)).scalars())


def test_a_tick_says_who_and_when_and_takes_the_next_version(context: Context) -> None:
    manager, seen = lists.manager(context), lists.present(context)
    answer = lists.tick(context, manager, seen, "H1", note="front and back")
    assert (answer["checklist_id"], answer["premises_id"]) == (seen["id"], "alder")
    assert answer["version"] == seen["version"] + 1
    assert answer["item"]["status"] == "done"
    assert (answer["item"]["by"], answer["item"]["note"]) == ("Mo Manager", "front and back")
    assert lists.present(context)["version"] == answer["version"]
    with context.store.read() as reader:
        last = reader.connection.execute(select(audit_entries).order_by(audit_entries.c.sequence.desc())).mappings()
        assert "item.ticked" in [row["action"] for row in last.fetchmany(3)]
    assert context.store.verify().valid


@pytest.mark.parametrize("status", ["not_applicable", "declined", "blocked", "open"])
def test_not_doing_and_undoing_need_a_reason(context: Context, status: str) -> None:
    manager, seen = lists.manager(context), lists.present(context)
    with pytest.raises(Invalid) as refusal:
        lists.tick(context, manager, seen, "H1", status, "  ")
    assert [fault.field for fault in refusal.value.fields] == ["note"]
    assert lists.tick(context, manager, seen, "H1", status, "No such door")["item"]["status"] == status


def test_a_common_reason_takes_one_tap_and_may_be_added_to(context: Context) -> None:
    manager, seen = lists.manager(context), lists.present(context)
    items.tick(context, manager, seen["id"], "H1", "declined", "", seen["version"], reason_code="no_staff")
    assert lists.item_of(lists.present(context), "H1")["note"] == "No staff to do it"
    items.tick(context, manager, seen["id"], "N1", "blocked", "till Monday", seen["version"], reason_code="no_staff")
    assert lists.item_of(lists.present(context), "N1")["note"] == "No staff to do it: till Monday"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"status": "finished"}, "status"),
        ({"note": "x" * 2_001}, "note"),
        ({"note": "\x00"}, "note"),
        ({"reason_code": "mood"}, "reason_code"),
    ],
)
def test_a_tick_that_cannot_be_understood_is_refused_by_field(
    context: Context, given: dict[str, Any], field: str
) -> None:
    seen = lists.present(context)
    wish = {"status": "done", "note": "", "seen_version": seen["version"], **given}
    with pytest.raises(Invalid) as refusal:
        items.tick(context, lists.manager(context), seen["id"], "H1", **wish)
    assert [fault.field for fault in refusal.value.fields] == [field]


def test_a_tick_or_sign_off_must_name_the_version_that_was_seen(context: Context) -> None:
    seen, manager = lists.present(context), lists.manager(context)
    with pytest.raises(PreconditionMissing):
        items.tick(context, manager, seen["id"], "H1", "done")
    with pytest.raises(PreconditionMissing):
        items.sign_off(context, manager, seen["id"], None)


@pytest.mark.parametrize("option_id", ["E1", "X9", "adhoc-1"])
def test_an_item_that_is_not_on_the_list_cannot_be_ticked(context: Context, option_id: str) -> None:
    with pytest.raises(NotFound):
        lists.tick(context, lists.manager(context), lists.present(context), option_id)


def test_a_manager_cannot_tick_at_premises_that_are_not_theirs(context: Context) -> None:
    with pytest.raises(NotFound):
        lists.tick(context, lists.manager(context), lists.present(context, "birch"), "H1")


@pytest.mark.parametrize("role", [Role.STAFF, Role.CTSA, Role.AUDITOR])
def test_readers_do_not_write(context: Context, role: Role) -> None:
    with pytest.raises(Forbidden):
        lists.tick(context, builders.person(context, "Ria Reader", role), lists.present(context), "N1")


@pytest.mark.parametrize("role", [Role.OP_QUANTITY_LEAD, Role.GOLD, Role.DUTY_OFFICER])
def test_command_works_on_the_force_list(context: Context, role: Role) -> None:
    seen = checklists.force_checklist(context, builders.gold(context))
    lists.tick(context, builders.person(context, "Cy Command", role), seen, "F1")
    assert lists.statuses(checklists.force_checklist(context, builders.gold(context))) == {"F1": "done"}


def test_a_ctsa_reads_the_force_list_but_does_not_write_on_it(context: Context) -> None:
    ctsa = builders.person(context, "Cat Ctsa", Role.CTSA)
    with pytest.raises(Forbidden):
        lists.tick(context, ctsa, checklists.force_checklist(context, ctsa), "F1")


def test_two_people_who_tick_different_items_keep_both(context: Context) -> None:
    seen = lists.present(context)
    lists.tick(context, lists.manager(context), seen, "H1")
    lists.tick(context, builders.lead(context), seen, "N1")
    assert {o for o, status in lists.statuses(lists.present(context)).items() if status == "done"} == {"H1", "N1"}


def test_of_two_people_who_change_the_same_item_the_second_is_refused_with_both_sides(context: Context) -> None:
    seen = lists.present(context)
    lists.tick(context, lists.manager(context), seen, "H1")
    with pytest.raises(Conflict) as refusal:
        lists.tick(context, builders.lead(context), seen, "H1", "declined", "Not needed")
    said = {fault.field: fault.message for fault in refusal.value.fields}
    assert said == {
        "status": f"is done at version {seen['version'] + 1}, you said declined",
        "version": f"is {seen['version'] + 1}",
    }
    assert lists.statuses(lists.present(context))["H1"] == "done"


def test_a_version_that_the_list_never_had_is_refused(context: Context) -> None:
    seen = lists.present(context)
    with pytest.raises(Conflict):
        items.tick(context, lists.manager(context), seen["id"], "H1", "done", "", seen["version"] + 1)


def test_a_tick_on_a_superseded_list_names_the_present_one(context: Context) -> None:
    seen, manager = lists.present(context), lists.manager(context)
    lists.move(context, "CRITICAL")
    with pytest.raises(Conflict, match=f"the present one is {lists.present(context)['id']}") as refusal:
        lists.tick(context, manager, seen, "H1")
    assert refusal.value.code == "superseded"


def test_a_tick_meant_for_the_turn_before_is_refused(context: Context, clock: FrozenClock) -> None:
    seen, manager = lists.present(context), lists.manager(context)
    turn = lists.item_of(seen, "S1")["occurrence"]
    clock.tick(timedelta(hours=2))
    with pytest.raises(Conflict, match="you meant the turn"):
        items.tick(context, manager, seen["id"], "S1", "done", "", seen["version"], occurrence=turn)
    with pytest.raises(Conflict, match="the one and only"):
        items.tick(context, manager, seen["id"], "H1", "done", "", seen["version"], occurrence=turn)
    turn = lists.item_of(lists.present(context), "S1")["occurrence"]
    items.tick(context, manager, seen["id"], "S1", "done", "", seen["version"], occurrence=turn)
    assert lists.statuses(lists.present(context))["S1"] == "done"


def test_the_same_wish_again_is_not_carried_out_twice(context: Context) -> None:
    seen, manager, once = lists.present(context), lists.manager(context), Once("tick", "k1", "0" * 64)
    answer = items.tick(context, manager, seen["id"], "H1", "done", "", seen["version"], once=once)
    with pytest.raises(Replayed) as replay:
        items.tick(context, manager, seen["id"], "H1", "done", "", seen["version"], once=once)
    assert replay.value.answer == answer
    assert lists.present(context)["version"] == answer["version"]


@pytest.mark.parametrize("status", ["declined", "blocked"])
def test_a_required_item_that_is_not_done_stays_open_until_a_second_person_agrees(
    context: Context, status: str
) -> None:
    lead, gold = builders.lead(context), builders.gold(context)
    seen = lists.present(context)
    answer = lists.tick(context, lead, seen, "H2", status, "Roof is being mended")
    assert answer["item"]["agreed"] is False
    assert lists.present(context)["progress"]["open"] == 4
    assert [event["kind"] for event in told(context, "request.waiting")] == ["item_agreement"]
    with pytest.raises(Forbidden):
        items.agree_item(context, lead, seen["id"], "H2")
    with pytest.raises(Forbidden):
        items.agree_item(context, lists.manager(context), seen["id"], "H2")
    agreed = items.agree_item(context, gold, seen["id"], "H2")["item"]
    assert (agreed["agreed"], agreed["status"], agreed["by"]) == (True, status, "Lena Lead")
    assert agreed["note"] == "Roof is being mended"
    assert lists.present(context)["progress"] == {
        "open": 3, "done": 0, "not_applicable": 0, "declined": 0, "blocked": 0, status: 1,
    }  # fmt: skip
    assert waiting(context) == ["approved"]
    with pytest.raises(Conflict):
        items.agree_item(context, gold, seen["id"], "H2")


def test_what_is_not_required_or_not_touched_does_not_wait_to_be_agreed(context: Context) -> None:
    seen = lists.present(context)
    assert lists.tick(context, lists.manager(context), seen, "H1", "declined", "No door")["item"]["agreed"] is True
    for option_id in ("H1", "H2"):
        with pytest.raises(Conflict):
            items.agree_item(context, builders.gold(context), seen["id"], option_id)


def test_doing_it_after_all_withdraws_what_waited_to_be_agreed(context: Context) -> None:
    manager = lists.manager(context)
    lists.tick(context, manager, lists.present(context), "H2", "blocked", "No key")
    lists.tick(context, manager, lists.present(context), "H2")
    assert waiting(context) == ["withdrawn"]
    assert lists.item_of(lists.present(context), "H2")["agreed"] is True


def test_what_still_stands_goes_on_waiting_to_be_agreed(context: Context) -> None:
    lists.tick(context, lists.manager(context), lists.present(context), "H2", "blocked", "No key")
    lists.move(context, "CRITICAL")
    items.agree_item(context, builders.gold(context), lists.present(context)["id"], "H2")
    assert waiting(context) == ["approved"]


def test_a_level_that_takes_the_item_away_withdraws_what_waited_to_be_agreed(context: Context) -> None:
    lists.tick(context, lists.manager(context), lists.present(context), "H2", "blocked", "No key")
    lists.move(context, "LOW")
    assert waiting(context) == ["withdrawn"]


def test_an_added_item_stands_on_the_list_from_its_level_upwards(context: Context) -> None:
    seen = lists.present(context)
    added = items.add_item(
        context, lists.manager(context), seen["id"], " Move the bins ", "estates", NOON + timedelta(hours=1), "Put back"
    )
    option_id = added["item"]["option_id"]
    item = lists.item_of(lists.present(context), option_id)
    assert (item["text"], item["category"], item["due_at"]) == (
        "Move the bins",
        "Added by hand",
        "2026-11-21T13:00:00Z",
    )
    assert lists.present(context)["items"][-1] == item
    lists.move(context, "CRITICAL")
    assert option_id in lists.statuses(lists.present(context))
    lists.move(context, "LOW")
    assert option_id not in lists.statuses(lists.present(context))
    assert option_id not in lists.statuses(lists.present(context, "birch"))
    assert option_id in lists.statuses(checklists.checklist(context, builders.lead(context), seen["id"]))


def test_an_added_item_without_a_deadline_comes_last_and_is_worked_like_any_other(context: Context) -> None:
    manager, seen = lists.manager(context), lists.present(context)
    once = Once("add", "k1", "0" * 64)
    option_id = items.add_item(context, manager, seen["id"], "Oil the gate", "estates", once=once)["item"]["option_id"]
    with pytest.raises(Replayed):
        items.add_item(context, manager, seen["id"], "Oil the gate", "estates", once=once)
    items.add_item(context, manager, seen["id"], "Lock the gate", "estates", NOON + timedelta(hours=1))
    assert [item["text"] for item in lists.present(context)["items"]][-2:] == ["Lock the gate", "Oil the gate"]
    lists.tick(context, manager, lists.present(context), option_id)
    assert lists.statuses(lists.present(context))[option_id] == "done"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 2_001}, "text"),
        ({"owner_role": "cook"}, "owner_role"),
        ({"reverse": "x" * 2_001}, "reverse"),
        ({"due_at": NOON - timedelta(hours=1)}, "due_at"),
    ],
)
def test_an_item_that_cannot_be_added_is_refused_by_field(context: Context, given: dict[str, Any], field: str) -> None:
    wish = {"text": "Move the bins", "owner_role": "estates", **given}
    with pytest.raises(Invalid) as refusal:
        items.add_item(context, lists.manager(context), lists.present(context)["id"], **wish)
    assert [fault.field for fault in refusal.value.fields] == [field]


def test_a_list_is_handed_over_and_stays_with_its_holder_when_it_is_reissued(context: Context) -> None:
    manager, seen = lists.manager(context), lists.present(context)
    answer = items.hand_over(context, manager, seen["id"], " Nell Night ", "back at six")
    assert (answer["holder"], answer["version"]) == ("Nell Night", seen["version"] + 1)
    lists.move(context, "CRITICAL")
    assert lists.present(context)["holder"] == "Nell Night"
    staff = builders.person(context, "Sam Staff", Role.STAFF)
    assert checklists.present_checklist(context, staff, "alder")["holder"] is None


@pytest.mark.parametrize("to", ["", " ", "x" * 201])
def test_a_list_is_handed_to_somebody_by_name(context: Context, to: str) -> None:
    with pytest.raises(Invalid):
        items.hand_over(context, lists.manager(context), lists.present(context)["id"], to)


def test_a_list_is_signed_off_once_every_item_is_decided(context: Context) -> None:
    manager, seen = lists.manager(context), lists.present(context)
    with pytest.raises(Conflict) as refusal:
        items.sign_off(context, manager, seen["id"], seen["version"])
    assert {fault.field: fault.message for fault in refusal.value.fields} == dict.fromkeys(
        ("H1", "H2", "N1", "S1"), "is open"
    )
    lists.tick(context, manager, seen, "H2", "declined", "Not here")
    ready = lists.decide_all(context, manager, seen["id"])
    with pytest.raises(Conflict) as refusal:
        items.sign_off(context, manager, seen["id"], ready["version"])
    assert [(fault.field, fault.message) for fault in refusal.value.fields] == [("H2", "waits to be agreed")]
    items.agree_item(context, builders.gold(context), seen["id"], "H2")
    with pytest.raises(Conflict, match="read it again"):
        items.sign_off(context, manager, seen["id"], ready["version"])
    answer = items.sign_off(context, manager, seen["id"], lists.present(context)["version"])
    assert answer["state"] == lists.present(context)["state"] == "signed_off"
    assert lists.present(context)["signed_off_by"] == "Mo Manager"
    assert told(context, "checklist.signed_off") == [{"id": seen["id"], "premises_id": "alder", "kind": "response"}]
    with pytest.raises(Conflict, match="signed off already"):
        items.sign_off(context, manager, seen["id"], lists.present(context)["version"])


def test_on_a_signed_off_list_only_new_turns_can_be_ticked(context: Context, clock: FrozenClock) -> None:
    manager, seen = lists.manager(context), lists.present(context)
    ready = lists.decide_all(context, manager, seen["id"])
    items.sign_off(context, manager, seen["id"], ready["version"])
    for option_id in ("H1", "S1"):
        with pytest.raises(Conflict, match="is signed off"):
            lists.tick(context, manager, lists.present(context), option_id, "open", "was not so")
    with pytest.raises(Conflict):
        items.add_item(context, manager, seen["id"], "Move the bins", "estates")
    clock.tick(timedelta(hours=3))
    lists.tick(context, manager, lists.present(context), "S1")
    assert lists.statuses(lists.present(context))["S1"] == "done"
    assert lists.present(context)["state"] == "signed_off"


@pytest.mark.parametrize("checklist_id", [-1, 0, 999_999, 2**70])
def test_there_is_no_work_on_a_list_that_is_not_there(context: Context, checklist_id: int) -> None:
    with pytest.raises(NotFound):
        items.hand_over(context, builders.lead(context), checklist_id, "Nell Night")
