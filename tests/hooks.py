"""What tests of webhooks share: a context that may call this machine, a webhook, and lines that only note."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rules.levels import Scope, ThreatLevel
from service.operations import threat, webhooks
from service.operations.context import Context
from service.operations.people import Principal, Role
from service.operations.threat import ThreatWish
from service.operations.webhooks import WebhookWish
from service.webhooks.sending import Answer
from tests import builders
from tests.fakes import FrozenClock

HERE = "127.0.0.0/8"
OUTSIDE = "https://receiver.example/hook"
NEAR = "near.example"
"""A name of this machine."""


@contextmanager
def context_here(url: str, clock: FrozenClock | None = None) -> Iterator[Context]:
    """A context with three premises, one of them restricted, that may call this machine."""
    with builders.context_on(url, clock=clock, webhook_allow=(HERE,), falls_need_two=False) as context:
        builders.register(
            context,
            {"id": "north-hq"},
            {"id": "south-office", "district": "South"},
            {"id": "quiet-house", "restricted": True, "manager": "Mara Manager"},
        )
        yield context


def monitor(context: Context, name: str = "Monty Monitor") -> Principal:
    """One who watches."""
    return builders.person(context, name, Role.MONITOR)


def hook(context: Context, who: Principal | None = None, url: str = OUTSIDE, **wish: Any) -> dict[str, Any]:
    """A webhook as it is made."""
    return webhooks.create_webhook(
        context, who or monitor(context), WebhookWish(url, **wish), look_up=lambda host, _: [public(host)]
    )


def public(host: str) -> str:
    """An address for a host without asking anybody: its own, or a public one."""
    if host == NEAR:
        return "127.0.0.1"
    return host if host.startswith("127.") else "93.184.215.14"


def move(context: Context, level: str) -> None:
    """Set the national threat level."""
    threat.set_level(context, builders.lead(context), ThreatWish(Scope.NATIONAL, ThreatLevel[level], "for a test"))


class FakeLine:
    """A line that keeps what is posted and answers as told."""

    def __init__(self, url: str, sent: list[dict[str, Any]], answer: Callable[[str], Answer]) -> None:
        self._url, self._sent, self._answer = url, sent, answer

    def __enter__(self) -> FakeLine:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def post(self, headers: dict[str, str], body: bytes) -> Answer:
        self._sent.append({"url": self._url, "headers": headers, "body": body, "event": json.loads(body)})
        return self._answer(self._url)


class Post:
    """Opens fake lines; ``sent`` is what was posted, in order."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.answer: Callable[[str], Answer] = lambda _: Answer(204, 1)

    def __call__(self, url: str) -> Any:
        return FakeLine(url, self.sent, lambda url: self.answer(url))

    def answers(self, status: int | None, **more: Any) -> None:
        """From now on answer so."""
        self.answer = lambda _: Answer(status, 1, None if status == 204 else "it failed", **more)

    def types(self, url: str = OUTSIDE) -> list[str]:
        """The types of what was posted to an address."""
        return [message["event"]["type"] for message in self.sent if message["url"] == url]
