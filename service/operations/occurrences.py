"""When a recurring measure is due again: its occurrences, by shift or by day, in London time.

Days begin at midnight and shifts at the times that the settings give, both by the clock on the wall, so that a day may
last 23 or 25 hours. What does not recur has one occurrence, which lasts for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from contingency_plans.plan import Repeat

LONDON = ZoneInfo("Europe/London")
_MIDNIGHT = (time(0),)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Occurrence:
    """One turn of a measure, from ``start`` until ``end`` (UTC instants); ``key`` names it, empty for a one-off."""

    key: str
    start: datetime
    end: datetime

    def due_at(self, entered: datetime, within: timedelta) -> datetime:
        """By when this turn must be done, for a measure on the list since ``entered``.

        ``within`` counts from the start of each turn, which must be done before the next one begins; but the first
        deadline of all is ``within`` after the measure came on the list, and nothing is due before that.
        """
        begun = self.start if self.start > entered else entered
        return max(min(begun + within, self.end), entered + within)


ONE_OFF = Occurrence("", datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
"""The one occurrence of what does not recur."""


def occurrence(repeat: Repeat | None, at: datetime, shifts: Sequence[time]) -> Occurrence:
    """The occurrence of a measure with this ``repeat`` that runs at the instant ``at``.

    ``shifts`` are the starts of the shifts, London time, at least one. A start that the spring change skips is taken
    as an hour later, one that the autumn change repeats as the first of the two.
    """
    if repeat is None:
        return ONE_OFF
    starts = _MIDNIGHT if repeat is Repeat.EVERY_DAY else shifts
    today = at.astimezone(LONDON).date()
    turns = [datetime.combine(day, start, LONDON) for day in (today - _DAY, today, today + _DAY) for start in starts]
    present = max((turn for turn in turns if turn.astimezone(UTC) <= at), key=lambda turn: turn.astimezone(UTC))
    key = f"{present:%Y-%m-%d}" if repeat is Repeat.EVERY_DAY else f"{present:%Y-%m-%dT%H:%M}"
    end = min(turn.astimezone(UTC) for turn in turns if turn.astimezone(UTC) > at)
    return Occurrence(key, present.astimezone(UTC), end)


def shift(at: datetime, shifts: Sequence[time]) -> Occurrence:
    """The shift that runs at the instant ``at``."""
    return occurrence(Repeat.EVERY_SHIFT, at, shifts)


def marker(at: datetime, shifts: Sequence[time]) -> str:
    """A short text that is another one whenever a shift or a day has begun."""
    return _marker_of_minute(at.replace(second=0, microsecond=0), tuple(shifts))


@lru_cache(maxsize=8)
def _marker_of_minute(at: datetime, shifts: tuple[time, ...]) -> str:
    # Every reader asks, and all turns begin at a full minute.
    keys = (occurrence(repeat, at, shifts).key for repeat in Repeat)
    return "-".join("".join(filter(str.isdigit, key)) for key in keys)
