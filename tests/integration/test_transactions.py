"""Transactions: all or nothing, one writer at a time, a clock that never goes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import exc, text

from service.errors import StoreFault
from service.store.migrate import upgrade
from service.store.transactions import Store
from tests.builders import KEY, NOON
from tests.fakes import FrozenClock

NOWHERE = ["sqlite:////no/such/folder/opq.db", "postgresql+psycopg://nobody@/none?host=/no/such/folder"]


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def store(migrated_url: str, clock: FrozenClock) -> Iterator[Store]:
    store = Store(migrated_url, clock, KEY)
    yield store
    store.close()


def test_a_writer_that_records_nothing_writes_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError, match="must record"), store.write() as writer:
        _touch(writer.connection)
    assert _count(store) == 0


def test_a_fault_of_the_database_does_not_repeat_what_was_to_be_written(store: Store) -> None:
    with store.engine.connect() as connection, pytest.raises(exc.DBAPIError) as fault:
        connection.execute(text("SELECT :note FROM nowhere"), {"note": "the key is under the mat"})
    assert "nowhere" in str(fault.value)
    assert "under the mat" not in str(fault.value)


def test_a_writer_that_records_twice_writes_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError, match="in one transaction"), store.write() as writer:
        writer.record("system", "first", "x", {})
        writer.record("system", "second", "x", {})
    assert _count(store) == 0


def test_an_operation_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as writer:
        writer.record("system", "first", "x", {})
        _touch(writer.connection)
        raise ZeroDivisionError
    assert _count(store) == 0


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises((exc.DBAPIError, StoreFault)), store.read() as reader:
        _touch(reader.connection)


def test_a_reader_sees_one_snapshot_while_others_write(store: Store) -> None:
    with store.read() as reader:
        before = reader.connection.execute(text("SELECT count(*) FROM jobs")).scalar()
        with store.housekeeping() as writer:
            _touch(writer.connection)
        assert reader.connection.execute(text("SELECT count(*) FROM jobs")).scalar() == before
    assert _count(store) == before + 1


def test_reads_within_one_snapshot_see_the_same_and_later_ones_see_more(store: Store) -> None:
    with store.one_snapshot():
        assert _count(store) == 0
        with store.write() as writer:
            _touch(writer.connection)
            writer.record("system", "touched", "x", {})
        assert _count(store) == 0
    assert _count(store) == 1


def test_one_snapshot_is_of_one_thread(store: Store) -> None:
    counted: list[int] = []
    with store.one_snapshot():
        assert _count(store) == 0
        with store.write() as writer:
            _touch(writer.connection)
            writer.record("system", "touched", "x", {})
        other = Thread(target=lambda: counted.append(_count(store)))
        other.start()
        other.join()
    assert counted == [1]


def test_a_connection_that_wrote_cannot_write_in_the_next_read(store: Store) -> None:
    with store.write() as writer:
        writer.record("system", "first", "x", {})
    with pytest.raises((exc.DBAPIError, StoreFault)), store.read() as reader:
        _touch(reader.connection)
    with store.write() as writer:
        _touch(writer.connection)
        writer.record("system", "second", "x", {})
    assert _count(store) == 1


def test_instants_go_on_when_the_clock_is_set_back(store: Store, clock: FrozenClock) -> None:
    instants = []
    for step in (timedelta(0), timedelta(0), timedelta(hours=-3), timedelta(seconds=1)):
        clock.tick(step)
        with store.write() as writer:
            instants.append(writer.at)
            writer.record("system", "test.done", "x", {})
    assert instants == sorted(set(instants))


def test_many_writers_at_once_lose_no_entry_and_break_no_sequence(store: Store) -> None:
    def work(number: int) -> None:
        for _ in range(10):
            with store.write(deciding=number % 2 == 0) as writer:
                writer.record(f"person/{number}", "test.done", "x", {})
                writer.emit("test.told", {})

    threads = [Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = store.verify()
    assert (found.entries, found.faults) == (60, ())


@pytest.mark.parametrize("url", NOWHERE)
def test_an_unreachable_store_is_a_fault_of_the_installation(url: str) -> None:
    store = Store(url, FrozenClock(NOON), KEY)
    with pytest.raises(StoreFault), store.read():
        pass
    store.close()


def test_the_schema_of_the_migrations_is_the_schema_of_the_tables(database_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from service.store.connect import connect
    from service.store.tables import metadata

    upgrade(database_url, KEY)
    engine = connect(database_url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


def _touch(connection: object) -> None:
    connection.execute(  # type: ignore[attr-defined]
        text("INSERT INTO jobs (name, holder, leased_until) VALUES ('test', 'me', '2026-11-21 12:00:00')")
    )


def _count(store: Store) -> int:
    with store.read() as reader:
        return int(reader.connection.execute(text("SELECT count(*) FROM jobs")).scalar_one())
