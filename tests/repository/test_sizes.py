"""Small modules, and tests that weigh at least as much as what they test.

Lines are counted without blank ones, of Python and of YAML alike: policy is YAML here, and so are its test cases.
Migrations are written once, by the schema, and are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from tests.repository.tree import CODE, ROOT, modules

LONGEST = 400
MIGRATIONS = "store/migrations/"


def test_no_module_is_too_long(record_property: Callable[[str, object], None]) -> None:
    sizes = {module.name: len(module.text.splitlines()) for module in modules(*CODE, "tests")}
    record_property("median_lines", median(sizes.values()))
    assert {name: size for name, size in sizes.items() if size > LONGEST and MIGRATIONS not in name} == {}


def test_there_are_at_least_as_many_lines_of_tests_as_of_code() -> None:
    code, tests = _lines("rules", "contingency_plans", "service"), _lines("tests")
    assert tests >= code, f"{tests} lines of tests for {code} lines of code"


def _lines(*folders: str) -> int:
    files = (file for folder in folders for kind in ("*.py", "*.yaml") for file in (ROOT / folder).rglob(kind))
    weighed = (file for file in files if MIGRATIONS not in str(file))
    return sum(1 for file in weighed for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
