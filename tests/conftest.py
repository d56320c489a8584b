"""Fixtures that every test may use: databases, and an environment without settings.

The tests of the rules engine itself are collected only where durable-rules can be had, which is not so on Python 3.13
and later; there the reference decides, which the other tests show. The endurance of the engine is told by memory as
/proc gives it, so on Linux only. The tests in a browser are collected only where there is a Chromium; under CI they
are in any case, and fail without one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from rules.engine import durable_available
from tests.chromium import VARIABLE, find_chromium
from tests.postgres import EMPTY, Postgres, running_postgres

pytest_plugins = ["tests.no_skips"]
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

collect_ignore: list[str] = []
if not durable_available():
    collect_ignore += ["unit/test_durable_engine.py", "policy/test_engine_enumerated.py"]
if not (durable_available() and Path("/proc/self").exists()):
    collect_ignore += ["reliability/test_engine_endurance.py"]
no_browser = find_chromium() is None and not os.environ.get("CI")
if no_browser:
    collect_ignore += ["browser"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the tests in a browser put the pictures that they take."""
    parser.addoption("--screenshots", metavar="FOLDER", help="keep pictures of the main pages in FOLDER")


def pytest_report_header() -> list[str]:
    """Say so when the tests in a browser are left out."""
    return [f"tests/browser is LEFT OUT: no Chromium found (install it, or set {VARIABLE})"] if no_browser else []


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
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("sqlite_template"), tmp_path, dirs_exist_ok=True)
        yield f"sqlite:///{tmp_path / 'opq.db'}"
    else:
        yield from _copy_of(request.getfixturevalue("postgres_template"), request.getfixturevalue("postgres"))


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


def _copy_of(template: str, postgres: Postgres) -> Iterator[str]:
    name = postgres.create(template)
    yield postgres.url_of(name)
    postgres.drop(name)


def _upgrade(url: str) -> None:
    from service.store.migrate import upgrade

    upgrade(url)
