"""The sentences in which the threat levels of the United Kingdom are published, and nothing looser.

A level word alone proves nothing: the same page may define all five ("CRITICAL means an attack is highly
likely in the near future") and state the Northern Ireland level too. So a level counts only as the value of a
title or of a sentence that begins by naming the national threat level, or that names Northern Ireland.

Texts are given on one line with single spaces, as ``text.plain`` makes them.
"""

from __future__ import annotations

import re

from rules.levels import ThreatLevel
from service.feeds.reading import Unreadable

_LEVEL = re.compile(r"\b(?:" + "|".join(level.name for level in ThreatLevel) + r")\b", re.IGNORECASE)
_IS = r"(?:is|remains|stands)(?: (?:currently|now))?(?: set)?(?: at)?"
_VALUE = rf" {_IS} (?P<value>[A-Za-z]+)\b(?P<rest>.*)"
_UK = r"the (?:UK|United Kingdom)"
_TERRORISM = r"(?:international )?terrorism"
_KIND = r"(?:terroris[mt] )?threat level"

_TITLE = re.compile(
    rf"(?:the )?(?:current )?(?:UK )?(?:national )?{_KIND} ?(?:\bis\b|[:-]) ?(?P<value>.*)",
    re.IGNORECASE,
)
_NATIONAL = re.compile(
    r"(?:the )?(?:current )?(?:"
    rf"(?:UK national|national|UK) {_KIND}(?: (?:in|for|to|across) {_UK})?(?: from {_TERRORISM})?"
    rf"|{_KIND} (?:in|for|to|across) {_UK}(?: from {_TERRORISM})?"
    rf"|{_KIND} (?:for|from) international terrorism(?: in {_UK})?"
    rf"|threat to {_UK}(?: \([^()]*\))? from {_TERRORISM}"
    r")" + _VALUE,
    re.IGNORECASE,
)
_NORTHERN_IRELAND = re.compile(
    r"(?:^|\b(?:and|while|but|with) )(?:the )?(?:current )?(?:"
    r"threat(?: level)? (?:to|for|in) Northern Ireland(?: from Northern Ireland-related terrorism)?"
    r"|threat(?: level)? (?:from|for) Northern Ireland-related terrorism in Northern Ireland"
    r"|Northern Ireland threat level"
    r")" + _VALUE,
    re.IGNORECASE,
)


def national_in_title(title: str) -> ThreatLevel | None:
    """The level of a title such as "Current threat level: SEVERE"; None when the title is of another kind.

    Raises Unreadable when the title is of this kind and its value is not one of the five levels.
    """
    stated = _TITLE.fullmatch(title)
    return _level(stated["value"].strip(" .!")) if stated else None


def national_in_sentences(text: str) -> set[ThreatLevel]:
    """Every level that a sentence such as "The national threat level is SEVERE." gives as the national one.

    Raises Unreadable when such a sentence names two levels, or a value in capitals that is no level.
    """
    stated = (_NATIONAL.fullmatch(sentence) for sentence in _sentences(text))
    return {_value(match) for match in stated if match and _is_a_reading(match["value"])}


def northern_ireland_in_sentences(text: str) -> set[ThreatLevel]:
    """Every level that a sentence states to be the one in Northern Ireland; other values are passed over."""
    stated = (_NORTHERN_IRELAND.search(sentence) for sentence in _sentences(text))
    return {ThreatLevel[match["value"].upper()] for match in stated if match and _LEVEL.fullmatch(match["value"])}


def speaks_of_northern_ireland(text: str) -> bool:
    """Whether a sentence other than a national one speaks of the threat and of Northern Ireland."""
    return any(
        "threat" in sentence and "northern ireland" in sentence and not _NATIONAL.fullmatch(sentence)
        for sentence in _sentences(text.lower())
    )


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in re.split(r"[.!?;]+", text)]


def _is_a_reading(value: str) -> bool:
    return value.isupper() or _LEVEL.fullmatch(value) is not None


def _value(match: re.Match[str]) -> ThreatLevel:
    others = re.split("northern ireland", match["rest"], flags=re.IGNORECASE)[0]
    if _LEVEL.search(others):
        raise Unreadable("The sentence on the national level names more than one level.")
    return _level(match["value"])


def _level(value: str) -> ThreatLevel:
    if not _LEVEL.fullmatch(value):
        raise Unreadable(f"The national level is given as '{value[:40]}', which is not a threat level.")
    return ThreatLevel[value.upper()]
