"""Each operation, done by two at once from the same state: both are kept, or one is refused, and all stays whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from service.errors import Refused, Retryable
from service.operations.context import Context
from service.store.tables import audit_entries, checklists, subject_fact_sets
from tests.reliability.case import Act, WriterCase
from tests.reliability.writers import CASES, two_premises


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_two_at_once_keep_both_or_refuse_one(migrated_url: str, case: WriterCase) -> None:
    with two_premises(migrated_url) as context:
        act = case.arrange(context)
        entries = _entries(context)
        outcomes = two_at_once(act)
        kept = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
        assert kept, f"both were refused: {outcomes}"
        assert _entries(context) - entries <= len(kept) * case.entries
        assert _doubled(context) == []
        assert context.store.verify().valid


def two_at_once(act: Act) -> list[object]:
    """Do ``act`` in two threads at the same time; gives both answers, or the refusals instead."""
    together = Barrier(2)

    def work(_: int) -> object:
        together.wait()
        try:
            return act()
        except (Refused, Retryable) as refusal:
            return refusal

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, range(2)))


def _entries(context: Context) -> int:
    with context.store.read() as reader:
        return int(reader.connection.execute(select(func.count()).select_from(audit_entries)).scalar_one())


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
