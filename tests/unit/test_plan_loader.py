"""Loading plans: what a sound file gives, and the mistakes that need more than one small file to show."""

from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contingency_plans.plan import (
    MOST_OPTIONS,
    Audience,
    Obligation,
    Plan,
    Repeat,
    Subject,
    load_plan,
    load_plans,
    parse_plan,
)
from rules.levels import ResponseLevel
from rules.source import PolicyError

HEAD = """\
plan: {plan}
number: 448
title: A small plan
version: "3"
effective_from: 2026-11-21
owner: Op Quantity lead
example: false
marking: OFFICIAL-SENSITIVE
options:
"""
OPTION = """\
  - id: {id}
    subject: premises
    category: {category}
    text: >-
      Close the doors
      that you can do without
    from: HEIGHTENED
    when: {{kinds: [station, custody], staffed: yes, headcount_at_least: 25}}
    obligation: required
    audience: all_staff
    owner_role: all_staff
    within: {within}
    repeat: every_shift
    staff_hours_per_day: 0.5
    caution: Never lock a fire exit
    reverse: Reopen them
    marking: OFFICIAL
    reference: O27 4.1.1
"""


def write_option(id: str = "C07", category: str = "Access", within: str = "P1DT2H30M") -> str:
    return OPTION.format(id=id, category=category, within=within)


def parse(*options: str, plan: str = "small") -> Plan:
    return parse_plan(HEAD.format(plan=plan) + "".join(options), "small.yaml")


def test_a_plan_may_say_how_long_it_can_be_kept_up() -> None:
    assert parse(write_option()).sustainable_for is None
    said = HEAD.replace("options:", "sustainable_for: P3D\noptions:").format(plan="small") + write_option()
    assert parse_plan(said, "small.yaml").sustainable_for == timedelta(days=3)
    with pytest.raises(PolicyError, match="sustainable_for"):
        parse_plan(said.replace("P3D", "long"), "small.yaml")


def test_a_plan_may_say_by_which_day_it_is_to_be_reviewed() -> None:
    assert parse(write_option()).review_by is None
    said = HEAD.replace("options:", "review_by: 2027-11-21\noptions:").format(plan="small") + write_option()
    assert parse_plan(said, "small.yaml").review_by == date(2027, 11, 21)
    with pytest.raises(PolicyError, match="must be a date"):
        parse_plan(said.replace("2027-11-21", "next year"), "small.yaml")


def test_a_plan_gives_everything_that_its_file_says() -> None:
    plan = parse(write_option())
    assert (plan.id, plan.number, plan.title, plan.version) == ("small", 448, "A small plan", "3")
    assert (plan.effective_from, plan.owner, plan.example) == (date(2026, 11, 21), "Op Quantity lead", False)
    assert plan.marking == "OFFICIAL-SENSITIVE"
    assert plan.sha256 == sha256(plan.text.encode()).hexdigest()


def test_an_option_gives_everything_that_its_lines_say() -> None:
    option = parse(write_option()).option("C07")
    assert option.text == "Close the doors that you can do without"
    assert (option.subject, option.from_level) == (Subject.PREMISES, ResponseLevel.HEIGHTENED)
    assert (option.obligation, option.audience) == (Obligation.REQUIRED, Audience.ALL_STAFF)
    assert (option.within, option.repeat) == (timedelta(days=1, hours=2, minutes=30), Repeat.EVERY_SHIFT)
    assert option.staff_hours_per_day == Decimal("0.50")
    assert (option.caution, option.reverse) == ("Never lock a fire exit", "Reopen them")


def test_the_condition_of_an_option_is_subject_level_and_when() -> None:
    plan = parse(write_option())
    assert plan.conditions == {
        "C07": (
            (("subject", "premises"),),
            (("response_level", "HEIGHTENED"), ("response_level", "EXCEPTIONAL")),
            (("premises.kind.station", "yes"), ("premises.kind.custody", "yes")),
            (("premises.staffed", "yes"),),
            (("premises.headcount_at_least.25", "yes"),),
        )
    }
    assert plan.facts_read == {
        "subject", "response_level", "premises.kind.station", "premises.kind.custody", "premises.staffed",
        "premises.headcount_at_least.25",
    }  # fmt: skip


def test_what_may_be_left_out_is_none() -> None:
    optional = ("when", "repeat", "caution", "reverse")
    lines = [line for line in write_option().splitlines(True) if line.split(":")[0].strip() not in optional]
    option = parse("".join(lines)).option("C07")
    assert (option.when, option.repeat, option.caution, option.reverse) == ((), None, None, None)


def test_categories_come_once_each_in_the_order_of_the_plan() -> None:
    plan = parse(write_option("A1", "Doors"), write_option("A2", "Bins"), write_option("A3", "Doors"))
    assert plan.categories == ("Doors", "Bins")


def test_an_option_that_the_plan_has_not_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        parse(write_option()).option("Z99")


def test_a_plan_of_as_many_options_as_it_may_hold_is_taken_and_one_more_is_refused() -> None:
    options = [write_option(f"X{number}") for number in range(MOST_OPTIONS + 1)]
    assert len(parse(*options[:-1]).options) == MOST_OPTIONS
    with pytest.raises(PolicyError, match=r"^small\.yaml:9: 251 options; a plan holds at most 250$"):
        parse(*options)


def test_a_file_that_is_missing_or_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    with pytest.raises(PolicyError, match=r"^latin\.yaml: the file cannot be read"):
        load_plan(path)
    path.write_bytes(b"plan: caf\xe9\n")
    with pytest.raises(PolicyError, match=r"^latin\.yaml: the file cannot be read"):
        load_plan(path)


def test_line_ends_of_another_system_change_the_digest_and_nothing_else(tmp_path: Path) -> None:
    here = parse(write_option())
    path = tmp_path / "small.yaml"
    path.write_bytes(here.text.replace("\n", "\r\n").encode())
    there = load_plan(path)
    assert there.options == here.options
    assert there.sha256 == sha256(path.read_bytes()).hexdigest() != here.sha256


def test_a_plan_that_the_rules_engine_cannot_take_is_refused() -> None:
    options = [write_option(f"X{number}").replace("25}", f"{number}}}") for number in range(1, 71)]
    with pytest.raises(PolicyError, match=r"^small\.yaml:9: plan small is more than the rules engine can take: 280 "):
        parse(*options)


def test_a_folder_gives_its_plans_by_id_and_leaves_other_files_alone(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(HEAD.format(plan=name) + write_option())
    (tmp_path / "notes.txt").write_text("not a plan")
    plans = load_plans(tmp_path)
    assert list(plans) == ["one", "two"]
    assert plans["two"].id == "two"


def test_two_files_with_the_same_plan_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(HEAD.format(plan="same") + write_option())
    with pytest.raises(PolicyError, match=r"^b\.yaml: plan same stands in another file of this folder already$"):
        load_plans(tmp_path)


@given(days=st.integers(0, 999), hours=st.integers(0, 9999), minutes=st.integers(0, 99999))
def test_every_duration_that_can_be_written_is_read_back(days: int, hours: int, minutes: int) -> None:
    length = timedelta(days=days, hours=hours, minutes=minutes)
    text = f"P{days}DT{hours}H{minutes}M"
    if length:
        assert parse(write_option(within=text)).option("C07").within == length
    else:
        with pytest.raises(PolicyError, match="must be an ISO 8601 duration"):
            parse(write_option(within=text))


@given(text=st.text(max_size=200))
def test_no_text_at_random_is_a_plan(text: str) -> None:
    with pytest.raises(PolicyError) as refused:
        parse_plan(text, "any.yaml")
    assert refused.value.file == "any.yaml"


@given(
    line=st.sampled_from([line for line in write_option().splitlines() if ": " in line]),
    value=st.text(alphabet="aZ019 -:.[]{},&*!|>'\"%@`#?~\n\t", max_size=16),
)
def test_whatever_stands_in_one_line_gives_a_plan_or_a_policy_error(line: str, value: str) -> None:
    changed = write_option().replace(line, line.split(": ")[0] + ": " + value)
    try:
        outcome: Plan | PolicyError = parse(changed)
    except PolicyError as error:
        outcome = error
    if isinstance(outcome, Plan):
        assert len(outcome.options) == 1
    else:
        assert outcome.file == "small.yaml"
