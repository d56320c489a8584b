"""Making and upgrading the schema, by Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from service.store import record
from service.store.connect import begin_write, connect
from service.store.transactions import translated


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str, seal_key: bytes = b"") -> None:
    """Bring the database at ``url`` to the newest schema, and start the audit chain where there is none.

    Safe to repeat, and safe when several processes do it at once: one does the work, the others find it done. Raises
    Busy or StoreFault.
    """
    engine = connect(url)
    try:
        with translated(), engine.connect() as connection:
            begin_write(connection)
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(448448)")
            command.upgrade(_config(connection), "head")
            record.start(connection, seal_key)
            connection.commit()
    finally:
        engine.dispose()


def downgrade(url: str) -> None:
    """Take the whole schema away again, with all that is in it."""
    engine = connect(url)
    try:
        with engine.connect() as connection:
            begin_write(connection)
            command.downgrade(_config(connection), "base")
            connection.commit()
    finally:
        engine.dispose()


def pending(url: str) -> bool:
    """Whether the schema of the database at ``url`` is not the one this version needs. Raises StoreFault."""
    return _revision(url) != ScriptDirectory.from_config(_config()).get_current_head()


def is_new(url: str) -> bool:
    """Whether the database at ``url`` holds no schema of ours at all. Raises StoreFault when it does not answer."""
    return _revision(url) is None


def _revision(url: str) -> str | None:
    engine = connect(url)
    try:
        with translated(), engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
