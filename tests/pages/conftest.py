"""The pages over a small estate, and people to look at them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.operations.context import Context
from tests.builders import NOON, context_on, register
from tests.fakes import FrozenClock
from tests.visitors import Visitors


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(sqlite_template: Path, tmp_path: Path, clock: FrozenClock) -> Iterator[Context]:
    shutil.copytree(sqlite_template, tmp_path, dirs_exist_ok=True)
    with context_on(f"sqlite:///{tmp_path / 'opq.db'}", clock=clock) as made:
        register(
            made,
            {"id": "north-hq", "kinds": ["hq", "control_room"]},
            {"id": "south-office", "district": "South"},
            {"id": "quiet-house", "restricted": True},
        )
        yield made


@pytest.fixture
def visitors(context: Context) -> Visitors:
    return Visitors(context)
