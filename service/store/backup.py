"""Backups: the whole store in one file, as it stood at one instant, and back again.

A restore looks before it leaps: what the file holds is read whole, and its record verified, before anything of the
present store is given up. The key that seals the record is never in a backup.
"""

from __future__ import annotations

import os
from pathlib import Path

from service.errors import Conflict, Invalid
from service.store import backup_postgresql, backup_sqlite, migrate
from service.store.connect import SQLITE, is_there
from service.store.record import Verification
from service.store.transactions import Store

_BEGINNINGS = {b"SQLite format 3\0": "SQLite", b"PGDMP": "PostgreSQL"}
_OWNER_ONLY = 0o600


def back_up(store: Store, file: Path) -> Verification:
    """Write all that the store holds to a new file, while others go on writing; gives the record in that file.

    The file appears once it is whole, for its owner alone. It is also written when the record has faults, as evidence.
    Raises Conflict where the file is there already, Invalid where it cannot be written, StoreFault, or Permanent where
    a tool is missing.
    """
    if file.exists():
        raise Conflict(f"{file} is there already; name a new file")
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    write = backup_sqlite.write if _is_sqlite(store.url) else backup_postgresql.write
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY))
        found = write(store, partial)
        _flush(partial)
        partial.rename(file)
        _flush(file.parent)
    except OSError as error:
        raise Invalid(f"{file} cannot be written ({error.strerror})") from error
    finally:
        partial.unlink(missing_ok=True)
    return found


def restore(url: str, file: Path, seal_key: bytes, force: bool) -> Verification:
    """Put the contents of a backup in place of the store at ``url``; gives the record that it holds.

    Raises Invalid for a file that is no backup of such a store, Conflict where there is a store already (unless
    ``force``), StoreFault where the record in the backup is not whole: the store is then as it was.
    """
    kind = _kind(file)
    wanted = "SQLite" if _is_sqlite(url) else "PostgreSQL"
    if kind != wanted:
        raise Invalid(f"{file} is a backup of {kind} and this store is {wanted}; restore it there, then opq store copy")
    if not force and is_there(url) and not migrate.is_new(url):
        raise Conflict("there is a store already; --force puts the backup in its place")
    place = backup_sqlite.restore if _is_sqlite(url) else backup_postgresql.restore
    return place(url, file, seal_key)


def _is_sqlite(url: str) -> bool:
    return url.startswith(SQLITE)


def _kind(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            beginning = opened.read(16)
    except OSError as error:
        raise Invalid(f"{file} cannot be read ({error.strerror})") from error
    for known, kind in _BEGINNINGS.items():
        if beginning.startswith(known):
            return kind
    raise Invalid(f"{file} is no backup")


def _flush(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
