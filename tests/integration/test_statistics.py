"""PostgreSQL's planner is told of much that was written at once, and does not wait for autovacuum."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from service.operations.context import Context
from service.store import statistics
from service.store.migrate import upgrade
from tests import builders
from tests.databases import Databases

NOT_LOOKED_AT = -1


@pytest.fixture
def context(postgresql_databases: Databases) -> Iterator[Context]:
    with postgresql_databases.filled(upgrade) as url, builders.context_on(url) as context:
        yield context


def known(context: Context) -> float:
    """How many rows the planner believes to be in a table."""
    with context.store.read() as reader:
        query = text("SELECT reltuples FROM pg_class WHERE oid = 'subject_fact_sets'::regclass")
        return float(reader.connection.execute(query).scalar_one())


def test_the_planner_knows_at_once_of_much_that_was_written(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "MANY", 20)
    builders.register(context, *({"id": f"few-{number}"} for number in range(10)))
    assert known(context) == NOT_LOOKED_AT
    builders.register(context, *({"id": f"many-{number}"} for number in range(20)))
    assert known(context) >= 20


def test_somebody_who_holds_the_table_does_not_make_a_change_fail(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "MANY", 20)
    with context.store.engine.begin() as other:
        other.execute(text("LOCK TABLE subject_fact_sets, premises, decisions IN SHARE UPDATE EXCLUSIVE MODE"))
        builders.register(context, *({"id": f"many-{number}"} for number in range(20)))
    assert context.store.verify().valid
    assert known(context) == NOT_LOOKED_AT
