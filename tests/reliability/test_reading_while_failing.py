"""Board, levels and checklists answer while the engine, the feed, the worker or another writer is in trouble."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NoReturn

import pytest

from rules.conditions import Condition
from rules.engine import EngineFault
from rules.evaluation import Evaluation
from service.operations import board, checklists, feed_health, polling, response_levels, threat, threat_levels
from service.operations.context import Context
from service.operations.people import Principal
from tests import builders, lists
from tests.reliability.reading_writers import UNREACHABLE, UNREADABLE, Answers
from tests.reliability.test_locked_database import locked
from tests.reliability.threat_writers import national


class Gone:
    """An engine that raises on every call."""

    def __init__(self, conditions: Mapping[str, Condition]) -> None:
        pass

    def fired(self, facts: Mapping[str, str]) -> NoReturn:
        raise EngineFault("the engine is gone")

    def close(self) -> None:
        pass


@pytest.fixture
def context(migrated_url: str) -> Iterator[Context]:
    policy = lists.small_policy()
    engineless = replace(
        policy,
        levels=Evaluation(policy.rulebook.conditions, engine="durable", durable=Gone),
        options=Evaluation(policy.plan.conditions, engine="durable", durable=Gone),
    )
    with builders.context_on(migrated_url, policy=engineless) as context:
        builders.register(context, {"id": "alder"}, {"id": "birch", "kinds": ["custody"]})
        threat.set_level(context, builders.lead(context), national("SEVERE"))
        yield context


def read_all(context: Context, who: Principal) -> dict[str, Any]:
    """What people look at first."""
    return {
        "board": board.estate(context, who),
        "level": response_levels.response_level(context, who, "alder"),
        "checklist": checklists.present_checklist(context, who, "alder"),
        "threat": threat_levels.threat_levels(context, who),
    }


def _levels(shown: dict[str, Any]) -> list[str]:
    national_level = next(item["level"] for item in shown["threat"]["items"] if item["scope"] == "national")
    return [national_level, shown["level"]["response_level"], shown["checklist"]["response_level"]]


def test_all_is_read_and_decided_with_no_engine_no_worker_and_no_feed(context: Context) -> None:
    who = builders.lead(context)
    shown = read_all(context, who)
    assert _levels(shown) == ["SEVERE", "HEIGHTENED", "HEIGHTENED"]
    assert shown["level"]["decision"]["degraded"]
    threat.set_level(context, who, national("CRITICAL"))
    assert _levels(read_all(context, who)) == ["CRITICAL", "EXCEPTIONAL", "EXCEPTIONAL"]


@pytest.mark.parametrize("answer", [UNREACHABLE, UNREADABLE], ids=["unreachable", "unreadable"])
def test_all_is_read_while_the_feed_fails_and_it_shows(context: Context, answer: Any) -> None:
    who = builders.lead(context)
    before = _levels(read_all(context, who))
    for _ in range(feed_health.FAILED_POLLS):
        polling.poll_feed(context, Answers(answer))
    shown = read_all(context, who)
    assert _levels(shown) == before
    assert [feed["stale"] for feed in shown["board"]["feed"]] == [True]
    assert {item["stale"] for item in shown["threat"]["items"] if item["scope"] == "national"} == {True}


def test_all_is_read_while_another_holds_the_lock(context: Context) -> None:
    who = builders.lead(context)
    before = read_all(context, who)
    with locked(context):
        assert read_all(context, who) == before
