"""Polling the public feed: fetch first, outside any transaction, then take what came and note how the feed is doing."""

from __future__ import annotations

from typing import Any, Protocol

from rules.levels import Scope
from service.feeds import mi5
from service.feeds.fetch import fetch as fetch_feed
from service.feeds.reading import Fetched, Outcome, Reading
from service.operations import feed_health, intake
from service.operations.context import Context
from service.operations.people import SYSTEM
from service.store import readings

SOURCE = mi5.SOURCE


class Fetch(Protocol):
    """What brings a reading from an address; ``service.feeds.fetch.fetch`` is one. Raises nothing."""

    def __call__(self, url: str, *, etag: str | None, last_modified: str | None) -> Fetched:
        """One attempt to read the source at ``url``, on the condition that it changed since these validators."""
        ...


def poll_feed(context: Context, fetch: Fetch = fetch_feed) -> dict[str, Any]:
    """Poll the feed once; gives the ``outcome``, its ``reason``, and the readings taken (``items``).

    A fault never changes a level: an unreadable body is kept, the third fault in a row makes the feed stale.
    """
    with context.store.read() as reader:
        known = readings.feed(reader, SOURCE)
    fetched = fetch(
        context.settings.feed_url,
        etag=known["etag"] if known else None,
        last_modified=known["last_modified"] if known else None,
    )
    items = _record(context, fetched)
    return {"outcome": fetched.outcome.value, "reason": fetched.reason, "items": items}


def _record(context: Context, fetched: Fetched) -> list[dict[str, Any]]:
    said = fetched.reading if fetched.outcome is Outcome.READ else None
    if fetched.outcome is Outcome.NOT_MODIFIED:
        said = _said_before(context)
    if said is None:
        if fetched.outcome is Outcome.UNREADABLE:
            intake.keep_unreadable(context, SOURCE, fetched)
        feed_health.note_failure(context, SOURCE, fetched.reason)
        return []
    taken = intake.take_reading(context, SYSTEM, said, fetched.sha256 or "", fetched.body)
    feed_health.note_success(context, SOURCE, fetched.etag, fetched.last_modified)
    items: list[dict[str, Any]] = taken["items"]
    return items


def _said_before(context: Context) -> Reading | None:
    """What the feed said last, for when it has not changed since: its national level and what came with it."""
    with context.store.read() as reader:
        last = {scope: readings.latest_of(reader, SOURCE, scope) for scope in Scope}
    national = last[Scope.NATIONAL]
    if national is None:
        return None
    levels = {scope: row["level"] for scope, row in last.items() if row and row["stamp"] == national["stamp"]}
    return Reading(SOURCE, levels, national["stamp"], national["stamped_at"])
