"""Moving an installation: both ways between SQLite and PostgreSQL, and between two of a kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from rules.levels import Scope, ThreatLevel
from service.errors import Conflict, Invalid, StoreFault
from service.operations import audit, checklists, threat
from service.operations.context import Context
from service.operations.copying import copy_store
from service.store import copying, migrate
from service.store.connect import connect
from service.store.tables import audit_details, audit_entries, events, head, metadata, people, premises
from service.store.transactions import Reader, Store
from tests.builders import KEY, NOON, context_on, lead, person, register
from tests.databases import Databases
from tests.fakes import FrozenClock

CLOCK = FrozenClock(NOON)


@pytest.fixture(params=["to sqlite", "to postgresql"])
def target_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of either kind, beside that of ``migrated_url``."""
    targets: Databases = request.getfixturevalue(f"{request.param.removeprefix('to ')}_databases")
    with targets.empty() as url:
        yield url


def use(context: Context) -> None:
    """A little of everything: premises, a rise, its lists and events."""
    register(context, {"id": "north", "name": "Yr Wyddfa ŵ"}, {"id": "south", "restricted": True})
    threat.set_level(context, lead(context), threat.ThreatWish(Scope.NATIONAL, ThreatLevel.SEVERE, "a rise"))


def test_all_that_was_there_is_there_afterwards(migrated_url: str, target_url: str) -> None:
    with context_on(migrated_url, clock=CLOCK) as context:
        use(context)
        before = audit.verify(context, lead(context))
    answer = copy_store(migrated_url, target_url, KEY, CLOCK)
    assert (answer["entries"], answer["head"]) == (before["entries"], before["head"])
    assert answer["rows"]["premises"] == 2
    with closing(Store(migrated_url, CLOCK, KEY)) as old, closing(Store(target_url, CLOCK, KEY)) as new:
        assert new.verify() == old.verify()
        with old.read() as one, new.read() as other:
            for table in metadata.sorted_tables:
                assert copying.contents(table, one.connection) == copying.contents(table, other.connection), table.name


def test_work_goes_on_in_the_copy(migrated_url: str, target_url: str) -> None:
    with context_on(migrated_url, clock=CLOCK) as context:
        use(context)
    copy_store(migrated_url, target_url, KEY, CLOCK)
    with context_on(target_url, clock=CLOCK) as context:
        gold = person(context, "Somebody New", lead(context).role)
        assert checklists.present_checklist(context, gold, "north")["response_level"] == "HEIGHTENED"
        threat.set_level(context, gold, threat.ThreatWish(Scope.NATIONAL, ThreatLevel.CRITICAL, "after the move"))
        assert checklists.present_checklist(context, gold, "north")["response_level"] == "EXCEPTIONAL"
        assert audit.verify(context, gold)["valid"]


def test_the_copy_refuses_to_be_rewritten_too(migrated_url: str, target_url: str) -> None:
    with context_on(migrated_url, clock=CLOCK) as context:
        use(context)
    copy_store(migrated_url, target_url, KEY, CLOCK)
    with closing(Store(target_url, CLOCK, KEY)) as store:
        for statement in (
            update(audit_entries).values(action="another"),
            delete(events),
            update(audit_details).values(detail="{}"),
            insert(audit_entries).from_select(
                [column.name for column in audit_entries.c],
                select(*(column + 9 if column.name == "sequence" else column for column in audit_entries.c)).limit(1),
            ),
        ):
            with pytest.raises(DBAPIError, match="cannot be rewritten"), store.housekeeping() as writer:
                writer.connection.execute(statement)


def test_more_rows_than_a_batch_holds_arrive(
    migrated_url: str, target_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "BATCH", 3)
    with context_on(migrated_url, clock=CLOCK) as context:
        for number in range(10):
            person(context, f"Person {number}", lead(context).role)
    assert copy_store(migrated_url, target_url, KEY, CLOCK)["rows"]["people"] == 11


def test_a_target_in_use_is_refused(migrated_url: str, target_url: str) -> None:
    with context_on(migrated_url, clock=CLOCK) as context:
        use(context)
    copy_store(migrated_url, target_url, KEY, CLOCK)
    with pytest.raises(Conflict, match="not empty"):
        copy_store(migrated_url, target_url, KEY, CLOCK)


def test_a_target_of_another_version_is_refused_and_not_upgraded(migrated_url: str, target_url: str) -> None:
    migrate.upgrade(target_url, KEY)
    with closing(Store(target_url, CLOCK, KEY)) as target:
        with target.housekeeping() as keeper:
            keeper.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        with pytest.raises(Conflict, match="not empty"):
            copy_store(migrated_url, target_url, KEY, CLOCK)
        with target.read() as reader:
            assert reader.connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0001"


def test_a_source_that_is_no_store_is_refused_and_not_made(database_url: str, target_url: str, tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    for source in (database_url, f"sqlite:///{missing}"):
        with pytest.raises(Invalid) as caught:
            copy_store(source, target_url, KEY, CLOCK)
        assert caught.value.fields[0].field == "FROM"
    assert not missing.exists()


def test_a_record_that_is_not_whole_is_not_copied(migrated_url: str, target_url: str) -> None:
    with context_on(migrated_url, clock=CLOCK) as context:
        use(context)
    with pytest.raises(StoreFault, match="seal was not made with"):
        copy_store(migrated_url, target_url, b"another key", CLOCK)
    assert copy_store(migrated_url, target_url, KEY, CLOCK)["entries"] > 0


class _BusySource(Store):
    """A source into which another process writes while it is copied: just before it is read for the second time."""

    reads = 0

    def read(self) -> AbstractContextManager[Reader]:
        self.reads += 1
        if self.reads == 2:
            with self.write() as writer:
                writer.connection.execute(insert(people).values(name="Meanwhile", created_at=writer.at))
                writer.record("system", "test.meanwhile", "people", {})
        return super().read()


def test_a_source_that_is_written_meanwhile_is_found_out(migrated_url: str, target_url: str) -> None:
    with context_on(migrated_url, clock=CLOCK) as context:
        use(context)
    migrate.upgrade(target_url, KEY)
    with closing(_BusySource(migrated_url, CLOCK, KEY)) as source, closing(Store(target_url, CLOCK, KEY)) as target:
        with pytest.raises(Conflict, match="written meanwhile"):
            copying.copy(source, target)
        with target.read() as reader:
            assert copying.is_empty(reader.connection)


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@pytest.mark.parametrize("target_url", ["to postgresql"], indirect=True)
def test_a_row_that_the_target_cannot_hold_is_named_by_its_table_alone(migrated_url: str, target_url: str) -> None:
    """SQLite holds a text that PostgreSQL refuses; there is none the other way round."""
    with context_on(migrated_url, clock=CLOCK) as context:
        register(context, {"id": "north"})
        with context.store.housekeeping() as writer:
            writer.connection.execute(update(premises).values(name="secret\x00name"))
    with pytest.raises(StoreFault, match="premises: the target refuses a row") as caught:
        copy_store(migrated_url, target_url, KEY, CLOCK)
    assert "secret" not in str(caught.value)


ROT = {
    "sqlite": ["CREATE TRIGGER rot AFTER INSERT ON premises BEGIN UPDATE premises SET name = 'rotten'; END"],
    "postgresql": [
        "CREATE FUNCTION rot() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := 'rotten'; RETURN NEW; END $$",
        "CREATE TRIGGER rot BEFORE INSERT ON premises FOR EACH ROW EXECUTE FUNCTION rot()",
    ],
}


def test_a_copy_that_differs_is_found_out(migrated_url: str, target_url: str) -> None:
    migrate.upgrade(target_url, KEY)
    with context_on(migrated_url, clock=CLOCK) as context:
        register(context, {"id": "north"})
    engine = connect(target_url)
    with engine.begin() as connection:
        for statement in ROT[connection.dialect.name]:
            connection.exec_driver_sql(statement)
    engine.dispose()
    with pytest.raises(StoreFault, match="premises: the copy is not what was copied"):
        copy_store(migrated_url, target_url, KEY, CLOCK)
    with closing(Store(target_url, CLOCK, KEY)) as target, target.read() as reader:
        assert reader.connection.execute(select(func.count()).select_from(premises)).scalar() == 0
        assert reader.connection.execute(select(head.c.sequence)).scalar() == 0
