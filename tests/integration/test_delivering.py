"""Deliveries: fanned out after the commit, sent in order, tried again, given up loudly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from standardwebhooks.webhooks import Webhook

from service.errors import Conflict
from service.operations import deliveries, delivering, events, webhooks
from service.operations.courier import Courier, deliver_due
from service.operations.fanning_out import fan_out
from service.store import deliveries as store
from service.store.tables import deliveries as table
from service.store.tables import webhook_secrets
from service.store.tables import webhooks as webhooks_table
from service.webhooks.sending import Answer
from tests import builders
from tests.fakes import FrozenClock
from tests.hooks import Post, context_here, hook, monitor, move

CHANGE = ["threat_level.changed"]


def test_a_change_is_told_signed_and_in_order(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        made, post = hook(context), Post()
        move(context, "SEVERE")
        move(context, "CRITICAL")
        deliver_due(context, post)
        sequences = [message["event"]["sequence"] for message in post.sent]
        assert sequences == sorted(sequences)
        assert post.types()[-3:] == ["response_levels.changed", "checklists.issued", "threat_level.changed"]
        for message in post.sent:
            assert message["headers"]["webhook-id"] == message["event"]["id"]
            assert len(message["body"]) < 20_000
        found = deliveries.list_deliveries(context, monitor(context), made["id"])["items"]
        assert [item["sequence"] for item in found] == sequences[::-1]
        assert {item["state"] for item in found} == {"delivered"}
        assert [attempt["status"] for item in found for attempt in item["attempts"]] == [204] * len(found)
        deliver_due(context, post)
        assert len(post.sent) == len(sequences)


def test_both_secrets_sign_for_a_day_after_a_rotation(adopted_url: str) -> None:
    clock = FrozenClock(builders.NOON)
    with context_here(adopted_url, clock) as context:
        made, post = hook(context, event_types=CHANGE), Post()
        who = monitor(context)
        rotated = webhooks.rotate_secret(context, who, made["id"])
        move(context, "SEVERE")
        deliver_due(context, post)
        clock.tick(timedelta(hours=24, seconds=1))
        move(context, "CRITICAL")
        deliver_due(context, post)
        during, after = (message["headers"]["webhook-signature"].split() for message in post.sent)
        assert (len(during), len(after)) == (2, 1)
        for message, signatures in zip(post.sent, (during, after), strict=True):
            assert signatures[0] == _reference(rotated["secret"], message)
        assert during[1] == _reference(made["secret"], post.sent[0])


def _reference(secret: str, message: dict) -> str:
    headers = message["headers"]
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    return Webhook(secret).sign(headers["webhook-id"], at, message["body"].decode())


def test_what_is_ready_to_be_sent_does_not_show_its_secrets(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        made = hook(context, event_types=CHANGE)
        move(context, "SEVERE")
        fan_out(context)
        [taken] = delivering.note_and_take(context, "one", [], [], {False: 1, True: 0})
        run = delivering.opened(webhooks.vault(context.settings), *taken)
        assert run.secrets == (made["secret"],)
        assert made["secret"] not in repr(run)


def test_too_many_rotations_within_a_day_are_refused(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        made, who = hook(context), monitor(context)
        for _ in range(4):
            webhooks.rotate_secret(context, who, made["id"])
        with pytest.raises(Conflict):
            webhooks.rotate_secret(context, who, made["id"])


def test_what_fails_is_tried_again_by_the_schedule_with_the_same_id(adopted_url: str) -> None:
    clock = FrozenClock(builders.NOON)
    with context_here(adopted_url, clock) as context:
        made, post = hook(context, event_types=CHANGE), Post()
        post.answers(500)
        move(context, "SEVERE")
        deliver_due(context, post)
        assert len(post.sent) == 1
        for hours in (0, 0.2, 1, 3, 7, 13, 18, 25, 30):
            clock.tick(timedelta(hours=hours, seconds=7))
            deliver_due(context, post)
        assert len(post.sent) == 10
        assert len({message["headers"]["webhook-id"] for message in post.sent}) == 1
        assert len({message["headers"]["webhook-timestamp"] for message in post.sent}) == 10
        clock.tick(timedelta(hours=100))
        deliver_due(context, post)
        [item] = deliveries.list_deliveries(context, monitor(context), made["id"])["items"]
        assert (item["state"], len(item["attempts"]), item["next_attempt_at"]) == ("failed", 10, None)
        assert len(post.sent) == 10


def test_first_attempts_go_before_what_is_tried_again(adopted_url: str) -> None:
    clock = FrozenClock(builders.NOON)
    with context_here(adopted_url, clock) as context:
        hook(context, event_types=CHANGE)
        post = Post()
        post.answers(500)
        move(context, "SEVERE")
        deliver_due(context, post)
        post.answers(204)
        clock.tick(timedelta(minutes=1))
        move(context, "CRITICAL")
        move(context, "SEVERE")
        deliver_due(context, post)
        assert [message["event"]["data"]["level"] for message in post.sent] == [
            "SEVERE",
            "CRITICAL",
            "SEVERE",
            "SEVERE",
        ]
        assert post.sent[3]["headers"]["webhook-id"] == post.sent[0]["headers"]["webhook-id"]


def test_a_receiver_may_put_us_off(adopted_url: str) -> None:
    clock = FrozenClock(builders.NOON)
    with context_here(adopted_url, clock) as context:
        made, post = hook(context, event_types=CHANGE), Post()
        post.answers(429, retry_after="600")
        move(context, "SEVERE")
        deliver_due(context, post)
        clock.tick(timedelta(seconds=590))
        deliver_due(context, post)
        assert len(post.sent) == 1
        [item] = deliveries.list_deliveries(context, monitor(context), made["id"])["items"]
        assert (item["state"], item["attempts"][0]["status"]) == ("pending", 429)
        clock.tick(timedelta(seconds=20))
        deliver_due(context, post)
        assert len(post.sent) == 2


def test_a_paused_webhook_is_told_afterwards(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        made, who, post = hook(context, event_types=CHANGE), monitor(context), Post()
        webhooks.change_webhook(context, who, made["id"], {"state": "paused"})
        move(context, "SEVERE")
        deliver_due(context, post)
        assert post.sent == []
        with pytest.raises(Conflict):
            deliveries.send_test(context, who, made["id"])
        webhooks.change_webhook(context, who, made["id"], {"state": "active"})
        deliver_due(context, post)
        assert post.types() == CHANGE


def test_a_test_message_and_a_redelivery_are_sent_on_request(adopted_url: str) -> None:
    clock = FrozenClock(builders.NOON)
    with context_here(adopted_url, clock) as context:
        made, who, post = hook(context), monitor(context), Post()
        sent = deliveries.send_test(context, who, made["id"])
        deliver_due(context, post)
        assert post.sent[0]["event"]["data"] == {"webhook_id": made["id"]}
        again = deliveries.redeliver(context, who, sent["id"])
        assert again["state"] == "pending"
        clock.tick(timedelta(seconds=1))
        deliver_due(context, post)
        assert post.sent[1]["headers"]["webhook-id"] == post.sent[0]["headers"]["webhook-id"]
        [item] = deliveries.list_deliveries(context, who, made["id"])["items"]
        assert len(item["attempts"]) == 2


def test_a_deleted_webhook_is_told_nothing(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        made, who, post = hook(context), monitor(context), Post()
        move(context, "SEVERE")
        fan_out(context)
        webhooks.delete_webhook(context, who, made["id"])
        deliver_due(context, post)
        assert post.sent == []
        assert webhooks.list_webhooks(context, who)["items"] == []


def test_a_webhook_is_not_told_of_what_happened_before_it(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        move(context, "SEVERE")
        hook(context)
        post = Post()
        deliver_due(context, post)
        assert post.sent == []


def test_another_worker_leaves_a_webhook_alone_until_the_lease_ends(adopted_url: str) -> None:
    clock = FrozenClock(builders.NOON)
    with context_here(adopted_url, clock) as context:
        made, post = hook(context, event_types=CHANGE), Post()
        move(context, "SEVERE")
        fan_out(context)
        [(row, due, _)] = delivering.note_and_take(context, "one", [], [], {False: 9, True: 9})
        assert (row["id"], len(due)) == (made["id"], 1)
        deliver_due(context, post, holder="two")
        assert post.sent == []
        clock.tick(timedelta(seconds=10))
        delivering.note_and_take(context, "one", [], [made["id"]], {False: 0, True: 0})
        clock.tick(timedelta(seconds=10))
        deliver_due(context, post, holder="two")
        assert post.sent == []
        clock.tick(timedelta(seconds=6))
        deliver_due(context, post, holder="two")
        assert post.types() == CHANGE
        late = delivering.Attempt(due[0], clock.now(), Answer(500, 1, "it failed"))
        delivering.note_and_take(context, "one", [late], [], {False: 0, True: 0})
        [item] = deliveries.list_deliveries(context, monitor(context), made["id"])["items"]
        assert item["state"] == "delivered"


def test_two_who_fan_out_at_once_make_each_delivery_once(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        hook(context)
        move(context, "SEVERE")
        with context.store.read() as reader:
            cursor = store.fanned_out(reader)
        made = fan_out(context)
        with context.store.housekeeping() as writer:
            store.set_fanned_out(writer, cursor)
        with pytest.raises(Exception, match=r"(?i)unique"):
            fan_out(context)
        with context.store.read() as reader:
            assert reader.connection.execute(select(func.count()).select_from(table)).scalar_one() == made


def test_a_slow_receiver_has_another_lane(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        made, post = hook(context, event_types=CHANGE), Post()
        post.answer = lambda _: Answer(204, 14_000)
        move(context, "SEVERE")
        deliver_due(context, post)
        assert _slow(context, made["id"]) is True
        post.answers(204)
        move(context, "CRITICAL")
        deliver_due(context, post)
        assert _slow(context, made["id"]) is False


def _slow(context, webhook_id: int) -> bool:
    with context.store.read() as reader:
        query = select(webhooks_table.c.slow).where(webhooks_table.c.id == webhook_id)
        return reader.connection.execute(query).scalar_one()


def test_a_secret_that_cannot_be_opened_holds_up_nobody_else(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        made, post = hook(context, event_types=CHANGE), Post()
        hook(context, url="https://other.example/", event_types=CHANGE)
        with context.store.housekeeping() as writer:
            broken = update(webhook_secrets).where(webhook_secrets.c.webhook_id == made["id"])
            writer.connection.execute(broken.values(sealed="nonsense"))
        move(context, "SEVERE")
        deliver_due(context, post)
        assert [message["url"] for message in post.sent] == ["https://other.example/"]


def test_a_courier_that_is_closed_sends_nothing_new(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        hook(context)
        post = Post()
        courier = Courier(context, "one", post)
        courier.close()
        move(context, "SEVERE")
        assert post.sent == []
        assert events.read_events(context, builders.lead(context))["items"]
