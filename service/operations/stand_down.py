"""What follows for work already done when lists are superseded: carried over, stood down, or asked for again."""

from __future__ import annotations

from service.operations.context import Context
from service.store.transactions import Writer


def settle(context: Context, writer: Writer, trigger_id: int) -> None:
    """Settle the touched items of every list that the trigger superseded."""
