"""Each operation, done by two at once from the same state: both are kept, or one is refused, and all stays whole."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from service.errors import Refused, Retryable
from service.operations.context import Context
from service.store.tables import audit_entries, checklists, subject_fact_sets
from tests import builders
from tests.reliability.writers import CASES, WriterCase


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.operation)
def test_two_at_once_keep_both_or_refuse_one(migrated_url: str, case: WriterCase) -> None:
    with builders.context_on(migrated_url) as context:
        builders.register(context, {"id": "alder"}, {"id": "birch", "kinds": ["custody"]})
        act = case.arrange(context)
        entries = _entries(context)
        together = Barrier(2)
        outcomes: list[object] = []

        def work() -> None:
            together.wait()
            try:
                outcomes.append(act())
            except (Refused, Retryable) as refusal:
                outcomes.append(refusal)

        threads = [Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        kept = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
        assert len(outcomes) == 2, "a thread ended with an error that is no refusal"
        assert kept, f"both were refused: {outcomes}"
        assert _entries(context) - entries <= len(kept)
        assert _doubled(context) == []
        assert context.store.verify().valid


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
