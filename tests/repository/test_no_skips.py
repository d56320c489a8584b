from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.tree import ROOT

ONE_SKIPPED = """
import pytest

def test_runs():
    assert True

def test_does_not():
    pytest.skip("no reason")
"""


def run(folder: Path, source: str, ci: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_sample.py").write_text(source)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.no_skips", "-p", "no:cacheprovider", *options, folder],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "CI": ci},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("options", [(), ("-n", "1")])
def test_a_skipped_test_fails_the_run_under_ci(tmp_path: Path, options: tuple[str, ...]) -> None:
    done = run(tmp_path, ONE_SKIPPED, "true", *options)
    assert done.returncode == 1, done.stdout
    assert "1 test(s) were skipped: the run fails" in done.stdout


def test_a_skipped_test_is_let_pass_elsewhere(tmp_path: Path) -> None:
    assert run(tmp_path, ONE_SKIPPED, "").returncode == 0


def test_a_run_without_skipped_tests_passes_under_ci(tmp_path: Path) -> None:
    assert run(tmp_path, "def test_runs():\n    assert True\n", "true").returncode == 0
