"""The whole API under requests made up from its own OpenAPI document: no 5xx, and no answer that is not documented.

Each operation is called by a person who may call it. Half of the ids in paths are of things that exist.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from schemathesis.specs.openapi.schemas import OpenApiSchema

from service.api.auth import permissions
from service.app import create_app
from service.config import Settings
from service.operations.access import PERMISSIONS
from service.operations.context import Context
from service.operations.people import Role
from service.store.migrate import upgrade
from tests.builders import SECRET_KEY, context_on
from tests.databases import Databases
from tests.seeds import Seeds, seed

LIKELY = (Role.OP_QUANTITY_LEAD, Role.ADMIN, Role.FEED, Role.STATION_MANAGER)

BEYOND_A_SCHEMA = [positive_data_acceptance, negative_data_rejection]
"""A schema cannot say that premises must exist, and putting known ids into paths mends what was made up wrong."""
NO_INSTALLATION = Context(cast(Any, None), cast(Any, None), Settings(secret_key=SECRET_KEY))
"""Enough to make the application's document, which is the same everywhere."""

EXAMPLES = {"sqlite": 6, "postgresql": 2}
"""Requests for each operation and mode: what is wrong with a request is found before a database is asked."""
BOUNDED = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
OPERATIONS = [
    (path, method)
    for path, operations in cast(Any, create_app(NO_INSTALLATION).spec)["paths"].items()
    for method in operations
]


@pytest.fixture(scope="module")
def seeds(databases: Databases) -> Iterator[Seeds]:
    with databases.filled(upgrade) as url, context_on(url) as context:
        yield seed(context)


@pytest.fixture(scope="module")
def document(seeds: Seeds) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", seeds.callers.app, config=SchemathesisConfig())


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_no_made_up_request_gets_an_answer_that_is_not_documented(
    document: OpenApiSchema, seeds: Seeds, path: str, method: str, mode: GenerationMode
) -> None:
    operation = document[path][method]

    @settings(BOUNDED, max_examples=EXAMPLES[_kind(seeds)])
    @given(case=operation.as_strategy(generation_mode=mode))
    def holds(case: Case) -> None:
        known = {name: seeds.ids[name] for name, value in case.path_parameters.items() if _even(value)}
        case.path_parameters.update(known)
        if case.query.get("wait") in range(1, 31):
            case.query["wait"] = 1  # so that the test ends
        headers = {"Authorization": f"Bearer {_token(case, seeds)}"}
        case.call_and_validate(headers=headers, excluded_checks=BEYOND_A_SCHEMA)

    holds()


def _kind(seeds: Seeds) -> str:
    return seeds.callers.context.store.engine.dialect.name


def _even(value: object) -> bool:
    return zlib.crc32(repr(value).encode()) % 2 == 0


def _token(case: Case, seeds: Seeds) -> str:
    needed = {endpoint.rpartition(".")[2]: name for endpoint, name in permissions(seeds.callers.app).items()}
    allowed = PERMISSIONS[needed[case.operation.definition.raw["operationId"]]]
    return seeds.callers.token(next(role for role in LIKELY if role in allowed), "north-hq")
