import hashlib
from dataclasses import replace
from datetime import date

from rules.cases import failing_cases
from rules.levels import ResponseLevel
from rules.rulebook import ESTATE_RESPONSE, Case, Role, load_rulebook, parse_rulebook

BOOK = load_rulebook(ESTATE_RESPONSE)


def test_the_default_rulebook_says_who_owns_it_and_from_when_it_holds():
    assert (BOOK.id, BOOK.version, BOOK.effective_from) == ("estate-response", "2026-11", date(2026, 11, 21))
    assert (BOOK.owner, BOOK.decides) == ("Op Quantity lead", "response_level")


def test_a_rulebook_may_say_by_which_day_it_is_to_be_reviewed():
    assert BOOK.review_by == date(2027, 11, 21)
    silent = "".join(line for line in BOOK.text.splitlines(keepends=True) if not line.startswith("review_by"))
    assert parse_rulebook(silent, "silent.yaml").review_by is None


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


def book_with(rule, given):
    """The default rulebook with one more rule and the case in which it puts a site at heightened."""
    case = f"cases:\n  - name: EST-900\n    given: {given}\n"
    case += "    expect: {response_level: HEIGHTENED, winner: EST-900}\n"
    rule = f"  - id: EST-900\n    title: One more\n    reference: O27 2.1\n{rule}\n"
    return parse_rulebook(BOOK.text.replace("cases:\n", rule + case), "more.yaml")


def test_a_floor_may_read_any_fact_of_the_premises():
    book = book_with(
        "    reads: premises.risk_category\n    role: floor\n    table: {low: none, medium: none, high: HEIGHTENED}",
        "{threat.national: LOW, premises.risk_category: high}",
    )
    assert [row for row in book.conditions if row.startswith("EST-900")] == ["EST-900=high"]
    assert book.facts_read - BOOK.facts_read == {"premises.risk_category"}


def test_two_rules_may_read_one_fact_where_their_conditions_differ():
    table = "not_set: none, LOW: none, MODERATE: HEIGHTENED, SUBSTANTIAL: HEIGHTENED, SEVERE: HEIGHTENED"
    book = book_with(
        "    reads: threat.national\n    role: floor\n    when: {kinds: [custody, armoury], staffed: yes}\n"
        f"    table: {{{table}, CRITICAL: EXCEPTIONAL}}",
        "{threat.national: MODERATE, premises.kind.custody: yes, premises.staffed: yes}",
    )
    rule = next(rule for rule in book.rules if rule.id == "EST-900")
    assert rule.role is Role.FLOOR
    assert rule.when == (
        (("premises.kind.custody", "yes"), ("premises.kind.armoury", "yes")),
        (("premises.staffed", "yes"),),
    )
    assert book.conditions["EST-900=SEVERE"] == ((("threat.national", "SEVERE"),), *rule.when)


def test_a_case_that_the_rules_do_not_bear_out_is_told_in_words():
    right = Case("Low is quiet", {"threat.national": "LOW"}, ResponseLevel.NORMAL, "EST-110")
    wrong = replace(right, expect_level=ResponseLevel.EXCEPTIONAL)
    assert failing_cases(replace(BOOK, cases=(right, wrong))) == [
        "the case 'Low is quiet' expects EXCEPTIONAL by EST-110, but the rules give NORMAL by EST-110"
    ]
