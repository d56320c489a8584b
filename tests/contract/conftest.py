"""An application over a small estate, and people to call it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.operations.context import Context
from service.operations.people import Role
from tests.builders import NOON, context_on, register
from tests.callers import Callers
from tests.fakes import FrozenClock


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
def callers(context: Context) -> Callers:
    return Callers(context)


@pytest.fixture
def lead(callers: Callers) -> FlaskClient:
    return callers.as_(Role.OP_QUANTITY_LEAD)
