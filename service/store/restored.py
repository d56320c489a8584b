"""Whether what came out of a backup can be a store again."""

from __future__ import annotations

from contextlib import closing

from alembic.util import CommandError
from sqlalchemy.exc import DatabaseError

from service.clock import SystemClock
from service.errors import StoreFault
from service.store import migrate
from service.store.record import Verification
from service.store.transactions import Store


def verified(url: str, seal_key: bytes) -> Verification:
    """Bring what was restored at ``url`` to the schema of this version, and read its record.

    Raises StoreFault where it is no store, of a newer version, holds no record, or one that is not whole.
    """
    try:
        if migrate.is_new(url):
            raise StoreFault("the backup holds no store")
        migrate.upgrade(url, seal_key)
        with closing(Store(url, SystemClock(), seal_key)) as store:
            found = store.verify()
    except (CommandError, DatabaseError) as error:
        raise StoreFault("the backup is of another version of this program, or damaged") from error
    if not found.entries:
        raise StoreFault("the backup holds no record")
    if not found.valid:
        raise StoreFault(f"the record in the backup is not whole, so it was not restored\n{found.told()}")
    return found
