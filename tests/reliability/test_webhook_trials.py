"""The short form of the kill -9 trials; ``python -m tests.reliability.webhook_trials`` is the long one."""

from __future__ import annotations

from pathlib import Path

from tests.reliability.webhook_trials import run

TRIALS = 6
SEED = 11


def test_nothing_is_lost_when_workers_and_webs_are_killed_while_they_speak(database_url: str, tmp_path: Path) -> None:
    outcome = run(database_url, tmp_path, TRIALS, SEED)
    assert outcome.faults == []
    assert outcome.kills.total() == TRIALS
    assert len(outcome.kills) == 2
    assert outcome.calls_answered
    assert outcome.deliveries
    assert outcome.messages >= outcome.deliveries
    assert outcome.duplicates <= outcome.in_flight_at_kills
