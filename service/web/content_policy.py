"""What a page may load and run: only our own files, and scripts that carry the answer's own nonce."""

from __future__ import annotations

import secrets

from flask import Response, g


def nonce() -> str:
    """What marks the scripts of the answer that is being made as ours."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def protect(answer: Response) -> Response:
    """``answer`` with its Content-Security-Policy."""
    policy = {
        "default-src": "'none'",
        "script-src": f"'self' 'nonce-{nonce()}'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    answer.headers["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
    return answer
