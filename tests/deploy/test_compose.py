"""The compose file, without an engine: its schema, what it refers to, and what each container may do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.cli.root import main
from service.config import Settings, variable
from tests.deploy.compose import COMPOSE, ROOT, read, services

OURS = ("web", "worker", "init", "opq")


def checked(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_it_is_valid_by_the_compose_specification() -> None:
    done = checked(COMPOSE)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_check_finds_a_misspelt_key(tmp_path: Path) -> None:
    (tmp_path / "compose.yml").write_text(COMPOSE.read_text().replace("healthcheck:", "healthchek:", 1))
    assert checked(tmp_path / "compose.yml").returncode == 1


def dangling(compose: dict[str, Any]) -> list[str]:
    """What services refer to and nobody declares, and what is declared and nobody uses."""
    faults = []
    used: set[tuple[str, str]] = set()
    for name, service in compose["services"].items():
        for kind in ("secrets", "configs", "networks"):
            entries = service.get(kind, ())
            used |= {(kind, entry if isinstance(entry, str) else entry["source"]) for entry in entries}
        named = [volume.partition(":")[0] for volume in service.get("volumes", ())]
        used |= {("volumes", volume) for volume in named if not volume.startswith((".", "/"))}
        faults += [
            f"{name} needs {other}" for other in service.get("depends_on", ()) if other not in compose["services"]
        ]
    declared = {(kind, key) for kind in ("secrets", "configs", "networks", "volumes") for key in compose[kind]}
    return faults + sorted(f"{kind}: {key}" for kind, key in used ^ declared)


def test_all_that_it_refers_to_is_declared_and_used() -> None:
    assert dangling(read()) == []


@pytest.mark.parametrize(
    ("kind", "key"), [("volumes", "postgres"), ("secrets", "audit_key"), ("configs", "nginx"), ("networks", "store")]
)
def test_a_declaration_that_is_missing_is_found(kind: str, key: str) -> None:
    compose = read()
    del compose[kind][key]
    assert dangling(compose) == [f"{kind}: {key}"]


def test_a_service_that_is_needed_and_missing_is_found() -> None:
    compose = read()
    del compose["services"]["postgres"]
    assert "init needs postgres" in dangling(compose)


def test_its_files_are_in_the_project() -> None:
    assert [entry["file"] for entry in read()["configs"].values() if not (ROOT / entry["file"]).is_file()] == []


def test_secrets_stay_out_of_the_project_and_of_the_image() -> None:
    files = {entry["file"] for entry in read()["secrets"].values()}
    assert all(file.startswith("deploy/secrets/") for file in files)
    assert "deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    assert "!deploy" not in (ROOT / ".dockerignore").read_text()


def test_the_secrets_are_made_once_and_kept_from_others(tmp_path: Path) -> None:
    script = tmp_path / "deploy" / "make-secrets"
    script.parent.mkdir()
    script.write_bytes((ROOT / "deploy" / "make-secrets").read_bytes())
    made = []
    for _ in range(2):
        subprocess.run(["/bin/sh", str(script)], check=True, capture_output=True, timeout=60)
        made.append({path.name: path.read_bytes() for path in (tmp_path / "deploy" / "secrets").iterdir()})
    assert made[0] == made[1]
    assert {f"deploy/secrets/{name}" for name in made[0]} == {entry["file"] for entry in read()["secrets"].values()}
    assert all(len(secret) >= 32 for secret in made[0].values())
    assert len(set(made[0].values())) == len(made[0])
    assert (tmp_path / "deploy" / "secrets").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", sorted(services()))
def test_every_container_is_held_short(name: str) -> None:
    service = services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "no-new-privileges:true" in service["security_opt"]
    assert "/tmp" in service["tmpfs"]
    assert "privileged" not in service
    # Ours runs as the user of its image; the others are named here, since their images start as root.
    assert name in OURS or service["user"] in ("nginx", "postgres", "nobody")


@pytest.mark.parametrize("name", sorted(set(services()) - {"init", "opq"}))
def test_every_container_that_stays_says_how_it_is(name: str) -> None:
    assert services()[name]["healthcheck"]["test"][0] == "CMD"


def test_two_web_and_two_worker_processes_wait_for_the_store() -> None:
    found = services()
    for name in ("web", "worker"):
        assert found[name]["deploy"]["replicas"] == 2
        assert found[name]["depends_on"]["init"]["condition"] == "service_completed_successfully"
    assert found["init"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert found["init"]["restart"] == "no"


def test_only_the_worker_reaches_outside_and_only_the_entry_is_reached() -> None:
    found, networks = services(), read()["networks"]
    assert networks["store"] == {"internal": True}
    assert [name for name in OURS if "outside" in found[name]["networks"]] == ["worker"]
    assert found["postgres"]["networks"] == ["store"]
    opened = {name: service["ports"] for name, service in found.items() if "ports" in service}
    assert sorted(opened) == ["entry", "prometheus"]
    assert all(port.startswith("127.0.0.1:") for ports in opened.values() for port in ports)


def test_its_settings_exist_and_no_secret_stands_in_it() -> None:
    known = {variable(field) for field in Settings.model_fields}
    for name in OURS:
        environment = services()[name]["environment"]
        assert set(environment) <= known
        assert environment["OPQ_DATABASE_URL"].count(":") == 1
        for setting, value in environment.items():
            if setting.endswith(("_KEY_FILE", "_PASSWORD_FILE")):
                assert Path(value).name in services()[name]["secrets"]


@pytest.mark.parametrize("name", ["web", "worker", "init"])
def test_its_commands_exist(name: str) -> None:
    assert services()[name]["command"][0] in main.commands


def test_the_health_of_a_worker_is_asked_by_a_command_that_exists() -> None:
    asked = services()["worker"]["healthcheck"]["test"]
    assert asked[:2] == ["CMD", "opq"]
    command = main.commands[asked[2]]
    assert "--only" in {option for parameter in command.params for option in parameter.opts}


def test_figures_are_for_prometheus_alone() -> None:
    entry = (ROOT / "deploy" / "nginx.conf").read_text()
    assert "location = /metrics {\n            return 404;" in entry
    scrape = yaml.safe_load((ROOT / "deploy" / "prometheus.yml").read_text())["scrape_configs"][0]
    assert scrape["dns_sd_configs"][0]["names"] == ["web"]
