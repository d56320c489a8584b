"""An application over a small estate, and people to call it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from service.operations.context import Context
from service.operations.people import Role
from tests.builders import NOON, context_on, small_estate
from tests.callers import Callers
from tests.databases import Databases
from tests.fakes import FrozenClock


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def context(databases: Databases, clock: FrozenClock) -> Iterator[Context]:
    with databases.filled(small_estate) as url, context_on(url, clock=clock) as made:
        yield made


@pytest.fixture
def callers(context: Context) -> Callers:
    return Callers(context)


@pytest.fixture(scope="module")
def shared_callers(databases: Databases) -> Iterator[Callers]:
    """As ``callers``, but of one installation for all tests of a module: they must not change what others look at."""
    with databases.filled(small_estate) as url, context_on(url) as context:
        yield Callers(context)


@pytest.fixture
def lead(callers: Callers) -> FlaskClient:
    return callers.as_(Role.OP_QUANTITY_LEAD)
