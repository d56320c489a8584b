"""The example estate and the histories are what their description says, and hang together."""

import csv
import re
from datetime import date
from pathlib import Path

import service.examples
from rules.facts import FLAGS, KINDS, RISK_CATEGORIES
from rules.levels import ResponseLevel, Scope, ThreatLevel

FOLDER = Path(service.examples.__file__).parent
COLUMNS = [
    "id",
    "name",
    "district",
    "address",
    "postcode",
    "kinds",
    "risk_category",
    "minimum_response_level",
]
COLUMNS += ["public_access", "staffed", "staffed_24h", "shared", "lockdown_capable", "mail_handling", "cctv"]
COLUMNS += ["parking", "restricted", "acknowledge_each_shift", "headcount", "manager", "deputy", "duty_contact"]


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_estate_has_forty_premises_with_every_column_of_the_register() -> None:
    estate = rows("estate.csv")
    assert len({premises["id"] for premises in estate}) == len(estate) == 40
    assert all(list(premises) == COLUMNS and None not in premises.values() for premises in estate)


def test_every_value_of_the_estate_is_one_that_the_register_takes() -> None:
    for premises in rows("estate.csv"):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", premises["id"])
        assert set(premises["kinds"].split(";")) <= set(KINDS)
        assert premises["risk_category"] in RISK_CATEGORIES
        assert premises["minimum_response_level"] in ResponseLevel.__members__
        assert all(premises[flag] in ("yes", "no") for flag in (*FLAGS, "restricted", "acknowledge_each_shift"))
        assert 0 <= int(premises["headcount"]) < 10_000


def test_the_estate_shows_every_kind_both_floors_and_the_awkward_cases() -> None:
    estate = rows("estate.csv")
    assert {kind for premises in estate for kind in premises["kinds"].split(";")} == set(KINDS)
    assert {premises["minimum_response_level"] for premises in estate} == {"NORMAL", "HEIGHTENED"}
    assert len([premises for premises in estate if premises["restricted"] == "yes"]) == 3
    assert any(not premises["manager"] for premises in estate)
    assert any(premises["staffed"] == "no" for premises in estate)


def test_nobody_works_where_nobody_is_and_only_the_staffed_are_staffed_by_night() -> None:
    for premises in rows("estate.csv"):
        assert (premises["headcount"] == "0") == (premises["staffed"] == "no")
        assert premises["staffed_24h"] == "no" or premises["staffed"] == "yes"
        assert (premises["shared"] == "yes") == ("partner_site" in premises["kinds"])


def test_postcodes_and_telephone_numbers_can_belong_to_nobody() -> None:
    for premises in rows("estate.csv"):
        assert premises["postcode"].startswith("ZZ")
        assert premises["duty_contact"].startswith("01632 960")


def test_the_national_history_is_the_published_one() -> None:
    history = rows("history_national.csv")
    initials = " ".join(row["level"][:2] for row in history)
    assert initials == "SE CR SE CR SE SU SE SU SE CR SE CR SE SU SE SU SE SU SE"
    critical = [row["effective_at"] for row in history if row["level"] == "CRITICAL"]
    assert critical == ["2006-08-10", "2007-06-30", "2017-05-23", "2017-09-15"]


def test_the_histories_are_in_order_with_known_levels_scopes_and_a_source() -> None:
    for name, scope in (("history_national.csv", "national"), ("history_police_sector.csv", "police_sector")):
        history = rows(name)
        days = [date.fromisoformat(row["effective_at"][:10]) for row in history]
        assert days == sorted(set(days))
        for row in history:
            assert list(row) == ["effective_at", "scope", "level", "note", "source"]
            assert Scope(row["scope"]) == scope
            assert row["level"] in ThreatLevel.__members__
            assert row["note"]
            assert row["source"]


def test_the_police_sector_rose_in_two_steps() -> None:
    history = [(row["effective_at"], row["level"]) for row in rows("history_police_sector.csv")]
    assert history == [("2014-08-29", "MODERATE"), ("2014-10-10", "SUBSTANTIAL"), ("2015-01-16", "SEVERE")]
