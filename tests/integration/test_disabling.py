"""Webhooks that are disabled: gone, or failing for too long. Loudly, and never for what came before a fresh start."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from service.errors import Conflict
from service.operations import deliveries, delivering, events, webhooks
from service.operations.courier import deliver_due
from service.operations.fanning_out import fan_out
from service.operations.people import Principal
from service.store.tables import audit_entries
from service.webhooks.retry import SCHEDULE
from service.webhooks.sending import Answer
from tests import builders
from tests.fakes import FrozenClock
from tests.hooks import OUTSIDE, Post, context_here, hook, monitor, move, public

CHANGE = ["threat_level.changed"]


def test_a_receiver_that_is_gone_is_disabled_loudly_and_recovers_what_it_missed(adopted_url: str) -> None:
    clock = FrozenClock(builders.NOON)
    with context_here(adopted_url, clock) as context:
        who = monitor(context)
        made, post = hook(context, event_types=[*CHANGE, "webhook.disabled"]), Post()
        other = hook(context, url="https://other.example/", event_types=["webhook.disabled"])
        clock.tick(timedelta(seconds=1))
        since = clock.now()
        post.answer = lambda url: Answer(410, 1, "answered 410") if url == OUTSIDE else Answer(204, 1)
        move(context, "SEVERE")
        deliver_due(context, post)
        shown = webhooks.get_webhook(context, who, made["id"])
        assert (shown["state"], shown["reason"]) == ("disabled", "gone")
        [told] = [message["event"] for message in post.sent if message["url"] == "https://other.example/"]
        assert told["data"] == {"id": made["id"], "reason": "gone", "undelivered": 1}
        assert _entries(context, "webhook.disabled") == 1
        with pytest.raises(Conflict):
            deliveries.recover(context, who, made["id"], since)
        move(context, "CRITICAL")
        deliver_due(context, post)
        assert len(post.types()) == 1
        webhooks.change_webhook(context, who, made["id"], {"state": "active"})
        answer = deliveries.recover(context, who, made["id"], since)
        assert answer == {"recovering": 3, "complete": True}
        post.answers(204)
        clock.tick(timedelta(seconds=1))
        deliver_due(context, post)
        assert sorted(post.types()[1:]) == ["threat_level.changed", "threat_level.changed", "webhook.disabled"]
        assert deliveries.recover(context, who, made["id"], since) == {"recovering": 0, "complete": True}
        assert other["state"] == "active"


class Meanwhile:
    """A store in which something happens between the next reading and the housekeeping after it."""

    def __init__(self, store, act) -> None:
        self._store, self._act = store, [act]

    def __getattr__(self, name: str):
        return getattr(self._store, name)

    def housekeeping(self):
        while self._act:
            self._act.pop()()
        return self._store.housekeeping()


def test_what_happened_just_before_it_listened_again_is_recovered_or_told(adopted_url: str) -> None:
    clock = FrozenClock(builders.NOON)
    with context_here(adopted_url, clock) as context:
        who, post = monitor(context), Post()
        made = hook(context, event_types=CHANGE)
        delivering.disable(context, made["id"], "failing")
        deliver_due(context, post)
        since = clock.now()
        clock.tick(timedelta(seconds=1))
        move(context, "SEVERE")

        def listen_again() -> None:
            webhooks.change_webhook(context, who, made["id"], {"state": "active"})
            assert deliveries.recover(context, who, made["id"], since)["recovering"] == 0

        fan_out(replace(context, store=Meanwhile(context.store, listen_again)))
        deliver_due(context, post)
        assert post.types() == CHANGE


def _entries(context, action: str) -> int:
    with context.store.read() as reader:
        query = select(func.count()).select_from(audit_entries).where(audit_entries.c.action == action)
        return reader.connection.execute(query).scalar_one()


def test_a_receiver_that_fails_for_five_days_is_disabled_and_one_that_fails_at_times_is_not(adopted_url: str) -> None:
    clock = FrozenClock(builders.NOON)
    with context_here(adopted_url, clock) as context:
        always, at_times, post = hook(context), hook(context, url="https://at-times.example/"), Post()
        for day in range(7):
            down = Answer(503, 1, "answered 503")
            post.answer = lambda url, down=down, day=day: Answer(204, 1) if "times" in url and day % 2 else down
            move(context, "CRITICAL" if day % 2 else "SEVERE")
            deliver_due(context, post)
            clock.tick(timedelta(days=1))
        states = {item["id"]: item["state"] for item in webhooks.list_webhooks(context, monitor(context))["items"]}
        assert states == {always["id"]: "disabled", at_times["id"]: "active"}
        assert webhooks.get_webhook(context, monitor(context), always["id"])["reason"] == "failing"


def _each_attempt(context, clock: FrozenClock, post: Post) -> None:
    """Let a delivery come to the last attempt of its schedule."""
    for seconds in SCHEDULE:
        clock.tick(timedelta(seconds=seconds * 1.2 + 1))
        deliver_due(context, post)


def test_a_webhook_that_seldom_hears_anything_is_disabled_when_a_message_was_given_up(adopted_url: str) -> None:
    clock = FrozenClock(builders.NOON)
    with context_here(adopted_url, clock) as context:
        made, post = hook(context, event_types=CHANGE), Post()
        post.answers(503)
        move(context, "SEVERE")
        _each_attempt(context, clock, post)
        assert len(post.sent) == 10
        shown = webhooks.get_webhook(context, monitor(context), made["id"])
        assert (shown["state"], shown["reason"]) == ("disabled", "failing")
        [told] = events.read_events(context, builders.lead(context), types=["webhook.disabled"])["items"]
        assert told["data"] == {"id": made["id"], "reason": "failing", "undelivered": 1}


def test_a_webhook_that_refuses_one_message_and_takes_others_stays_active(adopted_url: str) -> None:
    clock = FrozenClock(builders.NOON)
    with context_here(adopted_url, clock) as context:
        made, who, post = hook(context, event_types=CHANGE), monitor(context), Post()
        post.answers(503)
        move(context, "SEVERE")
        for number, seconds in enumerate(SCHEDULE):
            clock.tick(timedelta(seconds=seconds * 1.2 + 1))
            post.answers(503)
            deliver_due(context, post)
            post.answers(204)
            move(context, "SEVERE" if number % 2 else "CRITICAL")
            deliver_due(context, post)
        *_, refused = deliveries.list_deliveries(context, who, made["id"])["items"]
        assert (refused["state"], len(refused["attempts"])) == ("failed", 10)
        assert webhooks.get_webhook(context, who, made["id"])["state"] == "active"


def _failed_once(context) -> tuple[dict[str, Any], Principal, Post]:
    """A webhook that failed once, whose it is, and its receiver, which goes on to fail."""
    made, who, post = hook(context, event_types=CHANGE), monitor(context), Post()
    post.answers(503)
    move(context, "SEVERE")
    deliver_due(context, post)
    return made, who, post


def test_a_webhook_that_failed_before_it_was_paused_has_all_its_time_when_it_goes_on(adopted_url: str) -> None:
    clock = FrozenClock(builders.NOON)
    with context_here(adopted_url, clock) as context:
        made, who, post = _failed_once(context)
        webhooks.change_webhook(context, who, made["id"], {"state": "paused"})
        clock.tick(timedelta(days=6))
        resumed = webhooks.change_webhook(context, who, made["id"], {"state": "active"})
        assert resumed["failing_since"] is None
        deliver_due(context, post)
        assert webhooks.get_webhook(context, who, made["id"])["state"] == "active"


def test_a_webhook_that_is_given_another_address_has_all_its_time_there(adopted_url: str) -> None:
    clock = FrozenClock(builders.NOON)
    with context_here(adopted_url, clock) as context:
        made, who, post = _failed_once(context)
        clock.tick(timedelta(days=6))
        wishes = {"url": "https://mended.example/", "event_types": []}
        webhooks.change_webhook(context, who, made["id"], wishes, look_up=lambda host, _: [public(host)])
        deliver_due(context, post)
        assert webhooks.get_webhook(context, who, made["id"])["state"] == "active"
