"""The script of continuous integration, with stand-ins for the commands that it calls."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.repository.tree import ROOT

MAKE = """#!/bin/sh
echo "make $* CI=$CI" >> {log}
case "$1" in
    {failing}) exit 2 ;;
    test) echo "==== 7 passed in 1.00s ====" ;;
esac
"""
APT_GET = """#!/bin/sh
echo "apt-get $*" >> {log}
touch {ready} {chromium}
chmod +x {chromium}
"""
STAND_INS = {
    "id": "#!/bin/sh\necho {uid}\n",
    "apt-get": APT_GET,
    "preflight": "#!/bin/sh\nif [ -e {ready} ]; then exit 0; fi\necho lacking gcc >&2\nexit 1\n",
    "make": MAKE,
}
TOOLS = ("bash", "chmod", "dirname", "grep", "mktemp", "rm", "tee", "touch")
"""All that the script and its stand-ins find on the machine."""


class Ci:
    """A copy of the script in a folder of stand-ins that write to a log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ready = folder / "ready"
        self.chromium = folder / "chromium"
        self.log = folder / "log"
        self.log.touch()
        (folder / ".ci").mkdir()
        shutil.copy(ROOT / ".ci" / "run", folder / ".ci")
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found is not None, tool
            (folder / tool).symlink_to(found)

    def has(self, *, compiler: bool = True, chromium: bool = True) -> None:
        """Say what the machine has."""
        if compiler:
            self.ready.touch()
        if chromium:
            self.chromium.touch(mode=0o755)

    def run(self, *, failing: str = "nothing", uid: int = 0) -> subprocess.CompletedProcess[str]:
        for name, text in STAND_INS.items():
            path = self.folder / (".ci" if name == "preflight" else ".") / name
            path.write_text(
                text.format(log=self.log, ready=self.ready, chromium=self.chromium, failing=failing, uid=uid)
            )
            path.chmod(0o755)
        return subprocess.run(
            [self.folder / ".ci" / "run"],
            env={**os.environ, "PATH": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def called(self) -> list[str]:
        return self.log.read_text().splitlines()


@pytest.fixture
def ci(tmp_path: Path) -> Ci:
    return Ci(tmp_path)


def installed(*packages: str) -> list[str]:
    return ["apt-get update -qq", f"apt-get install --quiet --yes --no-install-recommends {' '.join(packages)}"]


COMPILER = ("python3", "python3-venv", "python3-dev", "gcc", "libc6-dev", "make")
BROWSER = ("chromium", "fonts-liberation")
CHECKS = [
    "make lint CI=true",
    "make test PYTEST_ARGS=-n 2 --cov --cov-report= CI=true",
    "make coverage-floors CI=true",
]


def test_lint_tests_and_floors_run_with_ci_set(ci: Ci) -> None:
    ci.has()
    done = ci.run()
    assert done.returncode == 0, done.stderr
    assert ci.called() == CHECKS


def test_the_last_line_is_the_one_that_pytest_closed_with(ci: Ci) -> None:
    ci.has()
    assert ci.run().stdout.splitlines()[-1] == "==== 7 passed in 1.00s ===="


@pytest.mark.parametrize("failing", ["lint", "test", "coverage-floors"])
def test_any_failing_check_fails_the_run(ci: Ci, failing: str) -> None:
    ci.has()
    assert ci.run(failing=failing).returncode != 0


def test_a_bare_debian_machine_is_given_what_it_lacks_once(ci: Ci) -> None:
    assert ci.run().returncode == 0
    assert ci.called() == [*installed(*COMPILER, *BROWSER), *CHECKS]


def test_a_machine_without_a_browser_is_given_one(ci: Ci) -> None:
    ci.has(chromium=False)
    assert ci.run().returncode == 0
    assert ci.called() == [*installed(*BROWSER), *CHECKS]


def test_without_root_the_run_stops_and_names_what_is_missing(ci: Ci) -> None:
    done = ci.run(uid=1000)
    assert done.returncode != 0
    assert "lacking gcc" in done.stderr
    assert ci.called() == []


def test_without_root_and_browser_the_run_stops_as_tests_would_be_skipped(ci: Ci) -> None:
    ci.has(chromium=False)
    done = ci.run(uid=1000)
    assert done.returncode != 0
    assert "lacks chromium" in done.stderr
    assert ci.called() == []
