"""The image: built in two stages, run by nobody in particular, with nothing in it that should not be."""

from __future__ import annotations

import re
import shlex

from tests.deploy.compose import ROOT

TEXT = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
LINES = [line for line in TEXT.splitlines() if line and not line.startswith("#")]
_, BUILD, RUNTIME = TEXT.split("\nFROM ")


def values(instruction: str, text: str = TEXT) -> list[str]:
    return [line.partition(" ")[2] for line in text.splitlines() if line.startswith(f"{instruction} ")]


def test_a_compiler_builds_it_and_does_not_go_with_it() -> None:
    assert values("FROM", TEXT) == ["python:3.11-trixie AS build", "python:3.11-slim-trixie"]
    assert "gcc" not in RUNTIME
    assert "pip install" not in RUNTIME
    assert "COPY --from=build /opt/opq /opt/opq" in LINES


def test_it_does_not_run_as_root() -> None:
    user = values("USER", RUNTIME)
    assert user == ["10001:10001"]
    assert RUNTIME.index("USER") < RUNTIME.index("ENTRYPOINT")
    assert "sudo" not in TEXT


def test_it_holds_no_secret_and_takes_none() -> None:
    assert values("ARG") == []
    assert re.search(r"(password|secret|token|key)\s*=", TEXT, re.IGNORECASE) is None


def test_only_what_it_needs_is_copied_and_that_is_there() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    for line in values("COPY", BUILD):
        *sources, _ = shlex.split(line)
        assert [source for source in sources if not (ROOT / source).exists()] == []
        assert {f"!{source}" for source in sources} <= set(ignored)


def test_the_build_fails_where_the_engine_cannot_be_loaded() -> None:
    smoke = next(line for line in values("RUN", RUNTIME) if "import" in line)
    for module in ("durable.lang", "psycopg", "service.app", "service.worker"):
        assert module in smoke


def test_its_tools_for_backups_are_of_the_servers_version() -> None:
    client = re.search(r"postgresql-client-(\d+)", RUNTIME)
    server = re.search(r"image: postgres:(\d+)", (ROOT / "docker-compose.yml").read_text())
    assert client is not None
    assert server is not None
    assert client[1] == server[1]


def test_nothing_is_fetched_when_it_runs() -> None:
    assert values("CMD") == ['["serve"]']
    assert values("ENTRYPOINT") == ['["opq"]']
