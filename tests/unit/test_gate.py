"""The gate as a table: every kind of reading, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rules.levels import ThreatLevel
from service.operations import gate
from service.operations.gate import KeptReading, NewReading, Prospect, Situation, Status

LOW, MODERATE, SUBSTANTIAL, SEVERE, CRITICAL = ThreatLevel
AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOTHING = Prospect()
EXCEPTIONAL = Prospect(exceptional=True)


def _kept(level: ThreatLevel, *, source: str = "mi5", ago: timedelta = MINUTE, **values: object) -> KeptReading:
    known = KeptReading(
        source=source,
        level=level,
        stamp="one",
        stamped_at=AT - ago,
        id=1,
        status=Status.UNCHANGED,
        received_at=AT - ago,
        last_seen_at=AT - ago,
    )
    return replace(known, **values)  # type: ignore[arg-type]


def _new(level: ThreatLevel, **values: object) -> NewReading:
    return replace(NewReading("mi5", level, "two", AT), **values)  # type: ignore[arg-type]


def _at(present: ThreatLevel | None, *last: KeptReading, recent_changes: int = 0) -> Situation:
    return Situation(AT, present, last, recent_changes)


@pytest.mark.parametrize(
    ("new", "situation", "prospect", "status", "limited", "said"),
    [
        pytest.param(_new(SEVERE), _at(SEVERE), NOTHING, "unchanged", False, "present level", id="the present level"),
        pytest.param(_new(SEVERE), _at(SUBSTANTIAL), NOTHING, "accepted", False, "trusted source", id="a rise"),
        pytest.param(_new(SEVERE), _at(None), NOTHING, "accepted", False, "trusted source", id="a first level"),
        pytest.param(
            _new(LOW),
            _at(None),
            Prospect(lowers=True),
            "held",
            False,
            "A fall",
            id="a first level that lowers premises",
        ),
        pytest.param(_new(SUBSTANTIAL), _at(SEVERE), NOTHING, "held", False, "A fall", id="a fall"),
        pytest.param(
            _new(CRITICAL), _at(SEVERE), EXCEPTIONAL, "held", True, "at EXCEPTIONAL", id="a rise to EXCEPTIONAL"
        ),
        pytest.param(_new(CRITICAL), _at(None), EXCEPTIONAL, "held", True, "at EXCEPTIONAL", id="a first CRITICAL"),
        pytest.param(
            _new(SEVERE), _at(MODERATE), NOTHING, "held", True, "jumps from MODERATE to SEVERE", id="two steps at once"
        ),
        pytest.param(
            _new(SEVERE, stamped_at=AT - 2 * MINUTE),
            _at(SUBSTANTIAL, _kept(SUBSTANTIAL)),
            NOTHING,
            "held",
            True,
            "stamp is older",
            id="an older stamp",
        ),
        pytest.param(
            _new(SEVERE, stamped_at=None),
            _at(SUBSTANTIAL, _kept(SUBSTANTIAL)),
            NOTHING,
            "accepted",
            False,
            "trusted source",
            id="a stamp that cannot be read raises no doubt",
        ),
        pytest.param(
            _new(SEVERE), _at(SUBSTANTIAL, recent_changes=2), NOTHING, "held", True, "change 3", id="the third in a day"
        ),
        pytest.param(
            _new(SEVERE), _at(SUBSTANTIAL, recent_changes=1), NOTHING, "accepted", False, "trusted", id="the second"
        ),
        pytest.param(
            _new(SEVERE),
            _at(SUBSTANTIAL, _kept(SUBSTANTIAL, source="push/cell")),
            NOTHING,
            "held",
            True,
            "push/cell says SUBSTANTIAL",
            id="sources disagree",
        ),
        pytest.param(
            _new(SEVERE),
            _at(SUBSTANTIAL, _kept(SUBSTANTIAL, source="push/cell", ago=gate.DAY)),
            NOTHING,
            "accepted",
            False,
            "trusted source",
            id="a source not heard for a day neither disagrees",
        ),
        pytest.param(
            _new(CRITICAL),
            _at(SEVERE, _kept(CRITICAL, source="push/cell", ago=gate.DAY)),
            EXCEPTIONAL,
            "held",
            True,
            "at EXCEPTIONAL",
            id="nor agrees",
        ),
        pytest.param(
            _new(CRITICAL),
            _at(MODERATE, _kept(CRITICAL, source="push/cell"), recent_changes=5),
            EXCEPTIONAL,
            "accepted",
            False,
            "push/cell, says CRITICAL",
            id="a second source clears every doubt",
        ),
        pytest.param(
            _new(CRITICAL),
            _at(SEVERE, _kept(CRITICAL, source="push/cell", status=Status.REJECTED)),
            EXCEPTIONAL,
            "held",
            True,
            "at EXCEPTIONAL",
            id="but not by what a person rejected",
        ),
        pytest.param(
            _new(CRITICAL),
            _at(SEVERE, _kept(CRITICAL)),
            EXCEPTIONAL,
            "held",
            True,
            "at EXCEPTIONAL",
            id="nor by its own word under another stamp",
        ),
    ],
)
def test_a_new_reading_is_judged(
    new: NewReading, situation: Situation, prospect: Prospect, status: str, limited: bool, said: str
) -> None:
    verdict = gate.judge(new, situation, prospect)
    assert (verdict.status, verdict.limited) == (status, limited)
    assert said in verdict.reason


def test_every_doubt_is_named() -> None:
    situation = _at(MODERATE, _kept(MODERATE), _kept(LOW, source="push/cell"), recent_changes=2)
    reason = gate.judge(_new(CRITICAL, stamped_at=AT - 2 * MINUTE), situation, EXCEPTIONAL).reason
    assert reason == (
        "The rise waits to be confirmed: it would put premises at EXCEPTIONAL; it jumps from MODERATE to CRITICAL; "
        "its stamp is older than that of the source's last reading; it would be change 3 within 24 hours; "
        "push/cell says LOW."
    )


HELD = _kept(CRITICAL, status=Status.HELD, hold_until=AT + MINUTE)
WITHDRAWN = replace(HELD, hold_until=None)
HELD_FALL = _kept(SUBSTANTIAL, status=Status.HELD)
LATER = {"id": 2}


@pytest.mark.parametrize(
    ("held", "situation", "status", "said"),
    [
        pytest.param(HELD, _at(SEVERE, HELD), None, "", id="a held rise within its time goes on"),
        pytest.param(HELD, _at(None, HELD), None, "", id="so does a first level"),
        pytest.param(
            replace(HELD, hold_until=AT), _at(SEVERE, HELD), "accepted", "hold limit", id="at hold_limit it is accepted"
        ),
        pytest.param(
            HELD,
            replace(_at(SEVERE, HELD), hold_limit=timedelta(seconds=1)),
            "accepted",
            "clock was set back",
            id="and where more is left than can be",
        ),
        pytest.param(
            HELD,
            _at(SEVERE, HELD, _kept(CRITICAL, source="push/cell", **LATER)),
            "accepted",
            "push/cell",
            id="by a second source",
        ),
        pytest.param(
            replace(HELD, level=SEVERE),
            _at(SUBSTANTIAL, replace(HELD, level=SEVERE), _kept(CRITICAL, source="push/cell", **LATER)),
            "accepted",
            "push/cell",
            id="by a second source that says more",
        ),
        pytest.param(
            replace(HELD, last_seen_at=HELD.received_at + MINUTE),
            _at(SEVERE, HELD),
            "accepted",
            "after a minute",
            id="by an identical fetch 60 seconds later",
        ),
        pytest.param(
            replace(HELD, last_seen_at=HELD.received_at + MINUTE - timedelta(seconds=1)),
            _at(SEVERE, HELD),
            None,
            "",
            id="but not by one that came sooner",
        ),
        pytest.param(
            replace(HELD, hold_until=AT),
            _at(SEVERE, _kept(SEVERE, **LATER)),
            "held",
            "says SEVERE since; a person decides",
            id="taken back by its source it waits for a person, also at hold_limit",
        ),
        pytest.param(
            HELD, _at(SEVERE, replace(HELD, stamp="two", **LATER)), None, "", id="another stamp takes nothing back"
        ),
        pytest.param(WITHDRAWN, _at(SEVERE, _kept(SEVERE, **LATER)), None, "", id="taken back it waits"),
        pytest.param(
            WITHDRAWN,
            _at(SEVERE, _kept(CRITICAL, **LATER)),
            "superseded",
            "said so anew",
            id="said anew it makes way for the new one",
        ),
        pytest.param(HELD, _at(CRITICAL, HELD), "superseded", "CRITICAL already", id="the level got there otherwise"),
        pytest.param(
            replace(HELD, level=SEVERE),
            _at(CRITICAL, HELD),
            "superseded",
            "is CRITICAL meanwhile",
            id="or went past it",
        ),
        pytest.param(HELD_FALL, _at(SEVERE, HELD_FALL), None, "", id="a held fall waits"),
        pytest.param(
            replace(HELD_FALL, last_seen_at=AT + 99 * gate.DAY, received_at=AT - 99 * gate.DAY),
            _at(SEVERE, HELD_FALL, _kept(LOW, source="push/cell")),
            None,
            "",
            id="whatever the time and other sources say",
        ),
        pytest.param(
            HELD_FALL,
            _at(SEVERE, _kept(SEVERE, **LATER)),
            "superseded",
            "says SEVERE since",
            id="until its source takes it back",
        ),
    ],
)
def test_a_held_reading_is_settled(held: KeptReading, situation: Situation, status: str | None, said: str) -> None:
    verdict = gate.settle(held, situation)
    assert (verdict.status if verdict else None) == status
    assert said in (verdict.reason if verdict else "")


@pytest.mark.parametrize(
    ("new", "known", "repeats"),
    [
        pytest.param(_new(SEVERE, stamp="one"), _kept(SEVERE), True, id="level and stamp are the same"),
        pytest.param(_new(SEVERE), _kept(SEVERE), False, id="another stamp"),
        pytest.param(_new(CRITICAL, stamp="one"), _kept(SEVERE), False, id="another level"),
        pytest.param(_new(SEVERE, stamp="one"), _kept(SEVERE, source="push/cell"), False, id="another source"),
        pytest.param(_new(SEVERE, stamp="one"), _kept(SEVERE, ago=9 * gate.DAY), True, id="after days of silence"),
        pytest.param(_new(SEVERE, stamp=""), _kept(SEVERE, stamp=""), True, id="no stamps"),
        pytest.param(_new(SEVERE, stamp=""), _kept(SEVERE, stamp="", ago=gate.DAY), False, id="none, and a day later"),
    ],
)
def test_a_repetition_is_told_from_a_new_word(new: NewReading, known: KeptReading, repeats: bool) -> None:
    assert (gate.same(new, [known], AT) is known) is repeats
