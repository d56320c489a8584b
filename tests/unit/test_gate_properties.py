"""What the gate never does, over any sequence of readings: lower a level by itself, or make a rise wait too long."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rules.levels import ThreatLevel
from service.operations import gate
from service.operations.gate import KeptReading, NewReading, Prospect, Situation, Status

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOLD_LIMIT = timedelta(minutes=10)

readings = st.builds(
    NewReading,
    source=st.sampled_from(["mi5", "push/cell"]),
    level=st.sampled_from(ThreatLevel),
    stamp=st.sampled_from(["", "one", "two"]),
    stamped_at=st.none() | st.integers(-100, 100).map(lambda minutes: START + timedelta(minutes=minutes)),
)
steps = st.tuples(st.integers(0, 900).map(lambda seconds: timedelta(seconds=seconds)), st.none() | readings)


@dataclass
class World:
    """One scope, its readings, and nobody who decides; it does by the gate's verdicts what the store does."""

    present: ThreatLevel | None
    at: datetime = START
    readings: list[KeptReading] = field(default_factory=list)
    changes: list[datetime] = field(default_factory=list)

    def situation(self) -> Situation:
        last = {reading.source: reading for reading in self.readings}
        recent = sum(at > self.at - gate.DAY for at in self.changes)
        return Situation(self.at, self.present, tuple(last.values()), recent)

    def take(self, new: NewReading) -> None:
        known = gate.same(new, self.situation().last, self.at)
        if known:
            self.put(replace(known, last_seen_at=self.at))
            return
        lowers = new.level <= ThreatLevel.MODERATE
        verdict = gate.judge(new, self.situation(), Prospect(new.level is ThreatLevel.CRITICAL, lowers))
        hold_until = self.at + HOLD_LIMIT if verdict.limited else None
        seen = {"received_at": self.at, "last_seen_at": self.at, "hold_until": hold_until}
        kept = KeptReading(**vars(new), id=len(self.readings), status=verdict.status, **seen)
        self.readings.append(kept)
        if verdict.status is Status.ACCEPTED:
            self.accept(new.level)

    def settle(self) -> None:
        while due := [(held, verdict) for held in self.held() if (verdict := gate.settle(held, self.situation()))]:
            held, verdict = due[0]
            if verdict.status is Status.HELD:
                self.put(replace(held, hold_until=None))
            else:
                self.put(replace(held, status=verdict.status))
            if verdict.status is Status.ACCEPTED:
                self.accept(held.level)

    def held(self) -> list[KeptReading]:
        return [reading for reading in self.readings if reading.status is Status.HELD]

    def put(self, reading: KeptReading) -> None:
        self.readings[reading.id] = reading

    def accept(self, level: ThreatLevel) -> None:
        self.present = level
        self.changes.append(self.at)


def _run(present: ThreatLevel | None, script: list[tuple[timedelta, NewReading | None]]) -> list[World]:
    world, states = World(present), []
    for wait, new in script:
        world.at += wait
        if new:
            world.take(new)
        world.settle()
        states.append(replace(world, readings=list(world.readings), changes=list(world.changes)))
    return states


@given(st.none() | st.sampled_from(ThreatLevel), st.lists(steps, max_size=25))
def test_no_sequence_of_readings_lowers_a_level(
    present: ThreatLevel | None, script: list[tuple[timedelta, NewReading | None]]
) -> None:
    levels = [state.present or 0 for state in _run(present, script)]
    assert levels == sorted(levels)
    assert not levels or levels[0] >= (present or 0)


@given(st.none() | st.sampled_from(ThreatLevel), st.lists(steps, max_size=25))
def test_a_rise_that_its_source_stands_by_never_waits_past_the_hold_limit(
    present: ThreatLevel | None, script: list[tuple[timedelta, NewReading | None]]
) -> None:
    for state in _run(present, script):
        for held in state.held():
            if held.hold_until is not None:
                assert state.at < held.received_at + HOLD_LIMIT
            elif state.present is not None and held.level > state.present:
                since = [reading for reading in state.readings[held.id :] if reading.source == held.source]
                assert any(reading.level < held.level for reading in since)


@given(st.sampled_from(ThreatLevel), st.lists(steps, max_size=25))
def test_what_is_settled_stays_settled(present: ThreatLevel, script: list[tuple[timedelta, NewReading | None]]) -> None:
    for before, after in pairwise(_run(present, script)):
        for reading in before.readings:
            assert reading.status is Status.HELD or after.readings[reading.id].status is reading.status
