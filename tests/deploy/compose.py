"""The compose file, read once for all tests of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"


def read(path: Path = COMPOSE) -> dict[str, Any]:
    """A YAML file as plain data, its merges done."""
    found: dict[str, Any] = yaml.safe_load(path.read_text())
    return found


def services() -> dict[str, dict[str, Any]]:
    """The services by name."""
    found: dict[str, dict[str, Any]] = read()["services"]
    return found
