"""Style sheets and scripts, from our own disk; each address carries a digest, so that browsers may keep the file."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Response, send_from_directory, url_for
from werkzeug.exceptions import NotFound

FOLDER = Path(__file__).parent / "static"
_YEAR = 31_536_000


def asset(name: str) -> str:
    """The address of the file ``name`` in ``static``."""
    return url_for("pages.send_asset", digest=_digest(name), name=name)


def send_asset(digest: str, name: str) -> Response:
    """A file, which never changes under its address."""
    if not (FOLDER / name).is_file() or digest != _digest(name):
        raise NotFound
    answer = send_from_directory(FOLDER, name)
    answer.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    return answer


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:16]
