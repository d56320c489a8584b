"""Replaying history by the real operations: the response levels that the default rulebook gives to what happened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import service.examples
from service.config import Settings
from service.operations.history import parse_history
from service.operations.replay import replay
from tests.builders import default_policy

EXAMPLES = Path(service.examples.__file__).parent

NATIONAL = """
2006-08-01 SEVERE HEIGHTENED
2006-08-10 CRITICAL EXCEPTIONAL
2006-08-14 SEVERE HEIGHTENED
2007-06-30 CRITICAL EXCEPTIONAL
2007-07-04 SEVERE HEIGHTENED
2009-07-20 SUBSTANTIAL HEIGHTENED
2010-01-22 SEVERE HEIGHTENED
2011-07-11 SUBSTANTIAL HEIGHTENED
2014-08-29 SEVERE HEIGHTENED
2017-05-23 CRITICAL EXCEPTIONAL
2017-05-27 SEVERE HEIGHTENED
2017-09-15 CRITICAL EXCEPTIONAL
2017-09-17 SEVERE HEIGHTENED
2019-11-04 SUBSTANTIAL HEIGHTENED
2020-11-03 SEVERE HEIGHTENED
2021-02-04 SUBSTANTIAL HEIGHTENED
2021-11-15 SEVERE HEIGHTENED
2022-02-09 SUBSTANTIAL HEIGHTENED
2026-04-30 SEVERE HEIGHTENED
"""


def replayed(csv: str | bytes, engine: str = "reference") -> dict[str, Any]:
    body = csv if isinstance(csv, bytes) else f"effective_at,scope,level,note,source\n{csv}".encode()
    return replay(parse_history(body), default_policy(engine), Settings())


@pytest.mark.parametrize("engine", ["reference", "durable"])
def test_the_national_history_gives_the_known_figures_and_levels(engine: str) -> None:
    answer = replayed((EXAMPLES / "history_national.csv").read_bytes(), engine)
    totals = {name: answer[name] for name in ("records", "changes", "response_level_changes")}
    assert totals == {"records": 19, "changes": 18, "response_level_changes": 8}
    found = [f"{item['effective_at'][:10]} {item['level']} {item['response_level']}" for item in answer["items"]]
    assert found == NATIONAL.strip().splitlines()


def test_the_police_sector_history_raises_what_the_national_level_would_leave() -> None:
    national = "2014-01-01,national,MODERATE,,\n"
    sector = (EXAMPLES / "history_police_sector.csv").read_text(encoding="utf-8").partition("\n")[2]
    levels = [item["response_level"] for item in replayed(national + sector)["items"]]
    assert levels == ["NORMAL", "NORMAL", "HEIGHTENED", "HEIGHTENED"]


def test_the_same_level_again_is_a_record_and_no_change() -> None:
    answer = replayed("2020-01-01,national,SEVERE,,\n2020-01-02,national,SEVERE,,\n")
    assert (answer["records"], answer["changes"], answer["response_level_changes"]) == (2, 0, 0)


def test_every_scope_can_be_replayed_and_taken_away_again() -> None:
    answer = replayed(
        "2020-01-01,national,LOW,,\n"
        "2020-01-02,premises,CRITICAL,a note,a source\n"
        "2020-01-03,premises,not_set,,\n"
        "2020-01-04,force,SEVERE,,\n"
        "2020-01-04,northern_ireland,CRITICAL,,\n"
    )
    assert [item["response_level"] for item in answer["items"]] == [
        "NORMAL",
        "EXCEPTIONAL",
        "NORMAL",
        "HEIGHTENED",
        "HEIGHTENED",
    ]
    assert [item["changed"] for item in answer["items"]] == [False, True, True, True, False]
    assert (answer["changes"], answer["response_level_changes"]) == (1, 3)
    assert answer["items"][1] == {
        "effective_at": "2020-01-02T00:00:00Z",
        "scope": "premises",
        "level": "CRITICAL",
        "response_level": "EXCEPTIONAL",
        "changed": True,
        "note": "a note",
        "source": "a source",
    }
