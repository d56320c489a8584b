"""Keeping a second copy of the store, and going back to it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from service.clock import Clock
from service.logs import request_id
from service.operations.context import Context
from service.operations.people import SYSTEM, Principal
from service.store import backup
from service.store.transactions import Store


def back_up(context: Context, principal: Principal, file: Path) -> dict[str, Any]:
    """Write the whole store to a new file, as it stands now, while others go on writing.

    Gives ``file``, its ``bytes``, and of the record in it ``entries``, ``head``, ``valid`` and ``faults``. Raises what
    ``backup.back_up`` raises.
    """
    found = backup.back_up(context.store, file)
    return {
        "file": str(file),
        "bytes": file.stat().st_size,
        "entries": found.entries,
        "head": found.head,
        "valid": found.valid,
        "faults": list(found.faults),
    }


def restore(url: str, file: Path, seal_key: bytes, clock: Clock, *, force: bool = False) -> dict[str, Any]:
    """Put a backup in place of the store at ``url``, and record that it was done.

    Gives ``file``, and ``entries`` and ``head`` of the record that the backup holds. Raises what ``backup.restore``
    raises.
    """
    found = backup.restore(url, file, seal_key, force)
    answer = {"file": str(file), "entries": found.entries, "head": found.head}
    with closing(Store(url, clock, seal_key, request_id=request_id)) as store, store.write() as writer:
        writer.record(SYSTEM.actor, "store.restored", "store", answer)
    return answer
