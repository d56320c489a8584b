"""One wish sent twice at the same time under one key is carried out once, and both are answered alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from rules.levels import ResponseLevel, Scope, ThreatLevel
from service.operations import (
    acknowledgements,
    importing,
    items,
    overrides,
    readings,
    register,
    response_levels,
    threat,
)
from service.operations.context import Context
from service.operations.idempotency import Once, Replayed
from service.operations.overrides import OverrideWish
from service.operations.people import Role
from service.operations.readings import Pushed
from service.store.tables import idempotency_keys
from tests import builders, lists
from tests.builders import NOON
from tests.reliability.test_two_writers import count_of, two_at_once
from tests.reliability.threat_writers import national
from tests.reliability.writers import two_premises

Arrange = Callable[[Context], Callable[[], object]]
ONCE = Once("a route", "a key", "abc")


def _set_level(context: Context) -> Callable[[], object]:
    lead = builders.lead(context)
    return lambda: threat.set_level(context, lead, national("CRITICAL"), ONCE)


def _push(context: Context) -> Callable[[], object]:
    cell = builders.person(context, "Cell", Role.FEED)
    return lambda: readings.push_reading(context, cell, Pushed(Scope.NATIONAL, ThreatLevel.SEVERE), ONCE)


def _put(context: Context) -> Callable[[], object]:
    lead = builders.lead(context)
    return lambda: register.put_premises(context, lead, "cedar", {"name": "Cedar"}, ONCE)


def _import(context: Context) -> Callable[[], object]:
    lead = builders.lead(context)
    return lambda: importing.import_premises(context, lead, "id,name\ncedar,Cedar\n", once=ONCE)


def _raise(context: Context) -> Callable[[], object]:
    lead = builders.lead(context)
    wish = OverrideWish("raise", "for a test", NOON + timedelta(hours=1), ResponseLevel.EXCEPTIONAL)
    return lambda: overrides.create_override(context, lead, "alder", wish, ONCE)


def _tick(context: Context) -> Callable[[], object]:
    lead, seen = builders.lead(context), lists.present(context)
    return lambda: items.tick(context, lead, seen["id"], "H1", "done", "", seen["version"], once=ONCE)


def _add(context: Context) -> Callable[[], object]:
    lead, seen = builders.lead(context), lists.present(context)
    return lambda: items.add_item(context, lead, seen["id"], "Check the gate", "estates", once=ONCE)


def _acknowledge(context: Context) -> Callable[[], object]:
    lead = builders.lead(context)
    decision = response_levels.response_level(context, lead, "alder")["decision"]["id"]
    return lambda: acknowledgements.acknowledge(context, lead, "alder", decision, 14, ONCE)


@pytest.mark.parametrize(
    "arrange",
    [_set_level, _push, _put, _import, _raise, _tick, _add, _acknowledge],
    ids=lambda arrange: arrange.__name__.strip("_"),
)
def test_two_at_once_with_one_key_are_answered_alike(small_url: str, arrange: Arrange) -> None:
    with two_premises(small_url) as context:
        act = arrange(context)
        keys = count_of(context, idempotency_keys)

        def answered() -> object:
            try:
                return act()
            except Replayed as replay:
                return replay.answer

        first, second = two_at_once(answered)
        assert first == second
        assert not isinstance(first, Exception)
        assert count_of(context, idempotency_keys) == keys + 1
        assert context.store.verify().valid
