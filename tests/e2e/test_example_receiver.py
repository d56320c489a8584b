"""The receiver that people are given to copy, run as it stands, told by a real courier."""

from __future__ import annotations

import importlib.util
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
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
def inbox(receiver: ModuleType, tmp_path: Path) -> Any:
    return receiver.Inbox(str(tmp_path / "inbox.db"))


@pytest.fixture
def address(receiver: ModuleType, inbox: Any, handled: list[dict[str, Any]]) -> Iterator[str]:
    with serving(receiver, SECRET, inbox, handled.append) as address:
        yield address


@contextmanager
def serving(receiver: ModuleType, secret: str, inbox: Any, handle: Callable[[Any], None]) -> Iterator[str]:
    """The receiver's address. What it answered is worked off at the end."""
    with receiver.make_server(secret, 0, inbox, handle) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()
    inbox.work_off(handle)


def post(address: str, secret: str, body: bytes = b'{"type": "webhook.test"}', at: float = 0) -> int:
    now = datetime.fromtimestamp(time.time() + at, UTC)
    return requests.post(address, body, headers=signed_headers([secret], "evt_1", now, body), timeout=5).status_code


def test_a_genuine_message_is_handled_once_however_often_it_comes(
    receiver: ModuleType, inbox: Any, handled: list[dict[str, Any]]
) -> None:
    with serving(receiver, SECRET, inbox, handled.append) as address:
        assert [post(address, SECRET) for _ in range(3)] == [204, 204, 204]
    assert handled == [{"type": "webhook.test"}]


def test_what_was_answered_and_not_worked_off_is_worked_off_at_the_next_start(
    receiver: ModuleType, inbox: Any, handled: list[dict[str, Any]]
) -> None:
    inbox.keep("evt_1", b'{"type": "webhook.test"}')
    with serving(receiver, SECRET, inbox, handled.append) as address:
        assert post(address, SECRET) == 204
    with serving(receiver, SECRET, inbox, handled.append):
        pass
    assert handled == [{"type": "webhook.test"}]


def test_a_message_is_kept_before_it_is_answered(receiver: ModuleType, tmp_path: Path) -> None:
    inbox = receiver.Inbox(str(tmp_path / "inbox.db"))
    with serving(receiver, SECRET, inbox, print) as address:
        with closing(sqlite3.connect(tmp_path / "inbox.db")) as connection:
            connection.execute("ALTER TABLE messages RENAME TO elsewhere")
        assert post(address, SECRET) == 503
        with closing(sqlite3.connect(tmp_path / "inbox.db")) as connection:
            connection.execute("ALTER TABLE elsewhere RENAME TO messages")


def test_what_is_not_genuine_is_refused(address: str, handled: list[dict[str, Any]]) -> None:
    assert post(address, new_secret()) == 401
    assert post(address, SECRET, at=-301) == 401
    assert post(address, SECRET, at=310) == 401
    assert post(address, SECRET, b"x" * 20_001) == 413
    assert requests.post(address, b"{}", timeout=5).status_code == 401
    assert handled == []


def test_a_courier_tells_it_of_a_change(
    receiver: ModuleType, inbox: Any, handled: list[dict[str, Any]], adopted_url: str
) -> None:
    clock = FrozenClock(datetime.now(UTC))
    with context_here(adopted_url, clock) as context:
        made = hook(context, event_types=["threat_level.changed"])
        with serving(receiver, made["secret"], inbox, handled.append) as address:
            webhooks.change_webhook(context, monitor(context), made["id"], {"url": address})
            move(context, "CRITICAL")
            deliver_due(context)
        assert [event["data"]["level"] for event in handled] == ["CRITICAL"]
        [item] = deliveries.list_deliveries(context, monitor(context), made["id"])["items"]
        assert [attempt["status"] for attempt in item["attempts"]] == [204]
