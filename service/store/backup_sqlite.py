"""Backups of an SQLite store, by SQLite's online backup, which gives one snapshot while others write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from service.errors import StoreFault
from service.store.connect import SQLITE
from service.store.record import Verification
from service.store.restored import verified
from service.store.transactions import Store


def write(store: Store, file: Path) -> Verification:
    """Write the store to a file, and read the record in that file."""
    with _translated():
        _copy(_path(store.url), file)
        with closing(Store(f"{SQLITE}{file}", store.clock, store.seal_key)) as copied:
            found = copied.verify()
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")  # one file, with no journal beside it
    return found


def restore(url: str, file: Path, seal_key: bytes) -> Verification:
    """Put the contents of a backup in place of the store at ``url``, once they are verified."""
    path = _path(url)
    with _translated(), TemporaryDirectory(dir=path.parent) as folder:
        staged = Path(folder) / path.name
        _copy(file, staged)
        found = verified(f"{SQLITE}{staged}", seal_key)
        _put_in_place(staged, path)
    return found


def _put_in_place(staged: Path, path: Path) -> None:
    try:
        _copy(staged, path)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        raise StoreFault(
            f"the backup is good, but the store that is there is damaged ({error}); move {path} away, with the files "
            f"{path.name}-wal and {path.name}-shm if there are any, and restore again"
        ) from error


def _copy(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as from_,
        closing(sqlite3.connect(target)) as to,
    ):
        from_.backup(to)


def _path(url: str) -> Path:
    return Path(url.removeprefix(SQLITE))


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreFault(f"SQLite cannot read or write it: {error}") from error
