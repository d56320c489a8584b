"""Every operation that opens a transaction to write in is run through the reliability tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePath

from tests.reliability.writers import CASES
from tests.repository.tree import Module, modules

OPENS = ("store.write", "store.housekeeping")
"""What gives a transaction to write in."""


ALONE = {"backup.restore"}
"""What nobody else may work beside, since it replaces the store; its own tests break it in the middle."""


def operations_that_write() -> Iterator[str]:
    """``module.function`` of each public function that opens such a transaction, itself or by a helper beside it."""
    for module in modules("service/operations"):
        stem = PurePath(module.name).stem
        yield from (f"{stem}.{name}" for name in sorted(_writers(module)) if not name.startswith("_"))


def _writers(module: Module) -> set[str]:
    functions = {node.name: node for node in module.tree.body if isinstance(node, ast.FunctionDef)}
    found = {name for name, node in functions.items() if _opens(node)}
    while callers := {name for name, node in functions.items() if name not in found and _names(node) & found}:
        found |= callers
    return found


def _opens(function: ast.FunctionDef) -> bool:
    called = (ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(name.endswith(OPENS) for name in called)


def _names(function: ast.FunctionDef) -> set[str]:
    return {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}


def test_each_operation_that_writes_is_broken_and_raced() -> None:
    writers = set(operations_that_write())
    assert {"threat.set_level", "holding.settle_held_readings"} <= writers, "the scan no longer sees what it should"
    assert writers - {case.operation for case in CASES} == ALONE


def test_no_two_cases_have_one_name() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
