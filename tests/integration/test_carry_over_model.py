"""Any sequence of rounds of ticks, reversals and moves, against a plain model of carry-over and stand-down.

The model knows neither menus nor intervals nor triggers: only what is physically in place, and what was said of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.operations import items
from service.operations.context import Context
from tests import builders, lists
from tests.builders import NOON
from tests.databases import Databases
from tests.fakes import FrozenClock

LEVELS = {"LOW": 0, "SUBSTANTIAL": 1, "CRITICAL": 2}
FROM = {"N1": 0, "H1": 1, "H2": 1, "S1": 1, "E1": 2, "E2": 2, "S2": 2}
REVERSIBLE = {option_id for option_id in FROM if "reverse" in lists.OPTIONS[option_id]}
RECURRING = {"S1", "S2"}


@dataclass(frozen=True)
class Round:
    """What is said at one level, before the next is set: of items, of reverse steps; then a day may pass."""

    ticks: Mapping[str, str]
    reversals: Mapping[str, str]
    sign_off: bool
    day_passes: bool
    then: str


def said(*statuses: str) -> st.SearchStrategy[dict[str, str]]:
    """What is said of each option: mostly the first status; ``silent`` says nothing."""
    return st.fixed_dictionaries(dict.fromkeys(FROM, st.sampled_from((statuses[0], statuses[0], "silent", *statuses))))


ROUNDS = st.lists(
    st.builds(
        Round,
        ticks=said("done", "blocked", "open"),
        reversals=said("done", "declined", "open"),
        sign_off=st.sampled_from((False, False, True)),
        day_passes=st.booleans(),
        then=st.sampled_from(("SUBSTANTIAL", "CRITICAL", "LOW")),
    ),
    min_size=4,
    max_size=8,
)


class Model:
    """What was said of each option on the response list, and of each reverse step that is asked for."""

    def __init__(self) -> None:
        self.level = LEVELS["CRITICAL"]
        self.said: dict[str, str] = {}
        self.done_before: set[str] = set()
        self.to_reverse: dict[str, str] = {}

    def stands(self, option_id: str) -> bool:
        return FROM[option_id] <= self.level

    def in_place(self, option_id: str) -> bool:
        return self.said.get(option_id) == "done" or option_id in self.done_before

    def forget(self, option_id: str) -> None:
        self.said.pop(option_id, None)
        self.done_before.discard(option_id)

    def move(self, level: int) -> None:
        self.level = level
        for option_id in FROM:
            if self.stands(option_id):
                if self.to_reverse.pop(option_id, None) == "done":
                    self.forget(option_id)
            elif option_id not in self.to_reverse:
                if self.in_place(option_id) and option_id in REVERSIBLE:
                    self.to_reverse[option_id] = "open"
                else:
                    self.forget(option_id)

    def next_day(self) -> None:
        for option_id in RECURRING & self.said.keys():
            if self.said.pop(option_id) == "done":
                self.done_before.add(option_id)

    def sign_off_reversal(self) -> None:
        for option_id in self.to_reverse:
            self.forget(option_id)
        self.to_reverse.clear()


class Work:
    """Does the same to the product and to the model, and compares the two lists after each step."""

    def __init__(self, context: Context, clock: FrozenClock) -> None:
        self.context, self.clock, self.model = context, clock, Model()
        self.lead = builders.lead(context)

    def play(self, round_: Round) -> None:
        for option_id, status in round_.ticks.items():
            if status != "silent" and self.model.stands(option_id):
                lists.tick(self.context, self.lead, lists.present(self.context), option_id, status, "because")
                self.model.said[option_id] = status
        for option_id, status in round_.reversals.items():
            if status != "silent" and option_id in self.model.to_reverse:
                seen = lists.standing_down(self.context) or {}
                lists.tick(self.context, self.lead, seen, option_id, status, "because")
                self.model.to_reverse[option_id] = status
        if round_.sign_off and self.model.to_reverse and "open" not in self.model.to_reverse.values():
            seen = lists.standing_down(self.context) or {}
            items.sign_off(self.context, self.lead, seen["id"], seen["version"])
            self.model.sign_off_reversal()
        if round_.day_passes:
            self.clock.tick(timedelta(days=1))
            self.model.next_day()
        self.compare()
        lists.move(self.context, round_.then)
        self.model.move(LEVELS[round_.then])
        self.compare()

    def compare(self) -> None:
        expected = {o: self.model.said.get(o, "open") for o in FROM if self.model.stands(o)}
        assert lists.statuses(lists.present(self.context)) == expected
        assert lists.statuses(lists.standing_down(self.context)) == self.model.to_reverse


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("databases", "examples"), [("sqlite", 12), ("postgresql", 3)], indirect=["databases"])
def test_any_sequence_of_moves_and_ticks_agrees_with_the_model(databases: Databases, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(rounds=ROUNDS)
    def holds(rounds: list[Round]) -> None:
        clock = FrozenClock(NOON)
        with databases.filled(lists.adopted_small) as url, lists.small_context(url, clock, "CRITICAL") as context:
            work = Work(context, clock)
            for round_ in rounds:
                work.play(round_)

    holds()
