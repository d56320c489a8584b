"""One Chromium and one prepared estate for each test process, and a site of its own for each test that changes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from service.operations.people import Role
from tests.browser.busy import Busy, work
from tests.browser.people import PATIENCE, People, sign_in, visiting
from tests.browser.pictures import Camera
from tests.browser.site import Site, prepare
from tests.chromium import ARGUMENTS, find_chromium

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    path = find_chromium()
    assert path, "there is no Chromium on the PATH (Debian: apt-get install chromium)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def passes() -> dict[Role, Any]:
    """What the browser of each person keeps once they have signed in."""
    return {}


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, chromium: Browser, passes: dict[Role, Any]) -> Path:
    """A folder with the store of the example estate, in which everybody has signed in once at the page for it."""
    folder = tmp_path_factory.mktemp("estate")
    prepare(folder)
    with closing(Site(folder)) as site, visiting(chromium, site, {}) as people:
        for role in Role:
            if role is not Role.SYSTEM:
                page = people.nobody()
                page.goto("/sign-in")
                sign_in(page, role)
                page.get_by_role("heading", name="Welcome").wait_for()
                passes[role] = page.context.storage_state()
    return folder


@pytest.fixture
def site(template: Path, tmp_path: Path) -> Iterator[Site]:
    """The example estate at HEIGHTENED, for this test alone."""
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    served = Site(tmp_path)
    yield served
    served.close()


@pytest.fixture
def people(chromium: Browser, site: Site, passes: dict[Role, Any]) -> Iterator[People]:
    """Those who visit ``site``."""
    with visiting(chromium, site, passes) as found:
        yield found


@pytest.fixture(scope="session")
def busy(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    """A site with something on every page, for tests that leave it as it is."""
    folder = tmp_path_factory.mktemp("busy")
    shutil.copytree(template, folder, dirs_exist_ok=True)
    with closing(Site(folder)) as site:
        yield work(site)


@pytest.fixture
def visitors(chromium: Browser, busy: Busy, passes: dict[Role, Any]) -> Iterator[People]:
    """Those who visit the busy site."""
    with visiting(chromium, busy.site, passes) as found:
        yield found


@pytest.fixture(scope="session")
def camera(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Camera:
    """Takes pictures into the folder of ``--screenshots``, or one that is thrown away."""
    return Camera(Path(request.config.getoption("--screenshots") or tmp_path_factory.mktemp("screenshots")))
