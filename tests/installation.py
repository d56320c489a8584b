"""An installation made in this process, as quickly as can be, for tests of processes that then work on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service import bootstrap
from service.config import Settings
from service.operations.context import Context
from service.operations.example import load_example
from tests.builders import default_policy


@contextmanager
def example_installation(data_dir: Path, database_url: str) -> Iterator[Context]:
    """A new installation with the example estate on an empty database, its keys in ``data_dir``."""
    settings = Settings(data_dir=data_dir, database_url=database_url, engine="reference")
    bootstrap.init(settings, default_policy())
    context = bootstrap.open_context(settings, default_policy())
    try:
        load_example(context)
        yield context
    finally:
        context.store.close()
