"""The walk of the README, run for real: ``python -m tests.readme_walk`` puts what it prints into the README.

A ``console`` block holds commands, each after ``$``, and below each what it prints.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.opq import PATIENCE, ROOT, Opq

README = ROOT / "README.md"
_BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
_PASSING = [
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"), "0000-00-00 00:00 UTC"),
    (re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z"), "0000-00-00T00:00:00Z"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "0" * 64),
]


def walked(text: str) -> str:
    """``text`` with the output of every console block made anew, on a fresh example estate."""
    with _estate() as environment:
        return _BLOCK.sub(lambda block: "".join(_run(block[0], environment)), text)


def lasting(text: str) -> str:
    """``text`` without what differs from run to run: times and hashes."""
    for pattern, instead in _PASSING:
        text = pattern.sub(instead, text)
    return text


def _run(block: str, environment: dict[str, str]) -> Iterator[str]:
    for line in block.splitlines():
        if line.startswith("$ "):
            command = line.removeprefix("$ ").replace("8080", environment["PORT"])
            done = subprocess.run(
                ["bash", "-c", f"set -euo pipefail; trap '' PIPE; {command}"],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
            assert done.returncode in (0, 141), f"{command}: {done.stdout}"
            output = "\n".join(line.rstrip() for line in done.stdout.splitlines())
            yield f"{line}\n{output}\n"


@contextmanager
def _estate() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        port = str(_free_port())
        opq = Opq(Path(folder) / "var", feed_url=f"file://{folder}/no-feed.xml")
        _put_command(Path(folder) / "opq", "service.cli")
        if shutil.which("curl") is None:
            _put_command(Path(folder) / "curl", "tests.plain_curl")
        with opq.running("up", "--example", "--port", port) as process:
            assert process.stdout is not None
            said = "".join(iter(lambda: process.stdout.readline(), "Stop with Ctrl-C. The log follows.\n"))
            lead, gold = dict.fromkeys(re.findall(r"opq_[\w-]{20,}", said))
            yield {
                **opq.environment,
                "PATH": f"{folder}:{os.environ['PATH']}",
                "PYTHONPATH": str(ROOT),
                "COLUMNS": "120",
                "PORT": port,
                "OPQ_TOKEN": lead,
                "GOLD": gold,
            }


def _put_command(path: Path, module: str) -> None:
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n')
    path.chmod(0o755)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


if __name__ == "__main__":
    README.write_text(walked(README.read_text()))
