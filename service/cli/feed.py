"""``opq feed``: a look at the public feed, outside the store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from rich.console import RenderableType

from service.cli.session import json_option
from service.cli.show import show, table
from service.clock import rfc3339
from service.config import load_settings
from service.errors import Invalid
from service.feeds.fetch import fetch
from service.feeds.reading import Fetched


@click.group()
def feed() -> None:
    """Look at the public feed."""


@feed.command("check")
@json_option
def check(as_json: bool) -> None:
    """Fetch the feed of OPQ_FEED_URL and say what it reads; nothing is written. Exit code 1 when it cannot be read."""
    settings = load_settings()
    fetched = fetch(settings.feed_url)
    show(_answer(settings.feed_url, fetched), _checked, as_json)
    if fetched.reading is None:
        raise Invalid(f"the feed could not be read: {fetched.reason} Is OPQ_FEED_URL right?")


def _answer(url: str, fetched: Fetched) -> dict[str, Any]:
    reading = fetched.reading
    return {
        "url": url,
        "outcome": fetched.outcome.value,
        "reason": fetched.reason,
        "http_status": fetched.status,
        "sha256": fetched.sha256,
        "levels": {scope.value: level.name for scope, level in reading.levels.items()} if reading else {},
        "stamp": reading.stamp if reading else None,
        "stamped_at": rfc3339(reading.stamped_at) if reading and reading.stamped_at else None,
    }


def _checked(answer: dict[str, Any]) -> Iterator[RenderableType]:
    yield f"{answer['url']}: {answer['outcome']}. {answer['reason']}"
    if answer["levels"]:
        yield table(("scope", "threat level"), answer["levels"].items())
        yield f"Stamp: {answer['stamp'] or 'none'}"
