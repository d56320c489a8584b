"""The operations on webhooks and deliveries, each with a state from which it can be done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pydantic import SecretStr

from service.operations import deliveries, delivering, resealing, retention, threat, webhooks
from service.operations.context import Context
from service.operations.courier import deliver_due
from service.operations.fanning_out import fan_out
from service.operations.webhooks import WebhookWish
from service.webhooks.sending import Answer
from tests import builders
from tests.hooks import OUTSIDE, Post, hook, monitor
from tests.reliability.case import Act, WriterCase
from tests.reliability.reading_writers import wait
from tests.reliability.threat_writers import national

ROOM = {False: 5, True: 5}


def _create(context: Context) -> Act:
    who = monitor(context)
    wish = WebhookWish(OUTSIDE, ["threat_level.changed"], ["alder"], ["North"])
    return lambda: webhooks.create_webhook(context, who, wish, look_up=lambda *_: ["93.184.215.14"])


def _change(context: Context) -> Act:
    made, who = hook(context), monitor(context)
    wishes = {"state": "paused", "premises": ["alder"], "districts": []}
    return lambda: webhooks.change_webhook(context, who, made["id"], wishes)


def _delete(context: Context) -> Act:
    made, who = hook(context), monitor(context)
    return lambda: webhooks.delete_webhook(context, who, made["id"])


def _rotate(context: Context) -> Act:
    made, who = hook(context), monitor(context)
    return lambda: webhooks.rotate_secret(context, who, made["id"])


def _test(context: Context) -> Act:
    made, who = hook(context), monitor(context)
    return lambda: deliveries.send_test(context, who, made["id"])


def _redeliver(context: Context) -> Act:
    made, who = hook(context), monitor(context)
    sent = deliveries.send_test(context, who, made["id"])
    return lambda: deliveries.redeliver(context, who, sent["id"])


def _recover(context: Context) -> Act:
    made, who = hook(context), monitor(context)
    threat.set_level(context, builders.lead(context), national("SEVERE"))
    return lambda: deliveries.recover(context, who, made["id"], builders.NOON)


def _fan_out(context: Context) -> Act:
    hook(context)
    threat.set_level(context, builders.lead(context), national("SEVERE"))
    return lambda: fan_out(context)


def _note_and_take(context: Context) -> Act:
    hook(context)
    hook(context, url="https://other.example/")
    _fan_out(context)()
    [(row, [first, *_], _)] = delivering.note_and_take(context, "one", [], [], {False: 1, True: 0})
    notes = [
        delivering.Attempt(first, context.store.clock.now(), Answer(204, 3)),
        delivering.Ended(row["id"], False),
    ]
    return lambda: delivering.note_and_take(context, "one", notes, [], ROOM)


def _disable(context: Context) -> Act:
    made = hook(context)
    return lambda: delivering.disable(context, made["id"], delivering.FAILING)


def _reseal(context: Context) -> Act:
    hook(context)
    hook(context, url="https://other.example/")
    keys = SecretStr(f"a new key for the secrets of webhooks,{builders.SECRET_KEY}")
    rotated = replace(context, settings=context.settings.model_copy(update={"secret_key": keys}))
    return lambda: resealing.reseal_secrets(rotated, builders.SYSTEM_LIKE)


def _old_deliveries(context: Context) -> Act:
    hook(context)
    threat.set_level(context, builders.lead(context), national("SEVERE"))
    deliver_due(context, Post())
    wait(context, timedelta(days=91))
    return lambda: retention.forget_old_deliveries(context)


WEBHOOK_CASES = [
    WriterCase("webhooks.create_webhook", _create),
    WriterCase("webhooks.change_webhook", _change),
    WriterCase("webhooks.delete_webhook", _delete),
    WriterCase("webhooks.rotate_secret", _rotate),
    WriterCase("deliveries.send_test", _test),
    WriterCase("deliveries.redeliver", _redeliver),
    WriterCase("deliveries.recover", _recover),
    WriterCase("fanning_out.fan_out", _fan_out),
    WriterCase("delivering.note_and_take", _note_and_take),
    WriterCase("delivering.disable", _disable),
    WriterCase("resealing.reseal_secrets", _reseal),
    WriterCase("retention.forget_old_deliveries", _old_deliveries, entries=0, in_steps=True),
]
