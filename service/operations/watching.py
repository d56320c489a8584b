"""Reading the whole record from time to time, so that a break is noticed before an auditor asks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from service.operations.context import Context
from service.store import heads, record_checks
from service.store.record import Head, Verification


def whole(context: Context, known: Collection[Head] = ()) -> Verification:
    """Read the whole record: whether it is as it was written, and still has every head that was noted or is ``known``.

    A record without one of them is an older copy, or another record.
    """
    noted = heads.read(context.settings.heads_file, context.store.seal_key)
    found = context.store.verify(noted.heads | set(known))
    return replace(found, faults=(*found.faults, *noted.faults))


def check_record(context: Context) -> None:
    """Verify the record, keep what was found for readiness and metrics, and note the head of a whole one.

    Raises OSError where it cannot be noted.
    """
    found = whole(context)
    with context.store.housekeeping() as writer:
        record_checks.put(writer, found)
    if found.valid:
        head = (found.entries, found.head)
        heads.note(context.settings.heads_file, writer.now, head, context.store.seal_key)
