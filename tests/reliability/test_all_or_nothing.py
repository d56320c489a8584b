"""Each operation, failed at every SQL statement in turn, leaves nothing half done; then it succeeds."""

from __future__ import annotations

import pytest

from rules.levels import Scope, ThreatLevel
from service.feeds.reading import Fetched, Outcome
from service.operations import intake, polling
from service.operations.people import SYSTEM
from service.store import readings, threat
from tests.reliability.case import WriterCase
from tests.reliability.faults import BrokenOnPurposeError, broken_at, contents
from tests.reliability.reading_writers import Answers, says
from tests.reliability.writers import CASES, two_premises

MOST_STATEMENTS = 400


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_operation_broken_at_any_statement_leaves_nothing_half_done(small_url: str, case: WriterCase) -> None:
    with two_premises(small_url) as context:
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


def test_a_poll_that_died_once_its_reading_was_taken_is_made_good_by_the_next(small_url: str) -> None:
    reading = says({Scope.NATIONAL: ThreatLevel.SEVERE})
    with two_premises(small_url) as context:
        taken = intake.take_reading(context, SYSTEM, reading, "abc", "body")
        fetched = Fetched(Outcome.READ, reading, "read", "body", "abc", etag="tag")
        assert [item["id"] for item in polling.poll_feed(context, Answers(fetched))["items"]] == [
            taken["items"][0]["id"]
        ]
        with context.store.read() as reader:
            (feed,) = readings.all_feeds(reader)
            assert (feed["etag"], feed["failures"]) == ("tag", 0)
            assert threat.present(reader)[Scope.NATIONAL] is ThreatLevel.SEVERE
