"""Codes of items on paper: each item its own, and no slip of one character makes another."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from service.operations.codes import ALPHABET, LENGTH, codes, is_code, normal

MENU = [f"C{number:02}" for number in range(250)]
ADDED = [f"adhoc-{number}" for number in range(1, 60)]
lists = st.integers(1, 10**18)


@given(lists)
def test_the_codes_of_a_list_are_all_different_and_right(checklist_id: int) -> None:
    found = codes(checklist_id, MENU, MENU + ADDED)
    assert len(set(found.values())) == len(MENU) + len(ADDED)
    assert all(is_code(code) for code in found.values())


def test_a_code_stays_the_same_whatever_else_is_shown_or_added() -> None:
    whole = codes(7, MENU, MENU + ADDED)
    assert codes(7, reversed(MENU), ["C07", "adhoc-3"]) == {"C07": whole["C07"], "adhoc-3": whole["adhoc-3"]}


def test_neighbouring_lists_have_other_codes() -> None:
    assert set(codes(7, MENU, MENU).values()).isdisjoint(codes(8, MENU, MENU).values())


@given(lists, st.sampled_from(MENU), st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_makes_no_code(checklist_id: int, option: str, place: int, wrong: str) -> None:
    code = codes(checklist_id, MENU, [option])[option]
    slip = code[:place] + wrong + code[place + 1 :]
    assert is_code(slip) is (slip == code)


@given(lists, st.sampled_from(MENU))
def test_two_swapped_characters_make_no_code(checklist_id: int, option: str) -> None:
    code = codes(checklist_id, MENU, [option])[option]
    for one, other in combinations(range(LENGTH), 2):
        letters = list(code)
        letters[one], letters[other] = letters[other], letters[one]
        slip = "".join(letters)
        assert is_code(slip) is (slip == code)


def test_a_code_may_be_typed_small_and_with_gaps() -> None:
    code = codes(7, MENU, ["C07"])["C07"]
    assert normal(f" {code[:2].lower()}-{code[2:]} ") == code
    assert not is_code(normal("O0I1"))
    assert not is_code(code[:3])
