"""How the public feed is doing, told once when it goes stale and once when it recovers. No level depends on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from service.clock import rfc3339
from service.operations.context import Context
from service.operations.people import SYSTEM
from service.store import readings
from service.store.transactions import Reader, Writer
from service.store.types import Row

FAILED_POLLS = 3
"""Polls without a reading, one after another, after which a feed is stale."""


def note_success(context: Context, source: str, etag: str | None, last_modified: str | None) -> None:
    """The source was read, and gave these validators. If it was stale, ``feed.recovered`` tells so, once."""
    values = {"failures": 0, "stale_since": None, "fault": None, "etag": etag, "last_modified": last_modified}
    with context.store.housekeeping() as keeper:
        known = readings.feed(keeper, source)
        if known is None or known["stale_since"] is None:
            _put(keeper, source, last_read_at=keeper.now, **values)
            return
    with context.store.write() as writer:
        _put(writer, source, last_read_at=writer.now, **values)
        _tell(writer, source, "feed.recovered", {"stale_since": rfc3339(known["stale_since"])})


def note_failure(context: Context, source: str, fault: str) -> None:
    """The source was not read, for the reason ``fault``; the third time in a row ``feed.stale`` tells so, once.

    Its validators are dropped, so that it is asked for in full again.
    """
    with context.store.housekeeping() as keeper:
        known = readings.feed(keeper, source)
        failures = (known["failures"] if known else 0) + 1
        values = {"failures": failures, "fault": fault, "etag": None, "last_modified": None}
        if failures < FAILED_POLLS or (known and known["stale_since"]):
            _put(keeper, source, **values)
            return
    with context.store.write() as writer:
        _put(writer, source, stale_since=writer.at, **values)
        _tell(writer, source, "feed.stale", {"failures": failures}, fault=fault)


def is_stale(feed: Row, at: datetime, interval: int) -> bool:
    """Whether a feed is stale: it failed, or nobody has polled it for as long as three polls of ``interval`` s."""
    silent_since = at - FAILED_POLLS * timedelta(seconds=interval)
    return feed["stale_since"] is not None or feed["last_polled_at"] < silent_since


def _put(writer: Reader, source: str, **values: Any) -> None:
    readings.put_feed(writer, source, last_polled_at=writer.now, **values)


def _tell(writer: Writer, source: str, event: str, data: dict[str, Any], **detail: str) -> None:
    writer.emit(event, {"source": source, **data})
    writer.record(SYSTEM.actor, event, f"feed/{source}", {**data, **detail})
