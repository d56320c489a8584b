"""When to try again: the schedule of Standard Webhooks 1.0, ten attempts over 75 h 35 min 5 s."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

SCHEDULE = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds from each attempt that failed to the next; the first is made at once."""

JITTER = 0.2
"""The part of a step by which it may be shorter or longer, so that receivers are not met by all at once."""

LONGEST_WISH = timedelta(hours=24)
"""The most that a receiver may put us off by Retry-After."""

DISABLED_AFTER = timedelta(hours=120)
"""A webhook that has only failed for so long is disabled."""

GIVEN_UP_AFTER = timedelta(hours=60)
"""So is one that has only failed for so long when the last attempt at a delivery fails: that is less than any schedule
takes, so nothing has arrived since the first, and it may be weeks until there is something else to tell.
"""

_PUTS_OFF = (429, 503)


def next_attempt(made: int, at: datetime, status: int | None, retry_after: str | None, luck: float) -> datetime | None:
    """When to try again after ``made`` attempts, of which the last failed at ``at``; None when it was the last one.

    ``luck`` between 0 and 1 picks the place within the jitter. A 429 or 503 may put us off for longer (RFC 9110,
    10.2.3), never for shorter.
    """
    if made >= len(SCHEDULE):
        return None
    step = timedelta(seconds=SCHEDULE[made] * (1 - JITTER + 2 * JITTER * luck))
    wish = _wish(retry_after, at) if status in _PUTS_OFF and retry_after else None
    return at + (step if wish is None else max(step, min(wish, LONGEST_WISH)))


def is_last(made: int) -> bool:
    """Whether the attempt after ``made`` is the last one."""
    return made + 1 >= len(SCHEDULE)


def _wish(retry_after: str, at: datetime) -> timedelta | None:
    if re.fullmatch(r"[0-9]{1,9}", retry_after):
        return timedelta(seconds=int(retry_after))
    try:
        until = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return None
    return (until if until.tzinfo else until.replace(tzinfo=UTC)) - at
