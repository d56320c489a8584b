"""What is installed: all that stands in the code's folders, not only what a checkout happens to have beside it."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

from tests.repository.tree import ROOT

PACKAGES = ("rules", "contingency_plans", "service")


def files_installed() -> set[Path]:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    data = config["options.package_data"]
    found = {path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if is_package(path.parent)}
    for package, patterns in data.items():
        found |= {path for pattern in patterns.replace("\n", ",").split(",") for path in matches(package, pattern)}
    return found


def is_package(folder: Path) -> bool:
    return folder == ROOT or ((folder / "__init__.py").exists() and is_package(folder.parent))


def matches(package: str, pattern: str) -> list[Path]:
    return list((ROOT / package).glob(pattern.strip())) if pattern.strip() else []


def test_every_file_of_the_code_is_installed() -> None:
    present = {
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sorted(str(path.relative_to(ROOT)) for path in present - files_installed()) == []
