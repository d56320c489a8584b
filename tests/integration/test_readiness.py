"""Whether an installation says that it can serve, and what is wrong when it cannot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from contingency_plans.plan import OP_QUANTITY
from service.errors import Permanent
from service.operations.context import Context
from service.operations.health import readiness
from service.operations.policy import load_plan_in_use, reversing_option
from service.store.transactions import Store
from tests import builders


def _check(context: Context, name: str) -> tuple[Any, ...]:
    found = readiness(context)
    return found["status"], *(check["detail"] for check in found["checks"] if check["name"] == name)


def test_a_store_that_does_not_answer_is_a_failure(migrated_url: str, tmp_path: Path) -> None:
    with builders.context_on(migrated_url) as context:
        gone = Store(f"sqlite:///{tmp_path}/no/such/folder/opq.db", context.store.clock, builders.KEY)
        status, detail = _check(replace(context, store=gone), "database")
        gone.close()
    assert (status, detail) == ("failed", "the store does not answer")


def test_a_schema_of_another_version_is_a_failure(migrated_url: str) -> None:
    with builders.context_on(migrated_url) as context:
        with context.store.housekeeping() as writer:
            writer.connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        status, detail = _check(context, "migrations")
    assert (status, detail) == ("failed", "the schema is not of this version; run opq init")


def test_a_decision_that_had_a_fault_is_shown(migrated_url: str) -> None:
    with builders.context_on(migrated_url) as context:
        with context.store.housekeeping() as writer:
            writer.connection.execute(text("UPDATE decisions SET degraded = (1 = 1), fault = 'the engine is gone'"))
        assert _check(context, "engine") == ("degraded", "the last decision had a fault: the engine is gone")


def test_the_reference_alone_is_shown_and_is_no_fault(migrated_url: str) -> None:
    with builders.context_on(migrated_url, engine="reference") as context:
        told = next(check for check in readiness(context)["checks"] if check["name"] == "engine")
    assert (told["status"], told["detail"]) == ("ok", "only the reference evaluator decides, as OPQ_ENGINE says")


def test_a_folder_without_the_plan_is_named(migrated_url: str, tmp_path: Path) -> None:
    with (
        builders.context_on(migrated_url, plans_dir=tmp_path) as context,
        pytest.raises(Permanent, match="OPQ_PLANS_DIR: no file"),
    ):
        load_plan_in_use(context.settings)


def test_a_plan_of_the_force_s_own_takes_the_place_of_the_example(migrated_url: str, tmp_path: Path) -> None:
    own = OP_QUANTITY.read_text().replace("example: true", "example: false")
    (tmp_path / "plan_448.yaml").write_text(own)
    with builders.context_on(migrated_url, plans_dir=tmp_path) as context:
        assert not load_plan_in_use(context.settings).example


def test_an_option_that_no_plan_can_reverse_is_not_found(migrated_url: str) -> None:
    with builders.context_on(migrated_url) as context, context.store.read() as reader, pytest.raises(KeyError):
        reversing_option(reader, context.policy, context.policy.plan, "Z99")
