"""Signatures by Standard Webhooks 1.0, symmetric: HMAC-SHA-256 over ``id.timestamp.body``.

https://www.standardwebhooks.com; https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """A fresh secret: ``whsec_`` and 256 random bits in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, event_id: str, at: datetime, body: bytes) -> str:
    """The signature of one message by one secret, ``v1,...``. Raises ValueError for a naive ``at``."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{event_id}.{_seconds(at)}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def signed_headers(secrets_: Iterable[str], event_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of a message sent at the instant ``at``, with one signature for each secret that is valid then."""
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(_seconds(at)),
        "webhook-signature": " ".join(signature(secret, event_id, at, body) for secret in secrets_),
    }


def _seconds(at: datetime) -> int:
    if at.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    return int(at.timestamp())
