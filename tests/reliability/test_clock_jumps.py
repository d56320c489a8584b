"""The clock of the machine is set back and forth between operations: what is recorded stays in one order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.operations import (
    deliveries,
    delivering,
    holding,
    intake,
    items,
    override_expiry,
    overrides,
    register,
    response_levels,
)
from service.operations.context import Context
from service.operations.courier import deliver_due
from service.operations.fanning_out import fan_out
from service.operations.overrides import OverrideWish
from service.operations.people import SYSTEM, Principal
from service.store.tables import audit_entries, metadata
from service.worker import Job, run_once
from tests import builders, lists
from tests.builders import NOON
from tests.fakes import FrozenClock
from tests.hooks import Post, context_here, hook, monitor, move
from tests.reliability.reading_writers import says, wait

BACK, FORWARD = timedelta(hours=-3), timedelta(days=365)
INTERVALS = [
    ("from_at", "until_at"),
    ("issued_at", "superseded_at"),
    ("since", "issued_at"),
    ("since", "last_confirmed_at"),
    ("registered_at", "closed_at"),
    ("created_at", "ended_at"),
    ("added_at", "ended_at"),
]
"""The columns in which what is dated begins and ends."""


@pytest.mark.parametrize("jumps", [(BACK,), (FORWARD,), (FORWARD, -FORWARD), (BACK, FORWARD, BACK)], ids=str)
def test_levels_intervals_and_past_answers_stay_consistent(small_url: str, jumps: tuple[timedelta, ...]) -> None:
    clock = FrozenClock(NOON)
    with lists.small_context(small_url, clock) as context:
        lead = builders.lead(context)
        told: dict[datetime, str] = {}
        for number, _ in enumerate(_work(context, lead)):
            told[_last(context)] = _level(context, lead)
            clock.tick(jumps[number % len(jumps)])
        assert _backwards(context) == []
        assert context.store.verify().valid
        clock.tick(max(told) - clock.now() + timedelta(days=1))
        assert {at: _level(context, lead, at) for at in told} == told
        assert set(told.values()) == {"NORMAL", "HEIGHTENED", "EXCEPTIONAL"}


def test_the_check_of_intervals_sees_one_that_ends_before_it_begins(small_url: str) -> None:
    clock = FrozenClock(NOON)
    with lists.small_context(small_url, clock) as context:
        lists.tick(context, builders.lead(context), lists.present(context), "H1")
        table = metadata.tables["item_states"]
        with context.store.housekeeping() as keeper:
            keeper.connection.execute(table.update().values(until_at=NOON - timedelta(days=1)))
        assert _backwards(context) == ["item_states: until_at before from_at"]


def _work(context: Context, lead: Principal) -> Iterator[object]:
    """Operations of many kinds, one by one."""
    yield lists.move(context, "CRITICAL")
    yield lists.tick(context, lead, lists.present(context), "E1")
    yield items.add_item(context, lead, lists.present(context)["id"], "Check the gate", "estates")
    yield lists.move(context, "LOW")
    yield register.put_premises(context, lead, "alder", {"minimum_response_level": "HEIGHTENED"})
    soon = max(context.store.clock.now(), _last(context)) + timedelta(hours=1)
    wish = OverrideWish("raise", "for a test", soon, ResponseLevel.EXCEPTIONAL)
    yield overrides.create_override(context, lead, "alder", wish)
    yield override_expiry.sweep_overrides(context)
    yield lists.move(context, "SEVERE")
    yield register.close_premises(context, lead, "birch")
    yield register.put_premises(context, lead, "birch", {"name": "Birch again"})
    yield lists.move(context, "CRITICAL")


def _level(context: Context, who: Principal, as_at: datetime | None = None) -> str:
    return str(response_levels.response_level(context, who, "alder", as_at)["response_level"])


def _last(context: Context) -> datetime:
    with context.store.read() as reader:
        newest = select(audit_entries.c.at).order_by(audit_entries.c.sequence.desc()).limit(1)
        found: datetime = reader.connection.execute(newest).scalar_one()
        return found


def _backwards(context: Context) -> list[str]:
    """Where anything that is dated ends before it begins."""
    found = []
    with context.store.read() as reader:
        for table in metadata.sorted_tables:
            for start, end in INTERVALS:
                if {start, end} <= set(table.c.keys()):
                    wrong = select(func.count()).select_from(table).where(table.c[end] < table.c[start])
                    if reader.connection.execute(wrong).scalar_one():
                        found.append(f"{table.name}: {end} before {start}")
    return found


@pytest.mark.parametrize("jump", [BACK, -FORWARD], ids=str)
def test_a_held_rise_waits_no_longer_when_the_clock_is_set_back_meanwhile(small_url: str, jump: timedelta) -> None:
    with lists.small_context(small_url, FrozenClock(NOON)) as context:
        _hold(context)
        assert holding.settle_held_readings(context) == {"settled": 0}
        wait(context, jump)
        assert holding.settle_held_readings(context) == {"settled": 1}
        assert _level(context, builders.lead(context)) == "EXCEPTIONAL"


def test_a_rise_that_comes_after_the_clock_was_set_right_waits_for_the_hold_limit_by_the_clock(
    small_url: str,
) -> None:
    with lists.small_context(small_url, FrozenClock(NOON + FORWARD)) as context:
        wait(context, -FORWARD)
        _hold(context)
        limit = timedelta(seconds=context.settings.hold_limit)
        wait(context, limit - timedelta(seconds=1))
        assert holding.settle_held_readings(context) == {"settled": 0}
        wait(context, timedelta(seconds=1))
        assert holding.settle_held_readings(context) == {"settled": 1}
        assert _level(context, builders.lead(context)) == "EXCEPTIONAL"


def _hold(context: Context) -> None:
    """The feed says CRITICAL, which waits, as it would put premises at EXCEPTIONAL."""
    (taken,) = intake.take_reading(context, SYSTEM, says({Scope.NATIONAL: ThreatLevel.CRITICAL}), "abc", "")["items"]
    assert taken["status"] == "held"


@pytest.mark.parametrize("jump", [BACK, -FORWARD], ids=str)
def test_every_job_runs_on_after_the_clock_was_set_back(small_url: str, jump: timedelta) -> None:
    runs: list[datetime] = []
    with lists.small_context(small_url, FrozenClock(NOON)) as context:
        job = Job("test", 60, lambda context: runs.append(context.store.clock.now()))
        assert run_once(context, job, "one")
        wait(context, jump)
        assert run_once(context, job, "two")
        assert not run_once(context, job, "one"), "the job is not due yet"
        wait(context, timedelta(seconds=60))
        assert run_once(context, job, "one")
    assert runs == [NOON, NOON + jump, NOON + jump + timedelta(seconds=60)]


def test_a_worker_whose_clock_is_a_little_behind_leaves_the_run_of_another_alone(small_url: str) -> None:
    runs: list[datetime] = []
    with lists.small_context(small_url, FrozenClock(NOON)) as context:
        job = Job("test", 60, lambda context: runs.append(context.store.clock.now()))
        assert run_once(context, job, "one")
        wait(context, timedelta(seconds=-2))
        assert not run_once(context, job, "two")
    assert runs == [NOON]


@pytest.mark.parametrize("jump", [timedelta(seconds=-10), BACK, -FORWARD], ids=str)
def test_what_fails_keeps_to_the_retry_schedule_though_the_clock_was_set_back(
    adopted_url: str, jump: timedelta
) -> None:
    with context_here(adopted_url, FrozenClock(NOON)) as context:
        made, post = hook(context, event_types=["threat_level.changed"]), Post()
        post.answers(500)
        move(context, "SEVERE")
        wait(context, jump)
        deliver_due(context, post)
        assert len(post.sent) == 1
        wait(context, timedelta(seconds=6))
        deliver_due(context, post)
        assert len(post.sent) == 2
        [item] = deliveries.list_deliveries(context, monitor(context), made["id"])["items"]
        assert item["state"] == "pending"


def test_what_failed_while_the_clock_was_ahead_is_tried_again_once_it_was_set_right(adopted_url: str) -> None:
    with context_here(adopted_url, FrozenClock(NOON)) as context:
        hook(context, event_types=["threat_level.changed"])
        post = Post()
        post.answers(500)
        move(context, "SEVERE")
        wait(context, FORWARD)
        deliver_due(context, post)
        wait(context, -FORWARD)
        deliver_due(context, post)
        assert len(post.sent) == 2
        deliver_due(context, post)
        assert len(post.sent) == 2, "from now on by the clock"


@pytest.mark.parametrize("jump", [BACK, -FORWARD], ids=str)
def test_what_a_person_asks_for_again_goes_at_once_after_the_clock_was_set_back(
    adopted_url: str, jump: timedelta
) -> None:
    with context_here(adopted_url, FrozenClock(NOON)) as context:
        made, post = hook(context, event_types=["threat_level.changed"]), Post()
        move(context, "SEVERE")
        deliver_due(context, post)
        [item] = deliveries.list_deliveries(context, monitor(context), made["id"])["items"]
        wait(context, jump)
        deliveries.redeliver(context, monitor(context), item["id"])
        deliver_due(context, post)
        assert len(post.sent) == 2


@pytest.mark.parametrize("jump", [BACK, -FORWARD], ids=str)
def test_a_webhook_of_a_worker_that_died_is_taken_over_though_the_clock_was_set_back(
    adopted_url: str, jump: timedelta
) -> None:
    with context_here(adopted_url, FrozenClock(NOON)) as context:
        hook(context, event_types=["threat_level.changed"])
        post = Post()
        move(context, "SEVERE")
        fan_out(context)
        assert len(delivering.note_and_take(context, "one", [], [], {False: 9, True: 9})) == 1
        wait(context, jump)
        wait(context, timedelta(seconds=16))
        deliver_due(context, post, holder="two")
        assert len(post.sent) == 1


def test_a_lease_that_was_taken_after_the_clock_was_set_back_ends_by_the_clock(adopted_url: str) -> None:
    with context_here(adopted_url, FrozenClock(NOON)) as context:
        hook(context, event_types=["threat_level.changed"])
        post = Post()
        move(context, "SEVERE")
        wait(context, BACK)
        fan_out(context)
        assert len(delivering.note_and_take(context, "one", [], [], {False: 9, True: 9})) == 1
        deliver_due(context, post, holder="two")
        assert post.sent == []
        wait(context, timedelta(seconds=16))
        deliver_due(context, post, holder="two")
        assert len(post.sent) == 1
