"""Events by pull: in order, none ever behind a cursor that was read, and each as its schema says."""

from __future__ import annotations

import ast
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import jsonschema
import pytest

from service.errors import Busy, Invalid
from service.operations import event_types, events
from service.operations.context import Context
from service.operations.event_types import EVENT_TYPES
from service.operations.events import read_events
from service.operations.people import Role
from tests import builders
from tests.hooks import context_here, monitor, move
from tests.repository.tree import modules

WRITERS, EACH = 4, 15


def emit(context: Context, type_: str = "feed.stale") -> None:
    while True:
        try:
            with context.store.write() as writer:
                writer.emit(type_, {"source": "mi5", "failures": 3})
                writer.emit(type_, {"source": "mi5", "failures": 4})
                writer.record("system", "test.told", "feed/mi5", {})
            return
        except Busy:
            continue


def test_no_event_ever_appears_behind_a_cursor_that_was_read(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        who, done = monitor(context), Event()
        start = read_events(context, who, limit=200)["next"]

        def follow() -> list[int]:
            seen, cursor = [], start
            while True:
                last_look = done.is_set()
                found = read_events(context, who, cursor, limit=7)
                seen += [item["sequence"] for item in found["items"]]
                cursor = found["next"]
                if last_look and not found["items"]:
                    return seen

        def write() -> None:
            for _ in range(EACH):
                emit(context)

        with ThreadPoolExecutor(WRITERS + 2) as pool:
            readers = [pool.submit(follow) for _ in range(2)]
            for writer in [pool.submit(write) for _ in range(WRITERS)]:
                writer.result()
            done.set()
            wanted = list(range(start + 1, start + 1 + WRITERS * EACH * 2))
            assert [reader.result() for reader in readers] == [wanted, wanted]


def test_reading_goes_on_where_it_ended_and_may_be_by_type(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        move(context, "SEVERE")
        who, seen, cursor = monitor(context), [], 0
        while (found := read_events(context, who, cursor, limit=2))["items"]:
            seen += found["items"]
            cursor = found["next"]
        assert seen == read_events(context, who, limit=200)["items"]
        only = read_events(context, who, types=["threat_level.changed"])
        assert [item["type"] for item in only["items"]] == ["threat_level.changed"]
        assert only["next"] == cursor
        assert read_events(context, who, cursor) == {"items": [], "next": cursor}


def test_waiting_ends_with_the_first_event(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        who = monitor(context)
        cursor = read_events(context, who, limit=200)["next"]
        pauses: list[float] = []

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 3:
                emit(context)

        found = read_events(context, who, cursor, wait=30, pause=pause)
        assert len(found["items"]) == 2
        assert len(pauses) == 3


def test_waiting_ends_with_its_time(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        who, pauses = monitor(context), list[float]()
        cursor = read_events(context, who, limit=200)["next"]
        assert read_events(context, who, cursor, wait=2, pause=pauses.append) == {"items": [], "next": cursor}
        assert sum(pauses) == 2


def test_waiting_ends_when_the_process_is_told_to_stop(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        who, pauses = monitor(context), list[float]()

        def told_to_stop(seconds: float) -> bool:
            pauses.append(seconds)
            return True

        cursor = read_events(context, who, limit=200)["next"]
        assert read_events(context, who, cursor, wait=30, pause=told_to_stop) == {"items": [], "next": cursor}
        assert len(pauses) == 1


def test_too_many_who_wait_are_answered_at_once(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        who = monitor(context)
        cursor = read_events(context, who, limit=200)["next"]
        waiting, pauses = [0], list[float]()

        def another(seconds: float) -> None:
            pauses.append(seconds)
            waiting[0] += 1
            if waiting[0] <= events.MOST_WAITING:
                read_events(context, who, cursor, wait=1, pause=another)

        read_events(context, who, cursor, wait=1, pause=another)
        assert len(pauses) == events.MOST_WAITING * 4


def test_a_cursor_that_no_event_has_reached_is_refused(adopted_url: str) -> None:
    with context_here(adopted_url) as context, pytest.raises(Invalid) as refused:
        read_events(context, monitor(context), 10**9)
    assert refused.value.fields[0].field == "after"


def test_a_type_that_does_not_exist_is_refused(adopted_url: str) -> None:
    with context_here(adopted_url) as context, pytest.raises(Invalid, match="no event type"):
        read_events(context, monitor(context), types=["threat.changed"])


def test_what_is_really_told_is_as_the_schemas_say(adopted_url: str) -> None:
    with context_here(adopted_url) as context:
        move(context, "SEVERE")
        move(context, "CRITICAL")
        for name, role in (("Ada Auditor", Role.AUDITOR), ("Monty Monitor", Role.MONITOR)):
            found = read_events(context, builders.person(context, name, role), limit=200)["items"]
            assert len(found) > 5
            for item in found:
                jsonschema.validate(item, event_types.payload_schema(item["type"]))


@pytest.mark.parametrize("type_", EVENT_TYPES)
def test_each_example_is_as_its_schema_says(type_: str) -> None:
    schema = event_types.payload_schema(type_)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(event_types.example(type_), schema)


def test_every_type_that_the_code_tells_is_described() -> None:

    told = {
        node.args[0].value
        for module in modules("service")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "emit"
        if isinstance(node.args[0], ast.Constant)
    }
    of_feeds = {"feed.stale", "feed.recovered"}
    assert told | of_feeds == set(EVENT_TYPES)
