"""The pages over a small estate, and people to look at them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.operations.context import Context
from service.store.migrate import upgrade
from tests.builders import NOON, context_on, register
from tests.databases import Databases
from tests.fakes import FrozenClock
from tests.visitors import Visitors


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(sqlite_databases: Databases, clock: FrozenClock) -> Iterator[Context]:
    with sqlite_databases.filled(small_estate) as url, context_on(url, clock=clock) as made:
        yield made


@pytest.fixture
def visitors(context: Context) -> Visitors:
    return Visitors(context)


def small_estate(url: str) -> None:
    """Three premises, one of them restricted."""
    upgrade(url)
    with context_on(url) as context:
        register(
            context,
            {"id": "north-hq", "kinds": ["hq", "control_room"]},
            {"id": "south-office", "district": "South"},
            {"id": "quiet-house", "restricted": True},
        )
