"""The record in the database: appended with each operation, refused to all who would rewrite it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import exc, text

from service.store.migrate import downgrade, pending, upgrade
from service.store.transactions import Store
from tests.builders import KEY, NOON
from tests.fakes import FrozenClock

REFUSED = "the record cannot be rewritten"
EVERY_COLUMN = "at,actor,action,subject,detail_digest,rows,previous_hash,hash"
ENTRIES = f"audit_entries (sequence,{EVERY_COLUMN})"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    upgrade(database_url, KEY)
    store = Store(database_url, FrozenClock(NOON), KEY)
    for number in range(3):
        with store.write() as writer:
            writer.record("system", "test.done", f"test/{number}", {"number": number})
            writer.emit("test.told", {"number": number})
            writer.emit("test.told_again", {"number": number})
    yield store
    store.close()


def test_each_operation_leaves_one_entry_and_its_events_in_one_unbroken_sequence(store: Store) -> None:
    with store.read() as reader:
        entries = reader.connection.execute(text("SELECT sequence, action FROM audit_entries ORDER BY sequence")).all()
        events = reader.connection.execute(text("SELECT sequence, audit_sequence FROM events ORDER BY sequence")).all()
    assert [row.sequence for row in entries] == [1, 2, 3]
    assert [tuple(row) for row in events] == [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (6, 3)]
    assert store.verify().valid


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET actor = 'somebody' WHERE sequence = 2",
        "DELETE FROM audit_entries WHERE sequence = 3",
        f"INSERT INTO {ENTRIES} SELECT 9,{EVERY_COLUMN} FROM audit_entries WHERE sequence = 1",
        f"INSERT INTO {ENTRIES} SELECT 0,{EVERY_COLUMN} FROM audit_entries WHERE sequence = 1",
        "UPDATE audit_details SET detail = '{}'",
        "UPDATE events SET type = 'other'",
        "DELETE FROM events",
        "INSERT INTO events (sequence,id,type,at,data,audit_sequence) "
        "SELECT 99,'evt_x',type,at,data,audit_sequence FROM events WHERE sequence = 1",
    ],
)
def test_the_database_refuses_to_rewrite_the_record(store: Store, statement: str) -> None:
    with pytest.raises(exc.DBAPIError, match=REFUSED), store.housekeeping() as writer:
        writer.connection.execute(text(statement))
    assert store.verify().valid


def test_sqlite_refuses_to_replace_an_entry_and_postgresql_to_truncate_the_table(store: Store) -> None:
    sqlite = store.engine.dialect.name == "sqlite"
    statement = (
        f"REPLACE INTO {ENTRIES} SELECT 2,{EVERY_COLUMN} FROM audit_entries WHERE sequence = 1"
        if sqlite
        else "TRUNCATE audit_entries CASCADE"
    )
    with pytest.raises(exc.DBAPIError, match=REFUSED), store.housekeeping() as writer:
        writer.connection.execute(text(statement))
    assert store.verify().valid


def test_a_detail_may_be_disposed_of_and_the_chain_stays_whole(store: Store) -> None:
    with store.housekeeping() as writer:
        writer.connection.execute(text("DELETE FROM audit_details WHERE sequence = 2"))
    assert store.verify().valid


def test_an_edit_by_one_who_took_the_triggers_away_is_found(store: Store) -> None:
    with store.housekeeping() as writer:
        if store.engine.dialect.name == "sqlite":
            writer.connection.execute(text("DROP TRIGGER audit_entries_refuse_update"))
        else:
            writer.connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER ALL"))
        writer.connection.execute(text("UPDATE audit_entries SET subject = 'test/9' WHERE sequence = 2"))
    assert store.verify().faults == ("entry 2: was edited",)


def test_migrations_go_up_down_and_up_again(database_url: str) -> None:
    assert pending(database_url)
    upgrade(database_url, KEY)
    upgrade(database_url, KEY)
    assert not pending(database_url)
    downgrade(database_url)
    assert pending(database_url)
    upgrade(database_url, KEY)
    assert not pending(database_url)
