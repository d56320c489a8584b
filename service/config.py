"""Every setting of the product, and the only place that reads the environment.

A setting is a field of ``Settings``; its variable is the field's name in capitals after ``OPQ_``. An empty
variable counts as absent. A bad or misspelt one stops the start, by name.
"""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

from pydantic import (
    BeforeValidator,
    DirectoryPath,
    Field,
    FilePath,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from service.errors import Permanent
from service.webhooks.addresses import parse_allowed

PREFIX = "OPQ_"

STORE_ADDRESSES = ("sqlite:///", "postgresql+psycopg://")
"""How the address of a store may begin."""

_FEED = "https://www.mi5.gov.uk/UKThreatLevel/UKThreatLevel.xml"
_PASSWORD = re.compile(r"(?<=:)(?!//).*(?=@)|(?<=password=)[^&]*")
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_MASK = "********"


class ConfigError(Permanent):
    """Settings that cannot be used; the message has one line for each, naming variable, fault and remedy."""


def _shifts(value: object) -> object:
    if not isinstance(value, str):
        return value
    words = [word.strip() for word in value.split(",")]
    if not all(_TIME_OF_DAY.fullmatch(word) for word in words):
        raise ValueError("each shift start must be a time such as 06:00, with a comma between them")
    if words != sorted(set(words)):
        raise ValueError("shift starts must be in the order of the day, each once")
    return tuple(time.fromisoformat(word) for word in words)


def _outgoing(value: object) -> object:
    if not isinstance(value, str):
        return value
    entries = tuple(word.strip() for word in value.split(","))
    parse_allowed(entries)
    return entries


def _feed_address(value: str) -> str:
    if not re.match(r"(https?://[^/]|file:///)", value):
        raise ValueError("must be an http://, https:// or file:/// address")
    return value


def _public_address(value: str) -> str:
    if not re.fullmatch(r"https?://[^?#\s]+", value):
        raise ValueError("must be an http:// or https:// address")
    return value


def _store_address(value: str) -> str:
    if not value.startswith(STORE_ADDRESSES) or value in STORE_ADDRESSES:
        raise ValueError(f"must begin with {' or '.join(STORE_ADDRESSES)}")
    return value


def _with_password(address: str, file: Path) -> str:
    before, at, after = address.partition("@")
    if not at or before.count(":") != 1:
        raise ValueError(
            "must name a user and no password (postgresql+psycopg://user@host/name) beside a password file"
        )
    try:
        password = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"the password file {file} cannot be read") from error
    return f"{before}:{quote(password, safe='')}@{after}"


def _capitals(value: str) -> str:
    return value.upper()


class Settings(BaseSettings):
    """The settings in force. Read them with ``load_settings``; tests may give fields by keyword."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        validate_default=True,
        frozen=True,
        hide_input_in_errors=True,
    )

    data_dir: Path = Field(default=Path("var"), description="Folder of the SQLite store and the audit key.")
    database_password_file: FilePath | None = Field(
        default=None, description="File with the password that belongs into OPQ_DATABASE_URL, which then has none."
    )
    database_url: Annotated[str, BeforeValidator(_store_address)] = Field(
        default_factory=lambda known: f"sqlite:///{known['data_dir'] / 'opq.db'}",
        description="Store: sqlite:///path or postgresql+psycopg://user:password@host/name. "
        "By default a SQLite file in OPQ_DATA_DIR.",
        repr=False,
    )
    host: str = Field(default="127.0.0.1", description="Address to serve on; 0.0.0.0 for every network of the machine.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to serve on; 0 takes any free one.")
    feed_url: Annotated[str, BeforeValidator(_feed_address)] = Field(
        default=_FEED, description="Public threat level feed (http, https or file)."
    )
    feed_interval: int = Field(default=60, ge=1, description="Seconds from one poll of the feed to the next.")
    hold_limit: int = Field(
        default=600,
        ge=0,
        description="Longest time in seconds that a rise from a trusted source may wait to be confirmed.",
    )
    falls_need_two: bool = Field(
        default=True, description="Whether lowering a level by hand takes two people (yes or no)."
    )
    engine: Literal["durable", "reference"] = Field(
        default="durable",
        description="What decides: durable (the rules engine, checked against the plain evaluator) "
        "or reference (the plain evaluator alone).",
    )
    plans_dir: DirectoryPath | None = Field(
        default=None, description="Folder of the force's own contingency plans, in place of the example ones."
    )
    rulebook: FilePath | None = Field(
        default=None, description="File of the force's own estate rulebook, in place of the default one."
    )
    shifts: Annotated[tuple[time, ...], NoDecode, BeforeValidator(_shifts)] = Field(
        default=(time(6), time(14), time(22)),
        description="Starts of the shifts, Europe/London, with commas between them.",
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_capitals)] = Field(
        default="INFO", description="Least severe log line that is written: DEBUG, INFO, WARNING or ERROR."
    )
    token: SecretStr | None = Field(
        default=None,
        description="Token of the person as whom commands that decide act; opq token create gives one.",
    )
    audit_key_file: Path = Field(
        default_factory=lambda known: known["data_dir"] / "audit.key",
        description="Key that seals the record; keep it outside the store. By default a file in OPQ_DATA_DIR.",
    )
    heads_file: Path = Field(
        default_factory=lambda known: known["data_dir"] / "heads.log",
        description="File in which the worker notes the heads of the record, so that an older copy of the store "
        "is told. By default a file in OPQ_DATA_DIR.",
    )
    webhook_allow: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_outgoing)] = Field(
        default=(),
        description="Hosts and networks (CIDR), with commas between them, that webhooks may reach although private, "
        "and by plain http.",
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="Keys that encrypt the secrets of webhooks in the store, with commas between them: the first "
        "encrypts, all decrypt. In place of OPQ_SECRET_KEY_FILE.",
    )
    secret_key_file: Path = Field(
        default_factory=lambda known: known["data_dir"] / "secret.key",
        description="File with those keys, one a line; keep it outside the store. By default a file in OPQ_DATA_DIR.",
    )
    public_url: Annotated[str, BeforeValidator(_public_address)] | None = Field(
        default=None,
        description="Address at which people reach the pages, such as https://opq.example.police.uk; with https, "
        "cookies are sent over it alone, and browsers are told to come by it alone for a year.",
    )
    proxies: int = Field(
        default=0,
        ge=0,
        le=5,
        description="How many proxies of your own stand before the pages; so many X-Forwarded headers are believed.",
    )
    oidc_issuer: Annotated[str, BeforeValidator(_public_address)] | None = Field(
        default=None,
        description="OpenID Connect: the identity provider's issuer address. With it, people can sign in by it. "
        "It is to say when it asked them who they are (`auth_time`), or they can change no level, account or secret.",
    )
    oidc_client_id: str = Field(default="op-quantity", description="OpenID Connect: by what id the provider knows us.")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="OpenID Connect: the secret shared with the provider."
    )
    oidc_role_claim: str = Field(
        default="roles", description="OpenID Connect: the claim that lists a person's roles, by the names used here."
    )
    oidc_premises_claim: str = Field(
        default="premises", description="OpenID Connect: the claim that lists the ids of a person's premises."
    )
    session_idle: int = Field(
        default=3600, ge=60, description="Seconds without use after which a person is signed out of the pages."
    )
    session_life: int = Field(
        default=43200, ge=60, description="Seconds after which a person is signed out of the pages in any case."
    )
    session_fresh: int = Field(
        default=900,
        ge=0,
        description="Seconds for which a password counts as just given; after them it is asked for again before a "
        "level, an account or a secret changes.",
    )
    acknowledge_within: int = Field(
        default=3600,
        ge=60,
        description="Seconds within which somebody at each premises is to acknowledge a level above NORMAL.",
    )
    delivery_retention: int = Field(
        default=90,
        ge=1,
        description="Days for which deliveries to webhooks are kept once they have arrived or failed; events stay.",
    )
    exceptional_review: int = Field(
        default=86400,
        ge=60,
        description="Seconds after which a premises at EXCEPTIONAL is put up for review.",
    )

    packs_dir: DirectoryPath | None = Field(
        default=None,
        description="Folder into which a worker writes the paper of each premises, restricted ones too, to be kept "
        "where it can be reached in an outage. Without it no paper is written.",
    )

    @field_validator("database_url")
    @classmethod
    def _complete_the_store_address(cls, value: str, info: ValidationInfo) -> str:
        file = info.data.get("database_password_file")
        return value if file is None else _with_password(value, file)

    @property
    def https(self) -> bool:
        """Whether people reach the pages by https, and so by https alone."""
        return (self.public_url or "").startswith("https:")


def load_settings() -> Settings:
    """The settings that the environment gives. Raises ConfigError naming every variable that is at fault."""
    faults = [_misspelling(name) for name in sorted(os.environ) if name.startswith(PREFIX) and _field(name) is None]
    try:
        settings = Settings()
    except ValidationError as error:
        faults += [_fault(detail) for detail in error.errors() if detail["type"] != "default_factory_not_called"]
    if faults:
        raise ConfigError("\n".join(faults))
    return settings


def variable(field: str) -> str:
    """The environment variable that sets ``field``."""
    return PREFIX + field.upper()


def _field(name: str) -> str | None:
    field = name.removeprefix(PREFIX).lower()
    return field if name.isupper() and field in Settings.model_fields else None


def _misspelling(name: str) -> str:
    known = [variable(field) for field in Settings.model_fields]
    alike = difflib.get_close_matches(name.upper(), known, n=1)
    remedy = f"did you mean {alike[0]}?" if alike else "remove it; opq config lists the settings"
    return f"{name}: there is no such setting; {remedy}"


def _fault(detail: ErrorDetails) -> str:
    field = str(detail["loc"][0])
    problem = detail["msg"].removeprefix("Value error, ")
    return f"{variable(field)}: {problem}; correct it, or unset it for the default, {_default(field) or 'none'}"


@dataclass(frozen=True)
class SettingLine:
    """One setting as ``opq config`` prints it: ``value`` and ``default`` empty for none, secrets masked."""

    variable: str
    default: str
    value: str
    sentence: str


def describe(settings: Settings) -> tuple[SettingLine, ...]:
    """Every setting with its default, its value in ``settings`` and what it does, in the class's order."""
    return tuple(
        SettingLine(variable(field), _default(field), _shown(getattr(settings, field)), info.description or "")
        for field, info in Settings.model_fields.items()
    )


def settings_page() -> str:
    """``docs/settings.md``: every setting with its default and what it does, as Markdown."""
    rows = (
        f"| `{variable(field)}` | {_default(field) or 'none'} | {info.description} |"
        for field, info in Settings.model_fields.items()
    )
    head = (
        "# Settings",
        "",
        "Environment variables, read once at start. An empty one counts as absent. A bad or misspelt one is",
        "named and nothing starts. `opq config` prints what is in force, secrets masked.",
        "",
        "| variable | default | what it does |",
        "|---|---|---|",
    )
    return "\n".join((*head, *rows)) + "\n"


def _default(field: str) -> str:
    info = Settings.model_fields[field]
    return _shown(info.get_default(call_default_factory=True, validated_data={"data_dir": Path("var")}))


def _shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case SecretStr():
            return _MASK
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ",".join(f"{part:%H:%M}" if isinstance(part, time) else part for part in value)
        case _:
            return _PASSWORD.sub(_MASK, str(value))
