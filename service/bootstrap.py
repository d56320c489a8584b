"""Putting an installation together: its store, its key, its policy. Whatever starts the product comes by here."""

from __future__ import annotations

import base64
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

from service.clock import Clock, SystemClock
from service.config import Settings
from service.errors import Permanent
from service.logs import request_id
from service.operations.adopting import adopt
from service.operations.context import Context
from service.operations.policy import Policy, load_policy
from service.store import migrate
from service.store.connect import is_there
from service.store.transactions import Store

KEY_BYTES = 32


def open_context(settings: Settings, policy: Policy | None = None, clock: Clock | None = None) -> Context:
    """The installation that the settings name (with ``policy``, if it is loaded already); close its store after use.

    Raises Permanent where ``opq init`` must run first or the audit key is missing, StoreFault where the database does
    not answer, and what ``load_policy`` raises.
    """
    if not is_there(settings.database_url) or migrate.pending(settings.database_url):
        raise Permanent("the store is missing or of another version; run opq init, which makes or upgrades it")
    key = read_key(settings.audit_key_file)
    policy = policy or load_policy(settings)
    store = Store(settings.database_url, clock or SystemClock(), key, request_id=request_id)
    return Context(store, policy, settings)


def init(settings: Settings, policy: Policy | None = None) -> dict[str, Any]:
    """Make or upgrade the store, make the keys that are missing, and adopt the policy. Safe to repeat.

    Gives ``database`` (sqlite or postgresql), ``upgraded``, ``audit_key_file``, ``key_made``, and what ``adopt`` gives.
    Raises as ``open_context`` does.
    """
    policy = policy or load_policy(settings)
    _make_folder(settings.data_dir)
    is_new = not is_there(settings.database_url) or migrate.is_new(settings.database_url)
    key_made = is_new and _make_key("OPQ_AUDIT_KEY_FILE", settings.audit_key_file, secrets.token_bytes(KEY_BYTES))
    key = read_key(settings.audit_key_file)
    if settings.secret_key is None:
        text = base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES))
        _make_key("OPQ_SECRET_KEY_FILE", settings.secret_key_file, text)
    upgraded = is_new or migrate.pending(settings.database_url)
    if upgraded:
        migrate.upgrade(settings.database_url, key)
    context = open_context(settings, policy)
    try:
        adopted = adopt(context)
    finally:
        context.store.close()
    return {
        "database": settings.database_url.partition(":")[0].partition("+")[0],
        "upgraded": upgraded,
        "audit_key_file": str(settings.audit_key_file),
        "key_made": key_made,
        **adopted,
    }


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Permanent(f"OPQ_DATA_DIR: the folder {folder} cannot be made ({error.strerror})") from error


def _make_key(variable: str, path: Path, content: bytes) -> bool:
    """Make a key file, whole from the first moment that anybody sees it; False where there is one already."""
    if path.exists():  # it may lie where nothing can be written
        return False
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content)
        with suppress(FileExistsError):
            os.link(fresh, path)
            return True
        return False
    except OSError as error:
        raise Permanent(f"{variable}: {path} cannot be written ({error.strerror})") from error
    finally:
        fresh.unlink(missing_ok=True)


def read_key(path: Path) -> bytes:
    """The key that seals the record. Raises Permanent where it cannot be read or is too short."""
    try:
        key = path.read_bytes()
    except OSError as error:
        raise Permanent(
            f"OPQ_AUDIT_KEY_FILE: {path} cannot be read ({error.strerror}); "
            "the record is sealed with this key, so put it back from where it is kept safe"
        ) from error
    if len(key) < KEY_BYTES:
        raise Permanent(f"OPQ_AUDIT_KEY_FILE: {path} holds {len(key)} bytes, and a key has {KEY_BYTES} or more")
    return key
