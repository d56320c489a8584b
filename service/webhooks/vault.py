"""Keeping secrets encrypted at rest (Fernet: AES-128-CBC with HMAC-SHA-256), with rotation of the key."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from service.errors import Permanent

SHORTEST_KEY = 32
"""Characters that a key must have at least."""


class Vault:
    """Seals texts with the first of its keys, and opens what any of them sealed."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Raises Permanent without a key, or with one that is too short to be safe."""
        if not keys or any(len(key) < SHORTEST_KEY for key in keys):
            raise Permanent(
                f"OPQ_SECRET_KEY: each key must have {SHORTEST_KEY} characters or more, with a comma between keys"
            )
        fernets = [Fernet(_derived(key)) for key in keys]
        self._first, self._fernet = fernets[0], MultiFernet(fernets)

    def seal(self, text: str) -> str:
        """``text`` as it may be stored."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """What was sealed. Raises Permanent when none of the keys sealed it."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise Permanent(
                "OPQ_SECRET_KEY: a stored secret was sealed with a key that is not given; add the former key at the end"
            ) from error

    def is_current(self, sealed: str) -> bool:
        """Whether the first key sealed it."""
        try:
            self._first.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def reseal(self, sealed: str) -> str:
        """The same text sealed with the first key. Raises Permanent as ``open`` does."""
        return self.seal(self.open(sealed))


def _derived(key: str) -> bytes:
    # Keys are long and random, so one plain digest is enough to bring any of them to Fernet's length.
    return base64.urlsafe_b64encode(hashlib.sha256(b"opq webhook secrets\n" + key.encode()).digest())
