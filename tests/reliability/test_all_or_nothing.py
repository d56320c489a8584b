"""Each operation, failed at every SQL statement in turn, leaves nothing half done; then it succeeds."""

from __future__ import annotations

import pytest

from tests.reliability.case import WriterCase
from tests.reliability.faults import BrokenOnPurposeError, broken_at, contents
from tests.reliability.writers import CASES, two_premises

MOST_STATEMENTS = 400


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_operation_broken_at_any_statement_leaves_nothing_half_done(migrated_url: str, case: WriterCase) -> None:
    with two_premises(migrated_url) as context:
        act = case.arrange(context)
        first = before = contents(context.store)
        for number in range(1, MOST_STATEMENTS):
            try:
                with broken_at(context.store, number) as breakage:
                    act()
                break
            except BrokenOnPurposeError:
                whole = breakage.whole or before
                assert contents(context.store) == whole, f"after statement {number}: {breakage.passed[-1]}"
                assert case.in_steps or whole == before, f"committed before statement {number} and failed then"
                before = whole
        else:
            pytest.fail(f"{case.name} still had statements to break after {MOST_STATEMENTS}")
        assert contents(context.store) != first
        assert context.store.verify().valid
