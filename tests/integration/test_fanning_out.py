"""One change, many webhooks: each is told once, of its own premises only, as if it had been the only one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from rules.levels import ResponseLevel
from service.operations import fanning_out, override_expiry, overrides
from service.operations.context import Context
from service.operations.event_views import view, views
from service.operations.overrides import OverrideWish
from service.operations.people import Role
from service.operations.sweep_overdue import sweep_overdue
from service.store import deliveries as store
from service.store import events, narrowed, webhooks
from service.store.deliveries import FannedOut
from service.store.tables import checklists, deliveries
from tests import builders
from tests.fakes import FrozenClock
from tests.hooks import context_here, hook, monitor, move

SITES = {
    f"site-{number:02}": {"district": ("East", "West", "Far")[number % 3], "restricted": number % 7 == 0}
    for number in range(24)
}
QUIET = [name for name, row in SITES.items() if row["restricted"]]


@contextmanager
def estate(url: str, clock: FrozenClock | None = None) -> Iterator[Context]:
    """Premises in three districts, some restricted, and webhooks of three people that are narrowed in all ways."""
    with context_here(url, clock) as context:
        builders.register(context, *({"id": name, **row} for name, row in SITES.items()))
        plain = monitor(context)
        granted = builders.person(context, "Gina Granted", Role.MONITOR, *QUIET[:2])
        named = builders.person(context, "Mara Manager", Role.MONITOR)
        names = sorted(SITES)
        for who in (plain, granted, named):
            seen = [name for name in names if name not in QUIET or name in who.premises]
            hook(context, who)
            hook(context, who, districts=["West"])
            hook(context, who, districts=["East", "Nowhere"], premises=seen[3:5])
            for place in range(0, len(seen), 5):
                hook(context, who, premises=seen[place : place + 5])
        yield context


def busy(context: Context, clock: FrozenClock) -> None:
    """Something of most types of events."""
    who = builders.person(context, "Mara Manager", Role.OP_QUANTITY_LEAD)
    move(context, "SEVERE")
    until = clock.now() + timedelta(hours=30)
    for name, kind, level in (
        ("site-01", "raise", ResponseLevel.EXCEPTIONAL),
        ("site-02", "lower", ResponseLevel.NORMAL),
        ("quiet-house", "raise", ResponseLevel.EXCEPTIONAL),
    ):
        overrides.create_override(context, who, name, OverrideWish(kind, "a report", until, level))
    move(context, "CRITICAL")
    clock.tick(timedelta(days=2))
    sweep_overdue(context)
    override_expiry.sweep_overrides(context)
    move(context, "SUBSTANTIAL")
    with context.store.write() as writer:
        writer.emit(
            "decision.failed", {"trigger": {"kind": "register", "reference": "site-00", "id": 1}, "premises": 1}
        )
        writer.record("system", "test.failed", "estate", {})


def test_all_audiences_together_are_told_what_each_is_told_alone(migrated_url: str) -> None:
    clock = FrozenClock(builders.NOON)
    with estate(migrated_url, clock) as context:
        busy(context, clock)
        with context.store.read() as reader:
            audiences = set(fanning_out.audiences_of(reader, webhooks.all_known(reader)).values())
            happened = events.after(reader, 0, 1_000)
            assert len({event["type"] for event in happened}) >= 9
            differ = 0
            for event in happened:
                together = views(reader, event, audiences)
                alone = {audience: view(reader, event, audience) for audience in audiences}
                assert together == {audience: told for audience, told in alone.items() if told is not None}
                differ += len({json.dumps(told["data"]) for told in together.values()}) > 1
            assert differ > 5


@pytest.mark.parametrize(("together", "enough", "page"), [(1, 1, 1), (3, 4, 5), (100, 200, 1_000)])
def test_each_webhook_is_told_once_of_its_own_premises_only(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch, together: int, enough: int, page: int
) -> None:
    monkeypatch.setattr(narrowed, "PAGE", page)
    monkeypatch.setattr(fanning_out, "TOGETHER", together)
    monkeypatch.setattr(fanning_out, "ENOUGH", enough)
    with estate(migrated_url) as context:
        move(context, "CRITICAL")
        _fan_out_all(context)
        with context.store.read() as reader:
            happened = events.after(reader, 0, 1_000)
            [*_, change] = [event for event in happened if event["type"] == "response_levels.changed"]
            moved = _moved(reader, change["at"])
            told = _told(reader, change["sequence"])
            audiences = fanning_out.audiences_of(reader, webhooks.all_known(reader))
            for row in webhooks.all_known(reader):
                if not row["narrowed"]:
                    assert len(told[row["id"]]) == 1
                    continue
                own = _own(moved, webhooks.scopes(reader, row["id"]), audiences[row["id"]].sight.restricted or set())
                found = [json.loads(body)["data"] for body in told.get(row["id"], [])]
                expected = [{name: moved[name][0] for name in own}] if own else []
                assert [{item["id"]: item["response_level"] for item in data["premises"]} for data in found] == expected
                assert [data["changed"] for data in found] == [len(names) for names in expected]


def test_a_change_is_told_as_it_was_though_another_followed_before_it_was_told(migrated_url: str) -> None:
    with estate(migrated_url) as context:
        move(context, "CRITICAL")
        move(context, "SUBSTANTIAL")
        _fan_out_all(context)
        with context.store.read() as reader:
            changes = [e for e in events.after(reader, 0, 1_000) if e["type"] == "response_levels.changed"][-2:]
            west = [row["id"] for row in webhooks.all_known(reader) if webhooks.scopes(reader, row["id"])["district"]]
            listed = set()
            for change in changes:
                moved, told = _moved(reader, change["at"]), _told(reader, change["sequence"])
                for body in (json.loads(body)["data"] for webhook_id in west for body in told.get(webhook_id, [])):
                    assert body["changed"] == len(body["premises"]) > 0
                    assert all(moved[item["id"]][0] == item["response_level"] for item in body["premises"])
                    listed |= {(change["sequence"], item["id"]) for item in body["premises"]}
            assert {sequence for sequence, _ in listed} == {change["sequence"] for change in changes}


def _fan_out_all(context: Context) -> None:
    with context.store.read() as reader:
        last = events.last_sequence(reader)
    while True:
        fanning_out.fan_out(context)
        with context.store.read() as reader:
            if store.fanned_out(reader) == FannedOut(last):
                return


def _moved(reader: Any, at: Any) -> dict[str, tuple[str, str, bool]]:
    """Each premises whose level moved: the level, its district, and whether it is restricted."""
    rows = reader.connection.execute(select(checklists).where(checklists.c.issued_at == at)).mappings()
    register = {"north-hq": ("North", False), "south-office": ("South", False), "quiet-house": ("North", True)}
    register |= {name: (row["district"], row["restricted"]) for name, row in SITES.items()}
    return {
        row["subject"]: (row["response_level"].name, *register[row["subject"]]) for row in rows if row["subject"] != "*"
    }


def _own(moved: dict[str, tuple[str, str, bool]], scopes: dict[str, list[str]], may_see: Any) -> list[str]:
    return [
        name
        for name, (_, district, restricted) in sorted(moved.items())
        if (name in scopes["premises"] or district in scopes["district"]) and (not restricted or name in may_see)
    ]


def _told(reader: Any, sequence: int) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    query = select(deliveries.c.webhook_id, deliveries.c.body).where(deliveries.c.sequence == sequence)
    for webhook_id, body in reader.connection.execute(query):
        found.setdefault(webhook_id, []).append(body)
    return found


def test_the_share_of_a_webhook_is_known_in_the_middle_of_an_event() -> None:
    position = FannedOut(7, 40)
    assert position.reached(7, 99)
    assert position.reached(8, 40)
    assert not position.reached(8, 41)
    assert not position.reached(9, 1)
