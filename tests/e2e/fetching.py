"""What the tests of fetching the feed ask of an outcome."""

from __future__ import annotations

from rules.levels import Scope, ThreatLevel
from service.feeds.reading import Fetched, Outcome

ETAG = '"abc-1"'


def national(fetched: Fetched) -> ThreatLevel:
    assert fetched.reading is not None, fetched.reason
    return fetched.reading.levels[Scope.NATIONAL]


def assert_failed(fetched: Fetched, outcome: Outcome, reason: str) -> None:
    """It ended so, and left nothing that could pass for a reading or keep the next body from coming."""
    assert fetched.outcome == outcome
    assert reason in fetched.reason
    assert (fetched.reading, fetched.etag, fetched.last_modified) == (None, None, None)
