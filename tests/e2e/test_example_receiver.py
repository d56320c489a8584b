"""The receiver that people are given to copy, run as it stands, told by a real courier."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import pytest
import requests

from service.operations import deliveries, webhooks
from service.operations.courier import deliver_due
from service.webhooks.signing import new_secret, signed_headers
from tests.fakes import FrozenClock
from tests.hooks import context_here, hook, monitor, move

PAGE = Path(__file__).parents[2] / "docs" / "receiver.py"
SECRET = new_secret()


@pytest.fixture(scope="module")
def receiver() -> ModuleType:
    spec = importlib.util.spec_from_file_location("receiver_to_copy", PAGE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def handled() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def address(receiver: ModuleType, handled: list[dict[str, Any]]) -> Iterator[str]:
    yield from serving(receiver, SECRET, handled)


def serving(receiver: ModuleType, secret: str, handled: list[dict[str, Any]]) -> Iterator[str]:
    with receiver.make_server(secret, 0, handled.append) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def post(address: str, secret: str, body: bytes = b'{"type": "webhook.test"}', at: float = 0) -> int:
    now = datetime.fromtimestamp(time.time() + at, UTC)
    return requests.post(address, body, headers=signed_headers([secret], "evt_1", now, body), timeout=5).status_code


def test_a_genuine_message_is_handled_once_however_often_it_comes(address: str, handled: list[dict[str, Any]]) -> None:
    assert [post(address, SECRET) for _ in range(3)] == [204, 204, 204]
    assert handled == [{"type": "webhook.test"}]


def test_what_is_not_genuine_is_refused(address: str, handled: list[dict[str, Any]]) -> None:
    assert post(address, new_secret()) == 401
    assert post(address, SECRET, at=-301) == 401
    assert post(address, SECRET, at=310) == 401
    assert post(address, SECRET, b"x" * 20_001) == 413
    assert requests.post(address, b"{}", timeout=5).status_code == 401
    assert handled == []


def test_a_courier_tells_it_of_a_change(receiver: ModuleType, adopted_url: str) -> None:
    handled: list[dict[str, Any]] = []
    clock = FrozenClock(datetime.now(UTC))
    with context_here(adopted_url, clock) as context:
        made = hook(context, event_types=["threat_level.changed"])
        for address in serving(receiver, made["secret"], handled):
            webhooks.change_webhook(context, monitor(context), made["id"], {"url": address})
            move(context, "CRITICAL")
            deliver_due(context)
        assert [event["data"]["level"] for event in handled] == ["CRITICAL"]
        [item] = deliveries.list_deliveries(context, monitor(context), made["id"])["items"]
        assert [attempt["status"] for attempt in item["attempts"]] == [204]
