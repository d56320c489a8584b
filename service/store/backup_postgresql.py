"""Backups of a PostgreSQL store, by PostgreSQL's own pg_dump and pg_restore, which must be on PATH."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL, Engine, func, inspect, make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import DropSchema

from service.errors import Permanent, StoreFault
from service.store import statistics, verifying
from service.store.connect import connect
from service.store.record import Verification
from service.store.restored import verified
from service.store.tables import metadata
from service.store.transactions import Store

SCHEMA = "public"
ASIDE = "opq_before_restore"
"""Where the former store stands while a backup is put in its place."""

_OURS_ALONE = ("--no-owner", "--no-privileges")


def write(store: Store, file: Path) -> Verification:
    """Write the store to a file, and read the record in the very snapshot that is written."""
    with store.read() as reader, _address(store.url) as address:
        snapshot = reader.connection.execute(select(func.pg_export_snapshot())).scalar_one()
        what = ("--format=custom", f"--schema={SCHEMA}", f"--snapshot={snapshot}", f"--file={file}")
        _run("pg_dump", *what, *_OURS_ALONE, f"--dbname={address}")
        return verifying.verify(reader.connection, store.seal_key)


def restore(url: str, file: Path, seal_key: bytes) -> Verification:
    """Put the contents of a backup in place of the store at ``url``; the former one comes back if they are not good."""
    engine = connect(url)
    try:
        with _moved_aside(engine), _address(url) as address:
            how = ("--single-transaction", "--exit-on-error", *_OURS_ALONE)
            _run("pg_restore", *how, f"--dbname={address}", str(file))
            with engine.begin() as connection:
                statistics.renew(connection, metadata.sorted_tables)
            return verified(url, seal_key)
    finally:
        engine.dispose()


@contextmanager
def _moved_aside(engine: Engine) -> Iterator[None]:
    try:
        with engine.begin() as connection:
            if tables := inspect(connection).get_table_names(SCHEMA):
                connection.exec_driver_sql(f"LOCK TABLE {', '.join(tables)}")
            connection.exec_driver_sql(f"ALTER SCHEMA {SCHEMA} RENAME TO {ASIDE}")
    except DBAPIError as error:
        raise StoreFault(
            f"the schema {SCHEMA} cannot be moved to {ASIDE}; the user must own the database, nobody may use the store "
            "(stop every web and worker process), and a restore that was cut short may have left the former store there"
        ) from error
    try:
        yield
    except BaseException:
        with engine.begin() as connection:
            connection.execute(DropSchema(SCHEMA, cascade=True, if_exists=True))
            connection.exec_driver_sql(f"ALTER SCHEMA {ASIDE} RENAME TO {SCHEMA}")
        raise
    with engine.begin() as connection:
        connection.execute(DropSchema(ASIDE, cascade=True))


@contextmanager
def _address(url: str) -> Iterator[str]:
    """The address for PostgreSQL's tools: the password is in a file of ours, since others can read a command line."""
    given = make_url(url)
    with TemporaryDirectory() as folder:
        query = dict(given.query)
        if given.password:
            file = Path(folder) / "password"
            file.touch(mode=0o600)
            file.write_text("*:*:*:*:" + given.password.replace("\\", "\\\\").replace(":", "\\:"), encoding="utf-8")
            query["passfile"] = str(file)
        yield URL.create(
            "postgresql", given.username, None, given.host, given.port, given.database, query
        ).render_as_string(hide_password=False)


def _run(tool: str, *arguments: str) -> None:
    path = shutil.which(tool)
    if path is None:
        raise Permanent(f"{tool} is not on PATH; install PostgreSQL's client tools, of the server's version or newer")
    done = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)  # noqa: S603  # no shell
    if done.returncode:
        raise StoreFault(f"{tool}: {done.stderr.strip().partition(chr(10))[0]}")
