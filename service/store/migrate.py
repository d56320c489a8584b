"""Making and upgrading the schema, by Alembic."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from service.store import record
from service.store.connect import begin_write, connect
from service.store.transactions import translated

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION = Table("alembic_version", MetaData(), Column("version_num", String))


def _config(connection: Connection) -> Config:
    # Imported here, as in what follows: every command asks for the version, few need Alembic.
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str, seal_key: bytes = b"") -> None:
    """Bring the database at ``url`` to the newest schema, and start the audit chain where there is none.

    Safe to repeat, and safe when several processes do it at once: one does the work, the others find it done. Raises
    Busy or StoreFault.
    """
    from alembic import command

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
    from alembic import command

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
    return _revision(url) != newest()


def newest() -> str:
    """The revision that this version needs: each migration is a file that begins with its own."""
    return max(path.name for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


def is_new(url: str) -> bool:
    """Whether the database at ``url`` holds no schema of ours at all. Raises StoreFault when it does not answer."""
    return _revision(url) is None


def _revision(url: str) -> str | None:
    engine = connect(url)
    try:
        with translated(), engine.connect() as connection:
            there = inspect(connection).has_table(_VERSION.name)
            return connection.scalar(select(_VERSION.c.version_num)) if there else None
    finally:
        engine.dispose()
