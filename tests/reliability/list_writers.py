"""What writes on lists and acknowledges levels, each with a state from which it can be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from service.operations import acknowledgements, items, sweep_overdue
from service.operations.context import Context
from tests import builders, lists
from tests.fakes import FrozenClock

Act = Callable[[], object]

REQUIRED = "A03"
"""An option of the packaged plan that every premises must do."""


def _tick(context: Context) -> Act:
    who, seen = builders.lead(context), lists.present(context)
    return lambda: lists.tick(context, who, seen, REQUIRED, "blocked", "no key")


def _agree(context: Context) -> Act:
    seen, second = lists.present(context), builders.gold(context)
    lists.tick(context, builders.lead(context), seen, REQUIRED, "blocked", "no key")
    return lambda: items.agree_item(context, second, seen["id"], REQUIRED)


def _add(context: Context) -> Act:
    who, seen = builders.lead(context), lists.present(context)
    return lambda: items.add_item(context, who, seen["id"], "Move the bins", "estates")


def _hand_over(context: Context) -> Act:
    who, seen = builders.lead(context), lists.present(context)
    return lambda: items.hand_over(context, who, seen["id"], "Nell Night")


def _sign_off(context: Context) -> Act:
    who = builders.lead(context)
    ready = lists.decide_all(context, who, lists.present(context)["id"])
    return lambda: items.sign_off(context, who, ready["id"], ready["version"])


def _acknowledge(context: Context) -> Act:
    who = builders.lead(context)
    present = acknowledgements.acknowledgements_of(context, who, "alder")
    return lambda: acknowledgements.acknowledge(context, who, "alder", present["decision_id"])


def _sweep(context: Context) -> Act:
    assert isinstance(context.store.clock, FrozenClock)
    context.store.clock.tick(timedelta(days=2))
    return lambda: sweep_overdue.sweep_overdue(context)


LIST_OPERATIONS: dict[str, Callable[[Context], Act]] = {
    "items.tick": _tick,
    "items.agree_item": _agree,
    "items.add_item": _add,
    "items.hand_over": _hand_over,
    "items.sign_off": _sign_off,
    "acknowledgements.acknowledge": _acknowledge,
    "sweep_overdue.sweep_overdue": _sweep,
}
