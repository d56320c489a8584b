"""A process killed with SIGKILL in the middle of a change leaves all of it or none."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.levels import ResponseLevel, Scope
from service.operations import threat
from service.operations.context import Context
from service.operations.people import SYSTEM
from service.store import levels
from service.store import threat as threats
from service.store.estate import EVERYTHING
from service.store.migrate import upgrade
from tests import builders
from tests.databases import Databases
from tests.lists import small_policy
from tests.reliability.threat_writers import national

PREMISES = 2_000
ROOT = Path(__file__).parents[2]


@pytest.fixture
def estate_url(databases: Databases) -> Iterator[str]:
    """The address of a database of the test's own with a large estate at SEVERE."""
    with databases.filled(_make_estate) as url:
        yield url


@pytest.mark.parametrize("statement", [*map(str, range(6, 32, 4)), "commit"])
def test_a_change_killed_at_a_statement_is_there_whole_or_not_at_all(estate_url: str, statement: str) -> None:
    with builders.context_on(estate_url, policy=small_policy()) as context:
        _set_and_kill(estate_url, statement)
        assert _state(context) in (
            ("SEVERE", {ResponseLevel.HEIGHTENED: PREMISES}),
            ("CRITICAL", {ResponseLevel.EXCEPTIONAL: PREMISES}),
        )
        assert context.store.verify().valid
        threat.set_level(context, SYSTEM, national("CRITICAL"))
        assert _state(context) == ("CRITICAL", {ResponseLevel.EXCEPTIONAL: PREMISES})


def _make_estate(url: str) -> None:
    upgrade(url)
    with builders.context_on(url, policy=small_policy()) as context:
        builders.register(context, *({"id": f"site-{number}", "cctv": number % 2 == 0} for number in range(PREMISES)))
        threat.set_level(context, SYSTEM, national("SEVERE"))


def _set_and_kill(url: str, statement: str) -> None:
    command = [sys.executable, "-m", "tests.reliability.dying_process", url, statement]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        reached = process.stdout.read(1)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert reached == b".", "the change was over before this statement"


def _state(context: Context) -> tuple[str, dict[ResponseLevel, int]]:
    with context.store.read() as reader:
        counts = levels.level_counts(reader, EVERYTHING)
        return threats.present(reader)[Scope.NATIONAL].name, {level: n for level, n in counts.items() if n}
