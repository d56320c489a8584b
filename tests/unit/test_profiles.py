"""Profiles hold outcomes of conditions that rules and options read, and nothing that names a premises."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rules.facts import FLAGS, KINDS, domain
from rules.levels import ResponseLevel, ThreatLevel
from service.operations.profiles import force_profile, profile, threat_facts
from tests.builders import default_policy

READ = default_policy().facts_read


def _row(**fields: Any) -> dict[str, Any]:
    return {
        "kinds": [],
        "risk_category": "low",
        "minimum_response_level": ResponseLevel.NORMAL,
        "headcount": 0,
        **dict.fromkeys(FLAGS, False),
        **fields,
    }


ROWS = st.builds(
    _row,
    kinds=st.lists(st.sampled_from(KINDS), unique=True),
    risk_category=st.sampled_from(["low", "medium", "high"]),
    minimum_response_level=st.sampled_from(ResponseLevel),
    headcount=st.integers(0, 100_000),
    name=st.text(),
    **{flag: st.booleans() for flag in FLAGS},  # type: ignore[arg-type]
)

OVERRIDES = st.dictionaries(st.sampled_from(["raise", "hold", "lower"]), st.sampled_from(ResponseLevel))


@given(ROWS, st.none() | st.sampled_from(ThreatLevel), OVERRIDES)
def test_every_value_of_a_profile_lies_in_the_domain_of_its_fact(
    row: dict[str, Any], level: ThreatLevel | None, overrides: dict[str, ResponseLevel]
) -> None:
    facts = profile(READ, row, overrides, level)
    assert set(facts) | set(threat_facts({})) | {"response_level"} >= READ
    assert [fact for fact, value in facts.items() if value not in domain(fact)] == []


def test_two_premises_that_differ_only_in_what_nobody_reads_share_a_profile() -> None:
    unread = next(flag for flag in ("shared", *FLAGS) if f"premises.{flag}" not in READ or flag == "shared")
    read = READ - {f"premises.{unread}"}
    assert profile(read, _row(name="Alder"), {}, None) == profile(read, _row(name="Birch", **{unread: True}), {}, None)


def test_a_headcount_counts_from_its_threshold_on() -> None:
    fact = "premises.headcount_at_least.200"
    read = frozenset({fact})
    assert [profile(read, _row(headcount=n), {}, None)[fact] for n in (199, 200, 201)] == ["no", "yes", "yes"]


def test_the_force_has_no_attributes_of_premises() -> None:
    facts = force_profile(READ)
    assert facts["subject"] == "force"
    assert {value for fact, value in facts.items() if fact.startswith("premises.kind.")} == {"no"}


def test_a_scope_without_a_level_is_not_set() -> None:
    assert set(threat_facts({}).values()) == {"not_set"}
