"""Backups and restores on both databases, and what is refused so that nothing is lost by one."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, make_url, select, text
from sqlalchemy.exc import DBAPIError

from service.errors import Conflict, Invalid, Permanent, StoreFault
from service.operations import audit
from service.operations.backup import back_up, restore
from service.operations.context import Context
from service.operations.people import SYSTEM
from service.store import backup_postgresql, migrate, refusals
from service.store.backup_postgresql import ASIDE, _address
from service.store.connect import connect
from service.store.tables import audit_details, events, people, premises
from service.store.transactions import Store
from tests.builders import KEY, NOON, context_on, lead, register
from tests.databases import Databases
from tests.fakes import FrozenClock

CLOCK = FrozenClock(NOON)
pytestmark = pytest.mark.usefixtures("tools_of_postgresql")


@pytest.fixture
def context(migrated_url: str) -> Iterator[Context]:
    with context_on(migrated_url, clock=CLOCK) as context:
        register(context, {"id": "north", "name": "Yr Wyddfa ŵ"})
        yield context


@pytest.fixture
def fresh_url(databases: Databases) -> Iterator[str]:
    """An empty database of the same kind as ``migrated_url``."""
    with databases.empty() as url:
        yield url


def names(url: str) -> list[str]:
    with closing(Store(url, CLOCK, KEY)) as store, store.read() as reader:
        return list(reader.connection.execute(select(premises.c.id).order_by(premises.c.id)).scalars())


def tamper(context: Context) -> None:
    """Edit the record as one could who owns the database."""
    with context.store.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        refusals.drop(connection)
        connection.execute(audit_details.update().values(detail='{"edited":true}'))
        refusals.create(connection)
        connection.commit()


def test_a_backup_gives_the_installation_back_elsewhere(context: Context, fresh_url: str, tmp_path: Path) -> None:
    made = back_up(context, SYSTEM, tmp_path / "backup")
    before = audit.verify(context, SYSTEM)
    assert made["valid"]
    assert (made["entries"], made["head"]) == (before["entries"], before["head"])
    assert made["bytes"] == (tmp_path / "backup").stat().st_size > 0
    answer = restore(fresh_url, tmp_path / "backup", KEY, CLOCK)
    assert (answer["entries"], answer["head"]) == (before["entries"], before["head"])
    assert names(fresh_url) == ["north"]
    with context_on(fresh_url, clock=CLOCK) as restored:
        last = audit.entries(restored, SYSTEM, after=before["entries"])["items"]
        assert [entry["action"] for entry in last] == ["store.restored"]
        register(restored, {"id": "south"})
        lead(restored)
        assert audit.verify(restored, SYSTEM)["valid"]


def test_a_restored_store_still_refuses_to_be_rewritten(context: Context, fresh_url: str, tmp_path: Path) -> None:
    back_up(context, SYSTEM, tmp_path / "backup")
    restore(fresh_url, tmp_path / "backup", KEY, CLOCK)
    with (
        closing(Store(fresh_url, CLOCK, KEY)) as store,
        pytest.raises(DBAPIError, match="cannot be rewritten"),
        store.housekeeping() as writer,
    ):
        writer.connection.execute(events.delete())


def test_a_backup_is_for_its_owner_alone_and_is_one_file(context: Context, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    back_up(context, SYSTEM, folder / "backup")
    assert [path.name for path in folder.iterdir()] == ["backup"]
    assert stat.S_IMODE((folder / "backup").stat().st_mode) == 0o600


def test_a_backup_leaves_out_what_another_has_not_committed(context: Context, fresh_url: str, tmp_path: Path) -> None:
    with context.store.write() as writer:
        writer.connection.execute(insert(people).values(name="Not yet", created_at=writer.at))
        back_up(context, SYSTEM, tmp_path / "backup")
        writer.record("system", "test.written", "people", {})
    restore(fresh_url, tmp_path / "backup", KEY, CLOCK)
    with closing(Store(fresh_url, CLOCK, KEY)) as store, store.read() as reader:
        assert reader.connection.execute(select(people.c.name)).scalars().all() == []


def test_a_backup_never_overwrites_a_file(context: Context, tmp_path: Path) -> None:
    (tmp_path / "backup").write_text("dear to somebody")
    with pytest.raises(Conflict, match="there already"):
        back_up(context, SYSTEM, tmp_path / "backup")
    assert (tmp_path / "backup").read_text() == "dear to somebody"


def test_a_folder_that_is_not_there_is_named(context: Context, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="nowhere/backup cannot be written"):
        back_up(context, SYSTEM, tmp_path / "nowhere" / "backup")


def test_a_store_in_use_is_only_replaced_by_force(context: Context, migrated_url: str, tmp_path: Path) -> None:
    back_up(context, SYSTEM, tmp_path / "backup")
    register(context, {"id": "later"})
    with pytest.raises(Conflict, match="--force"):
        restore(migrated_url, tmp_path / "backup", KEY, CLOCK)
    assert names(migrated_url) == ["later", "north"]
    restore(migrated_url, tmp_path / "backup", KEY, CLOCK, force=True)
    assert names(migrated_url) == ["north"]
    assert audit.verify(context, SYSTEM)["valid"]


def test_a_restore_beside_one_who_uses_the_store_is_made_whole_or_not_at_all(
    context: Context, migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(context, SYSTEM, tmp_path / "backup")
    register(context, {"id": "later"})
    monkeypatch.setattr(backup_postgresql, "connect", lambda url: connect(url, 0.2))
    with context.store.read() as reader:
        reader.connection.execute(select(premises.c.id)).all()
        if migrated_url.startswith("sqlite"):
            restore(migrated_url, tmp_path / "backup", KEY, CLOCK, force=True)
        else:
            with pytest.raises(StoreFault, match="nobody may use the store"):
                restore(migrated_url, tmp_path / "backup", KEY, CLOCK, force=True)
            assert names(migrated_url) == ["later", "north"]
    restore(migrated_url, tmp_path / "backup", KEY, CLOCK, force=True)
    assert names(migrated_url) == ["north"]


def test_restoring_twice_is_no_different(context: Context, migrated_url: str, tmp_path: Path) -> None:
    back_up(context, SYSTEM, tmp_path / "backup")
    first = restore(migrated_url, tmp_path / "backup", KEY, CLOCK, force=True)
    assert restore(migrated_url, tmp_path / "backup", KEY, CLOCK, force=True) == first


def test_a_broken_record_is_backed_up_as_evidence_but_not_restored(
    context: Context, migrated_url: str, tmp_path: Path
) -> None:
    tamper(context)
    made = back_up(context, SYSTEM, tmp_path / "backup")
    assert not made["valid"]
    assert "its detail was edited" in made["faults"][0]
    register(context, {"id": "later"})
    with pytest.raises(StoreFault, match="not whole, so it was not restored\nentry 1: its detail was edited"):
        restore(migrated_url, tmp_path / "backup", KEY, CLOCK, force=True)
    assert names(migrated_url) == ["later", "north"]


def test_without_its_own_key_a_backup_is_not_restored(context: Context, fresh_url: str, tmp_path: Path) -> None:
    back_up(context, SYSTEM, tmp_path / "backup")
    with pytest.raises(StoreFault, match="seal was not made with"):
        restore(fresh_url, tmp_path / "backup", b"another key", CLOCK)
    restore(fresh_url, tmp_path / "backup", KEY, CLOCK, force=True)
    assert names(fresh_url) == ["north"]


def test_an_unused_store_is_no_backup_worth_restoring(
    migrated_url: str, fresh_url: str, context: Context, tmp_path: Path
) -> None:
    migrate.upgrade(fresh_url, KEY)
    with closing(Store(fresh_url, CLOCK, KEY)) as unused:
        from service.store.backup import back_up as write

        write(unused, tmp_path / "backup")
    with pytest.raises(StoreFault, match="holds no record"):
        restore(migrated_url, tmp_path / "backup", KEY, CLOCK, force=True)
    assert names(migrated_url) == ["north"]


def test_a_backup_of_a_newer_version_is_refused(
    context: Context, migrated_url: str, fresh_url: str, tmp_path: Path
) -> None:
    with context.store.housekeeping() as writer:
        writer.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    back_up(context, SYSTEM, tmp_path / "backup")
    with pytest.raises(StoreFault, match="another version"):
        restore(fresh_url, tmp_path / "backup", KEY, CLOCK)


def test_half_a_backup_leaves_the_store_as_it_was(context: Context, migrated_url: str, tmp_path: Path) -> None:
    back_up(context, SYSTEM, tmp_path / "backup")
    whole = (tmp_path / "backup").read_bytes()
    (tmp_path / "half").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreFault):
        restore(migrated_url, tmp_path / "half", KEY, CLOCK, force=True)
    assert names(migrated_url) == ["north"]


@pytest.mark.parametrize("content", [None, b"", b"no backup at all"])
def test_what_is_no_backup_is_refused(migrated_url: str, tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "file").write_bytes(content)
    with pytest.raises(Invalid, match="file"):
        restore(migrated_url, tmp_path / "file", KEY, CLOCK, force=True)


def test_a_backup_of_the_other_database_is_refused_with_the_way_there(migrated_url: str, tmp_path: Path) -> None:
    other = b"PGDMP" if migrated_url.startswith("sqlite") else b"SQLite format 3\0"
    (tmp_path / "backup").write_bytes(other)
    with pytest.raises(Invalid, match="restore it there, then opq store copy"):
        restore(migrated_url, tmp_path / "backup", KEY, CLOCK, force=True)


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_the_tools_of_postgresql_are_asked_for(
    migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with context_on(migrated_url, clock=CLOCK) as context, pytest.raises(Permanent, match="pg_dump is not on"):
        back_up(context, SYSTEM, tmp_path / "backup")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_what_a_restore_to_postgresql_cut_short_left_aside_is_never_overwritten(
    migrated_url: str, tmp_path: Path
) -> None:
    with context_on(migrated_url, clock=CLOCK) as context:
        back_up(context, SYSTEM, tmp_path / "backup")
    engine = connect(migrated_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {ASIDE}")
    engine.dispose()
    with pytest.raises(StoreFault, match="may have left the former store there"):
        restore(migrated_url, tmp_path / "backup", KEY, CLOCK, force=True)
    assert names(migrated_url) == []


def test_no_password_stands_on_the_command_line_of_a_tool() -> None:
    with _address("postgresql+psycopg://opq:a%3Ab%5Cc@db:5433/opq?sslmode=require") as address:
        assert "a%3A" not in address
        url = make_url(address)
        assert (url.drivername, url.username, url.password, url.host, url.port) == (
            "postgresql",
            "opq",
            None,
            "db",
            5433,
        )
        assert url.query["sslmode"] == "require"
        file = Path(str(url.query["passfile"]))
        assert file.read_text() == "*:*:*:*:a\\:b\\\\c"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not file.exists()


def test_a_damaged_file_of_sqlite_is_told(tmp_path: Path) -> None:
    (tmp_path / "backup").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(StoreFault, match="SQLite cannot read"):
        restore(f"sqlite:///{tmp_path / 'opq.db'}", tmp_path / "backup", KEY, CLOCK)


@pytest.mark.parametrize("damaged", [b"x" * 8192, b"SQLite format 3\0" + b"x" * 5000])
def test_a_store_of_sqlite_that_is_damaged_itself_is_moved_away_first(tmp_path: Path, damaged: bytes) -> None:
    good, present = f"sqlite:///{tmp_path / 'good.db'}", tmp_path / "opq.db"
    migrate.upgrade(good, KEY)
    with context_on(good, clock=CLOCK) as context:
        register(context, {"id": "north"})
        back_up(context, SYSTEM, tmp_path / "backup")
    present.write_bytes(damaged)
    with pytest.raises(StoreFault, match=f"move {present} away"):
        restore(f"sqlite:///{present}", tmp_path / "backup", KEY, CLOCK, force=True)
    assert present.read_bytes() == damaged
    present.rename(tmp_path / "kept")
    restore(f"sqlite:///{present}", tmp_path / "backup", KEY, CLOCK)
    assert names(f"sqlite:///{present}") == ["north"]


def test_a_file_of_sqlite_of_another_program_is_no_backup(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "backup")) as other:
        other.execute("CREATE TABLE people (a)")
    with pytest.raises(StoreFault, match="the backup holds no store"):
        restore(f"sqlite:///{tmp_path / 'opq.db'}", tmp_path / "backup", KEY, CLOCK)
    assert not (tmp_path / "opq.db").exists()
