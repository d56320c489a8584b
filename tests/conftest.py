"""Fixtures that every test may use: databases, and an environment without settings.

The tests of the rules engine itself are collected only where durable-rules can be had, which is not so on Python 3.13
and later; there the reference decides, which the other tests show. The endurance of the engine is told by memory as
/proc gives it, so on Linux only.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from rules.engine import durable_available
from tests.postgres import EMPTY, Postgres, running_postgres

pytest_plugins = ["tests.no_skips"]
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

collect_ignore: list[str] = []
if not durable_available():
    collect_ignore += ["unit/test_durable_engine.py", "policy/test_engine_enumerated.py"]
if not (durable_available() and Path("/proc/self").exists()):
    collect_ignore += ["reliability/test_engine_endurance.py"]


def pytest_collection_finish() -> None:
    # What was imported is never garbage: left out, the collector does not look through it again and again.
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # These repeat the same operations over and over; what they reach, others reach, and counting it takes long.
    for item in items:
        if "reliability" in item.path.parts:
            item.add_marker("no_cover")


@pytest.fixture(autouse=True)
def _no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("OPQ_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, one for each test process."""
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the test's own; the test runs once for each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'opq.db'}"
    else:
        yield from _copy_of(EMPTY, request.getfixturevalue("postgres"))


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """As ``database_url``, but with the whole schema: a copy of a database that was upgraded once."""
    yield from _copy_for(request, tmp_path, "template")


@pytest.fixture(params=["sqlite", "postgresql"])
def adopted_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """As ``migrated_url``, but the policy that ``builders.context_on`` takes by default was adopted, at its NOON.

    To adopt takes longer than what most tests do then.
    """
    yield from _copy_for(request, tmp_path, "adopted")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an upgraded store, ``opq.db``, to copy."""
    folder = tmp_path_factory.mktemp("sqlite-template")
    _upgrade(f"sqlite:///{folder / 'opq.db'}")
    return folder


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> Iterator[str]:
    """The name of an upgraded database, to copy."""
    name = postgres.create()
    _upgrade(postgres.url_of(name))
    yield name
    postgres.drop(name)


@pytest.fixture(scope="session")
def sqlite_adopted(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store, ``opq.db``, that adopted the default policy, to copy."""
    folder = shutil.copytree(sqlite_template, tmp_path_factory.mktemp("sqlite-adopted"), dirs_exist_ok=True)
    _adopt(f"sqlite:///{folder / 'opq.db'}")
    return folder


@pytest.fixture(scope="session")
def postgres_adopted(postgres: Postgres, postgres_template: str) -> Iterator[str]:
    """The name of a database that adopted the default policy, to copy."""
    name = postgres.create(postgres_template)
    _adopt(postgres.url_of(name))
    yield name
    postgres.drop(name)


def _copy_for(request: pytest.FixtureRequest, tmp_path: Path, what: str) -> Iterator[str]:
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue(f"sqlite_{what}"), tmp_path, dirs_exist_ok=True)
        yield f"sqlite:///{tmp_path / 'opq.db'}"
    else:
        yield from _copy_of(request.getfixturevalue(f"postgres_{what}"), request.getfixturevalue("postgres"))


def _copy_of(template: str, postgres: Postgres) -> Iterator[str]:
    name = postgres.create(template)
    yield postgres.url_of(name)
    postgres.drop(name)


def _adopt(url: str) -> None:
    from tests.builders import context_on

    with context_on(url):
        pass


def _upgrade(url: str) -> None:
    from service.store.migrate import upgrade

    upgrade(url)
