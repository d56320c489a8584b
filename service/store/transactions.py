"""The store: snapshots to read from, and one transaction per operation to write in."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, and_, exists, func, not_, select
from sqlalchemy.exc import OperationalError

from service.clock import Clock
from service.errors import Busy, OpqError, StoreFault
from service.store import record, statistics, verifying, written
from service.store.connect import BUSY_SECONDS, begin_read, begin_write, connect
from service.store.tables import audit_entries, head

INSTANT = timedelta(microseconds=1)
"""Two operations never share an instant, so that what was in force at any time can be told."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

ESTATE_LOCK = 448
"""PostgreSQL's advisory lock of those who decide: two changes never interleave. SQLite has one writer anyway."""

_BUSY_STATES = {"55P03", "40001", "40P01"}


class Reader:
    """A transaction over one snapshot. ``at`` is its instant, in the order of the record; ``now`` is the clock's word.

    The two differ only where the clock was set back. What is written is dated by ``at``; what must not wait longer than
    so many seconds is told by ``now``.
    """

    def __init__(self, connection: Connection, at: datetime, now: datetime) -> None:
        self.connection = connection
        self.at = at
        self.now = now
        self.written: dict[Table, set[Any]] = {}

    def wrote(self, table: Table, *keys: Any) -> None:
        """Note that rows of a table were written, for the digest in the audit entry; of kept ones, which (``keys``)."""
        self.written.setdefault(table, set()).update(keys)


class Writer(Reader):
    """One operation's transaction. ``record`` must be called once; ``emit`` as often as there is something to tell."""

    def __init__(self, connection: Connection, at: datetime, now: datetime) -> None:
        super().__init__(connection, at, now)
        self.entry: record.Entry | None = None
        self.events: list[record.Event] = []

    def record(self, actor: str, action: str, subject: str, detail: Mapping[str, Any]) -> None:
        """Say what this operation did, for its one audit entry.

        Raises RuntimeError when it was said already.
        """
        if self.entry is not None:
            raise RuntimeError(f"{self.entry.action} and {action} in one transaction")
        self.entry = record.Entry(actor, action, subject, detail)

    def emit(self, type_: str, data: Mapping[str, Any]) -> None:
        """Add an event that goes out if this transaction commits. ``data`` is thin: ids, levels, counts, links."""
        self.events.append(record.Event(type_, data))


class Store:
    """The database of one installation. Safe to share among threads.

    A writer that has waited ``busy_seconds`` for another gives up with Busy. ``request_id`` tells what is asking, as
    its log lines do.
    """

    def __init__(
        self,
        url: str,
        clock: Clock,
        seal_key: bytes,
        busy_seconds: float = BUSY_SECONDS,
        request_id: Callable[[], str | None] = lambda: None,
    ) -> None:
        self.url = url
        self.engine = connect(url, busy_seconds)
        self.clock = clock
        self.seal_key = seal_key
        self.request_id = request_id
        self._shared = threading.local()

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A snapshot that cannot write. Raises Busy or StoreFault when the database does not answer."""
        shared: Reader | None = getattr(self._shared, "reader", None)
        with translated():
            if shared is not None:
                yield shared
                return
            with self.engine.connect() as connection:
                begin_read(connection)
                now = self.clock.now()
                yield Reader(connection, now, now)

    @contextmanager
    def one_snapshot(self) -> Iterator[None]:
        """Let all that this thread reads within come from one snapshot, at the cost of one transaction."""
        with self.read() as reader:
            self._shared.reader = reader
            try:
                yield
            finally:
                self._shared.reader = None

    @contextmanager
    def write(self, *, deciding: bool = False) -> Iterator[Writer]:
        """One operation's transaction: its rows, its audit entry and its events commit together or not at all.

        ``deciding`` is for operations that decide levels; they take turns. The transaction's instant always lies after
        the one before it, even when the clock was set back. Raises Busy (try again) or StoreFault.
        """
        with self._locked(deciding) as writer:
            writer.at = _own_instant(writer.connection, writer.at)
            yield writer
            if writer.entry is None:
                raise RuntimeError("an operation that writes must record what it did")
            rows = written.digests(writer.connection, writer.at, writer.written)
            entry, events, key = writer.entry, writer.events, self.seal_key
            record.append(writer.connection, writer.at, entry, events, key, rows, self.request_id())
        self._renew_statistics(writer, max((count for count, _ in rows.values()), default=0))

    def _renew_statistics(self, writer: Writer, most: int) -> None:
        # After the commit and without waiting: no level change may fail because somebody vacuums a table.
        if most >= statistics.MANY:
            with suppress(OpqError), self.housekeeping(wait=False) as keeper:
                statistics.renew_after(keeper.connection, writer.written, most)

    @contextmanager
    def housekeeping(self, *, wait: bool = True) -> Iterator[Reader]:
        """A transaction for operational state that is no part of the record: leases, heartbeats, feed health.

        One that does not ``wait`` raises Busy at once beside another writer: for what may be left for the next time.
        """
        with self._locked(deciding=False, wait=wait) as writer:
            yield writer

    @contextmanager
    def _locked(self, deciding: bool, *, wait: bool = True) -> Iterator[Writer]:
        with translated(), self.engine.connect() as connection:
            begin_write(connection, wait=wait)
            try:
                if deciding and connection.dialect.name == "postgresql":
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ESTATE_LOCK})")
                last = connection.execute(select(head.c.recorded_at)).scalar_one()
                now = self.clock.now()
                yield Writer(connection, max(now, last + INSTANT), now)
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def verify(self, known: Collection[record.Head] = ()) -> record.Verification:
        """Read the whole record and say what is wrong with it, also where it lacks a head that was ``known`` once."""
        with self.read() as reader:
            return verifying.verify(reader.connection, self.seal_key, known)


def _own_instant(connection: Connection, at: datetime) -> datetime:
    """The first instant from ``at`` on that no other operation has or is about to have: see ``covered.Dated``.

    SQLite has one writer anyway. On PostgreSQL many begin at once, and while a clock is set back all want the next one.
    """
    while connection.dialect.name == "postgresql":
        mine = func.pg_try_advisory_xact_lock((at - _EPOCH) // INSTANT)
        has = exists().where(audit_entries.c.at == at)
        if connection.execute(select(and_(mine, not_(has)))).scalar_one():
            break
        at += INSTANT
    return at


@contextmanager
def translated() -> Iterator[None]:
    """What the database driver raises within, as Busy or StoreFault."""
    try:
        yield
    except OperationalError as error:
        if _is_busy(error):
            raise Busy("the store is busy; try again") from error
        raise StoreFault("the store does not answer") from error


def _is_busy(error: OperationalError) -> bool:
    if isinstance(error.orig, sqlite3.OperationalError):
        return "locked" in str(error.orig) or "busy" in str(error.orig)
    return getattr(error.orig, "sqlstate", None) in _BUSY_STATES
