"""What becomes of finished work when the level moves: carried over, stood down, asked for again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from rules.levels import Scope, ThreatLevel
from service.errors import Conflict, NotFound
from service.operations import checklists, items, register, stand_down, threat
from service.operations.adopting import adopt
from service.operations.context import Context
from service.operations.people import Role
from service.operations.threat import ThreatWish
from service.store.tables import ad_hoc_items, events, item_states
from service.store.tables import checklists as checklists_table
from tests import builders, lists
from tests.builders import NOON
from tests.fakes import FrozenClock


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(small_url: str, clock: FrozenClock) -> Iterator[Context]:
    with lists.small_context(small_url, clock, "CRITICAL") as context:
        yield context


def do(context: Context, *options: str, status: str = "done") -> None:
    for option_id in options:
        lists.tick(context, builders.lead(context), lists.present(context), option_id, status, "because")


def reverse(context: Context, *options: str, status: str = "done") -> None:
    for option_id in options:
        open_list = lists.standing_down(context)
        assert open_list is not None
        lists.tick(context, builders.lead(context), open_list, option_id, status, "because")


def live_states(context: Context) -> int:
    with context.store.read() as reader:
        query = select(func.count()).select_from(item_states).where(item_states.c.until_at.is_(None))
        return int(reader.connection.execute(query).scalar_one())


def test_on_a_rise_finished_work_carries_over_and_nothing_is_copied(context: Context) -> None:
    lists.move(context, "SUBSTANTIAL")
    do(context, "H1", "S1")
    do(context, "N1", status="not_applicable")
    with context.store.read() as reader:
        before = list(reader.connection.execute(select(item_states)))
    lists.move(context, "CRITICAL")
    with context.store.read() as reader:
        assert list(reader.connection.execute(select(item_states))) == before
    found = lists.statuses(lists.present(context))
    assert found | {"E1": "open"} == found
    assert (found["H1"], found["S1"], found["N1"]) == ("done", "done", "not_applicable")


def test_on_a_fall_what_was_done_and_no_longer_applies_is_to_be_stood_down(context: Context) -> None:
    do(context, "E1", "E2", "H1", "N1")
    lists.move(context, "SUBSTANTIAL")
    assert lists.statuses(lists.present(context)) == {"N1": "done", "H1": "done", "H2": "open", "S1": "open"}
    found = lists.standing_down(context)
    assert found is not None
    assert lists.statuses(found) == {"E1": "open"}
    item = lists.item_of(found, "E1")
    assert (item["text"], item["reverse"], item["obligation"]) == ("Undo E1", None, "consider")
    assert (found["kind"], found["response_level"], found["premises_id"]) == ("stand_down", "HEIGHTENED", "alder")
    assert item["due_at"] > found["issued_at"]


def test_nothing_done_nothing_to_stand_down(context: Context) -> None:
    do(context, "E1", status="declined")
    do(context, "E2")
    lists.move(context, "LOW")
    assert lists.standing_down(context) is None
    assert live_states(context) == 0


def test_premises_that_nobody_touched_get_no_stand_down_list(context: Context) -> None:
    do(context, "E1")
    lists.move(context, "SUBSTANTIAL")
    assert lists.standing_down(context, "birch") is None


def test_stand_down_lists_are_told_of_in_one_event(context: Context) -> None:
    for premises_id in ("alder", "birch"):
        lists.tick(context, builders.lead(context), lists.present(context, premises_id), "E1")
    lists.move(context, "SUBSTANTIAL")
    with context.store.read() as reader:
        query = select(events.c.data).where(events.c.type == "checklists.issued").order_by(events.c.sequence.desc())
        told = [data for data in reader.connection.execute(query.limit(2)).scalars() if "kind" in data]
    assert [(data["kind"], data["checklists"]) for data in told] == [("stand_down", 2)]


def test_subjects_are_settled_page_by_page(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand_down, "PAGE", 1)
    for premises_id in ("alder", "birch"):
        lists.tick(context, builders.lead(context), lists.present(context, premises_id), "E1")
    lists.move(context, "SUBSTANTIAL")
    assert [lists.statuses(lists.standing_down(context, p)) for p in ("alder", "birch")] == [{"E1": "open"}] * 2


def test_a_turn_done_in_any_shift_counts_as_done(context: Context, clock: FrozenClock) -> None:
    do(context, "S1")
    clock.tick(timedelta(hours=8))
    assert lists.statuses(lists.present(context))["S1"] == "open"
    lists.move(context, "LOW")
    assert lists.statuses(lists.standing_down(context)) == {"S1": "open"}
    assert lists.item_of(lists.standing_down(context) or {}, "S1")["occurrence"] == ""


def test_a_second_fall_reissues_the_stand_down_list_with_the_rest_and_the_new(context: Context) -> None:
    do(context, "E1", "S2", "H1")
    lists.move(context, "SUBSTANTIAL")
    reverse(context, "S2")
    first = lists.standing_down(context)
    lists.move(context, "LOW")
    second = lists.standing_down(context)
    assert first is not None
    assert second is not None
    assert lists.statuses(second) == {"E1": "open", "H1": "open", "S2": "done"}
    assert second["version"] == first["version"] + 1
    assert [item["option_id"] for item in second["items"] if item["new"]] == ["H1"]
    assert checklists.checklist(context, builders.lead(context), first["id"])["state"] == "superseded"
    with pytest.raises(Conflict, match=f"the present one is {second['id']}"):
        lists.tick(context, builders.lead(context), first, "E1")


def test_a_second_fall_with_nothing_new_leaves_the_stand_down_list_alone(context: Context) -> None:
    do(context, "E1")
    lists.move(context, "SUBSTANTIAL")
    first = lists.standing_down(context)
    lists.move(context, "LOW")
    assert lists.standing_down(context) == first


def test_a_new_rise_takes_back_what_was_not_reversed_and_asks_again_for_what_was(context: Context) -> None:
    do(context, "E1", "S2")
    lists.move(context, "SUBSTANTIAL")
    reverse(context, "S2")
    before = lists.standing_down(context)
    lists.move(context, "CRITICAL")
    found = lists.statuses(lists.present(context))
    assert (found["E1"], found["S2"]) == ("done", "open")
    assert lists.standing_down(context) is None
    assert before is not None
    with pytest.raises(Conflict, match="there is none in its place"):
        lists.tick(context, builders.lead(context), before, "E1")
    lists.move(context, "SUBSTANTIAL")
    assert lists.statuses(lists.standing_down(context)) == {"E1": "open"}


def test_a_reverse_step_that_was_declined_leaves_the_measure_done(context: Context) -> None:
    do(context, "E1")
    lists.move(context, "SUBSTANTIAL")
    reverse(context, "E1", status="declined")
    lists.move(context, "CRITICAL")
    assert lists.statuses(lists.present(context))["E1"] == "done"


def test_a_rise_half_way_leaves_the_rest_to_stand_down(context: Context) -> None:
    do(context, "E1", "H1")
    lists.move(context, "LOW")
    first = lists.standing_down(context)
    lists.move(context, "SUBSTANTIAL")
    assert lists.statuses(lists.present(context))["H1"] == "done"
    assert first is not None
    found = lists.standing_down(context)
    assert found is not None
    assert lists.statuses(found) == {"E1": "open"}
    assert found["version"] > first["version"]


def test_a_signed_off_stand_down_list_ends_the_work(context: Context) -> None:
    do(context, "E1")
    lists.move(context, "SUBSTANTIAL")
    open_list = lists.standing_down(context)
    assert open_list is not None
    reverse(context, "E1")
    items.sign_off(context, builders.lead(context), open_list["id"], open_list["version"] + 1)
    closed = checklists.checklist(context, builders.lead(context), open_list["id"])
    assert (closed["state"], lists.statuses(closed)) == ("signed_off", {"E1": "done"})
    assert live_states(context) == 0
    lists.move(context, "CRITICAL")
    assert lists.statuses(lists.present(context))["E1"] == "open"
    do(context, "E1")
    lists.move(context, "SUBSTANTIAL")
    assert lists.statuses(lists.standing_down(context)) == {"E1": "open"}


def test_added_items_are_stood_down_by_their_own_reverse_step(context: Context) -> None:
    lead, seen = builders.lead(context), lists.present(context)
    adding = (("Move the bins", "Put the bins back"), ("Tell the neighbours", None))
    bins, told = (
        items.add_item(context, lead, seen["id"], text, "estates", reverse=back)["item"]["option_id"]
        for text, back in adding
    )
    do(context, bins, told)
    lists.move(context, "SUBSTANTIAL")
    found = lists.standing_down(context)
    assert found is not None
    assert [(item["option_id"], item["text"]) for item in found["items"]] == [(bins, "Put the bins back")]
    with pytest.raises(Conflict):
        items.add_item(context, lead, found["id"], "Sweep up", "estates")
    lists.move(context, "CRITICAL")
    assert (lists.statuses(lists.present(context))[bins], lists.statuses(lists.present(context))[told]) == (
        "done",
        "open",
    )
    lists.move(context, "SUBSTANTIAL")
    reverse(context, bins)
    again = lists.standing_down(context)
    assert again is not None
    items.sign_off(context, lead, again["id"], again["version"])
    assert lists.statuses(checklists.checklist(context, lead, again["id"])) == {bins: "done"}
    lists.move(context, "CRITICAL")
    assert bins not in lists.statuses(lists.present(context))


def test_the_force_list_is_stood_down_alike(context: Context) -> None:
    gold = builders.gold(context)
    lists.tick(context, gold, checklists.force_checklist(context, gold), "F2")
    lists.move(context, "LOW")
    with context.store.read() as reader:
        mine = checklists_table.c.subject == "*", checklists_table.c.kind == "stand_down"
        (list_id,) = reader.connection.execute(select(checklists_table.c.id).where(*mine)).scalars()
    found = checklists.checklist(context, gold, list_id)
    assert (found["premises_id"], lists.statuses(found)) == (None, {"F2": "open"})


def test_a_holder_keeps_what_is_to_be_stood_down(context: Context) -> None:
    do(context, "E1")
    items.hand_over(context, builders.lead(context), lists.present(context)["id"], "Nell Night")
    lists.move(context, "SUBSTANTIAL")
    assert (lists.standing_down(context) or {})["holder"] == "Nell Night"


def test_a_plan_without_a_measure_still_tells_how_to_reverse_it(context: Context) -> None:
    do(context, "E1", "S2")
    for version, without in (("2", {"E1"}), ("3", {"E1", "S2"})):
        context = replace(context, policy=lists.small_policy(version, frozenset(without)))
        adopt(context)
    found = lists.standing_down(context)
    assert found is not None
    assert {item["option_id"]: item["text"] for item in found["items"]} == {"E1": "Undo E1", "S2": "Undo S2"}


def test_at_closed_premises_all_work_ends(context: Context) -> None:
    lead, seen = builders.lead(context), lists.present(context)
    items.add_item(context, lead, seen["id"], "Move the bins", "estates")
    lists.tick(context, lead, seen, "H2", "blocked", "No key")
    lists.tick(context, lead, lists.present(context, "birch"), "H1")
    admin = builders.person(context, "Ada Admin", Role.ADMIN)
    register.close_premises(context, admin, "alder", "sold")
    with pytest.raises(NotFound):
        lists.present(context)
    assert checklists.checklist(context, lead, seen["id"])["state"] == "superseded"
    assert lists.statuses(checklists.checklist(context, lead, seen["id"]))["H2"] == "blocked"
    assert live_states(context) == 1
    with context.store.read() as reader:
        assert reader.connection.execute(select(ad_hoc_items.c.ended_at)).scalar_one() is not None


def test_the_move_of_one_premises_leaves_the_others_alone(context: Context) -> None:
    do(context, "E1")
    lists.tick(context, builders.lead(context), lists.present(context, "birch"), "E1")
    lists.move(context, "SUBSTANTIAL")
    wish = ThreatWish(Scope.PREMISES, ThreatLevel.CRITICAL, "a threat to alder", premises_id="alder")
    threat.set_level(context, builders.lead(context), wish)
    assert lists.standing_down(context) is None
    assert lists.statuses(lists.present(context))["E1"] == "done"
    assert lists.statuses(lists.standing_down(context, "birch")) == {"E1": "open"}
