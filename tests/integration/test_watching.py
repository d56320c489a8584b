"""The figures by which a broken record, and a level kept up for too long, are noticed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from rules.levels import Scope, ThreatLevel
from service.operations import health
from service.operations.context import Context
from service.operations.threat import ThreatWish, set_level
from service.operations.watching import check_record
from service.store import refusals
from service.store.tables import audit_details
from service.worker import scheduled
from tests.builders import NOON, context_on, lead, register
from tests.fakes import FrozenClock

DAY = 24 * 3600


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(adopted_url: str, clock: FrozenClock) -> Iterator[Context]:
    with context_on(adopted_url, clock=clock) as context:
        yield context


def record_check(context: Context) -> tuple[str, str]:
    found = {check["name"]: check for check in health.readiness(context)["checks"]}["record"]
    return found["status"], found["detail"]


def test_before_the_record_was_read_nothing_is_said_of_it(context: Context) -> None:
    figures = health.figures(context)
    assert (figures["record_faults"], figures["record_check_age_seconds"]) == (None, None)
    assert record_check(context) == ("ok", "the record was not read yet")


def test_a_whole_record_is_told_with_the_age_of_its_reading(context: Context, clock: FrozenClock) -> None:
    check_record(context)
    clock.tick(timedelta(minutes=5))
    figures = health.figures(context)
    assert figures["record_faults"] == 0
    assert figures["record_check_age_seconds"] == pytest.approx(300, abs=1)
    assert record_check(context)[0] == "ok"


def test_a_broken_record_is_told(context: Context) -> None:
    with context.store.housekeeping() as writer:
        refusals.drop(writer.connection)
        writer.connection.execute(audit_details.update().values(detail="{}"))
    check_record(context)
    assert health.figures(context)["record_faults"] == 1
    assert record_check(context)[0] == "degraded"
    assert "not whole" in record_check(context)[1]


def test_the_workers_read_the_record(context: Context) -> None:
    assert check_record in {job.run for job in scheduled(context.settings)}


def test_the_longest_time_at_exceptional_is_told_beside_what_the_plan_can_sustain(
    context: Context, clock: FrozenClock
) -> None:
    register(context, {"id": "north"}, {"id": "hidden", "restricted": True})
    assert health.figures(context)["exceptional_seconds"] == 0
    set_level(context, lead(context), ThreatWish(Scope.NATIONAL, ThreatLevel.CRITICAL, "an attack"))
    clock.tick(timedelta(days=4))
    figures = health.figures(context)
    assert figures["exceptional_seconds"] == pytest.approx(4 * DAY, abs=1)
    assert figures["exceptional_sustainable_seconds"] == 3 * DAY


def test_a_restricted_premises_shows_in_no_figure(context: Context) -> None:
    register(context, {"id": "hidden", "restricted": True})
    set_level(context, lead(context), ThreatWish(Scope.NATIONAL, ThreatLevel.CRITICAL, "an attack"))
    assert health.figures(context)["exceptional_seconds"] == 0


def test_a_plan_that_does_not_say_gives_no_figure(context: Context) -> None:
    silent = replace(context.policy, plan=replace(context.policy.plan, sustainable_for=None))
    assert health.figures(replace(context, policy=silent))["exceptional_sustainable_seconds"] is None
