"""The judge of kill -9 trials finds what it is there to find, in made-up histories."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reliability.trial_checks import Call, History, Kill, Noted, Received, judge, unkept

ONE, TWO = ("/a", "e1"), ("/a", "e2")


def came(delivery: tuple[str, str], at: float, *, whole: bool = True, accepted: bool = True) -> Received:
    return Received(delivery, int(at), at, whole, accepted)


def noted(delivery: tuple[str, str], at: float, *, accepted: bool = True) -> Noted:
    return Noted(delivery, at, accepted)


GOOD = History(
    wanted={"/a": ["e1", "e2"]},
    received=[came(ONE, 10.2), came(TWO, 11.2)],
    noted=[noted(ONE, 10.1), noted(TWO, 11.1)],
    kills=[],
)
KILLED = replace(
    GOOD,
    received=[came(ONE, 10.2), came(TWO, 11.2), came(TWO, 30.2)],
    noted=[noted(ONE, 10.1), noted(TWO, 30.1)],
    kills=[Kill(11.3, frozenset({"/a"}))],
)
RETRIED = replace(
    GOOD,
    received=[came(ONE, 10.2, accepted=False), came(TWO, 11.2), came(ONE, 16.2)],
    noted=[noted(ONE, 10.1, accepted=False), noted(TWO, 11.1), noted(ONE, 16.1)],
)


@pytest.mark.parametrize("history", [GOOD, RETRIED])
def test_a_history_without_kills_costs_nothing(history: History) -> None:
    verdict = judge(history)
    assert (verdict.faults, verdict.in_flight, verdict.duplicates) == ([], 0, 0)


def test_what_was_in_flight_at_a_kill_may_come_twice() -> None:
    verdict = judge(KILLED)
    assert (verdict.faults, verdict.in_flight, verdict.duplicates) == ([], 1, 1)


def test_a_message_that_broke_off_at_a_kill_is_in_flight_and_no_duplicate() -> None:
    broken = came(TWO, 11.2, whole=False, accepted=False)
    verdict = judge(replace(KILLED, received=[came(ONE, 10.2), broken, came(TWO, 30.2)]))
    assert (verdict.faults, verdict.in_flight, verdict.duplicates) == ([], 1, 0)


@pytest.mark.parametrize(
    ("history", "fault"),
    [
        (replace(GOOD, received=GOOD.received[:1]), "e2 to /a was lost"),
        (replace(GOOD, received=[came(ONE, 10.2), came(TWO, 11.2, accepted=False)]), "e2 to /a was lost"),
        (replace(GOOD, received=[came(ONE, 10.2), came(TWO, 11.2, whole=False)]), "e2 to /a was lost"),
        (replace(GOOD, wanted={"/a": ["e1"]}), "e2 to /a was told and should not have been"),
        (
            replace(GOOD, wanted={"/a": ["e2", "e1"]}),
            "e1 to /a was first tried before e2 to /a",
        ),
        (
            replace(GOOD, received=[*GOOD.received, came(TWO, 12.2)], noted=[*GOOD.noted, noted(TWO, 12.1)]),
            "e2 to /a was sent again after it was noted as delivered",
        ),
        (replace(KILLED, kills=[]), "e2 to /a was sent, not noted, and no kill explains it"),
        (
            replace(KILLED, kills=[Kill(11.3, frozenset({"/b"}))]),
            "e2 to /a was sent, not noted, and no kill explains it",
        ),
        (
            replace(KILLED, kills=[Kill(31.3, frozenset({"/a"}))]),
            "e2 to /a was sent, not noted, and no kill explains it",
        ),
        (
            replace(KILLED, received=[came(ONE, 10.2), came(TWO, 11.1), came(TWO, 11.2), came(TWO, 30.2)]),
            "e2 to /a was sent, not noted, and no kill explains it",
        ),
    ],
    ids=[
        "never came",
        "never accepted",
        "never whole",
        "not wanted",
        "swapped",
        "repeated",
        "no kill",
        "another's kill",
        "a kill too late",
        "two for one kill",
    ],
)
def test_a_fault_is_found(history: History, fault: str) -> None:
    assert judge(history).faults == [fault]


def test_a_delivery_whose_note_was_lost_is_found() -> None:
    assert "e2 to /a arrived, and is not noted as delivered" in judge(replace(GOOD, noted=GOOD.noted[:1])).faults


def test_a_first_attempt_that_never_arrived_still_counts_for_the_order() -> None:
    late = replace(
        GOOD,
        received=[came(TWO, 11.2), came(ONE, 16.2)],
        noted=[noted(ONE, 10.1, accepted=False), noted(TWO, 11.1), noted(ONE, 16.1)],
    )
    assert judge(late).faults == []
    assert judge(replace(late, noted=late.noted[1:])).faults == ["e2 to /a was first tried before e1 to /a"]


def test_calls_are_kept_once_and_told_once() -> None:
    calls = [Call("a", 1), Call("b", 2)]
    assert unkept(calls, [*calls, Call("cut off", 3)], [1, 2, 3]) == []
    assert unkept(calls, calls[:1], [1]) == ["b was answered and is not in the record"]
    assert unkept(calls, [*calls, Call("b", 3)], [1, 2, 3]) == ["b was carried out 2 times"]
    assert unkept(calls, calls, [1]) == ["b is told by 0 events"]
    assert unkept(calls, calls, [1, 2, 2]) == ["b is told by 2 events"]
