"""Time: one clock, aware UTC everywhere, RFC 3339 on the outside."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What tells the time. Tests pass one of their own."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


def rfc3339(instant: datetime) -> str:
    """The RFC 3339 text of an instant, in UTC with ``Z``; microseconds only where there are any."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_rfc3339(text: str) -> datetime:
    """The instant that an RFC 3339 text names, in UTC. Raises ValueError, also when the offset is missing."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("the time needs an offset, such as Z")
    return instant.astimezone(UTC)
