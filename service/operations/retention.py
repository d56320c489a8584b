"""Removing what is kept for a time only: deliveries that arrived or failed, with their attempts.

They say how events were told, not what happened: events and the record stay, so a webhook can still recover. That is
why this is housekeeping and leaves no entry in the record; the log says how many went.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from service.operations.context import Context
from service.store import deliveries

BATCH = 500
"""Deliveries looked at in one transaction, so that nobody waits long for it."""


def forget_old_deliveries(context: Context) -> int:
    """Remove deliveries that finished longer ago than the settings keep them, never pending ones; gives how many.

    Safe to repeat, and to break off: each transaction is whole by itself.
    """
    kept_for = timedelta(days=context.settings.delivery_retention)
    removed = 0
    after: int | None = 0
    while after is not None:
        with context.store.housekeeping() as writer:
            count, after = deliveries.forget(writer, after, writer.at - kept_for, BATCH)
        removed += count
    if removed:
        structlog.get_logger().info("old deliveries removed", deliveries=removed)
    return removed
