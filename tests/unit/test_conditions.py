import pytest

from rules.conditions import ConditionError, facts_read, holds, is_one_of, parse_when


def test_every_key_of_a_when_must_hold():
    condition = parse_when({"staffed": "yes", "risk_category": "high"})
    assert holds(condition, {"premises.staffed": "yes", "premises.risk_category": "high"})
    assert not holds(condition, {"premises.staffed": "yes", "premises.risk_category": "low"})


def test_a_list_means_any_of_its_values():
    condition = parse_when({"threat.national": ["SEVERE", "CRITICAL"]})
    assert holds(condition, {"threat.national": "CRITICAL"})
    assert not holds(condition, {"threat.national": "SUBSTANTIAL"})


def test_kinds_means_any_of_the_kinds():
    condition = parse_when({"kinds": ["custody", "armoury"]})
    assert condition == ((("premises.kind.custody", "yes"), ("premises.kind.armoury", "yes")),)
    assert holds(condition, {"premises.kind.custody": "no", "premises.kind.armoury": "yes"})


def test_a_headcount_is_read_by_threshold():
    assert parse_when({"headcount_at_least": 50}) == ((("premises.headcount_at_least.50", "yes"),),)


def test_no_when_always_holds():
    assert holds(parse_when({}), {})


def test_a_missing_fact_is_an_error_and_not_a_no():
    with pytest.raises(KeyError, match=r"premises\.staffed"):
        holds(parse_when({"staffed": "yes"}), {})


def test_the_facts_read_are_those_of_all_clauses():
    condition = parse_when({"staffed": "yes", "kinds": ["hq", "office"]})
    assert facts_read(condition) == {"premises.staffed", "premises.kind.hq", "premises.kind.office"}


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ({"weather": "wet"}, "unknown fact 'premises.weather'"),
        ({"staffed": True}, "staffed cannot be 'True'; it is one of no, yes"),
        ({"staffed": []}, "staffed lists no value"),
        ({"risk_category": ["low", "low"]}, "risk_category lists 'low' twice"),
        ({"kinds": ["castle"]}, "unknown kind 'castle'"),
        ({"kinds": []}, "kinds lists no value"),
        ({"headcount_at_least": [5, 10]}, "headcount_at_least must be one number"),
        ({"headcount_at_least": [5]}, "headcount_at_least must be one number"),
        ({"headcount_at_least": []}, "headcount_at_least must be one number"),
        ({"headcount_at_least": 0}, "headcount_at_least must be one number"),
    ],
)
def test_a_when_that_cannot_be_understood_is_refused_by_key(when, message):
    with pytest.raises(ConditionError, match=message) as refused:
        parse_when(when)
    assert refused.value.key == next(iter(when))


def test_a_clause_is_written_by_fact_name_too():
    assert is_one_of("response_level", ["HEIGHTENED", "EXCEPTIONAL"]) == (
        ("response_level", "HEIGHTENED"),
        ("response_level", "EXCEPTIONAL"),
    )
    with pytest.raises(ConditionError, match="unknown fact"):
        is_one_of("no.such", ["yes"])
