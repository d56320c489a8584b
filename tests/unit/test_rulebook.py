import hashlib
from dataclasses import replace
from datetime import date

import pytest

from rules.cases import failing_cases
from rules.levels import ResponseLevel
from rules.rulebook import ESTATE_RESPONSE, Case, Role, load_rulebook, parse_rulebook

BOOK = load_rulebook(ESTATE_RESPONSE)


def test_the_default_rulebook_says_who_owns_it_and_from_when_it_holds():
    assert (BOOK.id, BOOK.version, BOOK.effective_from) == ("estate-response", "2026-11", date(2026, 11, 21))
    assert (BOOK.owner, BOOK.decides) == ("Op Quantity lead", "response_level")


def test_a_rulebook_is_known_by_the_hash_of_its_file():
    assert BOOK.sha256 == hashlib.sha256(ESTATE_RESPONSE.read_bytes()).hexdigest()
    assert parse_rulebook(BOOK.text, "again.yaml") == BOOK


def test_line_ends_of_another_system_change_the_hash_and_nothing_else(tmp_path):
    path = tmp_path / "crlf.yaml"
    path.write_bytes(BOOK.text.replace("\n", "\r\n").encode())
    book = load_rulebook(path)
    assert (book.rules, book.cases) == (BOOK.rules, BOOK.cases)
    assert book.sha256 == hashlib.sha256(path.read_bytes()).hexdigest() != BOOK.sha256


def test_a_rule_has_one_condition_for_each_row_that_gives_a_candidate():
    police_sector = BOOK.rules[1]
    assert police_sector.table["not_set"] is None
    assert list(police_sector.rows) == [
        f"EST-120={level}" for level in ("LOW", "MODERATE", "SUBSTANTIAL", "SEVERE", "CRITICAL")
    ]


def test_the_roles_follow_the_formula():
    assert [rule.role for rule in BOOK.rules] == [Role.THREAT] * 4 + [Role.FLOOR] * 3 + [Role.CEILING]


def test_a_threat_fact_may_name_its_role_and_a_rule_its_condition():
    text = BOOK.text.replace(
        "    reads: threat.police_sector\n",
        "    reads: threat.police_sector\n    role: floor\n    when: {kinds: [custody], staffed: yes}\n",
    )
    given = "given: {threat.national: SEVERE, threat.police_sector: CRITICAL"
    text = text.replace(given, given + ", premises.kind.custody: yes, premises.staffed: yes")
    for name in ("police_sector: SUBSTANTIAL", "police_sector: SEVERE, threat.force: SUBSTANTIAL"):
        text = text.replace(name + "}", name + ", premises.kind.custody: yes, premises.staffed: yes}")
    book = parse_rulebook(text, "custody.yaml")
    assert book.rules[1].role is Role.FLOOR
    assert book.rules[1].when == ((("premises.kind.custody", "yes"),), (("premises.staffed", "yes"),))
    assert book.facts_read - BOOK.facts_read == {"premises.kind.custody", "premises.staffed"}


def test_two_rules_may_read_one_fact_in_different_cases():
    text = BOOK.text.replace(
        "  - id: EST-210\n",
        "  - id: EST-150\n    title: Custody suites at severe\n    reads: threat.national\n    role: floor\n"
        "    when: {kinds: custody}\n"
        "    table: {not_set: none, LOW: none, MODERATE: none, SUBSTANTIAL: none, SEVERE: EXCEPTIONAL,"
        " CRITICAL: EXCEPTIONAL}\n    reference: O27 2.1\n\n  - id: EST-210\n",
    ).replace(
        "cases:\n",
        "cases:\n  - name: A custody suite is at exceptional at severe\n"
        "    given: {threat.national: SEVERE, premises.kind.custody: yes}\n"
        "    expect: {response_level: EXCEPTIONAL, winner: EST-150}\n",
    )
    assert "EST-150=SEVERE" in parse_rulebook(text, "custody.yaml").conditions


def test_a_floor_may_read_any_fact_of_the_premises():
    text = (
        BOOK.text.replace(
            "  - id: EST-310\n",
            "  - id: EST-240\n    title: Low-risk sites have the floor\n    reads: premises.risk_category\n    role: floor\n"
            "    table: {low: HEIGHTENED, medium: NORMAL, high: none}\n    reference: O27 2.1\n\n  - id: EST-310\n",
        )
        .replace(
            "cases:\n",
            "cases:\n  - name: A low-risk site is at heightened\n"
            "    given: {threat.national: LOW, premises.risk_category: low}\n"
            "    expect: {response_level: HEIGHTENED, winner: EST-240}\n",
        )
        .replace("{threat.national: ", "{premises.risk_category: medium, threat.national: ")
        .replace(
            "{premises.risk_category: medium, threat.national: LOW, premises.risk_category: low}",
            "{threat.national: LOW, premises.risk_category: low}",
        )
    )
    assert "premises.risk_category" in parse_rulebook(text, "risk.yaml").facts_read


@pytest.mark.parametrize("level", list(ResponseLevel))
def test_a_case_that_the_rules_do_not_bear_out_is_told_in_words(level):
    case = Case("Low is quiet", {"threat.national": "LOW"}, level, "EST-110")
    wrong = failing_cases(replace(BOOK, cases=(case,)))
    if level is ResponseLevel.NORMAL:
        assert wrong == []
    else:
        assert wrong == [
            f"the case 'Low is quiet' expects {level.name} by EST-110, but the rules give NORMAL by EST-110"
        ]
