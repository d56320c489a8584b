"""The schema: up, down and up again on both databases, and the migrations make what the tables say."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from service.store import migrate
from service.store.connect import connect
from service.store.tables import metadata
from tests.builders import KEY


def tables(url: str) -> set[str]:
    engine = connect(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_up_down_and_up_again(database_url: str) -> None:
    migrate.upgrade(database_url, KEY)
    made = tables(database_url)
    assert set(metadata.tables) <= made
    migrate.downgrade(database_url)
    assert tables(database_url) == {"alembic_version"}
    assert migrate.is_new(database_url)
    migrate.upgrade(database_url, KEY)
    assert tables(database_url) == made
    assert not migrate.pending(database_url)


def test_the_migrations_make_what_the_tables_say(migrated_url: str) -> None:
    engine = connect(migrated_url)
    try:
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    finally:
        engine.dispose()
