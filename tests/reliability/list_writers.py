"""The operations on lists and on who was told, each with a state from which it can be done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from service.operations import (
    acknowledgements,
    idempotency,
    items,
    keyed_in,
    policy_reviews,
    printing,
    response_levels,
    sweep_acknowledgements,
    sweep_overdue,
    threat,
    watching,
)
from service.operations.context import Context
from service.operations.idempotency import Once
from service.operations.keyed_rows import Line
from tests import builders, lists
from tests.reliability.case import Act, WriterCase
from tests.reliability.reading_writers import wait
from tests.reliability.threat_writers import national, waiting_fall

REASON = "waits for the supplier"


def _tick(context: Context) -> Act:
    lead, seen = builders.lead(context), lists.present(context)
    return lambda: lists.tick(context, lead, seen, "H1")


def _decline(context: Context) -> Act:
    lead, seen = builders.lead(context), lists.present(context)
    return lambda: lists.tick(context, lead, seen, "H2", "declined", REASON)


def _agree(context: Context) -> Act:
    _decline(context)()
    gold, list_id = builders.gold(context), lists.present(context)["id"]
    return lambda: items.agree_item(context, gold, list_id, "H2")


def _key_in(context: Context) -> Act:
    lead, printed = builders.lead(context), printing.printed_present(context, builders.lead(context), "alder")
    code = {item["option_id"]: item["code"] for item in printed["items"]}
    wait(context, timedelta(minutes=10))
    rows = [Line(1, code["H1"], "12:05", "Al"), Line(2, code["H2"], "12:05", "Al", "declined", REASON)]
    return lambda: keyed_in.key_in(context, lead, printed["id"], rows)


def _add(context: Context) -> Act:
    lead, list_id = builders.lead(context), lists.present(context)["id"]
    return lambda: items.add_item(context, lead, list_id, "Check the gate", "estates", reverse="Leave the gate")


def _hand_over(context: Context) -> Act:
    lead, list_id = builders.lead(context), lists.present(context)["id"]
    return lambda: items.hand_over(context, lead, list_id, "Nia Night")


def _sign_off(context: Context) -> Act:
    lead = builders.lead(context)
    done = lists.decide_all(context, lead, lists.present(context)["id"])
    return lambda: items.sign_off(context, lead, done["id"], done["version"])


def _touched_at_critical(context: Context) -> int:
    waiting = waiting_fall(context)
    lists.tick(context, builders.lead(context), lists.present(context), "E1")
    lists.tick(context, builders.lead(context), lists.present(context), "E2")
    lists.tick(context, builders.lead(context), lists.present(context), "H1")
    return waiting


def _fall(context: Context) -> Act:
    waiting, gold = _touched_at_critical(context), builders.gold(context)
    return lambda: threat.approve(context, gold, waiting)


def _standing_down(context: Context) -> dict[str, Any]:
    _fall(context)()
    seen = lists.standing_down(context)
    assert seen is not None
    return seen


def _rise_anew(context: Context) -> Act:
    lead = builders.lead(context)
    lists.tick(context, lead, _standing_down(context), "E1")
    return lambda: threat.set_level(context, lead, national("CRITICAL"))


def _finish_standing_down(context: Context) -> Act:
    lead = builders.lead(context)
    done = lists.decide_all(context, lead, _standing_down(context)["id"])
    return lambda: items.sign_off(context, lead, done["id"], done["version"])


def _overdue(context: Context) -> Act:
    lists.tick(context, builders.lead(context), lists.present(context), "H1")
    wait(context, timedelta(hours=5))
    return lambda: sweep_overdue.sweep_overdue(context)


def _unacknowledged(context: Context) -> Act:
    wait(context, timedelta(hours=2))
    return lambda: sweep_acknowledgements.sweep_acknowledgements(context)


def _review(context: Context) -> Act:
    due = replace(context.policy.plan, review_by=builders.NOON.date())
    late = replace(context, policy=replace(context.policy, plan=due))
    return lambda: policy_reviews.tell_reviews_due(late)


def _acknowledge(context: Context) -> Act:
    lead = builders.lead(context)
    decision = response_levels.response_level(context, lead, "alder")["decision"]["id"]
    return lambda: acknowledgements.acknowledge(context, lead, "alder", decision, 14)


def _old_keys(context: Context) -> Act:
    once = Once("a route", "a key", "abc")
    threat.set_level(context, builders.lead(context), national("SEVERE"), once)
    wait(context, timedelta(days=2))
    return lambda: idempotency.forget_old_keys(context)


LIST_CASES = [
    WriterCase("items.tick", _tick),
    WriterCase("items.tick", _decline, "declining what is required"),
    WriterCase("items.agree_item", _agree),
    WriterCase("items.add_item", _add),
    WriterCase("keyed_in.key_in", _key_in, "with a required item declined"),
    WriterCase("items.hand_over", _hand_over),
    WriterCase("items.sign_off", _sign_off, "of a response list"),
    WriterCase("items.sign_off", _finish_standing_down, "of a stand-down list"),
    WriterCase("threat.approve", _fall, "standing down what was done"),
    WriterCase("threat.set_level", _rise_anew, "while standing down"),
    WriterCase("sweep_overdue.sweep_overdue", _overdue),
    WriterCase("sweep_acknowledgements.sweep_acknowledgements", _unacknowledged),
    WriterCase("policy_reviews.tell_reviews_due", _review),
    WriterCase("acknowledgements.acknowledge", _acknowledge),
    WriterCase("idempotency.forget_old_keys", _old_keys, entries=0),
    WriterCase("watching.check_record", lambda context: lambda: watching.check_record(context), entries=0),
]
