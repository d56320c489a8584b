"""Each action that an operation writes into the record has plain words, by which the pages show it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from service.operations.access import PERMISSIONS
from service.operations.gate import Status
from service.web.actions import ACTIONS
from tests.repository.tree import modules

_DOTTED = re.compile(r"[a-z_]+\.[a-z_]+")

FORMED = {
    "premises.{status}": {"premises.added", "premises.changed", "premises.unchanged"},
    "reading.{verdict.status}": {f"reading.{status}" for status in Status} - {"reading.accepted"},
    "reading.{row['status']}": {f"reading.{status}" for status in Status} - {"reading.accepted"},
}
"""Actions whose names are put together. An accepted reading is recorded as the change that it makes."""


def calls() -> Iterator[tuple[str, ast.expr]]:
    """Each argument of each call in the operations, with the last name of what is called."""
    for module in modules("service/operations"):
        for call in (node for node in ast.walk(module.tree) if isinstance(node, ast.Call)):
            name = ast.unparse(call.func).rpartition(".")[2]
            yield from ((name, given) for given in call.args if not isinstance(given, ast.Call))


def named() -> set[str]:
    """Dotted names that are handed on and are neither events nor permissions: what is left are actions."""
    texts = (node for name, given in calls() if name != "emit" for node in ast.walk(given))
    found = {node.value for node in texts if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in found if _DOTTED.fullmatch(text)} - set(PERMISSIONS)


def formed() -> set[str]:
    """Actions whose name is put together where it is recorded, as they stand there."""
    texts = (given for name, given in calls() if "record" in name and isinstance(given, ast.JoinedStr))
    return {text for given in texts if "." in (text := ast.unparse(given)[2:-1]).partition("{")[0]}


def test_each_action_has_words_and_nothing_else_has() -> None:
    assert formed() == set(FORMED)
    assert named().union(*FORMED.values()) == set(ACTIONS)


def test_no_two_actions_have_the_same_words() -> None:
    assert len({words.casefold() for words in ACTIONS.values()}) == len(ACTIONS)
