"""How answers look to programs and to people."""

from __future__ import annotations

import json

import pytest

from rules.source import PolicyError
from service.cli.root import told
from service.cli.show import Banner, number_of, show, table, time_of
from service.errors import Busy, FieldFault, Invalid


def test_a_program_gets_the_answer_as_it_is_and_no_banner(capsys: pytest.CaptureFixture[str]) -> None:
    answer = {"name": "Łódź station", "items": [1, None]}
    show(answer, lambda _: ["for people"], True, Banner("OFFICIAL", True))
    assert json.loads(capsys.readouterr().out) == answer


def test_people_get_the_banner_and_the_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    show({"n": 2}, lambda answer: [f"There are {answer['n']}."], False, Banner("OFFICIAL-SENSITIVE", True))
    first, second = capsys.readouterr().out.splitlines()
    assert "OFFICIAL-SENSITIVE" in first
    assert "EXAMPLE" in first
    assert second == "There are 2."


def test_a_plan_of_the_force_is_not_called_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    show({}, lambda _: [], False, Banner("OFFICIAL", False))
    assert capsys.readouterr().out.strip() == "OFFICIAL"


def test_what_is_no_terminal_gets_no_colours_and_whole_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    sentence = "word " * 60 + "[bold]end[/bold] :smile:"
    show({}, lambda _: [sentence], False, Banner("OFFICIAL", True))
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert sentence in out.splitlines()


def test_a_table_shows_nothing_as_a_dash_and_lists_by_commas(capsys: pytest.CaptureFixture[str]) -> None:
    show({}, lambda _: [table(("a", "b", "c", "d"), [(None, ["x", "y"], True, "")])], False)
    cells = capsys.readouterr().out.split()
    assert cells[-5:] == ["-", "x,", "y", "yes", "-"]


def test_a_table_without_rows_says_so() -> None:
    assert table(("a",), []) == "None."


@pytest.mark.parametrize(
    ("instant", "shown"),
    [("2026-11-21T03:00:00Z", "2026-11-21 03:00 UTC"), ("2026-11-21T03:00:59.123456Z", "2026-11-21 03:00 UTC")],
)
def test_people_read_instants_to_the_minute(instant: str, shown: str) -> None:
    assert time_of(instant) == shown


def test_no_instant_is_a_dash() -> None:
    assert time_of(None) == "-"


@pytest.mark.parametrize(
    ("count", "thing", "told_as"),
    [(1, "change", "1 change"), (0, "change", "0 changes"), (1200, "row", "1,200 rows"), (1, "premises", "1 premises")],
)
def test_things_are_counted_in_words(count: int, thing: str, told_as: str) -> None:
    assert number_of(count, thing) == told_as


def test_a_refusal_names_every_field_at_fault() -> None:
    fault = Invalid("it is not complete", fields=(FieldFault("reason", "say why"), FieldFault("level", "is unknown")))
    assert told(fault) == "it is not complete\n  reason: say why\n  level: is unknown"


def test_other_errors_are_told_in_their_own_words() -> None:
    assert told(Busy("the store is busy; try again")) == "the store is busy; try again"
    assert told(PolicyError("plan.yaml", 7, "no text")) == "plan.yaml:7: no text"
