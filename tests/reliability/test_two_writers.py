"""Each operation, done by two at once from the same state: both are kept, or one is refused, and all stays whole."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from service.errors import Refused, Retryable
from service.operations import example
from service.operations.context import Context
from service.store.tables import audit_entries, checklists, premises, subject_fact_sets
from tests import builders, lists
from tests.reliability.case import WriterCase
from tests.reliability.writers import CASES, two_premises


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_two_at_once_keep_both_or_refuse_one(small_url: str, case: WriterCase) -> None:
    with two_premises(small_url) as context:
        act = case.arrange(context)
        entries = count_of(context, audit_entries)
        outcomes = two_at_once(act)
        kept = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
        assert kept, f"both were refused: {outcomes}"
        assert count_of(context, audit_entries) - entries <= len(kept) * case.entries
        assert _doubled(context) == []
        assert context.store.verify().valid


def two_at_once(act: Callable[[], Any]) -> list[Any]:
    """Do ``act`` in two threads at the same time; gives both answers, or the refusals instead."""
    together = Barrier(2)

    def work(_: int) -> Any:
        together.wait()
        try:
            return act()
        except (Refused, Retryable) as refusal:
            return refusal

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, range(2)))


def count_of(context: Context, table: Table) -> int:
    """How many rows a table has."""
    with context.store.read() as reader:
        return int(reader.connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_two_who_load_the_example_at_once_load_it_once(small_url: str) -> None:
    with builders.context_on(small_url, policy=lists.small_policy()) as context:
        loaded = sorted(answer["premises"] for answer in two_at_once(lambda: example.load_example(context)))
        assert loaded == [0, count_of(context, premises)]
        assert _doubled(context) == []


def _doubled(context: Context) -> list[object]:
    """Subjects with other than one present fact set, or more than one present list of a kind."""
    with context.store.read() as reader:
        lists = (
            select(checklists.c.subject)
            .where(checklists.c.superseded_at.is_(None))
            .group_by(checklists.c.subject, checklists.c.kind)
            .having(func.count() != 1)
        )
        sets = (
            select(subject_fact_sets.c.subject)
            .where(subject_fact_sets.c.until_at.is_(None))
            .group_by(subject_fact_sets.c.subject)
            .having(func.count() != 1)
        )
        return [*reader.connection.execute(lists).scalars(), *reader.connection.execute(sets).scalars()]
