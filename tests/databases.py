"""Databases of a test's own, of either kind: empty, a copy of another, or a copy of one that was filled once."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import make_url

from tests.postgres import EMPTY

Fill = Callable[[str], None]
"""What fills the empty database at an address, and leaves no connection to it behind."""


class Server(Protocol):
    """Where databases are made. Names are as SQLAlchemy's addresses hold them."""

    def create(self, template: str = EMPTY) -> str:
        """The name of a new database, a copy of ``template``, to which nobody may be connected meanwhile."""
        ...

    def drop(self, name: str) -> None:
        """Remove a database."""
        ...

    def url_of(self, name: str) -> str:
        """The SQLAlchemy address of the database ``name``."""
        ...


class SqliteFolder:
    """A server of SQLite: a folder of files, whose names are their paths."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, template: str = EMPTY) -> str:
        """The path of a new file; an empty database has none before it is first opened."""
        path = self._folder / f"{uuid.uuid4().hex}.db"
        if template != EMPTY:
            shutil.copyfile(template, path)
        return str(path)

    def drop(self, name: str) -> None:
        """Remove the file, with all that SQLite put beside it."""
        for path in self._folder.glob(f"{Path(name).name}*"):
            path.unlink()

    def url_of(self, name: str) -> str:
        """The SQLAlchemy address of the file."""
        return f"sqlite:///{name}"


class Databases:
    """Makes databases on one server, and removes them after use."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._filled: dict[Fill, str] = {}
        self._kept = ExitStack()

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The address of a new database without tables."""
        yield from self._new(EMPTY)

    @contextmanager
    def copy_of(self, url: str) -> Iterator[str]:
        """The address of a copy of the database at ``url``, to which nobody may be connected meanwhile."""
        name = make_url(url).database
        assert name is not None
        yield from self._new(name)

    @contextmanager
    def filled(self, fill: Fill) -> Iterator[str]:
        """The address of a new database as ``fill`` makes it: it runs once, and later ones are copies."""
        if fill not in self._filled:
            url = self._kept.enter_context(self.empty())
            fill(url)
            self._filled[fill] = url
        with self.copy_of(self._filled[fill]) as url:
            yield url

    def close(self) -> None:
        """Remove what was kept to be copied."""
        self._kept.close()

    def _new(self, template: str) -> Iterator[str]:
        name = self._server.create(template)
        try:
            yield self._server.url_of(name)
        finally:
            self._server.drop(name)
