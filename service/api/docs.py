"""The documentation page at ``/api/docs``: Swagger UI from our own disk, under a policy that allows only itself."""

from __future__ import annotations

import base64
import hashlib
import re

from flask import Flask, Response
from flask_swagger_ui import get_swaggerui_blueprint

from service.api.openapi import PATH as DOCUMENT

PATH = "/api/docs"

_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def register(app: Flask) -> None:
    """Serve the page and its files. They are open to everybody."""
    settings = {
        "app_name": "Op Quantity API",
        # An answer that repeats the Host header would let anybody write into the page's script.
        "oauth2RedirectUrl": "",
        # The default sends the document to a validator elsewhere.
        "validatorUrl": None,
    }
    pages = get_swaggerui_blueprint(PATH, DOCUMENT, config=settings)
    pages.after_request(_own_policy)
    app.register_blueprint(pages)


def _own_policy(answer: Response) -> Response:
    if answer.mimetype != "text/html":
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer
    scripts = [base64.b64encode(hashlib.sha256(text).digest()) for text in _INLINE_SCRIPT.findall(answer.get_data())]
    allowed = " ".join(f"'sha256-{digest.decode()}'" for digest in scripts)
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'self'; script-src 'self' {allowed}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
    )
    return answer
