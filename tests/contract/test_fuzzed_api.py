"""The whole API under requests made up from its own OpenAPI document: no 5xx, and no answer that is not documented.

Each operation is called by a person who may call it. Half of the ids in paths are of things that exist.
"""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi import checks

from service.api.auth import permissions
from service.operations.access import PERMISSIONS
from service.operations.people import Role
from tests.builders import context_on
from tests.seeds import Seeds, seed

LIKELY = (Role.OP_QUANTITY_LEAD, Role.ADMIN, Role.FEED, Role.STATION_MANAGER)

schema = schemathesis.pytest.from_fixture("document")


@pytest.fixture(scope="module")
def seeds(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeds]:
    folder = tmp_path_factory.mktemp("fuzzed")
    shutil.copytree(sqlite_template, folder, dirs_exist_ok=True)
    with context_on(f"sqlite:///{folder / 'opq.db'}") as context:
        yield seed(context)


@pytest.fixture(scope="module")
def document(seeds: Seeds) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", seeds.callers.app, config=SchemathesisConfig())


@schema.parametrize()
@settings(
    max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
def test_no_made_up_request_gets_an_answer_that_is_not_documented(case: Case, seeds: Seeds) -> None:
    case.path_parameters.update(
        {name: seeds.ids[name] for name, value in case.path_parameters.items() if _even(value)}
    )
    case.call_and_validate(headers={"Authorization": f"Bearer {_token(case, seeds)}"})


def _even(value: object) -> bool:
    return zlib.crc32(repr(value).encode()) % 2 == 0


def _token(case: Case, seeds: Seeds) -> str:
    needed = {endpoint.rpartition(".")[2]: name for endpoint, name in permissions(seeds.callers.app).items()}
    allowed = PERMISSIONS[needed[case.operation.definition.raw["operationId"]]]
    return seeds.callers.token(next(role for role in LIKELY if role in allowed), "north-hq")
