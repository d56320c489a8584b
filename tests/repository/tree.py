"""The project's own Python files, read as syntax trees, for the tests about the repository."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("rules", "contingency_plans", "service", "benchmarks")


@dataclass(frozen=True)
class Module:
    """One Python file; ``name`` is its path from the root."""

    name: str
    text: str
    tree: ast.Module

    def names_used(self) -> Iterator[tuple[int, str]]:
        """Every dotted name in it with its line, imports by ``from`` spelt out: ``os.environ``."""
        for node in ast.walk(self.tree):
            match node:
                case ast.Attribute(lineno=line):
                    yield line, ast.unparse(node)
                case ast.ImportFrom(module=str(module), names=names, lineno=line):
                    yield from ((line, f"{module}.{name.name}") for name in names)
                case _:
                    pass

    def places_of(self, *wanted: str) -> list[str]:
        """``file:line name`` wherever a dotted name ends in one of ``wanted``."""
        return [
            f"{self.name}:{line} {used}"
            for line, used in sorted(self.names_used())
            if any(f".{used}".endswith(f".{name}") for name in wanted)
        ]


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """All Python files under ``folders`` of the root, by name."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return tuple(
        Module(str(path.relative_to(ROOT)), text, ast.parse(text, str(path)))
        for path in paths
        for text in [path.read_text(encoding="utf-8")]
    )
