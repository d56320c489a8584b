"""The one place that asks what time it is, and the one written form of an instant (RFC 3339, UTC, ``Z``)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Protocol

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)


class Clock(Protocol):
    """What operations are given instead of the machine's time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


def rfc3339(instant: datetime) -> str:
    """``instant`` as RFC 3339 in UTC with ``Z``; microseconds only where there are any.

    Raises ValueError for a naive datetime.
    """
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} has no time zone")
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_rfc3339(text: str) -> datetime:
    """The instant that ``text`` writes by RFC 3339 with ``Z`` or an offset, as aware UTC, to the microsecond.

    Raises ValueError for anything else, a time without a zone included.
    """
    if not _RFC3339.fullmatch(text):
        raise ValueError(f"{text!r} is not an RFC 3339 time such as 2026-11-21T03:00:00Z")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is not an existing date and time") from error
