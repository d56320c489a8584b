"""The ``opq`` command as a process of its own, on an installation of the test's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PATIENCE = 120
"""Seconds after which a process that hangs fails its test."""


def until(found: Callable[[], Any], patience: float = PATIENCE) -> None:
    """Ask again and again until the answer is yes, for so many seconds at most."""
    deadline = time.monotonic() + patience
    while not found():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)


class Opq:
    """Runs ``opq`` with settings of its own: a data folder, and whatever is given by ``setting=value``."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("OPQ_")},
            "NO_PROXY": "*",
            "OPQ_DATA_DIR": str(data_dir),
            **{f"OPQ_{name.upper()}": value for name, value in settings.items()},
        }

    def __call__(self, *arguments: str, token: str | None = None, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, and see that it exits with ``code``."""
        done = subprocess.run(
            self._command(arguments),
            cwd=ROOT,
            env=self._with(token),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == code, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *arguments: str, token: str | None = None) -> Any:
        """What a command answers to a program."""
        return json.loads(self(*arguments, "--json", token=token).stdout)

    def token(self, role: str, name: str, *more: str) -> str:
        """A new token of a person."""
        return str(self.json("token", "create", "--role", role, "--name", name, *more)["token"])

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """A command that goes on; killed at the end of the context if it still runs then."""
        with subprocess.Popen(
            self._command(arguments),
            cwd=ROOT,
            env=self._with(None),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def _with(self, token: str | None) -> Mapping[str, str]:
        return self.environment if token is None else {**self.environment, "OPQ_TOKEN": token}

    @staticmethod
    def _command(arguments: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "service.cli", *arguments]
