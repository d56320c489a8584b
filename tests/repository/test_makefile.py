"""The set-up, with a stand-in for Python that writes down what it is asked and makes an empty venv."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.repository.tree import ROOT

TOOL = '#!/bin/sh\necho "$(basename "$0") $*" >> {log}\n'
PYTHON = """#!/bin/sh
case "$*" in
    "-m venv .venv")
        mkdir -p .venv/bin
        for tool in python pip opq; do cp {tool} .venv/bin/$tool; done
        echo "$*" >> {log} ;;
    *"version_info < (3, 11)"*) exit {too_old} ;;
    *"version_info < (3, 13)"*) exit {before_313} ;;
    *"import venv"*) exit {no_venv} ;;
    *"get_path"*) echo {headers} ;;
    *"get_config_var"*) echo {compiler} ;;
esac
"""


class Machine:
    """A copy of the project's set-up files, and a Python of which tests say what it lacks."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.log = folder / "log"
        self.headers = folder / "include"
        self._tool = folder / "tool"
        self.python = folder / "fake-python"
        self.project.mkdir()
        self.headers.mkdir()
        (self.headers / "Python.h").touch()
        for name in ("Makefile", "setup.cfg", "pyproject.toml"):
            shutil.copy(ROOT / name, self.project)
        shutil.copytree(ROOT / ".ci", self.project / ".ci")
        self._script(self._tool, TOOL.format(log=self.log))
        self.has()

    def has(self, *, too_old: bool = False, before_313: bool = True, venv: bool = True, compiler: str = "cc") -> None:
        """Say what the Python is and has."""
        text = PYTHON.format(
            tool=self._tool,
            log=self.log,
            too_old=int(too_old),
            before_313=int(before_313),
            no_venv=int(not venv),
            headers=self.headers,
            compiler=compiler,
        )
        self._script(self.python, text)

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run ``command`` in the project, with this Python and without what a make above us handed down."""
        return subprocess.run(
            command,
            cwd=self.project,
            env={"PATH": os.environ["PATH"], "PYTHON": str(self.python), **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def asked(self) -> list[str]:
        """What Python, pip and opq were asked since the last time."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return lines

    def _script(self, path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_make_run_sets_up_once_and_starts_the_product(machine: Machine) -> None:
    done = machine.run("make", "run", "PORT=9000")
    assert done.returncode == 0, done.stderr
    assert machine.asked() == [
        "-m venv .venv",
        "pip install --quiet --upgrade pip",
        "pip install --quiet --editable .",
        "opq up --example --port 9000",
    ]
    machine.run("make", "run")
    assert machine.asked() == ["opq up --example --port 8080"]


def test_make_test_brings_the_tools_of_the_tests(machine: Machine) -> None:
    assert machine.run("make", "test").returncode == 0
    assert machine.asked()[-2:] == ["pip install --quiet --editable .[test,dev]", "python -m pytest -n 2"]


def test_a_change_of_the_dependencies_installs_again(machine: Machine) -> None:
    machine.run("make", "run")
    machine.asked()
    later = (machine.project / ".venv" / "installed").stat().st_mtime + 10
    os.utime(machine.project / "setup.cfg", (later, later))
    machine.run("make", "run")
    assert machine.asked() == ["pip install --quiet --editable .", "opq up --example --port 8080"]


def test_make_help_lists_what_can_be_made(machine: Machine) -> None:
    listed = machine.run("make").stdout
    for target in ("run", "test", "lint", "coverage", "bench", "docs", "clean"):
        assert f"make {target} " in listed


def test_a_machine_with_everything_is_given_its_python(machine: Machine) -> None:
    done = machine.run(".ci/preflight")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{machine.python}\n", "")


def test_a_missing_compiler_is_named_with_its_package(machine: Machine) -> None:
    machine.has(compiler="no-such-cc -pthread")
    done = machine.run(".ci/preflight")
    assert done.returncode == 1
    assert "a C compiler that works (no-such-cc) (Debian: apt-get install gcc libc6-dev)" in done.stderr


def test_missing_headers_are_named_with_their_package(machine: Machine) -> None:
    (machine.headers / "Python.h").unlink()
    done = machine.run(".ci/preflight")
    assert done.returncode == 1
    assert f"{machine.headers}/Python.h" in done.stderr
    assert "python3-dev" in done.stderr


def test_a_missing_venv_is_named_with_its_package(machine: Machine) -> None:
    machine.has(venv=False)
    done = machine.run(".ci/preflight")
    assert done.returncode == 1
    assert "venv for" in done.stderr
    assert "python3-venv" in done.stderr


def test_a_python_too_old_is_named(machine: Machine) -> None:
    machine.has(too_old=True)
    done = machine.run(".ci/preflight")
    assert done.returncode == 1
    assert f"Python 3.11 or newer, which {machine.python} is not" in done.stderr


def test_a_newer_python_needs_neither_compiler_nor_headers(machine: Machine) -> None:
    (machine.headers / "Python.h").unlink()
    machine.has(before_313=False, compiler="no-such-cc")
    assert machine.run(".ci/preflight").returncode == 0


def test_all_that_is_missing_is_named_at_once_and_nothing_is_made(machine: Machine, tmp_path: Path) -> None:
    bare = tmp_path / "bin"
    bare.mkdir()
    done = machine.run("/bin/sh", ".ci/preflight", PYTHON="", PATH=str(bare))
    assert done.returncode == 1
    for part in ("Python 3.11 or newer", "C compiler", "make (Debian: apt-get install make)"):
        assert part in done.stderr
    machine.has(venv=False)
    failed = machine.run("make", "run")
    assert failed.returncode != 0
    assert "python3-venv" in failed.stderr
    assert not (machine.project / ".venv").exists()
    assert machine.asked() == []
