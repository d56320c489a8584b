"""Fixtures that every test may use: databases, and an environment without settings.

The tests of the rules engine itself are collected only where durable-rules can be had, which is not so on Python 3.13
and later; there the reference decides, which the other tests show. The endurance of the engine is told by memory as
/proc gives it, so on Linux only. The tests in a browser are collected only where there is a Chromium; under CI they
are in any case, and fail without one.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings
from werkzeug.routing import Rule

from rules.engine import durable_available
from service.store import connect
from service.store.migrate import upgrade
from tests.chromium import find_chromium
from tests.compiled import compile_builder_once, create_engine_of_one_kind
from tests.databases import Databases, SqliteFolder
from tests.postgres import Postgres, running_postgres, tools

pytest_plugins = ["tests.no_skips"]
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

REPEATING = {"browser", "e2e", "reliability"}

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
    return ["tests/browser is LEFT OUT: no Chromium on the PATH (Debian: apt-get install chromium)"] * no_browser


def pytest_collection_finish() -> None:
    # What was imported is never garbage: left out, the collector does not look through it again and again.
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # These repeat the same over and over, or on the other database, or run other processes; what they reach, others
    # reach too.
    for item in items:
        if REPEATING.intersection(item.path.parts) or _is_on_postgresql(item):
            item.add_marker("no_cover")


def _is_on_postgresql(item: pytest.Item) -> bool:
    chosen = getattr(item, "callspec", None)
    return chosen is not None and chosen.params.get("databases") == "postgresql"


@pytest.fixture(autouse=True)
def _no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("OPQ_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_builder_once)
        patch.setattr(connect, "create_engine", create_engine_of_one_kind)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, one for each test process."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def tools_of_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs of that server, such as pg_dump, where commands are looked for."""
    if folder := tools():
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


@pytest.fixture(scope="session")
def postgresql_databases(postgres: Postgres) -> Iterator[Databases]:
    """Databases on that server."""
    with closing(Databases(postgres)) as made:
        yield made


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Databases in files."""
    with closing(Databases(SqliteFolder(tmp_path_factory.mktemp("databases")))) as made:
        yield made


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Where to make databases; whatever uses it, here or by way of another fixture, runs once for each kind."""
    made: Databases = request.getfixturevalue(f"{request.param}_databases")
    return made


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """The address of an empty database of the test's own."""
    with databases.empty() as url:
        yield url


@pytest.fixture
def migrated_url(databases: Databases) -> Iterator[str]:
    """The address of a database of the test's own with the whole schema and nothing in it."""
    with databases.filled(upgrade) as url:
        yield url


@pytest.fixture
def adopted_url(databases: Databases) -> Iterator[str]:
    """As ``migrated_url``, but the policy that ``builders.context_on`` takes by default was adopted, at its NOON.

    To adopt takes longer than what most tests do then.
    """
    with databases.filled(adopted) as url:
        yield url


@pytest.fixture
def small_url(databases: Databases) -> Iterator[str]:
    """As ``adopted_url``, but with the small plan of ``lists``."""
    from tests.lists import adopted_small

    with databases.filled(adopted_small) as url:
        yield url


def adopted(url: str) -> None:
    """Fill the database at ``url`` with the schema and the default policy."""
    from tests.builders import context_on

    upgrade(url)
    with context_on(url):
        pass
