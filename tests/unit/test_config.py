from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from service.config import ConfigError, Settings, describe, load_settings, variable

SECRET = "opq_s3cret"


def fault_of(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        load_settings()
    return str(caught.value)


def test_without_any_variable_the_defaults_stand() -> None:
    settings = load_settings()
    assert settings.database_url == "sqlite:///var/opq.db"
    assert settings.audit_key_file == Path("var/audit.key")
    assert settings.feed_interval == 60
    assert settings.hold_limit == 600
    assert settings.falls_need_two is True
    assert settings.engine == "durable"
    assert settings.shifts == (time(6), time(14), time(22))
    assert settings.exceptional_review == 24 * 3600


def test_store_and_key_follow_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPQ_DATA_DIR", str(tmp_path))
    settings = load_settings()
    assert settings.database_url == f"sqlite:///{tmp_path}/opq.db"
    assert settings.audit_key_file == tmp_path / "audit.key"


def test_each_variable_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rulebook = tmp_path / "rulebook.yaml"
    rulebook.touch()
    password = tmp_path / "password"
    password.write_text("pw")
    values: dict[str, tuple[str, object]] = {
        "data_dir": (str(tmp_path), tmp_path),
        "database_url": ("postgresql+psycopg://opq@db/opq", "postgresql+psycopg://opq:pw@db/opq"),
        "database_password_file": (str(password), password),
        "host": ("0.0.0.0", "0.0.0.0"),
        "port": ("80", 80),
        "feed_url": ("file:///tmp/feed.xml", "file:///tmp/feed.xml"),
        "feed_interval": ("5", 5),
        "hold_limit": ("0", 0),
        "falls_need_two": ("no", False),
        "engine": ("reference", "reference"),
        "plans_dir": (str(tmp_path), tmp_path),
        "rulebook": (str(rulebook), rulebook),
        "shifts": ("07:00, 19:30", (time(7), time(19, 30))),
        "log_level": ("debug", "DEBUG"),
        "audit_key_file": (str(tmp_path / "k"), tmp_path / "k"),
        "webhook_allow": ("monitor.inside, 10.20.0.0/16", ("monitor.inside", "10.20.0.0/16")),
        "secret_key_file": (str(tmp_path / "s"), tmp_path / "s"),
        "acknowledge_within": ("1800", 1800),
        "delivery_retention": ("30", 30),
        "exceptional_review": ("3600", 3600),
        "public_url": ("https://opq.example", "https://opq.example"),
        "proxies": ("1", 1),
        "oidc_issuer": ("https://sso.example/realm", "https://sso.example/realm"),
        "oidc_client_id": ("opq", "opq"),
        "oidc_role_claim": ("groups", "groups"),
        "oidc_premises_claim": ("sites", "sites"),
        "session_idle": ("600", 600),
        "session_life": ("7200", 7200),
        "session_fresh": ("60", 60),
        "heads_file": (str(tmp_path / "heads"), tmp_path / "heads"),
        "packs_dir": (str(tmp_path), tmp_path),
    }
    for field, (text, _) in values.items():
        monkeypatch.setenv(variable(field), text)
    monkeypatch.setenv("OPQ_TOKEN", SECRET)
    monkeypatch.setenv("OPQ_SECRET_KEY", SECRET)
    settings = load_settings()
    assert {field: getattr(settings, field) for field in values} == {
        field: value for field, (_, value) in values.items()
    }
    assert settings.token is not None
    assert settings.token.get_secret_value() == SECRET
    assert {*values, "token", "secret_key", "oidc_client_secret"} == set(Settings.model_fields)


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.setenv(variable(field), "")
    assert load_settings() == Settings()


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("OPQ_PORT", "http", "valid integer"),
        ("OPQ_PORT", "65536", "less than or equal to 65535"),
        ("OPQ_FEED_INTERVAL", "0", "greater than or equal to 1"),
        ("OPQ_HOLD_LIMIT", "-1", "greater than or equal to 0"),
        ("OPQ_FALLS_NEED_TWO", "perhaps", "valid boolean"),
        ("OPQ_ENGINE", "guess", "'durable' or 'reference'"),
        ("OPQ_FEED_URL", "ftp://example.org/feed", "http://, https:// or file:///"),
        ("OPQ_DATABASE_URL", f"mysql://opq:{SECRET}@db/opq", "sqlite:///"),
        ("OPQ_PLANS_DIR", "/nowhere/at/all", "directory"),
        ("OPQ_RULEBOOK", "/nowhere/at/all.yaml", "file"),
        ("OPQ_SHIFTS", "6", "such as 06:00"),
        ("OPQ_SHIFTS", "06:00,06:00", "each once"),
        ("OPQ_SHIFTS", "22:00,06:00", "order of the day"),
        ("OPQ_LOG_LEVEL", "LOUD", "'DEBUG', 'INFO'"),
        ("OPQ_EXCEPTIONAL_REVIEW", "soon", "valid integer"),
    ],
)
def test_a_bad_value_is_named_with_its_fault_and_the_remedy(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str
) -> None:
    fault = fault_of(monkeypatch, name, value)
    assert fault.startswith(f"{name}: ")
    assert problem in fault
    assert "unset it for the default" in fault
    assert SECRET not in fault


def test_every_fault_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPQ_PORT", "x")
    monkeypatch.setenv("OPQ_PROT", "8080")
    assert [line.split(":")[0] for line in fault_of(monkeypatch, "OPQ_ENGINE", "x").splitlines()] == [
        "OPQ_PROT",
        "OPQ_PORT",
        "OPQ_ENGINE",
    ]


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("OPQ_HOLD_LIMITS", "did you mean OPQ_HOLD_LIMIT?"),
        ("OPQ_port", "did you mean OPQ_PORT?"),
        ("OPQ_ZZZZZZZZZZ", "opq config lists the settings"),
    ],
)
def test_an_unknown_variable_is_named_as_a_misspelling(monkeypatch: pytest.MonkeyPatch, name: str, remedy: str) -> None:
    assert fault_of(monkeypatch, name, "1") == f"{name}: there is no such setting; " + (
        remedy if "did you" in remedy else f"remove it; {remedy}"
    )


def test_every_setting_is_described_with_default_and_value() -> None:
    lines = {line.variable: line for line in describe(Settings(falls_need_two=False))}
    assert set(lines) == {variable(field) for field in Settings.model_fields}
    assert all(line.sentence.endswith(".") for line in lines.values())
    two = lines["OPQ_FALLS_NEED_TWO"]
    assert (two.default, two.value) == ("yes", "no")
    assert lines["OPQ_SHIFTS"].value == "06:00,14:00,22:00"
    assert lines["OPQ_PLANS_DIR"].value == ""


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://opq:{SECRET}@db/opq",
        f"postgresql+psycopg://opq:a@{SECRET}:b@db/opq",
        f"postgresql+psycopg://db/opq?user=opq&password={SECRET}&sslmode=require",
    ],
)
def test_no_secret_is_described_or_printed(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("OPQ_TOKEN", SECRET)
    monkeypatch.setenv("OPQ_DATABASE_URL", url)
    settings = load_settings()
    shown = {line.variable: line.value for line in describe(settings)}
    assert shown["OPQ_TOKEN"] == "********"
    assert shown["OPQ_DATABASE_URL"].startswith("postgresql+psycopg://")
    assert "db/opq" in shown["OPQ_DATABASE_URL"]
    assert SECRET not in repr(settings) + "".join(shown.values())


def test_the_password_of_the_store_comes_from_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("p@ss:w/rd\n")
    monkeypatch.setenv("OPQ_DATABASE_URL", "postgresql+psycopg://opq@db/opq")
    monkeypatch.setenv("OPQ_DATABASE_PASSWORD_FILE", str(file))
    settings = load_settings()
    assert settings.database_url == "postgresql+psycopg://opq:p%40ss%3Aw%2Frd@db/opq"
    assert "p%40ss" not in repr(settings)
    assert "p%40ss" not in repr(describe(settings))


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://opq:other@db/opq", "postgresql+psycopg:///opq", "sqlite:////tmp/opq.db"]
)
def test_an_address_into_which_no_password_fits_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str
) -> None:
    file = tmp_path / "password"
    file.write_text(SECRET)
    monkeypatch.setenv("OPQ_DATABASE_PASSWORD_FILE", str(file))
    fault = fault_of(monkeypatch, "OPQ_DATABASE_URL", url)
    assert "OPQ_DATABASE_URL: must name a user and no password" in fault
    assert SECRET not in fault


def test_a_password_file_that_is_no_text_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_bytes(b"\xff\xfe")
    monkeypatch.setenv("OPQ_DATABASE_PASSWORD_FILE", str(file))
    fault = fault_of(monkeypatch, "OPQ_DATABASE_URL", "postgresql+psycopg://opq@db/opq")
    assert f"the password file {file} cannot be read" in fault
