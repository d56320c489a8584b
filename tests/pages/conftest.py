"""The pages over a small estate, and people to look at them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.operations.context import Context
from tests.builders import NOON, context_on, small_estate
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
