"""Moving an installation to another database: from SQLite to PostgreSQL when it grows, or back."""

from __future__ import annotations

from typing import Any

from service.clock import Clock
from service.errors import Conflict, FieldFault, Invalid
from service.store import copying, migrate
from service.store.connect import is_there
from service.store.transactions import Store


def copy_store(source_url: str, target_url: str, seal_key: bytes, clock: Clock) -> dict[str, Any]:
    """Copy the store at one address to an empty database at another, and prove that nothing was lost.

    Gives ``rows``, the number by table, and ``entries`` and ``head`` of the record, which was read anew in the copy.
    Raises Invalid where there is no store of this version to copy, and what ``copying.copy`` raises.
    """
    if not is_there(source_url) or migrate.pending(source_url):
        message = "there is no store of this version; run opq init there first"
        raise Invalid("nothing can be copied", fields=(FieldFault("FROM", message),))
    if is_there(target_url) and not migrate.is_new(target_url) and migrate.pending(target_url):
        raise Conflict("the target is not empty, and of another version; name a new database")
    migrate.upgrade(target_url, seal_key)
    source, target = (Store(url, clock, seal_key) for url in (source_url, target_url))
    try:
        copied = copying.copy(source, target)
    finally:
        source.close()
        target.close()
    return {"rows": copied.rows, "entries": copied.record.entries, "head": copied.record.head}
