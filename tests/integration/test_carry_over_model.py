"""Any sequence of moves, ticks and reversals, against a plain model of carry-over and stand-down.

The model knows neither menus nor intervals nor triggers: only what is physically in place, and what was said of it.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from service.operations import items
from tests import builders, lists
from tests.builders import NOON
from tests.fakes import FrozenClock

LEVELS = {"LOW": 0, "SUBSTANTIAL": 1, "CRITICAL": 2}
FROM = {"N1": 0, "H1": 1, "H2": 1, "S1": 1, "E1": 2, "E2": 2, "S2": 2}
REVERSIBLE = {option_id for option_id in FROM if "reverse" in lists.OPTIONS[option_id]}
RECURRING = {"S1", "S2"}


class Model:
    """What was said of each option on the response list, and of each reverse step that is asked for."""

    def __init__(self) -> None:
        self.level = 1
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

    def next_shift(self) -> None:
        for option_id in RECURRING & self.said.keys():
            if self.said.pop(option_id) == "done":
                self.done_before.add(option_id)

    def sign_off_reversal(self) -> None:
        for option_id in self.to_reverse:
            self.forget(option_id)
        self.to_reverse.clear()


class Work(RuleBasedStateMachine):
    """Does the same to the product and to the model, and compares the two lists after each step."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        shutil.copytree(self.template, folder, dirs_exist_ok=True)
        self.clock = FrozenClock(NOON)
        url = f"sqlite:///{folder / 'opq.db'}"
        self.context = self.stack.enter_context(lists.small_context(url, self.clock))
        self.lead = builders.lead(self.context)
        self.model = Model()

    def teardown(self) -> None:
        self.stack.close()

    @initialize(level=st.sampled_from(sorted(LEVELS)))
    def start(self, level: str) -> None:
        self.move(level)

    @rule(level=st.sampled_from(sorted(LEVELS)))
    def move(self, level: str) -> None:
        lists.move(self.context, level)
        self.model.move(LEVELS[level])

    @rule(option_id=st.sampled_from(sorted(FROM)), status=st.sampled_from(["done", "done", "blocked", "open"]))
    def tick(self, option_id: str, status: str) -> None:
        if self.model.stands(option_id):
            lists.tick(self.context, self.lead, lists.present(self.context), option_id, status, "because")
            self.model.said[option_id] = status

    @precondition(lambda self: self.model.to_reverse)
    @rule(data=st.data(), status=st.sampled_from(["done", "done", "declined", "open"]))
    def reverse(self, data: st.DataObject, status: str) -> None:
        option_id = data.draw(st.sampled_from(sorted(self.model.to_reverse)))
        lists.tick(self.context, self.lead, lists.standing_down(self.context) or {}, option_id, status, "because")
        self.model.to_reverse[option_id] = status

    @precondition(lambda self: self.model.to_reverse and "open" not in self.model.to_reverse.values())
    @rule()
    def sign_off_reversal(self) -> None:
        seen = lists.standing_down(self.context) or {}
        items.sign_off(self.context, self.lead, seen["id"], seen["version"])
        self.model.sign_off_reversal()

    @rule()
    def next_day(self) -> None:
        self.clock.tick(timedelta(days=1))
        self.model.next_shift()

    @invariant()
    def lists_agree_with_the_model(self) -> None:
        expected = {o: self.model.said.get(o, "open") for o in FROM if self.model.stands(o)}
        assert lists.statuses(lists.present(self.context)) == expected
        assert lists.statuses(lists.standing_down(self.context)) == self.model.to_reverse


@pytest.mark.timeout(240)
def test_any_sequence_of_moves_and_ticks_agrees_with_the_model(sqlite_template: Path) -> None:
    machine = type("WorkOnACopy", (Work,), {"template": sqlite_template})
    bounded = settings(max_examples=12, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=bounded)
