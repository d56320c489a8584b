"""Hand-written stand-ins that tests hand in through the same door as the real parts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FrozenClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: datetime = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def tick(self, by: timedelta) -> datetime:
        """Move on by ``by`` and return the new instant."""
        self._at += by
        return self._at
