import pytest

from rules.facts import default, domain, headcount_threshold, in_words, is_fact, unknown_fact


def test_domains_run_from_the_mildest_value():
    assert domain("threat.national") == ("not_set", "LOW", "MODERATE", "SUBSTANTIAL", "SEVERE", "CRITICAL")
    assert domain("override.hold") == ("none", "NORMAL", "HEIGHTENED", "EXCEPTIONAL")
    assert domain("premises.headcount_at_least.50") == ("no", "yes")
    assert [default(fact) for fact in ("threat.force", "override.raise", "premises.cctv")] == [
        "not_set",
        "none",
        "no",
    ]


def test_a_fact_that_does_not_exist_has_no_domain():
    with pytest.raises(KeyError):
        domain("premises.weather")


@pytest.mark.parametrize(
    ("fact", "known"),
    [
        ("premises.headcount_at_least.1", True),
        ("premises.headcount_at_least.99999", True),
        ("premises.headcount_at_least.100000", False),
        ("premises.headcount_at_least.0", False),
        ("premises.headcount_at_least.05", False),
        ("premises.headcount", False),
        ("threat.northern_ireland", True),
        ("threat", False),
    ],
)
def test_only_the_vocabulary_is_known(fact, known):
    assert is_fact(fact) is known


def test_a_threshold_tells_its_number():
    assert headcount_threshold("premises.headcount_at_least.50") == 50
    assert headcount_threshold("premises.staffed") is None


def test_an_unknown_fact_is_answered_with_the_nearest_ones():
    assert "did you mean threat.police_sector" in unknown_fact("threat.police_sectr")
    assert unknown_fact("zzz") == "unknown fact 'zzz'"


@pytest.mark.parametrize(
    ("fact", "value", "words"),
    [
        ("threat.national", "CRITICAL", "the national threat level is CRITICAL"),
        ("threat.national", "not_set", "the national threat level is not set"),
        ("threat.police_sector", "SEVERE", "the police sector threat level is SEVERE"),
        ("threat.premises", "SEVERE", "the threat level of this premises is SEVERE"),
        ("override.raise", "HEIGHTENED", "an override raises this premises to HEIGHTENED or above"),
        ("override.hold", "EXCEPTIONAL", "an override holds this premises at EXCEPTIONAL or above"),
        ("override.lower", "NORMAL", "an approved override lowers this premises to NORMAL"),
        ("override.lower", "none", "there is no lower override"),
        (
            "premises.minimum_response_level",
            "HEIGHTENED",
            "the minimum response level of the premises is HEIGHTENED",
        ),
        ("premises.kind.front_counter", "yes", "the kind front counter of the premises is yes"),
        ("premises.headcount_at_least.50", "no", "the premises has 50 people or more: no"),
        ("response_level", "NORMAL", "the response level of the premises is NORMAL"),
    ],
)
def test_facts_are_told_in_plain_words(fact, value, words):
    assert in_words(fact, value) == words
