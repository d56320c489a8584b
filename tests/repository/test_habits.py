"""Habits of the code that no linter knows. Each test lists all faults at once."""

from __future__ import annotations

import ast
import re

from tests.repository.tree import CODE, ROOT, Module, modules

UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
FOREIGN_HOST = re.compile(r"(cdn\.|jsdelivr|unpkg|cdnjs|googleapis|gstatic|bootstrapcdn)", re.IGNORECASE)
TEXT = (".py", ".md", ".cfg", ".toml", ".yaml", ".html", ".css", ".js", ".csv", ".svg", ".txt")


def public(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Every public class and function of a module or public class, not those within functions."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = [node for node in ast.iter_child_nodes(tree) if isinstance(node, kinds) and not node.name.startswith("_")]
    return found + [part for node in found if isinstance(node, ast.ClassDef) for part in public(node)]


def overloads(node: ast.AST) -> bool:
    return any(ast.unparse(mark).endswith("overload") for mark in getattr(node, "decorator_list", ()))


def project_texts() -> list[tuple[str, str]]:
    folders = (*CODE, "tests", "docs", ".ci")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*")] + list(ROOT.iterdir())
    wanted = [path for path in paths if path.is_file() and (path.suffix in TEXT or path.name == "Makefile")]
    return [(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in sorted(wanted)]


def test_the_walk_finds_the_code() -> None:
    names = {module.name for module in modules(*CODE)}
    assert {"rules/levels.py", "service/config.py"} <= names


def test_the_search_for_names_sees_both_ways_of_importing() -> None:
    text = "import os, datetime\nfrom os import getenv\nos.environ['A']\ndatetime.datetime.now()\n"
    module = Module("made/up.py", text, ast.parse(text))
    assert module.places_of("os.getenv", "os.environ", "datetime.now") == [
        "made/up.py:2 os.getenv",
        "made/up.py:3 os.environ",
        "made/up.py:4 datetime.datetime.now",
    ]


def test_only_the_settings_read_the_environment() -> None:
    reading = ("os.environ", "os.environb", "os.getenv", "os.putenv")
    others = [module for module in modules(*CODE) if module.name != "service/config.py"]
    assert [place for module in others for place in module.places_of(*reading)] == []


def test_only_the_clock_asks_for_the_time() -> None:
    # A stop-watch (time.monotonic, time.perf_counter) is no date, and is allowed.
    asking = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns")
    others = [module for module in modules(*CODE) if module.name != "service/clock.py"]
    assert [place for module in others for place in module.places_of(*asking)] == []


def test_everything_public_says_what_it_gives() -> None:
    silent = [
        f"{module.name}:{getattr(node, 'lineno', 1)}"
        for module in modules(*CODE)
        for node in (module.tree, *public(module.tree))
        if not overloads(node) and not (ast.get_docstring(node) or "").strip()
    ]
    assert silent == []


def test_no_test_is_skipped() -> None:
    skipping = ("mark.skip", "mark.skipif", "pytest.skip", "pytest.importorskip", "unittest.skip")
    assert [place for module in modules("tests") for place in module.places_of(*skipping)] == []


def test_nothing_is_left_unfinished() -> None:
    assert [name for name, text in project_texts() if UNFINISHED.search(text)] == []


def test_nothing_is_fetched_from_a_foreign_host() -> None:
    texts = [(name, text) for name, text in project_texts() if not name.startswith("tests/repository/")]
    assert [name for name, text in texts if FOREIGN_HOST.search(text)] == []
