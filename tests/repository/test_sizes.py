"""Small modules, and tests that weigh at least as much as the code. Lines are counted without blank ones."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from tests.repository.tree import CODE, modules

LONGEST = 400


def test_no_module_is_too_long(record_property: Callable[[str, object], None]) -> None:
    sizes = {module.name: len(module.text.splitlines()) for module in modules(*CODE, "tests")}
    record_property("median_lines", median(sizes.values()))
    assert {name: size for name, size in sizes.items() if size > LONGEST} == {}


def test_there_are_at_least_as_many_lines_of_tests_as_of_code() -> None:
    code = sum(module.lines for module in modules("rules", "contingency_plans", "service"))
    tests = sum(module.lines for module in modules("tests"))
    assert tests >= code, f"{tests} lines of tests for {code} lines of code"
