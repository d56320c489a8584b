"""Reading the whole record from time to time, so that a break is noticed before an auditor asks."""

from __future__ import annotations

from service.operations.context import Context
from service.store import record_checks


def check_record(context: Context) -> None:
    """Verify the record, and keep what was found for readiness and metrics."""
    found = context.store.verify()
    with context.store.housekeeping() as writer:
        record_checks.put(writer, found)
