"""What of an event one may be told: nothing of a premises that they may not see, and only of those they asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rules.levels import ResponseLevel
from service.operations import event_types, override_expiry, overrides
from service.operations.context import Context
from service.operations.courier import deliver_due
from service.operations.events import read_events
from service.operations.overrides import OverrideWish
from service.operations.people import Principal, Role
from service.operations.sweep_overdue import sweep_overdue
from tests import builders
from tests.fakes import FrozenClock
from tests.hooks import Post, context_here, hook, monitor, move


def pulled(context: Context, who: Principal, *types: str) -> list[dict[str, Any]]:
    return [item["data"] for item in read_events(context, who, types=types, limit=200)["items"]]


def pushed(context: Context, type_: str, url: str = "https://receiver.example/hook") -> list[dict[str, Any]]:
    post = Post()
    deliver_due(context, post)
    return [m["event"]["data"] for m in post.sent if m["event"]["type"] == type_ and m["url"] == url]


def raise_quietly(context: Context, premises_id: str = "quiet-house", **wish: Any) -> None:
    values = {"kind": "raise", "reason": "a report", "expires_at": context.store.clock.now() + timedelta(days=1)}
    wanted = OverrideWish(**{**values, "response_level": ResponseLevel.EXCEPTIONAL, **wish})
    overrides.create_override(context, _auditor_like(context), premises_id, wanted)


def _auditor_like(context: Context) -> Principal:
    return builders.person(context, "Mara Manager", Role.OP_QUANTITY_LEAD)


def test_counts_leave_out_what_one_may_not_see(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        hook(context)
        move(context, "CRITICAL")
        everything = builders.person(context, "Ada Auditor", Role.AUDITOR)
        [*_, all_of_it] = pulled(context, everything, "response_levels.changed")
        [*_, visible] = pulled(context, monitor(context), "response_levels.changed")
        assert (all_of_it["changed"], visible["changed"]) == (3, 2)
        assert (all_of_it["raised"], visible["raised"]) == (3, 2)
        assert visible["links"] == {"premises": f"/api/v1/threat-changes/{visible['trigger']['reference']}/premises"}
        assert pushed(context, "response_levels.changed") == [visible]
        [*_, issued] = pulled(context, monitor(context), "checklists.issued")
        [*_, all_issued] = pulled(context, everything, "checklists.issued")
        assert all_issued["checklists"] - issued["checklists"] == 1


def test_a_change_at_a_restricted_premises_alone_is_told_to_those_named_on_it(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        named = builders.person(context, "Mara Manager", Role.MONITOR)
        hook(context)
        hook(context, named, url="https://named.example/")
        before = len(pulled(context, monitor(context)))
        raise_quietly(context)
        assert len(pulled(context, monitor(context))) == before
        post = Post()
        deliver_due(context, post)
        assert post.types() == []
        assert "response_levels.changed" in post.types("https://named.example/")


def test_a_premises_granted_by_a_token_is_told(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        granted = builders.person(context, "Gina Granted", Role.MONITOR, "quiet-house")
        hook(context, granted)
        raise_quietly(context)
        assert [data["changed"] for data in pushed(context, "response_levels.changed")] == [1]


@pytest.mark.parametrize(
    ("scope", "ids"),
    [
        ({"premises": ["north-hq"]}, ["north-hq"]),
        ({"districts": ["South"]}, ["south-office"]),
        ({"premises": ["north-hq"], "districts": ["South"]}, ["north-hq", "south-office"]),
        ({"districts": ["North"]}, ["north-hq"]),
        ({"districts": ["Nowhere"]}, None),
    ],
)
def test_a_narrowed_webhook_is_told_of_its_own_premises_only(
    adopted_url: str, scope: dict[str, list[str]], ids: list[str] | None
) -> None:
    with context_here(adopted_url) as context:
        hook(context, **scope)
        move(context, "CRITICAL")
        found = pushed(context, "response_levels.changed")
        if ids is None:
            assert found == []
            return
        [data] = found
        assert [moved["id"] for moved in data["premises"]] == ids
        assert {moved["response_level"] for moved in data["premises"]} == {"EXCEPTIONAL"}
        assert (data["changed"], data["more"]) == (len(ids), False)


def test_a_narrowed_webhook_is_told_of_what_concerns_all_and_of_overrides_at_its_own(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        hook(context, premises=["north-hq"])
        hook(context, url="https://other.example/", premises=["south-office"])
        move(context, "SEVERE")
        raise_quietly(context, "north-hq", kind="lower", response_level=ResponseLevel.NORMAL)
        post = Post()
        deliver_due(context, post)
        assert "threat_level.changed" in post.types()
        assert {"override.requested", "request.waiting"} <= set(post.types())
        assert {"override.requested", "request.waiting"} & set(post.types("https://other.example/")) == set()
        assert "threat_level.changed" in post.types("https://other.example/")


def test_the_review_of_an_override_is_told_to_the_webhooks_of_its_premises_alone(adopted_url: str) -> None:
    clock = FrozenClock(builders.NOON)
    with context_here(adopted_url, clock) as context:
        hook(context, premises=["north-hq"])
        hook(context, url="https://other.example/", premises=["south-office"])
        raise_quietly(context, "north-hq")
        clock.tick(timedelta(days=1, minutes=1))
        override_expiry.sweep_overrides(context)
        post = Post()
        deliver_due(context, post)
        told = [m["event"]["data"] for m in post.sent if m["event"]["type"] == "review.due"]
        assert [data["premises_id"] for data in told if data["subject"] == "override"] == ["north-hq"]
        assert "review.due" not in post.types("https://other.example/")


def test_overdue_items_are_told_by_lists_to_those_who_do_not_see_all(adopted_url: str) -> None:
    clock = FrozenClock(builders.NOON)
    with context_here(adopted_url, clock) as context:
        hook(context, premises=["north-hq"])
        move(context, "CRITICAL")
        clock.tick(timedelta(days=2))
        sweep_overdue(context)
        everything = builders.person(context, "Ada Auditor", Role.AUDITOR)
        of_all = pulled(context, everything, "checklist.items_overdue")
        seen = pulled(context, monitor(context), "checklist.items_overdue")
        of_force = [data for data in of_all if data["checklists"] == 1]
        assert of_force
        assert [data for data in seen if "items" in data] == of_force
        assert {data["checklists"] for data in seen if "items" not in data} == {2}
        own = pushed(context, "checklist.items_overdue")
        assert len(own) == len(of_all) - len(of_force)
        assert {data["checklists"] for data in own} == {1}
        assert all("items" not in data for data in own)


def test_reviews_are_counted_over_what_one_may_see(adopted_url: str) -> None:
    clock = FrozenClock(builders.NOON)
    with context_here(adopted_url, clock) as context:
        raise_quietly(context)
        clock.tick(timedelta(hours=25))
        move(context, "CRITICAL")
        override_expiry.sweep_overrides(context)
        everything = builders.person(context, "Ada Auditor", Role.AUDITOR)
        assert {"subject": "exceptional", "premises": 1} in pulled(context, everything, "review.due")
        assert pulled(context, monitor(context), "review.due") == []


def test_a_failed_decision_is_told_but_not_whose(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        trigger = {"kind": "register", "reference": "quiet-house", "id": 1}
        with context.store.write() as writer:
            writer.emit("decision.failed", {"trigger": trigger, "premises": 1})
            writer.record("system", "test.failed", "estate", {})
        everything = builders.person(context, "Ada Auditor", Role.AUDITOR)
        assert pulled(context, everything, "decision.failed") == [{"trigger": trigger, "premises": 1}]
        assert pulled(context, monitor(context), "decision.failed") == [{"trigger": {"kind": "register", "id": 1}}]


def test_a_long_list_of_premises_is_cut_and_says_so(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        builders.register(context, *({"id": f"{'x' * 70}-{number:03}", "district": "East"} for number in range(130)))
        hook(context, districts=["East"])
        move(context, "CRITICAL")
        post = Post()
        deliver_due(context, post)
        [message] = [m for m in post.sent if m["event"]["type"] == "response_levels.changed"]
        assert (message["event"]["data"]["changed"], message["event"]["data"]["more"]) == (130, True)
        assert len(message["event"]["data"]["premises"]) == 100
        assert len(message["body"]) < 20_000


def test_the_test_message_is_no_event_type() -> None:
    assert event_types.TEST not in event_types.EVENT_TYPES
