"""Deliveries are kept for a time once they are finished; what is pending stays, and events always do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from service.operations import deliveries, retention, webhooks
from service.operations.context import Context
from service.operations.courier import deliver_due
from service.operations.fanning_out import fan_out
from service.operations.retention import forget_old_deliveries
from service.store.tables import audit_entries, delivery_attempts, events
from tests import builders
from tests.builders import NOON
from tests.fakes import FrozenClock
from tests.hooks import Post, context_here, hook, monitor, move

CHANGE = ["threat_level.changed"]
DAY = timedelta(days=1)
LEVELS = ("SEVERE", "CRITICAL", "SEVERE")


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(migrated_url: str, clock: FrozenClock) -> Iterator[Context]:
    with context_here(migrated_url, clock) as context:
        yield context


def states(context: Context, webhook: dict[str, Any]) -> list[str]:
    items = deliveries.list_deliveries(context, builders.lead(context), webhook["id"])["items"]
    return [item["state"] for item in items]


def count(context: Context, table: Any) -> int:
    with context.store.read() as reader:
        return int(reader.connection.execute(select(func.count()).select_from(table)).scalar_one())


def told_all(context: Context) -> None:
    for level in LEVELS:
        move(context, level)
    deliver_due(context, Post())


def test_what_arrived_is_kept_for_its_time_and_then_removed(context: Context, clock: FrozenClock) -> None:
    webhook = hook(context, event_types=CHANGE)
    told_all(context)
    clock.tick(89 * DAY)
    assert forget_old_deliveries(context) == 0
    clock.tick(2 * DAY)
    assert [forget_old_deliveries(context), forget_old_deliveries(context)] == [3, 0]
    assert states(context, webhook) == []
    assert count(context, delivery_attempts) == 0


def test_what_failed_is_removed_and_what_is_pending_is_not_however_old(context: Context, clock: FrozenClock) -> None:
    gone = hook(context, event_types=CHANGE)
    paused = hook(context, event_types=CHANGE, url="https://paused.example/")
    webhooks.change_webhook(context, monitor(context), paused["id"], {"state": "paused"})
    move(context, "SEVERE")
    post = Post()
    post.answers(410)
    deliver_due(context, post)
    clock.tick(1000 * DAY)
    assert states(context, gone) == ["failed"]
    assert forget_old_deliveries(context) == 1
    assert (states(context, gone), states(context, paused)) == ([], ["pending"])


def test_what_was_delivered_again_lately_is_kept(context: Context, clock: FrozenClock) -> None:
    webhook = hook(context, event_types=CHANGE)
    told_all(context)
    oldest = deliveries.list_deliveries(context, monitor(context), webhook["id"])["items"][-1]
    clock.tick(91 * DAY)
    deliveries.redeliver(context, monitor(context), oldest["id"])
    clock.tick(timedelta(seconds=1))
    deliver_due(context, Post())
    assert forget_old_deliveries(context) == 2
    assert states(context, webhook) == ["delivered"]


def test_events_and_the_record_stay_and_recovery_works_from_them(context: Context, clock: FrozenClock) -> None:
    webhook = hook(context, event_types=CHANGE)
    told_all(context)
    before = (count(context, events), count(context, audit_entries))
    clock.tick(91 * DAY)
    forget_old_deliveries(context)
    assert (count(context, events), count(context, audit_entries)) == before
    assert context.store.verify().valid
    found = deliveries.recover(context, monitor(context), webhook["id"], NOON)
    assert found == {"recovering": len(LEVELS), "complete": True}
    post = Post()
    deliver_due(context, post)
    assert post.types() == CHANGE * len(LEVELS)


def test_it_goes_on_batch_by_batch(context: Context, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(3):
        hook(context, event_types=CHANGE, url=f"https://{number}.example/")
    told_all(context)
    clock.tick(91 * DAY)
    young = hook(context, event_types=CHANGE, url="https://young.example/")
    move(context, "LOW")
    fan_out(context)
    assert forget_old_deliveries(context) == 9
    assert states(context, young) == ["pending"]


def test_the_settings_say_for_how_long(migrated_url: str) -> None:
    clock = FrozenClock(NOON)
    with builders.context_on(migrated_url, clock=clock, delivery_retention=2, falls_need_two=False) as context:
        hook(context, event_types=CHANGE)
        told_all(context)
        clock.tick(3 * DAY)
        assert forget_old_deliveries(context) == 3
