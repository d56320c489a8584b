"""Each operation, failed at every SQL statement in turn, leaves nothing half done; then it succeeds."""

from __future__ import annotations

import pytest

from tests import builders
from tests.reliability.faults import BrokenOnPurposeError, broken_at, contents
from tests.reliability.writers import CASES, WriterCase

MOST_STATEMENTS = 400


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.operation)
def test_an_operation_broken_at_any_statement_leaves_no_trace(migrated_url: str, case: WriterCase) -> None:
    with builders.context_on(migrated_url) as context:
        builders.register(context, {"id": "alder"}, {"id": "birch", "kinds": ["custody"]})
        act = case.arrange(context)
        before = contents(context.store)
        for number in range(1, MOST_STATEMENTS):
            try:
                with broken_at(context.store, number) as passed:
                    act()
                break
            except BrokenOnPurposeError:
                assert contents(context.store) == before, f"after statement {number}: {passed[-1]}"
        else:
            pytest.fail(f"{case.operation} still had statements to break after {MOST_STATEMENTS}")
        assert contents(context.store) != before
        assert context.store.verify().valid
