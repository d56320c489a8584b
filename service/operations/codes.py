"""The short code of each item of a list, by which what was ticked on paper is keyed in again.

A code follows from the number of the list and the option's place on it, so that nothing need be stored. Its last
character is a check: no single wrong character and no two that were swapped ever make another code.
"""

from __future__ import annotations

from collections.abc import Iterable

from service.operations.list_items import AD_HOC

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, O, 1, I and L. Its 31 characters are a prime number, on which the check rests."""

LENGTH = 4
_BASE = len(ALPHABET)
_NUMBERS: int = _BASE ** (LENGTH - 1)
_OF_OPTIONS = 1_000
"""Places kept for options of plans; items that people added follow, by the number of their row."""

_SPREAD, _BY_LIST = 10_007, 7_919


def codes(checklist_id: int, menu: Iterable[str], option_ids: Iterable[str]) -> dict[str, str]:
    """By option, the codes of ``option_ids`` on a list whose menu holds the options ``menu``.

    No two are alike (short of two added items with 28,791 others between them).
    """
    places = {option_id: place for place, option_id in enumerate(sorted(menu))}
    return {option_id: _code(checklist_id, _place(option_id, places)) for option_id in option_ids}


def normal(typed: str) -> str:
    """A code as typed, in capitals, without blanks and hyphens."""
    return typed.upper().replace(" ", "").replace("-", "")


def is_code(text: str) -> bool:
    """Whether ``text`` has the form of a code, and its check is right."""
    if len(text) != LENGTH or not set(text) <= set(ALPHABET):
        return False
    return _sum(ALPHABET.index(character) for character in text) == 0


def _place(option_id: str, places: dict[str, int]) -> int:
    if option_id.startswith(AD_HOC):
        return _OF_OPTIONS + int(option_id.removeprefix(AD_HOC)) % (_NUMBERS - _OF_OPTIONS)
    return places[option_id]


def _code(checklist_id: int, place: int) -> str:
    # The factor has no divisor in common with _NUMBERS, so different places stay different numbers.
    number = (place * _SPREAD + checklist_id * _BY_LIST) % _NUMBERS
    digits = [number // _BASE**power % _BASE for power in reversed(range(LENGTH - 1))]
    return "".join(ALPHABET[digit] for digit in (*digits, -_sum((*digits, 0)) % _BASE))


def _sum(digits: Iterable[int]) -> int:
    """Weights 4, 3, 2, 1: all different, so that a swap shows as well as a wrong character."""
    return sum((LENGTH - place) * digit for place, digit in enumerate(digits)) % _BASE
