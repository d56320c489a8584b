"""The example menu is whole, says what a station manager needs, and applies exactly where its words say."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import service.examples
from contingency_plans.option import OWNER_ROLES
from contingency_plans.plan import OP_QUANTITY, Audience, Obligation, Option, Subject, load_plan
from rules.conditions import facts_read, holds
from rules.facts import domain, headcount_threshold
from rules.levels import ResponseLevel
from rules.source import read_yaml

PLAN = load_plan(OP_QUANTITY)
RAW: dict[str, dict[str, Any]] = {option["id"]: option for option in read_yaml(PLAN.text, OP_QUANTITY.name)["options"]}
CATALOGUE = {
    "A": 12,
    "B": 13,
    "C": 15,
    "D": 7,
    "E": 8,
    "F": 8,
    "G": 5,
    "H": 6,
    "I": 12,
    "J": 7,
    "K": 5,
    "L": 14,
}
CATALOGUE |= {"M": 5}
ESTATE = Path(service.examples.__file__).with_name("estate.csv")

each_option = pytest.mark.parametrize("option", PLAN.options, ids=lambda option: option.id)


def applies(raw: Mapping[str, Any], subject: str, level: str, premises: Mapping[str, Any]) -> bool:
    """Whether an option as written applies, in plain code that shares nothing with the loader."""
    if subject != raw["subject"] or ResponseLevel[level] < ResponseLevel[raw["from"]]:
        return False
    return all(matches(key, wanted, premises) for key, wanted in raw.get("when", {}).items())


def matches(key: str, wanted: Any, premises: Mapping[str, Any]) -> bool:
    if key == "kinds":
        return bool(set(wanted) & set(premises["kinds"]))
    if key == "headcount_at_least":
        return bool(premises["headcount"] >= wanted)
    if key.startswith("headcount_at_least."):
        return bool((premises["headcount"] >= int(key.split(".")[1])) == (wanted == "yes"))
    return premises[key] in (wanted if isinstance(wanted, list) else [wanted])


def every_fact_set(option: Option) -> Iterator[dict[str, str]]:
    names = sorted(facts_read(option.condition))
    for values in product(*(domain(name) for name in names)):
        yield dict(zip(names, values, strict=True))


def as_premises(facts: Mapping[str, str]) -> dict[str, Any]:
    """The attributes of a premises that would give ``facts``."""
    premises: dict[str, Any] = {"kinds": []}
    for fact, value in facts.items():
        name = fact.removeprefix("premises.")
        threshold = headcount_threshold(fact)
        if threshold is not None:
            premises["headcount"] = threshold if value == "yes" else threshold - 1
        elif name.startswith("kind."):
            premises["kinds"] += [name.removeprefix("kind.")] if value == "yes" else []
        else:
            premises[name] = value
    return premises


def read_estate() -> list[dict[str, Any]]:
    with ESTATE.open(newline="") as file:
        return [
            row | {"kinds": row["kinds"].split(";"), "headcount": int(row["headcount"])} for row in csv.DictReader(file)
        ]


def test_every_row_of_the_option_catalogue_is_there_in_its_order() -> None:
    expected = [f"{letter}{number:02}" for letter, count in CATALOGUE.items() for number in range(1, count + 1)]
    assert [option.id for option in PLAN.options] == expected
    assert len(expected) == 117


def test_each_letter_is_one_category() -> None:
    assert len({(option.id[0], option.category) for option in PLAN.options}) == len(CATALOGUE)
    assert len(PLAN.categories) == len(CATALOGUE)


def test_the_menu_says_that_it_is_an_example_and_no_forces_own_plan() -> None:
    comment = PLAN.text.split("\nplan:")[0]
    assert PLAN.example is True
    for words in (
        "EXAMPLE",
        "public guidance only",
        "levels, hours, deadlines",
        "not the Plan 448 of Kent Police",
    ):
        assert words in comment


def test_every_owner_role_is_used_and_no_two_options_say_the_same() -> None:
    assert {option.owner_role for option in PLAN.options} == set(OWNER_ROLES)
    assert Counter(option.text.lower() for option in PLAN.options).most_common(1)[0][1] == 1


@each_option
def test_an_option_is_one_imperative_sentence_without_a_full_stop(option: Option) -> None:
    assert option.text[0].isupper()
    assert ". " not in option.text
    assert not option.text.endswith(".")
    assert len(option.text) <= 140


@each_option
def test_an_option_applies_exactly_when_its_words_say(option: Option) -> None:
    outcomes = set()
    for facts in every_fact_set(option):
        premises = as_premises(facts)
        expected = applies(RAW[option.id], facts["subject"], facts["response_level"], premises)
        assert holds(option.condition, facts) is expected, facts
        outcomes.add(expected)
    assert outcomes == {True, False}


@each_option
def test_an_option_that_applies_still_applies_at_every_higher_level(option: Option) -> None:
    for facts in every_fact_set(option):
        if holds(option.condition, facts):
            higher = [level for level in ResponseLevel if level >= ResponseLevel[facts["response_level"]]]
            assert all(holds(option.condition, facts | {"response_level": level.name}) for level in higher)


@each_option
def test_what_all_staff_see_is_official_and_measures_above_normal_are_sensitive(option: Option) -> None:
    if option.audience is Audience.ALL_STAFF:
        assert option.marking == "OFFICIAL"
    elif option.from_level > ResponseLevel.NORMAL:
        assert option.marking == "OFFICIAL-SENSITIVE"


@each_option
def test_a_measure_that_goes_on_above_normal_has_a_step_back_and_a_normal_one_has_none(
    option: Option,
) -> None:
    if option.from_level is ResponseLevel.NORMAL:
        assert option.reverse is None
    elif option.staff_hours_per_day or option.repeat:
        assert option.reverse


@pytest.mark.parametrize(
    "option_id",
    [
        "C07",
        "C14",
        "C15",
        "D06",
        "D07",
        "E04",
        "E06",
        "E07",
        "E08",
        "I07",
        "I08",
        "I10",
        "J06",
        "J07",
        "K05",
        "M03",
    ],
)
def test_what_closes_moves_or_limits_something_has_a_step_back(option_id: str) -> None:
    assert PLAN.option(option_id).reverse


@pytest.mark.parametrize(
    ("option_id", "word"),
    [
        ("C07", "fire exit"), ("C07", "step-free"), ("I04", "escape route"), ("I11", "fire doors"),
        ("C14", "statutory"), ("C15", "report"), ("F06", "power to search"), ("E05", "power to search"),
        ("C08", "cannot see"), ("J06", "custody"), ("L09", "without steps"), ("G05", "authority"),
    ],
)  # fmt: skip
def test_a_measure_that_can_harm_carries_its_caution(option_id: str, word: str) -> None:
    assert word in (PLAN.option(option_id).caution or "")


def test_command_armed_activity_partners_and_chief_officers_are_the_forces_options() -> None:
    force = {option.id for option in PLAN.options if option.subject is Subject.FORCE}
    assert {"A05", "A07", "A08", "G04", "G05", "K03", "M04"} <= force
    assert {option.owner_role for option in PLAN.options if option.id in force}.isdisjoint(
        {"station_manager", "all_staff", "ctsa", "estates"}
    )


def test_few_options_are_required_and_logging_and_telling_the_level_are_among_them() -> None:
    required = {option.id for option in PLAN.options if option.obligation is Obligation.REQUIRED}
    assert {"A01", "A03", "B01"} <= required
    assert len(required) <= 12


def test_one_subject_has_few_enough_facts_for_the_rules_engine() -> None:
    assert len(PLAN.facts_read) < 50


@each_option
def test_each_premises_option_applies_somewhere_in_the_example_estate(option: Option) -> None:
    if option.subject is Subject.PREMISES:
        estate = read_estate()
        places = [p for p in estate if applies(RAW[option.id], "premises", "EXCEPTIONAL", p)]
        assert places
        assert not option.when or len(places) < len(estate)
